//! What every step works with.

use std::sync::Arc;

use chrono::{NaiveDateTime, NaiveTime};
use kairan_db::{AnyConnection, Db, seal::Keyring};
use kairan_delivery::Clock;
use kairan_storage::ObjectStore;
use kairan_theme::Theme;

use crate::{Result, transaction};

/// The installation: database, object store, keys, clock, theme, addresses. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The one source of truth.
    pub db: Db,
    /// Where the site is published.
    pub store: Arc<dyn ObjectStore>,
    /// Opens and seals personal data.
    pub keys: Keyring,
    /// Tells the time.
    pub clock: Clock,
    /// Templates of pages and mails.
    pub theme: Arc<Theme>,
    /// Where published pages are read to verify them, with a final slash.
    pub public_url: String,
    /// Where my page and the API live, with a final slash.
    pub app_url: String,
    /// How notices are sent.
    pub notices: Arc<NoticeSettings>,
}

/// `[notices]` of the configuration.
#[derive(Debug, Clone, Default)]
pub struct NoticeSettings {
    /// No mail and no LINE in these hours; emergencies pass.
    pub quiet: Option<QuietHours>,
    /// Hours after a release from which nothing is sent for it any more.
    pub stale_after_hours: Option<u32>,
    /// Notices a citizen gets by mail and LINE on one day (JST) at most; important ones pass.
    pub daily_cap: Option<u32>,
    /// Above so many people a second person confirms; `None`: [`CONFIRM_ABOVE`].
    pub confirm_above: Option<u32>,
    /// LINE messages of one month that the city's plan holds; `None`: not known.
    pub line_quota: Option<u32>,
    /// What a LINE message beyond them costs, in yen.
    pub line_price: Option<u32>,
    /// Keys of fields of the profile: where nothing but their answers is missing, a citizen counts as matching.
    pub widen: Vec<String>,
}

/// Above so many people a second person confirms, unless the configuration says otherwise.
pub const CONFIRM_ABOVE: u32 = 1_000;

impl NoticeSettings {
    /// Above so many people a second person confirms.
    #[must_use]
    pub fn confirm_above(&self) -> u32 {
        self.confirm_above.unwrap_or(CONFIRM_ABOVE)
    }
}

/// Hours in which nothing is sent (JST), possibly over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// 開始
    pub from: NaiveTime,
    /// 終了
    pub until: NaiveTime,
}

impl QuietHours {
    /// Reads `21:00-07:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        Some(Self {
            from: time(from)?,
            until: time(until)?,
        })
    }

    /// The first instant from `at` (JST) on at which something may be sent.
    #[must_use]
    pub fn next_allowed(self, at: NaiveDateTime) -> NaiveDateTime {
        let time = at.time();
        let over_midnight = self.from > self.until;
        let quiet = if over_midnight {
            time >= self.from || time < self.until
        } else {
            time >= self.from && time < self.until
        };
        if !quiet {
            return at;
        }
        let tomorrow = over_midnight && time >= self.from;
        let day = if tomorrow {
            at.date().succ_opt().unwrap_or(at.date())
        } else {
            at.date()
        };
        day.and_time(self.until)
    }
}

impl Context {
    /// Reads from the database on a thread that may wait.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> kairan_db::Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.db.clone();
        blocking(move || Ok(db.read(f)?)).await
    }

    /// Writes to the database, in one transaction, on a thread that may wait.
    ///
    /// # Errors
    /// Those of `f`; nothing is written then.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut AnyConnection) -> kairan_db::Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.db.clone();
        blocking(move || Ok(db.write(f)?)).await
    }

    /// As [`Context::read`], for questions with errors of this crate.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn ask<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.db.clone();
        blocking(move || transaction::read(&db, f)).await
    }

    /// As [`Context::write`], for work with errors of this crate: nothing is written where it fails.
    ///
    /// # Errors
    /// Those of `f`.
    pub async fn transact<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut AnyConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.db.clone();
        blocking(move || transaction::write(&db, f)).await
    }
}

/// Runs what waits for disks and databases away from the threads that serve the network.
///
/// # Errors
/// Those of `f`, and [`Error::Broken`](crate::Error::Broken) where it panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(f).await {
        Ok(result) => result,
        Err(error) => Err(crate::Error::Broken(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_pass_midnight() {
        let quiet = QuietHours::parse("21:00-07:00").unwrap();
        let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(
            quiet.next_allowed(at("2026-12-01 12:00")),
            at("2026-12-01 12:00")
        );
        assert_eq!(
            quiet.next_allowed(at("2026-12-01 21:00")),
            at("2026-12-02 07:00")
        );
        assert_eq!(
            quiet.next_allowed(at("2026-12-02 03:00")),
            at("2026-12-02 07:00")
        );
        assert_eq!(
            quiet.next_allowed(at("2026-12-02 07:00")),
            at("2026-12-02 07:00")
        );
        let noon = QuietHours::parse("12:00-13:00").unwrap();
        assert_eq!(
            noon.next_allowed(at("2026-12-02 12:30")),
            at("2026-12-02 13:00")
        );
    }
}
