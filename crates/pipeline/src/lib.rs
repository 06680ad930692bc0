#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod confirm;
mod context;
pub mod drafts;
mod error;
pub mod export;
pub mod import;
pub mod letters;
pub mod line;
pub mod notify;
mod object_name;
pub mod preview;
mod private_mail;
pub mod publish;
pub mod redirects;
pub mod schedule;
pub mod search;
pub mod settings;
pub mod site_data;
mod transaction;
pub mod worker;
pub mod workflow;
mod works;

pub use context::{CONFIRM_ABOVE, Context, NoticeSettings, QuietHours};
pub use error::{Error, Result};
pub use works::Works;
