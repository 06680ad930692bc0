#![doc = include_str!("../README.md")]

mod context;
mod error;
pub mod notify;

pub use context::{Context, NoticeSettings, QuietHours};
pub use error::{Error, Result};
