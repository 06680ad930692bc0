#![doc = include_str!("../README.md")]

mod clock;
pub mod compose;
pub mod line;
pub mod smtp;

pub use clock::Clock;
