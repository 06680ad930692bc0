#![doc = include_str!("../README.md")]

mod admin;
mod api;
mod app;
mod csrf;
mod dev;
mod dress;
mod error;
mod files;
mod finding;
mod health;
mod limit;
mod line;
mod metrics;
mod my;
mod page;
mod routes;
mod search;
mod server;
mod sign_on;

pub use admin::{ADMIN_ROUTES, AdminRoute};
pub use app::{App, Catalogues, Serve};
pub use error::{Error, Result};
pub use routes::configure;
pub use server::{Running, serve};
pub use sign_on::{MAIL_CLAIM, SignOn, SignOnError, SignOnSettings};
