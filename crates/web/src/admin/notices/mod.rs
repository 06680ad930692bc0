//! お知らせ: who was told, who was not and why, and what can still be stopped or mended. Numbers and reasons, never addresses.

mod account;
mod csv;
mod list;
mod one;

pub(crate) use account::{Account, occasion, state_badge};
pub(crate) use csv::export;
pub(crate) use list::page as list;
pub(crate) use one::{page, send};
