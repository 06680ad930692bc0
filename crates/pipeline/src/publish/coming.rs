//! Documents on their way in: what going live writes of each, without their texts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use kairan_content::{Context as Reading, Document, Moment};
use kairan_db::documents::Document as Row;
use kairan_db::editions::{Edition, EditionState};
use kairan_db::live::{Link, Publication, Published, Span, SpanRole};
use kairan_db::releases::ReleaseDocument;
use kairan_db::time::{jst_from_utc, utc_from_jst};
use kairan_db::{AnyConnection, addresses, documents, editions, live};
use kairan_site::{Card, Live};

use super::plan::Skipped;
use crate::Result;
use crate::catalogue::{FILE, REFERENCE, parse};
use crate::object_name::{EMERGENCIES, list_word};
use crate::site_data::Current;

/// An edition on its way in. Its text was read and let go: a release may hold many.
pub(super) struct Coming {
    edition_id: i64,
    revision: i64,
    pub(super) card: Arc<Card>,
    /// The lists it is to be in.
    pub(super) lists: BTreeSet<String>,
    aliases: Vec<String>,
    spans: Vec<Span>,
    links: Vec<Link>,
}

/// Reads these editions together; those that may no longer go live, with the reason.
pub(super) fn read(
    c: &mut AnyConnection,
    current: &Current,
    chosen: &[ReleaseDocument],
    now: NaiveDateTime,
) -> Result<Vec<Result<Coming, Skipped>>> {
    let ids: Vec<i64> = chosen.iter().filter_map(|one| one.edition_id).collect();
    let mut editions = editions::by_ids(c, &ids)?;
    editions.sort_unstable_by(|a, b| a.document_id.cmp(&b.document_id));
    let mut sources: HashMap<i64, String> = editions::sources(c, &ids)?.into_iter().collect();
    let ids: Vec<&str> = editions
        .iter()
        .map(|edition| edition.document_id.as_str())
        .collect();
    let rows = documents::by_ids(c, &ids)?;
    let rows: HashMap<&str, &Row> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let cx = Reading::new(&current.data, None);
    let mut all = Vec::with_capacity(editions.len());
    for edition in &editions {
        let (Some(row), Some(source)) = (
            rows.get(edition.document_id.as_str()),
            sources.remove(&edition.id),
        ) else {
            continue;
        };
        let read = match refusal(c, row, edition)? {
            Some(reason) => Err(reason),
            None => parse(&row.kind, &row.id, &source, &cx).map_err(|error| error.to_string()),
        };
        all.push(match read {
            Ok(text) => {
                let first = row.first_published_at.unwrap_or(now);
                Ok(Coming::new(edition, text, first, current))
            }
            Err(reason) => Err(Skipped {
                document: row.id.clone(),
                title: edition.title.clone(),
                reason,
            }),
        });
    }
    Ok(all)
}

/// Why an edition may not go live (any more).
fn refusal(c: &mut AnyConnection, row: &Row, edition: &Edition) -> Result<Option<String>> {
    let other = live::by_slug(c, &row.kind, &edition.slug)?;
    if other.is_some_and(|other| other.document_id != row.id) {
        let reason = format!("スラッグ「{}」は別の文書が使っています", edition.slug);
        return Ok(Some(reason));
    }
    let ready = matches!(
        edition.state,
        EditionState::Approved | EditionState::Published
    );
    Ok((!ready).then(|| format!("公開の前に「{}」に変わりました", edition.state.label())))
}

impl Coming {
    fn new(edition: &Edition, text: Document, first: NaiveDateTime, current: &Current) -> Self {
        let lang = &current.data.settings.lang;
        let published = first_publication(&text, first);
        let live = Live::new(text, Some(published), lang);
        let mut lists: BTreeSet<String> = live.lists(lang).iter().map(list_word).collect();
        if live.card.emergency && live.card.lang == *lang {
            lists.insert(EMERGENCIES.to_owned());
        }
        Self {
            edition_id: edition.id,
            revision: edition.revision,
            lists,
            spans: spans(&live),
            links: links(&live),
            card: live.card,
            aliases: live.document.aliases,
        }
    }

    /// Its place among those that enter a list: first publication, then id.
    pub(super) fn place(&self) -> (NaiveDateTime, &str) {
        (self.published_at(), &self.card.id)
    }

    fn published_at(&self) -> NaiveDateTime {
        self.card
            .published
            .map_or(NaiveDateTime::MIN, |published| published.start())
    }

    /// Makes it the live edition of its document.
    pub(super) fn publish(&self, c: &mut AnyConnection, now: NaiveDateTime) -> Result<Published> {
        let card = serde_json::to_string(&*self.card).map_err(kairan_site::Error::from)?;
        let aliases = self.free_aliases(c)?;
        let deadlines = &self.card.deadlines;
        let opens = deadlines.iter().filter_map(|one| one.opens).min();
        let closes = deadlines.iter().map(|one| one.closes.end()).max();
        let noticed = self.card.updated.as_ref().filter(|updated| updated.major);
        let listed = self
            .published_at()
            .max(noticed.map_or(NaiveDateTime::MIN, |one| one.at.start()));
        let publication = Publication {
            edition_id: self.edition_id,
            revision: self.revision,
            card: &card,
            opens: opens.map(|at| utc_from_jst(at.start())),
            closes: closes.map(utc_from_jst),
            listed_at: Some(utc_from_jst(listed)),
            spans: &self.spans,
            links: &self.links,
            aliases: &aliases,
        };
        Ok(live::publish(c, &publication, now)?)
    }

    /// Old slugs that no other live document has taken.
    fn free_aliases(&self, c: &mut AnyConnection) -> Result<Vec<&str>> {
        let mut free = Vec::with_capacity(self.aliases.len());
        for alias in &self.aliases {
            let holder = addresses::holder(c, self.card.kind.as_str(), alias)?;
            if holder.is_none_or(|holder| holder == self.card.id) {
                free.push(alias.as_str());
            }
        }
        Ok(free)
    }
}

/// When readers are told it first appeared (JST): the front matter's 公開日時 where that lies before its first
/// publication here, as for what came from an older site.
fn first_publication(document: &Document, first: NaiveDateTime) -> Moment {
    let first = jst_from_utc(first);
    match document.publish_at {
        Some(at) if at.start() <= first => at,
        _ => Moment {
            date: first.date(),
            time: NaiveTime::from_hms_opt(first.hour(), first.minute(), 0),
        },
    }
}

/// Deadlines first, then sessions: readers of sessions count on it.
fn spans(live: &Live) -> Vec<Span> {
    let deadlines = live.card.deadlines.iter().map(|deadline| {
        let ends = utc_from_jst(deadline.closes.end());
        Span {
            role: SpanRole::Deadline,
            starts: deadline.opens.map_or(ends, |at| utc_from_jst(at.start())),
            ends,
        }
    });
    let sessions = live.card.sessions.iter().map(|session| {
        let starts = utc_from_jst(session.starts.start());
        Span {
            role: SpanRole::Session,
            starts,
            ends: session.ends.map_or(starts, |at| utc_from_jst(at.end())),
        }
    });
    deadlines.chain(sessions).collect()
}

fn links(live: &Live) -> Vec<Link> {
    let link = |role: &str, target: &str| Link {
        role: role.to_owned(),
        target: target.to_owned(),
    };
    let references = live.references().map(|name| link(REFERENCE, name));
    references
        .chain(live.files().into_iter().map(|path| link(FILE, path)))
        .collect()
}
