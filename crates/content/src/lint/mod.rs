//! What is not wrong in form but bad for readers: accessibility (A), style (J), rules (R) and notices (N).

mod ages;
mod body;
mod calendar;
mod chars;
mod easy;
mod front;
mod html;
mod images;
mod links;
mod notices;
mod style;

pub(crate) use body::{BodyFacts, BodyLink, Prose, body};
pub(crate) use front::front;
