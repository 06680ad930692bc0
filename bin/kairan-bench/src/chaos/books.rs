//! What Kairan itself wrote down, read from its tables after a campaign.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use chrono::NaiveDateTime;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use kairan_db::{AnyConnection, Db};

use super::judge::Telling;

/// The books at the end.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) messages: Vec<Message>,
    /// Inbox copies of each citizen.
    pub(super) inboxes: BTreeMap<Telling, BTreeMap<String, u64>>,
    /// The table that keeps anybody from being told twice.
    pub(super) told: BTreeMap<Telling, BTreeSet<String>>,
}

/// A mail, or a LINE request.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) telling: Telling,
    /// Message-ID or retry key.
    pub(super) identity: String,
    pub(super) state: String,
    pub(super) reason: Option<String>,
    /// An emergency that went out a second time.
    pub(super) resent: bool,
    /// Whom it is for.
    pub(super) citizens: Vec<String>,
}

/// What is still to be done.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) messages: i64,
    pub(super) jobs: i64,
    pub(super) dead_jobs: i64,
    pub(super) releases: i64,
    pub(super) notices: i64,
}

impl Open {
    pub(super) fn nothing(&self) -> bool {
        self.messages + self.jobs + self.releases + self.notices == 0
    }
}

#[derive(QueryableByName)]
struct MessageRow {
    #[diesel(sql_type = Text)]
    document_id: String,
    #[diesel(sql_type = BigInt)]
    round: i64,
    #[diesel(sql_type = Text)]
    occasion: String,
    #[diesel(sql_type = Text)]
    identity: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Bool)]
    resent: bool,
    #[diesel(sql_type = Nullable<Text>)]
    citizen_key: Option<String>,
}

#[derive(QueryableByName)]
struct PersonRow {
    #[diesel(sql_type = Text)]
    document_id: String,
    #[diesel(sql_type = BigInt)]
    round: i64,
    #[diesel(sql_type = Text)]
    occasion: String,
    #[diesel(sql_type = Text)]
    citizen_key: String,
    #[diesel(sql_type = BigInt)]
    copies: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

const MESSAGES: &str = "SELECT n.document_id, CAST(n.round AS BIGINT) AS round, n.occasion, m.identity, m.state, m.reason, m.resent, d.citizen_key \
     FROM messages m JOIN notices n ON n.id = m.notice_id LEFT JOIN deliveries d ON d.message_id = m.id ORDER BY m.id";

const INBOXES: &str = "SELECT n.document_id, CAST(n.round AS BIGINT) AS round, n.occasion, d.citizen_key, COUNT(*) AS copies \
     FROM deliveries d JOIN notices n ON n.id = d.notice_id WHERE d.channel = 'inbox' AND d.state = 'recorded' \
     GROUP BY n.document_id, n.round, n.occasion, d.citizen_key";

const TOLD: &str = "SELECT document_id, CAST(round AS BIGINT) AS round, occasion, citizen_key, COUNT(*) AS copies FROM told \
     GROUP BY document_id, round, occasion, citizen_key";

/// Reads everything; call when nobody works.
pub(super) fn read(db: &Db) -> Result<Books> {
    let mut books = Books::default();
    let read = db.snapshot(|c| {
        Ok((
            rows::<MessageRow>(c, MESSAGES)?,
            rows::<PersonRow>(c, INBOXES)?,
            rows::<PersonRow>(c, TOLD)?,
        ))
    });
    let (messages, inboxes, told) = read.context("the books cannot be read")?;
    for row in messages {
        let citizen = row.citizen_key;
        match books.messages.last_mut() {
            Some(last) if last.identity == row.identity => last.citizens.extend(citizen),
            _ => books.messages.push(Message {
                telling: telling(row.document_id, row.round, &row.occasion),
                identity: row.identity,
                state: row.state,
                reason: row.reason,
                resent: row.resent,
                citizens: citizen.into_iter().collect(),
            }),
        }
    }
    for row in inboxes {
        let telling = telling(row.document_id, row.round, &row.occasion);
        let copies = u64::try_from(row.copies).unwrap_or_default();
        let of = books.inboxes.entry(telling).or_default();
        *of.entry(row.citizen_key).or_default() += copies;
    }
    for row in told {
        let telling = telling(row.document_id, row.round, &row.occasion);
        books
            .told
            .entry(telling)
            .or_default()
            .insert(row.citizen_key);
    }
    Ok(books)
}

/// What is still to be done at `now` (UTC): due jobs alone, messages whenever they are due.
pub(super) fn open(db: &Db, now: NaiveDateTime) -> Result<Open> {
    let now = now.format("%Y-%m-%d %H:%M:%S");
    let jobs = format!(
        "SELECT COUNT(*) AS count FROM jobs WHERE state = 'leased' OR (state = 'ready' AND run_at <= '{now}')"
    );
    Ok(db.snapshot(|c| {
        let mut count = |sql: &str| Ok::<_, kairan_db::Error>(rows::<Count>(c, sql)?.first().map_or(0, |row| row.count));
        Ok(Open {
            messages: count("SELECT COUNT(*) AS count FROM messages WHERE state IN ('pending', 'leased', 'sending')")?,
            jobs: count(&jobs)?,
            dead_jobs: count("SELECT COUNT(*) AS count FROM jobs WHERE state = 'dead'")?,
            releases: count("SELECT COUNT(*) AS count FROM releases WHERE state NOT IN ('live', 'notified')")?,
            notices: count("SELECT COUNT(*) AS count FROM notices WHERE state NOT IN ('finished', 'cancelled')")?,
        })
    })?)
}

/// Reminders name their deadline too; each article here has one.
fn telling(document: String, round: i64, occasion: &str) -> Telling {
    let mut parts = occasion.splitn(3, ':');
    let occasion = match (parts.next(), parts.next()) {
        (Some(kind), Some(when)) => format!("{kind}:{when}"),
        _ => occasion.to_owned(),
    };
    Telling {
        document,
        round: u32::try_from(round).unwrap_or_default(),
        occasion,
    }
}

fn rows<T>(c: &mut AnyConnection, sql: &str) -> kairan_db::Result<Vec<T>>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
{
    match c {
        AnyConnection::Sqlite(c) => Ok(sql_query(sql).load(c)?),
        AnyConnection::Pg(c) => Ok(sql_query(sql).load(c)?),
    }
}
