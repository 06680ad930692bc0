use chrono::NaiveDateTime;

use crate::key::{Class, ObjectKey};

/// An object, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The content.
    pub bytes: Vec<u8>,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The `Cache-Control` header.
    pub cache_control: &'static str,
    /// When it is sent, in relation to others.
    pub class: Class,
    /// The next instant (JST) at which rendering would give other bytes; `None`: never by time alone.
    pub valid_until: Option<NaiveDateTime>,
}

impl Rendered {
    pub(crate) fn new(key: &ObjectKey, bytes: impl Into<Vec<u8>>, until: Until) -> Self {
        Self {
            bytes: bytes.into(),
            content_type: key.content_type(),
            cache_control: key.class().cache_control(),
            class: key.class(),
            valid_until: until.0,
        }
    }
}

/// Collects the instants at which an output changes and keeps the first.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Until(Option<NaiveDateTime>);

impl Until {
    pub(crate) const NEVER: Self = Self(None);

    pub(crate) fn at(&mut self, instant: NaiveDateTime) {
        self.0 = Some(self.0.map_or(instant, |first| first.min(instant)));
    }

    pub(crate) fn maybe(&mut self, instant: Option<NaiveDateTime>) {
        if let Some(instant) = instant {
            self.at(instant);
        }
    }
}
