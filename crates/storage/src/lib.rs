#![doc = include_str!("../README.md")]

mod error;
mod folder;
mod manifest;
mod memory;
mod meta;
mod name;
mod open;
mod plan;
mod publish;
mod s3;
mod send;
mod store;

pub use error::{Error, Result};
pub use folder::Folder;
pub use manifest::{Entry, Manifest};
pub use memory::Memory;
pub use meta::{IMMUTABLE, Meta, NO_CACHE, SHORT_LIVED};
pub use name::check_name;
pub use open::open;
pub use plan::{Change, Class, Plan};
pub use publish::{publish, publish_with};
pub use s3::S3;
pub use send::{Failure, Outcome, Progress};
pub use store::{Head, Object, ObjectStore};
