#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod confirm;
mod context;
mod error;
pub mod export;
pub mod import;
pub mod notify;
mod object_name;
pub mod publish;
pub mod site_data;
mod transaction;

pub use context::{Context, NoticeSettings, QuietHours};
pub use error::{Error, Result};
