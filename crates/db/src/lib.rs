#![doc = include_str!("../README.md")]

mod connection;
mod error;
mod migrate;
mod schema;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;

pub use connection::{AnyConnection, Db, Dialect, Options};
pub use error::{Error, Result};
pub use migrate::SchemaState;
