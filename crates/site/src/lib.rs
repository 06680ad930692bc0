#![doc = include_str!("../README.md")]

mod build;
mod catalogue;
mod data;
mod error;
mod feed;
mod ics;
mod image_size;
mod key;
mod library;
mod live;
mod memory;
mod paging;
mod plan;
mod render;
mod rendered;
mod search_index;
mod sitemap;
mod view;

pub use build::{Built, Sink, build_all};
pub use catalogue::{Action, Catalogue, Change, FileInfo, Forward, Found, Withdrawn};
pub use error::{Error, Result};
pub use key::{Address, Class, ListKey, Month, ObjectKey};
pub use library::{public_document, public_summary};
pub use live::{Card, Live, edition};
pub use memory::{MemoryCatalogue, ReadFile};
pub use plan::{Plan, plan, plan_all, plan_changes};
pub use rendered::Rendered;
pub use search_index::index_document;
pub use view::{CardCache, MenuPaths, MenuView, Site, menu_paths};
