#![doc = include_str!("../README.md")]

pub mod addresses;
pub mod audience;
pub mod audit;
mod batch;
pub mod changes;
pub mod citizens;
pub mod clock;
mod connection;
pub mod documents;
pub mod editing;
pub mod editions;
mod error;
pub mod forwards;
mod hash;
pub mod jobs;
pub mod lists;
pub mod live;
mod migrate;
pub mod notices;
pub mod objects;
pub mod publications;
pub mod releases;
mod schema;
pub mod seal;
pub mod site;
pub mod staff;
pub mod states;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
mod token;
pub mod uploads;
pub mod views;
pub mod withdrawals;
mod words;

pub use connection::{AnyConnection, Db, Dialect, Options};
pub use error::{Error, Result};
pub use hash::sha256_hex;
pub use migrate::SchemaState;
pub use token::Token;
