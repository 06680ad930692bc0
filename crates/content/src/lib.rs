#![doc = include_str!("../README.md")]

pub mod diagnostic;
pub mod model;
pub mod place;
pub mod site;
pub mod source;
mod suggest;
pub mod time;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use model::{
    Apply, ApplyVia, Attachment, Deadline, Document, Kind, Notice, NoticeChannel, NoticeOn,
    Reminder, Session, Survey, Target, Updated, Urgency,
};
pub use place::{Position, Span};
pub use site::{Area, Category, Department, Facet, LifeEvent, Settings, SiteData, Tag};
pub use source::{EntryKind, MemorySource, Source, SourceEntry, SourceError};
pub use time::Moment;
