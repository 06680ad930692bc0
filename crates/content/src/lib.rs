#![doc = include_str!("../README.md")]

mod audience;
mod check;
mod context;
pub mod dates;
pub mod diagnostic;
mod front;
mod lint;
pub mod markdown;
mod menu;
pub mod model;
pub mod patch;
pub mod place;
pub mod public;
mod read;
pub mod site;
pub mod source;
pub mod state;
mod suggest;
pub mod terms_patch;
pub mod time;
pub mod yaml;

pub use audience::audience;
pub use check::{Checked, CheckedDocument, check_site, decode as decode_address};
pub use context::Context;
pub use diagnostic::{Code, Diagnostic, Severity};
pub use front::{MAX_DOCUMENT_BYTES, MAX_SITE_FILE_BYTES};
pub use menu::{Menu, MenuEntry, MenuGroup, MenuTarget, Place, Screen};
pub use model::{
    Apply, ApplyVia, Attachment, Deadline, Document, Kind, Notice, NoticeChannel, NoticeOn,
    Reminder, Session, Survey, Target, Updated, Urgency,
};
pub use place::{Position, Span};
pub use public::{PublicDocument, PublicSummary};
pub use read::{
    MAX_SUMMARY, MAX_TITLE, Parsed, Spans, front_matter_keys, is_file_path, is_id, is_slug, parse,
    reread, spans_of,
};
pub use site::{Area, Category, Department, Facet, LifeEvent, Settings, SiteData, Tag};
pub use source::{EntryKind, MemorySource, Source, SourceEntry, SourceError};
pub use state::{Reception, States, next_change, states};
pub use time::Moment;
