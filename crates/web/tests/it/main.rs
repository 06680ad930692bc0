//! The web application as browsers and programs see it: a real listener, real requests, the example city.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod admin;
mod api;
mod files;
mod house;
mod line;
mod my;
mod pages;
mod staff;
