//! Tables as diesel sees them: the types both databases share. Times are UTC without a zone, numbers
//! are 64 bits wide, JSON is text.

mod citizen;
mod publishing;

pub(crate) use citizen::*;
pub(crate) use publishing::*;
