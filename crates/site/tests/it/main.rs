//! The site as its callers see it: catalogues in, objects out.

mod pages;
mod plan;
mod support;
mod time;
