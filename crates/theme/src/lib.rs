#![doc = include_str!("../README.md")]

mod asset;
mod error;
mod escape;
mod helpers;
mod overrides;
mod part;
mod sentences;
mod theme;

pub use asset::{Asset, content_type};
pub use error::{Error, Result};
pub use escape::escape;
pub use overrides::Overrides;
pub use part::Part;
pub use sentences::Sentences;
pub use theme::{Theme, Words};
