//! Delivery against servers written by others and servers that break where they are told to.

mod line;
mod smtp;
