//! From a verified page to the people it is for: deciding, writing recipients down, reminders, corrections, and saying why.

mod decide;

pub use decide::{Released, after_release};
