//! Citizens by the thousand: import and bulk loading. Statements grow with the batches, not with the citizens.

use std::fmt;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use kairan_audience::Facts;

use super::consents::ConsentRow;
use super::contacts::ContactRow;
use super::profile::Preferences;
use super::{NewConsent, State, facts, new_key};
use crate::audience::{self, Entry, Interner, insert_rows};
use crate::connection::on;
use crate::notices::Channel;
use crate::schema::{citizens, consents, contact_points, sensitive_facts};
use crate::seal::Keyring;
use crate::time::micros;
use crate::{AnyConnection, Error, Result};

/// A citizen who counts at once: addresses were confirmed elsewhere.
#[derive(Clone, Default)]
pub struct NewCitizen {
    /// The random key; made here if absent.
    pub key: Option<String>,
    /// Language of pages and mails.
    pub lang: String,
    /// What was answered.
    pub facts: Facts,
    /// Preferences.
    pub preferences: Preferences,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// LINE user identifier.
    pub line: Option<String>,
    /// What was consented to.
    pub consents: Vec<NewConsent>,
}

impl fmt::Debug for NewCitizen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCitizen")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

#[derive(Insertable)]
#[diesel(table_name = citizens, treat_none_as_default_value = false)]
struct CitizenRow {
    id: i32,
    citizen_key: String,
    state: &'static str,
    lang: String,
    facts: String,
    preferences: String,
    created_at: NaiveDateTime,
    confirmed_at: Option<NaiveDateTime>,
    changed_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = sensitive_facts, treat_none_as_default_value = false)]
struct SensitiveRow {
    citizen_id: i32,
    facts: String,
}

/// Adds active citizens and returns their keys in order. Give it some thousands at a time, in one `Db::write` each: by
/// `COPY` on PostgreSQL a million take about a minute. Plausible contacts are taken as confirmed, others are an error.
///
/// # Errors
/// [`Error::Aborted`] for an implausible contact (its value is not in the message); those of the database, a key that
/// exists among them.
pub fn load(
    c: &mut AnyConnection,
    keyring: &Keyring,
    new: &[NewCitizen],
    now: NaiveDateTime,
) -> Result<Vec<String>> {
    let now = micros(now);
    let sensitive = audience::sensitive_fields(c)?;
    let ids = allocate_ids(c, new.len())?;
    let mut rows = Vec::with_capacity(new.len());
    let mut apart = Vec::new();
    let mut contacts = Vec::new();
    let mut agreed = Vec::new();
    for (id, citizen) in ids.iter().copied().zip(new) {
        let (open, hidden) = facts::split(&citizen.facts, &sensitive);
        apart.extend(hidden.map(|facts| SensitiveRow {
            citizen_id: id,
            facts,
        }));
        let row = CitizenRow {
            id,
            citizen_key: citizen.key.clone().unwrap_or_else(new_key),
            state: State::Active.as_str(),
            lang: citizen.lang.clone(),
            facts: open,
            preferences: citizen.preferences.to_json(),
            created_at: now,
            confirmed_at: Some(now),
            changed_at: now,
        };
        let mails = citizen.mails.iter().map(|mail| (Channel::Mail, mail));
        let lines = citizen.line.iter().map(|line| (Channel::Line, line));
        for (channel, value) in mails.chain(lines) {
            let contact = ContactRow::seal(keyring, id, channel, value, Some(now), now)?;
            contacts.push(contact.ok_or_else(|| {
                Error::abort(format!(
                    "利用者 {} の連絡先（{channel}）の形が正しくありません",
                    row.citizen_key
                ))
            })?);
        }
        agreed.extend(
            citizen
                .consents
                .iter()
                .map(|consent| ConsentRow::new(id, consent, now)),
        );
        rows.push(row);
    }
    insert_rows!(c, citizens::table, rows);
    insert_rows!(c, sensitive_facts::table, apart);
    insert_rows!(c, contact_points::table, contacts);
    insert_rows!(c, consents::table, agreed);
    let entries: Vec<Entry<'_>> = ids
        .iter()
        .zip(new)
        .map(|(id, citizen)| Entry {
            citizen_id: *id,
            facts: &citizen.facts,
            changed_at: now,
        })
        .collect();
    audience::insert(c, &mut Interner::default(), &entries)?;
    Ok(rows.into_iter().map(|row| row.citizen_key).collect())
}

/// Fresh identifiers, in order. On SQLite the caller is the only writer.
pub(super) fn allocate_ids(c: &mut AnyConnection, n: usize) -> Result<Vec<i32>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = Integer)]
        id: i32,
    }
    let sql = match c {
        AnyConnection::Sqlite(_) => format!(
            "WITH RECURSIVE n(k) AS (SELECT 1 WHERE {n} > 0 UNION ALL SELECT k + 1 FROM n WHERE k < {n}) \
             SELECT k + COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'citizens'), 0) AS id FROM n"
        ),
        AnyConnection::Pg(_) => format!(
            "SELECT nextval(pg_get_serial_sequence('citizens', 'id'))::int AS id \
             FROM generate_series(1, {n})"
        ),
    };
    let ids: Vec<Id> = on!(c, diesel::sql_query(sql).load(c))?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}
