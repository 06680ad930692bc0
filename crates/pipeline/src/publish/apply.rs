//! planned → rendering: the documents of a release go live in the database, and what that touches is planned,
//! in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use kairan_content::{Document, Kind, Moment};
use kairan_db::editions::EditionState;
use kairan_db::live::{Link, Publication, Span, SpanRole};
use kairan_db::releases::{self, Release, ReleaseDocument, ReleaseKind, ReleaseState};
use kairan_db::time::{jst_from_utc, utc_from_jst};
use kairan_db::{
    AnyConnection, addresses, documents, editions, lists, live, objects, publications, withdrawals,
};
use kairan_site::{Address, Catalogue, Live, ObjectKey, plan as plan_one, plan_all, plan_changes};

use super::plan::{Plan, Skipped};
use super::{PUBLISH, SKIPPED, WITHDRAW};
use crate::catalogue::{DbCatalogue, FILE, REFERENCE, parse};
use crate::object_name::{EMERGENCIES, list_word};
use crate::site_data::{self, Current};
use crate::{Context, Result};

/// Objects that time has changed, taken up by one release.
const DUE: i64 = 5_000;

/// Applies a release in state `planned`.
pub(super) fn apply(
    c: &mut AnyConnection,
    ctx: &Context,
    release: &Release,
    now: NaiveDateTime,
) -> Result<()> {
    let current = site_data::current(c, &ctx.theme)?;
    let before = publications::last(c)?;
    let mut work = Work {
        current,
        now,
        full: release.kind == ReleaseKind::Full,
        plan: Plan::load(c, release.id)?,
        touched: Vec::new(),
        joins: BTreeMap::new(),
        entries: Vec::new(),
        gone: Vec::new(),
    };
    let chosen = releases::documents(c, release.id)?;
    for document in chosen.iter().filter(|one| one.action == WITHDRAW) {
        work.withdraw(c, &document.document_id)?;
    }
    let mut coming = Vec::new();
    for document in chosen.iter().filter(|one| one.action == PUBLISH) {
        coming.extend(work.read(c, document)?);
    }
    // Lists are entered by first publication, then id.
    coming.sort_by(|a, b| {
        (a.live.published_at(), a.live.id()).cmp(&(b.live.published_at(), b.live.id()))
    });
    for coming in coming {
        work.publish(c, coming)?;
    }
    work.finish(c, ctx, release, before)
}

/// A document on its way in.
struct Coming {
    edition_id: i64,
    revision: i64,
    live: Live,
}

struct Work {
    current: Current,
    now: NaiveDateTime,
    full: bool,
    plan: Plan,
    /// Id, and what was and what is live.
    touched: Vec<(String, Option<std::sync::Arc<Live>>)>,
    /// Who enters which list, in order.
    joins: BTreeMap<String, Vec<String>>,
    entries: Vec<publications::Entry>,
    /// Documents left out.
    gone: Vec<String>,
}

impl Work {
    fn lang(&self) -> &str {
        &self.current.data.settings.lang
    }

    /// What is live of a document now; not asked for where everything is rendered anyway.
    fn old(&self, c: &mut AnyConnection, id: &str) -> Result<Option<std::sync::Arc<Live>>> {
        if self.full {
            return Ok(None);
        }
        Ok(DbCatalogue::within(c, self.current.clone()).document(id)?)
    }

    fn withdraw(&mut self, c: &mut AnyConnection, id: &str) -> Result<()> {
        let old = self.old(c, id)?;
        let Some(row) = live::withdraw(c, id, self.now)? else {
            self.gone.push(id.to_owned());
            return Ok(());
        };
        for (list, _) in lists::of_document(c, id)? {
            lists::leave(c, &list, id)?;
        }
        let card: kairan_site::Card =
            serde_json::from_str(&row.card).map_err(kairan_site::Error::from)?;
        self.note("withdrawn", &card);
        self.touched.push((id.to_owned(), old));
        Ok(())
    }

    /// Reads an edition that is to go live; `None`, and a word to staff, where it no longer may.
    fn read(&mut self, c: &mut AnyConnection, chosen: &ReleaseDocument) -> Result<Option<Coming>> {
        let Some(edition_id) = chosen.edition_id else {
            return Ok(None);
        };
        let edition = editions::get(c, edition_id)?;
        let document = documents::get(c, &edition.document_id)?;
        let taken = live::by_slug(c, &document.kind, &edition.slug)?
            .is_some_and(|other| other.document_id != document.id);
        let ready = matches!(
            edition.state,
            EditionState::Approved | EditionState::Published
        );
        let reason = if taken {
            Some(format!(
                "スラッグ「{}」は別の文書が使っています",
                edition.slug
            ))
        } else if ready {
            None
        } else {
            Some(format!(
                "公開の前に「{}」に変わりました",
                edition.state.label()
            ))
        };
        if let Some(reason) = reason {
            self.skip(&document.id, &edition.title, reason);
            return Ok(None);
        }
        let source = editions::source(c, edition_id)?;
        let text = match parse(&document.kind, &document.id, &source, &self.current.data) {
            Ok(text) => text,
            Err(error) => {
                self.skip(&document.id, &edition.title, error.to_string());
                return Ok(None);
            }
        };
        let first = document.first_published_at.unwrap_or(self.now);
        let published = first_publication(&text, first);
        let live = Live::new(text, Some(published), self.lang());
        Ok(Some(Coming {
            edition_id,
            revision: edition.revision,
            live,
        }))
    }

    fn skip(&mut self, id: &str, title: &str, reason: String) {
        self.gone.push(id.to_owned());
        self.plan.skipped.push(Skipped {
            document: id.to_owned(),
            title: title.to_owned(),
            reason,
        });
    }

