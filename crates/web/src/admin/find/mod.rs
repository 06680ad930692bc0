//! さがす: what waits for me, lists with filters in the address, full text over everything, figures.

mod bulk;
mod filters;
mod home;
mod links;
mod list;
mod row;
mod search;
mod waiting;
mod when;

pub(crate) use bulk::{confirm as bulk_confirm, send as bulk_send};
pub(crate) use home::page as home;
pub(crate) use links::page as links;
pub(crate) use list::{export, page as list};
pub(crate) use search::Staff as StaffFinder;
