//! Jobs of notices, as the worker finds them in the queue.

use chrono::{NaiveDate, NaiveDateTime};
use kairan_content::{Moment, Reminder, Urgency};
use kairan_db::{AnyConnection, jobs as queue, jobs::NewJob, notices};
use serde::{Deserialize, Serialize};

use super::{fan_out, later};
use crate::{Context, Error, Result, context::blocking};

/// Writes recipients down.
pub const MATERIALISE: &str = "materialise";
/// Reminds before a deadline.
pub const REMIND: &str = "remind";
/// Looks for people who came to match.
pub const MATCH: &str = "match";

/// However often the worker dies or the work fails: people are told in the end. A run that should not be is cancelled by staff.
pub(super) const ALWAYS: i64 = 1_000_000;

/// A job of this module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Write down the recipients of a notice.
    Materialise {
        /// The run.
        notice_id: String,
    },
    /// Remind of a deadline.
    Remind {
        /// 文書
        document_id: String,
        /// The round it belongs to.
        round: i32,
        /// How long before.
        reminder: Reminder,
        /// The deadline meant.
        closes: Moment,
    },
    /// Tell those who came to match.
    Match {
        /// 文書
        document_id: String,
        /// The day it is planned for (JST).
        day: NaiveDate,
    },
}

impl Job {
    /// Which handler it is for.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Materialise { .. } => MATERIALISE,
            Self::Remind { .. } => REMIND,
            Self::Match { .. } => MATCH,
        }
    }

    /// As the queue keeps it.
    #[must_use]
    pub fn payload(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Does a job of this module. It may be done again from the start at any time: each step that has been committed is passed over.
///
/// # Errors
/// Those of the database; the job is then tried again.
pub async fn handle(context: &Context, payload: &str) -> Result<()> {
    let job: Job = serde_json::from_str(payload).map_err(|source| Error::Stored {
        what: "ジョブ",
        source,
    })?;
    let context = context.clone();
    blocking(move || match job {
        Job::Materialise { notice_id } => fan_out::materialise(&context, &notice_id),
        Job::Remind {
            document_id,
            round,
            reminder,
            closes,
        } => later::remind(&context, &document_id, round, reminder, closes),
        Job::Match { document_id, .. } => later::match_run(&context, &document_id),
    })
    .await
}

/// Lets a held run go on, and sees to it that somebody works on it.
///
/// # Errors
/// Where it is not held.
pub fn resume(c: &mut AnyConnection, id: &str, now: NaiveDateTime) -> kairan_db::Result<()> {
    notices::resume(c, id)?;
    enqueue_materialise(c, id, Urgency::Normal, now)
}

pub(super) fn enqueue_materialise(
    c: &mut AnyConnection,
    notice_id: &str,
    urgency: Urgency,
    now: NaiveDateTime,
) -> kairan_db::Result<()> {
    let job = Job::Materialise {
        notice_id: notice_id.to_owned(),
    };
    let payload = job.payload();
    let key = format!("materialise:{notice_id}");
    let new = NewJob {
        dedupe_key: Some(&key),
        priority: match urgency {
            Urgency::Emergency => 100,
            Urgency::Important => 10,
            Urgency::Normal => 0,
        },
        max_attempts: ALWAYS,
        ..NewJob::now(MATERIALISE, &payload, now)
    };
    queue::enqueue(c, &new, now)?;
    Ok(())
}
