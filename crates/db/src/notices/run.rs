//! Runs: one frozen notice, from the moment it is decided to the moment nothing is open any more.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{NoticeKind, NoticeState};
use crate::{AnyConnection, Error, Result, connection::on, schema::notices};

/// What is frozen when a run is decided.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// ULID
    pub id: String,
    /// 文書
    pub document_id: String,
    /// The edition it tells about.
    pub edition_id: String,
    /// From the front matter.
    pub round: i32,
    /// `publish`, `reminder:{offset}:{closes}` or `correction:{n}`.
    pub occasion: String,
    /// Why it was made.
    pub kind: NoticeKind,
    /// The notice it corrects.
    pub corrects: Option<String>,
    /// The rule as JSON.
    pub rule: String,
    /// The day on which people match (JST).
    pub on_date: NaiveDate,
    /// For `match`: only those who did not match on this day…
    pub since_date: Option<NaiveDate>,
    /// … or whose facts changed since (UTC).
    pub changed_since: Option<NaiveDateTime>,
    /// What is said, as JSON of the composer's.
    pub content: String,
    /// Channels beside the inbox, separated by commas.
    pub channels: String,
    /// `normal`, `important` or `emergency`.
    pub urgency: String,
    /// Not sent before (UTC): quiet hours.
    pub not_before: NaiveDateTime,
    /// Not sent after (UTC): stale news is no news.
    pub stale_after: Option<NaiveDateTime>,
    /// Fields that may be unanswered and still count as matching, separated by commas.
    pub widen: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// ULID
    pub id: String,
    /// 文書
    pub document_id: String,
    /// The edition it tells about.
    pub edition_id: String,
    /// From the front matter.
    pub round: i32,
    /// `publish`, `reminder:…` or `correction:…`.
    pub occasion: String,
    /// Why it was made.
    pub kind: NoticeKind,
    /// The notice it corrects.
    pub corrects: Option<String>,
    /// The rule as JSON.
    pub rule: String,
    /// The day on which people match (JST).
    pub on_date: NaiveDate,
    /// See [`NewNotice::since_date`].
    pub since_date: Option<NaiveDate>,
    /// See [`NewNotice::changed_since`].
    pub changed_since: Option<NaiveDateTime>,
    /// What is said, as JSON of the composer's.
    pub content: String,
    /// Channels beside the inbox.
    pub channels: Vec<String>,
    /// `normal`, `important` or `emergency`.
    pub urgency: String,
    /// Where it stands.
    pub state: NoticeState,
    /// The last citizen written down.
    pub cursor: String,
    /// People who matched so far.
    pub matched: i64,
    /// Not sent before (UTC).
    pub not_before: NaiveDateTime,
    /// Not sent after (UTC).
    pub stale_after: Option<NaiveDateTime>,
    /// Decided (UTC).
    pub created_at: NaiveDateTime,
    /// All recipients written down (UTC).
    pub materialised_at: Option<NaiveDateTime>,
    /// Nothing open any more (UTC).
    pub finished_at: Option<NaiveDateTime>,
    /// Fields that may be unanswered and still count as matching.
    pub widen: Vec<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notices)]
struct Row {
    id: String,
    document_id: String,
    edition_id: String,
    round: i32,
    occasion: String,
    kind: String,
    corrects: Option<String>,
    rule: String,
    on_date: NaiveDate,
    since_date: Option<NaiveDate>,
    changed_since: Option<NaiveDateTime>,
    content: String,
    channels: String,
    urgency: String,
    state: String,
    cursor: String,
    matched: i64,
    not_before: NaiveDateTime,
    stale_after: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    materialised_at: Option<NaiveDateTime>,
    finished_at: Option<NaiveDateTime>,
    widen: String,
}

