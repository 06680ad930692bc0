//! What templates are given, and the pages made from it.

mod calendar;
pub(crate) mod card;
mod closing;
mod document;
mod layout;
mod list;
mod map;
mod menu;
mod parts;
pub(crate) mod top;
pub(crate) mod when;

pub use card::CardCache;
pub use layout::Site;
pub(crate) use layout::SiteView;
pub(crate) use layout::{Page, Section};
pub(crate) use map::{CategoryView, FacetView};
pub use menu::{MenuPaths, MenuView, menu_paths};
