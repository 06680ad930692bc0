//! planned → rendering: the documents of a release go live in the database, and what that touches is planned,
//! in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use kairan_content::Kind;
use kairan_db::releases::{self, Release, ReleaseDocument, ReleaseKind, ReleaseState};
use kairan_db::{AnyConnection, forwards, lists, live, objects, publications, withdrawals};
use kairan_site::{Address, Catalogue, Live, ObjectKey, plan as plan_one, plan_all, plan_changes};

use super::coming::{self, Coming};
use super::plan::Plan;
use super::{Options, PUBLISH, SKIPPED, SYSTEM, WITHDRAW, create};
use crate::catalogue::DbCatalogue;
use crate::notify::{Released, after_release};
use crate::site_data::{self, Current};
use crate::{Context, Result};

/// Editions read at a time.
const TOGETHER: usize = 500;
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
    let mut chosen = chosen;
    chosen.retain(|one| one.action == PUBLISH);
    let mut coming = work.read(c, &chosen)?;
    // Lists are entered by first publication, then id.
    coming.sort_by(|a, b| a.place().cmp(&b.place()));
    let ids: Vec<String> = coming.iter().map(|one| one.card.id.clone()).collect();
    for coming in coming {
        work.publish(c, coming)?;
    }
    let options: Options = serde_json::from_str(&release.options).unwrap_or_default();
    if options.ahead {
        tell_ahead(c, ctx, &work.current, &ids, now)?;
    }
    work.finish(c, ctx, release, before)
}

/// 緊急: decides the notices of documents that are live in the database, before their pages are.
fn tell_ahead(
    c: &mut AnyConnection,
    ctx: &Context,
    current: &Current,
    ids: &[String],
    now: NaiveDateTime,
) -> Result<()> {
    let mut released = Vec::with_capacity(ids.len());
    for id in ids {
        let found = DbCatalogue::within(c, current.clone()).document(id)?;
        if let (Some(row), Some(found)) = (live::get(c, id)?, found) {
            released.push(Released {
                document_id: id.clone(),
                edition_id: row.edition_id,
                document: found.document.clone(),
                url: String::new(),
                no_notice: false,
                ahead: true,
            });
        }
    }
    Ok(after_release(c, ctx, &released, now)?)
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

    /// Reads the editions that are to go live, some at a time; those that no longer may are left out, with a word to
    /// staff.
    fn read(&mut self, c: &mut AnyConnection, chosen: &[ReleaseDocument]) -> Result<Vec<Coming>> {
        let mut all = Vec::with_capacity(chosen.len());
        for chosen in chosen.chunks(TOGETHER) {
            for read in coming::read(c, &self.current, chosen, self.now)? {
                match read {
                    Ok(coming) => all.push(coming),
                    Err(left_out) => {
                        self.gone.push(left_out.document.clone());
                        self.plan.skipped.push(left_out);
                    }
                }
            }
        }
        Ok(all)
    }

    fn publish(&mut self, c: &mut AnyConnection, coming: Coming) -> Result<()> {
        let id = coming.card.id.clone();
        let old = self.old(c, &id)?;
        let published = coming.publish(c, self.now)?;
        withdrawals::remove(c, &id)?;
        let action = if published.previous.is_some() {
            "updated"
        } else {
            "published"
        };
        self.note(action, &coming.card);
        let mut wanted = coming.lists;
        // Who is not live is in no list.
        if published.previous.is_some() {
            for (list, _) in lists::of_document(c, &id)? {
                if !wanted.remove(&list) {
                    lists::leave(c, &list, &id)?;
                }
            }
        }
        // Lists it enters wait for the others.
        for list in wanted {
            self.joins.entry(list).or_default().push(id.clone());
        }
        self.touched.push((id, old));
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
                lang: Some(one.lang).filter(|lang| *lang != self.current.data.settings.lang),
                kind: Kind::parse(&one.kind)?,
                slug: one.slug,
            }))
        };
        Ok(down.into_iter().filter_map(page).collect())
    }

    /// The addresses of an older site that lead to what moved; every one where everything is made anew.
    fn forwards(&mut self, c: &mut AnyConnection) -> Result<()> {
        let touched: Vec<&str> = self.touched.iter().map(|(id, _)| id.as_str()).collect();
        let leading = match self.full {
            true => forwards::paths(c)?,
            false => forwards::leading_to(c, &touched)?,
        };
        self.plan.forwards.extend(leading);
        self.plan.forwards.sort_unstable();
        self.plan.forwards.dedup();
        Ok(())
    }

    /// Where a document of the menu moved, came or went, every page shows another menu: a release of its own makes them anew.
    fn menu_moved(&mut self, c: &mut AnyConnection, ctx: &Context) -> Result<()> {
        let after = site_data::current(c, &ctx.theme)?;
        if after.hash != self.current.hash && !self.full {
            let (kind, options) = (ReleaseKind::Full, Options::default());
            create(c, kind, &options, SYSTEM, &[], self.now)?;
        }
        self.current = after;
        Ok(())
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
        self.menu_moved(c, ctx)?;
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
        self.forwards(c)?;
        self.plan
            .names
            .extend(keys.iter().map(ObjectKey::object_name));
        self.plan.made_with = (
            self.current.hash.clone(),
            ctx.theme.fingerprint().to_owned(),
        );
        self.plan.store(c, release.id)?;
        let total = self.plan.names.len() + self.plan.forwards.len();
        let total = i64::try_from(total).unwrap_or(i64::MAX);
        releases::set_rendered(c, release.id, 0, total, self.now)?;
        releases::set_state(c, release.id, ReleaseState::Rendering, None, self.now)?;
        Ok(())
    }
}
