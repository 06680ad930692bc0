//! The one clock: everything below asks for the time as a parameter.

use std::sync::Arc;

use chrono::{Duration, NaiveDateTime, Utc};

/// Tells the time; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> NaiveDateTime + Send + Sync>);

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(|| Utc::now().naive_utc()))
    }

    /// A clock that shows `start` (UTC) now and goes on from there: for development and tests.
    #[must_use]
    pub fn starting_at(start: NaiveDateTime) -> Self {
        let offset: Duration = start - Utc::now().naive_utc();
        Self(Arc::new(move || Utc::now().naive_utc() + offset))
    }

    /// A clock that somebody else moves.
    #[must_use]
    pub fn driven_by(tell: impl Fn() -> NaiveDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Now, in UTC, in the microseconds a database keeps.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        kairan_db::time::micros((self.0)())
    }

    /// Now, as the clock on the wall in Japan shows it.
    #[must_use]
    pub fn now_jst(&self) -> NaiveDateTime {
        kairan_db::time::jst_from_utc(self.now())
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
