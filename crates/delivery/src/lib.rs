#![doc = include_str!("../README.md")]

pub mod line;
pub mod smtp;
