#![doc = include_str!("../README.md")]

pub mod bounce;
pub mod channel;
mod clock;
pub mod compose;
pub mod crash;
pub mod line;
pub mod payload;
pub mod postman;
pub mod smtp;

pub use channel::{Channels, LineChannel, MailChannel};
pub use clock::Clock;
pub use postman::{Delivered, Postman, PostmanError, PostmanOptions};
