//! The staff's screens as browsers see them.

mod desk;
mod edit;
mod edit_together;
mod edit_ways;
mod find;
mod notices;
mod page;
mod redirects;
mod rule;
mod settings;
mod terms;
mod workflow;
