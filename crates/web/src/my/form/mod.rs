//! The form made from `profile.yaml`: what was typed, what it means, how it is shown again.

mod answers;
mod dates;
mod problems;
mod read;
mod view;

pub(super) use answers::Answers;
pub(crate) use problems::Problems;
pub(super) use read::read_facts;
pub(super) use view::{Check, FormView};

/// Rows for children that are shown at first.
const FIRST_ROWS: usize = 2;
/// Rows for children there may be.
const MOST_ROWS: usize = 12;

/// The id of the element with this name.
fn id_of(name: &str) -> String {
    name.replace('.', "-")
}