    fn publish(&mut self, c: &mut AnyConnection, coming: Coming) -> Result<()> {
        let Coming {
            edition_id,
            revision,
            live: new,
        } = coming;
        let id = new.id().to_owned();
        let old = self.old(c, &id)?;
        let card = serde_json::to_string(&*new.card).map_err(kairan_site::Error::from)?;
        let aliases = free_aliases(c, &new.document)?;
        let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
        let (spans, links) = (spans(&new), links(&new));
        let opens = new.card.deadlines.iter().filter_map(|one| one.opens).min();
        let closes = new.card.deadlines.iter().map(|one| one.closes.end()).max();
        let noticed = new.card.updated.as_ref().filter(|updated| updated.major);
        let listed = new
            .published_at()
            .max(noticed.map_or(NaiveDateTime::MIN, |one| one.at.start()));
        let publication = Publication {
            edition_id,
            revision,
            card: &card,
            opens: opens.map(|at| utc_from_jst(at.start())),
            closes: closes.map(utc_from_jst),
            listed_at: Some(utc_from_jst(listed)),
            spans: &spans,
            links: &links,
            aliases: &aliases,
        };
        let published = live::publish(c, &publication, self.now)?;
        withdrawals::remove(c, &id)?;
        let action = if published.previous.is_some() {
            "updated"
        } else {
            "published"
        };
        self.note(action, &new.card);
        self.lists(c, &new)?;
        self.touched.push((id, old));
        Ok(())
    }

    /// Leaves the lists it is no longer in; those it enters wait for the others.
    fn lists(&mut self, c: &mut AnyConnection, new: &Live) -> Result<()> {
        let id = new.id();
        let mut wanted: BTreeSet<String> = new.lists(self.lang()).iter().map(list_word).collect();
        if new.card.emergency && new.card.lang == self.lang() {
            wanted.insert(EMERGENCIES.to_owned());
        }
        for (list, _) in lists::of_document(c, id)? {
            if !wanted.remove(&list) {
                lists::leave(c, &list, id)?;
            }
        }
        for list in wanted {
            self.joins.entry(list).or_default().push(id.to_owned());
        }
        Ok(())
    }

    fn note(&mut self, action: &str, card: &kairan_site::Card) {
        self.entries.push(publications::Entry {
            sequence: 0,
            action: action.to_owned(),
            kind: card.kind.as_str().to_owned(),
            document_id: card.id.clone(),
            path: card.path.clone(),
            edition: card.edition.clone(),
        });
    }

    /// The pages of documents that were taken down with a word.
    fn words_left(&self, c: &mut AnyConnection) -> Result<Vec<ObjectKey>> {
        let down = withdrawals::with_page(c)?;
        let page = |one: withdrawals::Withdrawal| {
            Some(ObjectKey::Document(Address {
                lang: Some(one.lang).filter(|lang| lang != self.lang()),
                kind: Kind::parse(&one.kind)?,
                slug: one.slug,
            }))
        };
        Ok(down.into_iter().filter_map(page).collect())
    }

    /// Writes lists and feed, and plans what all that touches.
    fn finish(
        mut self,
        c: &mut AnyConnection,
        ctx: &Context,
        release: &Release,
        before: i64,
    ) -> Result<()> {
        for (list, ids) in &self.joins {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            lists::enter(c, list, &ids)?;
        }
        for (sequence, entry) in (before + 1..).zip(&mut self.entries) {
            entry.sequence = sequence;
        }
        publications::append(c, &self.entries)?;
        let gone: Vec<&str> = self.gone.iter().map(String::as_str).collect();
        releases::mark_documents(c, release.id, &gone, SKIPPED)?;
        let mut keys: BTreeSet<ObjectKey> = BTreeSet::new();
        if release.kind == ReleaseKind::Refresh {
            let due = objects::due(c, self.now, DUE)?;
            self.plan.names = due.into_iter().map(|object| object.name).collect();
        }
        let words_left = if self.full {
            self.words_left(c)?
        } else {
            Vec::new()
        };
        let after = DbCatalogue::within(c, self.current.clone());
        if self.full {
            keys = plan_all(&after, &ctx.theme)?;
            keys.extend(words_left);
        } else {
            for (id, old) in &self.touched {
                let new = after.document(id)?;
                keys.extend(plan_one(old.as_deref(), new.as_deref(), &after)?);
            }
            keys.extend(plan_changes(
                u32::try_from(before).unwrap_or(u32::MAX),
                &after,
            )?);
        }
        drop(after);
        self.plan
            .names
            .extend(keys.iter().map(ObjectKey::object_name));
        self.plan.made_with = (
            self.current.hash.clone(),
            ctx.theme.fingerprint().to_owned(),
        );
        self.plan.store(c, release.id)?;
        let total = i64::try_from(self.plan.names.len()).unwrap_or(i64::MAX);
        releases::set_rendered(c, release.id, 0, total, self.now)?;
        releases::set_state(c, release.id, ReleaseState::Rendering, None, self.now)?;
        Ok(())
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

/// Old slugs that no other live document has taken.
fn free_aliases(c: &mut AnyConnection, document: &Document) -> Result<Vec<String>> {
    let mut free = Vec::with_capacity(document.aliases.len());
    for alias in &document.aliases {
        let holder = addresses::holder(c, document.kind.as_str(), alias)?;
        if holder.is_none_or(|holder| Some(&holder) == document.id.as_ref()) {
            free.push(alias.clone());
        }
    }
    Ok(free)
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
