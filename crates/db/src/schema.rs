//! Tables as diesel sees them: the types both databases share. Times are UTC without a zone, numbers
//! are 64 bits wide, JSON is text.

mod accounts;
mod citizen;
mod notice;
mod publishing;

pub(crate) use accounts::*;
pub(crate) use citizen::*;
pub(crate) use notice::*;
pub(crate) use publishing::*;
