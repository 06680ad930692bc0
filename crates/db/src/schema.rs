//! Tables as diesel sees them: the types both databases share. Times are UTC without a zone, numbers
//! are 64 bits wide, JSON is text.

mod accounts;
mod citizen;
mod delivery;
mod editing;
mod forward;
mod notice;
mod publishing;
mod upload;
mod withdrawal;

pub(crate) use accounts::*;
pub(crate) use citizen::*;
pub(crate) use delivery::*;
pub(crate) use editing::*;
pub(crate) use forward::*;
pub(crate) use notice::*;
pub(crate) use publishing::*;
pub(crate) use upload::*;
pub(crate) use withdrawal::*;

diesel::allow_tables_to_appear_in_same_query!(draft_links, documents);
