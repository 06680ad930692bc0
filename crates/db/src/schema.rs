//! Tables as diesel sees them: the types both databases share. Times are UTC without a zone, numbers
//! are 64 bits wide, JSON is text.

mod publishing;

pub(crate) use publishing::*;