impl Row {
    fn read(self) -> Result<Notice> {
        Ok(Notice {
            kind: NoticeKind::read(&self.kind, &self.id)?,
            state: NoticeState::read(&self.state, &self.id)?,
            channels: listed(&self.channels),
            widen: listed(&self.widen),
            id: self.id,
            document_id: self.document_id,
            edition_id: self.edition_id,
            round: self.round,
            occasion: self.occasion,
            corrects: self.corrects,
            rule: self.rule,
            on_date: self.on_date,
            since_date: self.since_date,
            changed_since: self.changed_since,
            content: self.content,
            urgency: self.urgency,
            cursor: self.cursor,
            matched: self.matched,
            not_before: self.not_before,
            stale_after: self.stale_after,
            created_at: self.created_at,
            materialised_at: self.materialised_at,
            finished_at: self.finished_at,
        })
    }
}

fn listed(words: &str) -> Vec<String> {
    let words = words.split(',').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Writes a run down. A run with this id that is there already is left as it is, so that a repeated step changes nothing.
///
/// # Errors
/// Those of the database.
pub fn create(c: &mut AnyConnection, new: &NewNotice, now: NaiveDateTime) -> Result<()> {
    let values = (
        notices::id.eq(&new.id),
        notices::document_id.eq(&new.document_id),
        notices::edition_id.eq(&new.edition_id),
        notices::round.eq(new.round),
        notices::occasion.eq(&new.occasion),
        notices::kind.eq(new.kind.as_str()),
        notices::corrects.eq(&new.corrects),
        notices::rule.eq(&new.rule),
        notices::on_date.eq(new.on_date),
        notices::since_date.eq(new.since_date),
        notices::changed_since.eq(new.changed_since),
        notices::content.eq(&new.content),
        notices::channels.eq(&new.channels),
        notices::urgency.eq(&new.urgency),
        notices::state.eq(NoticeState::Materialising.as_str()),
        notices::cursor.eq(""),
        notices::matched.eq(0_i64),
        notices::not_before.eq(new.not_before),
        notices::stale_after.eq(new.stale_after),
        notices::created_at.eq(now),
        notices::widen.eq(&new.widen),
    );
    on!(
        c,
        diesel::insert_into(notices::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(c)?
    );
    Ok(())
}

/// The run with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(c: &mut AnyConnection, id: &str) -> Result<Notice> {
    notices::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional()?
        .ok_or_else(|| Error::not_found("お知らせ", id))?
        .read()
}

/// Runs, newest first, at most `limit` older than the one named.
///
/// # Errors
/// Those of the database; a run this version does not know.
pub fn list(c: &mut AnyConnection, before: Option<&str>, limit: i64) -> Result<Vec<Notice>> {
    // Ids are ULIDs: they sort by time.
    let mut query = notices::table.select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(notices::id.lt(before.to_owned()));
    }
    query
        .order(notices::id.desc())
        .limit(limit)
        .load(c)?
        .into_iter()
        .map(Row::read)
        .collect()
}

/// Runs that are not over, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list_open(c: &mut AnyConnection) -> Result<Vec<Notice>> {
    notices::table
        .filter(notices::state.eq_any([
            NoticeState::Materialising.as_str(),
            NoticeState::Sending.as_str(),
            NoticeState::Paused.as_str(),
        ]))
        .order((notices::created_at.asc(), notices::id.asc()))
        .select(Row::as_select())
        .load(c)?
        .into_iter()
        .map(Row::read)
        .collect()
}

/// All runs of a document, oldest first.
///
/// # Errors
/// Those of the database.
pub fn of_document(c: &mut AnyConnection, document_id: &str) -> Result<Vec<Notice>> {
    notices::table
        .filter(notices::document_id.eq(document_id))
        .order((notices::created_at.asc(), notices::id.asc()))
        .select(Row::as_select())
        .load(c)?
        .into_iter()
        .map(Row::read)
        .collect()
}

/// The highest round for which a publish notice of this document was decided.
///
/// # Errors
/// Those of the database.
pub fn latest_round(c: &mut AnyConnection, document_id: &str) -> Result<Option<i32>> {
    Ok(notices::table
        .filter(notices::document_id.eq(document_id))
        .filter(notices::kind.eq(NoticeKind::Publish.as_str()))
        .select(diesel::dsl::max(notices::round))
        .first(c)?)
}
