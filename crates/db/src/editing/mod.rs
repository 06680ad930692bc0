//! 編集: what happens to a text before it is published. Every save is kept, what is being typed is kept apart from it,
//! reviewers answer one named text, comments stand on fields.

mod autosave;
mod comments;
mod confirmations;
mod ending;
mod facts;
mod listing;
mod presence;
mod reviews;
mod revisions;
mod stage;
mod templates;

pub use autosave::{Autosave, autosave, clear_autosave, put_autosave};
pub use comments::{Comment, NewComment, comment, comments, resolve};
pub use confirmations::{Confirmation, confirm, confirmations};
pub use ending::{archive, erase};
pub use facts::{Dangling, Facts, Reference, dangling, describe, links_of, referring_to};
pub use listing::{Filter, Order, Page, Row, Tally, list, tally};
pub use presence::{Presence, leave, present, seen, take_over};
pub use reviews::{
    Outcome, Review, decide, forced, latest_review, open_review, reassign, review, reviews,
    reviews_for, reviews_waiting, submit,
};
pub use revisions::{Reason, Revision, keep, name_revision, revision_source, revisions};
pub use stage::Stage;
pub use templates::{
    Template, delete_template, put_template, template, template_source, templates,
};

pub(crate) use revisions::record;
pub(crate) use stage::restage;
