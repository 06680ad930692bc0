//! 転送: every address that leads elsewhere, why and since when; those of an older site are entered and taken away here.

mod change;
mod import;
mod lines;
mod list;

pub(crate) use change::{add, remove, remove_page};
pub(crate) use import::{page as import_page, send as import};
pub(crate) use list::{export, page as list};
