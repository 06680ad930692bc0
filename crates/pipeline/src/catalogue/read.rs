//! The questions of rendering, as queries.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use kairan_content::{Kind, Session, SiteData};
use kairan_db::time::jst_from_utc;
use kairan_db::withdrawals::{self, Way};
use kairan_db::{AnyConnection, addresses, documents, forwards, lists, live, publications, site};
use kairan_site::{
    Action, Address, Card, Catalogue, Change, FileInfo, Forward, Found, ListKey, Live, Month,
    Result, Withdrawn,
};

use super::DbCatalogue;
use crate::object_name::{EMERGENCIES, LANG, list_word};

/// More rows than any question is meant to have.
const ALL: i64 = i64::MAX;

impl Catalogue for DbCatalogue<'_> {
    fn site(&self) -> &SiteData {
        &self.current.data
    }

    fn document(&self, id: &str) -> Result<Option<Arc<Live>>> {
        if let Some(live) = self.kept(id) {
            return Ok(Some(live));
        }
        let row = self.ask(|c| live::get(c, id))?;
        row.as_ref().map(|row| self.load(row)).transpose()
    }

    fn expect(&self, ids: &[&str]) -> Result<()> {
        let rows = self.ask(|c| live::by_ids(c, ids))?;
        self.read_ahead(&rows)
    }

    fn at(&self, address: &Address) -> Result<Option<Found>> {
        let kind = address.kind.as_str();
        let lang = address.lang.as_deref().unwrap_or(self.site_lang());
        let kept = self.kept_at(address.kind, &address.slug);
        if let Some(live) = kept.filter(|live| live.document.lang == lang) {
            return Ok(Some(Found::Live(live)));
        }
        let (here, moved, down) = self.ask(|c| {
            if let Some(row) = live::by_slug(c, kind, &address.slug)? {
                return Ok((Some(row), None, None));
            }
            let moved = addresses::redirect(c, kind, &address.slug)?;
            let moved = moved.map(|moved| live::get(c, &moved.document_id));
            let moved = moved.transpose()?.flatten();
            if moved.is_some() {
                return Ok((None, moved, None));
            }
            let down = withdrawals::at(c, kind, &address.slug)?.filter(|down| down.lang == lang);
            let target = match down.as_ref().and_then(|down| down.target.as_deref()) {
                Some(target) => live::get(c, target)?,
                None => None,
            };
            Ok((None, None, down.map(|down| (down, target))))
        })?;
        if let Some(row) = here.filter(|row| row.lang == lang) {
            return Ok(Some(Found::Live(self.load(&row)?)));
        }
        match down {
            // Wherever it leads, in whatever language that is.
            Some((_, Some(target))) => return Ok(Some(Found::Moved(self.card(&target)?))),
            Some((down, None)) if down.way == Way::Banner => {
                return Ok(Some(Found::Withdrawn(Withdrawn {
                    title: down.title,
                    reason: down.reason,
                    on: jst_from_utc(down.withdrawn_at).date(),
                })));
            }
            _ => {}
        }
        let moved = moved.filter(|row| row.lang == lang);
        moved
            .map(|row| Ok(Found::Moved(self.card(&row)?)))
            .transpose()
    }

    fn forward(&self, path: &str) -> Result<Option<Forward>> {
        let lang = self.site_lang();
        self.ask(|c| {
            let Some(forward) = forwards::get(c, path)? else {
                return Ok(None);
            };
            if let Some(url) = forward.url {
                let title = url.clone();
                return Ok(Some(Forward { to: url, title }));
            }
            let document = forward.document_id.unwrap_or_default();
            let (row, down) = (live::get(c, &document)?, withdrawals::get(c, &document)?);
            // The page of a document that was taken down with a word leads on, or says why.
            let down = down.filter(|down| down.way != Way::Gone);
            let (kind, of, slug) = match (row, down) {
                (Some(row), _) => (row.kind, row.lang, row.slug),
                (None, Some(down)) => (down.kind, down.lang, down.slug),
                (None, None) => return Ok(None),
            };
            let title = documents::get(c, &document)?.title;
            Ok(Kind::parse(&kind).map(|kind| Forward {
                to: Address {
                    lang: (of != lang).then_some(of),
                    kind,
                    slug,
                }
                .path(),
                title,
            }))
        })
    }

    fn named(&self, name: &str) -> Result<Vec<Arc<Card>>> {
        let (word, slug) = match name.rsplit_once('/') {
            Some((word, slug)) => (Some(word), slug),
            None => (None, name),
        };
        let of_kind =
            |kind: &Kind| word.is_none_or(|word| word == kind.as_str() || word == kind.plural());
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(of_kind).collect();
        let rows = self.ask(|c| {
            let mut found: HashMap<String, live::Live> = HashMap::new();
            if word.is_none() {
                found.extend(live::get(c, name)?.map(|row| (row.document_id.clone(), row)));
            }
            for kind in kinds {
                let row = match live::by_slug(c, kind.as_str(), slug)? {
                    Some(row) => Some(row),
                    None => match addresses::redirect(c, kind.as_str(), slug)? {
                        Some(old) => live::get(c, &old.document_id)?,
                        None => None,
                    },
                };
                found.extend(row.map(|row| (row.document_id.clone(), row)));
            }
            Ok(found)
        })?;
        self.by_id(rows.into_values().collect())
    }

    fn last_ordinal(&self, list: &ListKey) -> Result<u32> {
        let last = self.ask(|c| lists::max_ordinal(c, &list_word(list)))?;
        Ok(last.map_or(0, from_zero))
    }

    fn ordinal(&self, list: &ListKey, id: &str) -> Result<Option<u32>> {
        let ordinal = self.ask(|c| lists::ordinal(c, &list_word(list), id))?;
        Ok(ordinal.map(from_zero))
    }

    fn range(&self, list: &ListKey, first: u32, last: u32) -> Result<Vec<(u32, Arc<Card>)>> {
        let from = i64::from(first.max(1)) - 1;
        let rows = self.ask(|c| lists::range(c, &list_word(list), from, i64::from(last)))?;
        rows.iter()
            .rev()
            .map(|(ordinal, row)| Ok((from_zero(*ordinal), self.card(row)?)))
            .collect()
    }

    fn newest(&self, list: &ListKey, limit: usize) -> Result<Vec<Arc<Card>>> {
        let limit = i64::try_from(limit).unwrap_or(ALL);
        let rows = self.ask(|c| lists::newest(c, &list_word(list), None, limit))?;
        rows.iter().map(|(_, row)| self.card(row)).collect()
    }

    fn languages(&self) -> Result<Vec<String>> {
        let all = self.ask(lists::all)?;
        let languages = all.iter().filter_map(|(key, _)| key.strip_prefix(LANG));
        let mut languages: Vec<String> = languages.map(str::to_owned).collect();
        languages.sort_unstable();
        Ok(languages)
    }

    fn closing(&self, after: NaiveDateTime, until: NaiveDateTime) -> Result<Vec<Arc<Card>>> {
        let after_it = |at: NaiveDateTime| stored_instant(at) + Duration::microseconds(1);
        let rows = self.ask(|c| live::closing_between(c, after_it(after), after_it(until), ALL))?;
        let mut rows: Vec<_> = rows.into_iter().map(|(row, _)| row).collect();
        rows.retain(|row| row.lang == self.site_lang());
        self.by_id(rows)
    }

    fn next_closing(&self, after: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
        let next = self.ask(|c| live::next_closing(c, self.site_lang(), stored_instant(after)))?;
        Ok(next.map(jst_from_utc))
    }

    fn sessions(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        limit: usize,
    ) -> Result<Vec<(Session, Arc<Card>)>> {
        let (from, to) = (stored_instant(from), stored_instant(to));
        let limit = i64::try_from(limit).unwrap_or(ALL);
        let rows = self.ask(|c| live::sessions_starting(c, self.site_lang(), from, to, limit))?;
        let mut sessions = Vec::with_capacity(rows.len());
        for (row, place) in &rows {
            let card = self.card(row)?;
            // Spans are written deadlines first.
            let at = usize::try_from(*place).unwrap_or(usize::MAX);
            let session = at.checked_sub(card.deadlines.len());
            if let Some(session) = session.and_then(|at| card.sessions.get(at)) {
                sessions.push((session.clone(), card));
            }
        }
        Ok(sessions)
    }

    fn month_before(&self, month: Month) -> Result<Option<Month>> {
        let at = stored_instant(month.first().and_time(NaiveTime::MIN));
        let before = self.ask(|c| live::session_before(c, self.site_lang(), at))?;
        Ok(before.map(|at| Month::of(jst_from_utc(at).date())))
    }

    fn month_after(&self, month: Month) -> Result<Option<Month>> {
        let at = stored_instant(month.next().first().and_time(NaiveTime::MIN));
        let after = self.ask(|c| live::session_after(c, self.site_lang(), at))?;
        Ok(after.map(|at| Month::of(jst_from_utc(at).date())))
    }

    fn referrers(&self, names: &[String]) -> Result<Vec<Arc<Card>>> {
        let ahead = self.referrers_ahead(names);
        if ahead.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let rows = self.ask(|c| {
            let ids = match ahead {
                Some(ids) => ids,
                None => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let links = live::referring_to(c, &names)?.into_iter();
                    let named = links.filter(|(_, link)| link.role == REFERENCE);
                    named.map(|(id, _)| id).collect()
                }
            };
            let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            ids.sort_unstable();
            ids.dedup();
            live::by_ids(c, &ids)
        })?;
        self.by_id(rows)
    }

    fn variants(&self, group: &str) -> Result<Vec<Arc<Card>>> {
        let mut cards = match self.variants_ahead(group) {
            Some(cards) => cards,
            None => {
                let rows = self.ask(|c| {
                    let mut rows = live::translations_of(c, group)?;
                    rows.extend(live::get(c, group)?.filter(|row| row.translates.is_none()));
                    Ok(rows)
                })?;
                self.cards(&rows)?
            }
        };
        cards.sort_by(|a, b| (&a.lang, &a.id).cmp(&(&b.lang, &b.id)));
        Ok(cards)
    }

    fn emergencies(&self) -> Result<Vec<Arc<Card>>> {
        let rows = self.ask(|c| lists::newest(c, EMERGENCIES, None, ALL))?;
        let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        let mut cards = self.cards(&rows)?;
        cards.sort_by_key(|card| std::cmp::Reverse(card.published.map(|at| at.start())));
        Ok(cards)
    }

    fn file(&self, path: &str) -> Result<Option<FileInfo>> {
        let found = self.ask(|c| site::files(c, &[path]))?;
        Ok(found.first().map(info))
    }

    fn file_bytes(&self, hash: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.ask(|c| {
            let found = site::files_with_hash(c, hash)?;
            for file in found.iter().filter(|file| info(file).name == name) {
                if is_linked(c, &file.path)? {
                    return site::file_bytes(c, &file.path);
                }
            }
            Ok(None)
        })
    }

    fn last_change(&self) -> Result<u32> {
        Ok(number(self.ask(publications::last)?))
    }

    fn changes(&self, first: u32, last: u32) -> Result<Vec<Change>> {
        let rows = self.ask(|c| publications::range(c, first.into(), last.into()))?;
        Ok(rows.iter().filter_map(change).collect())
    }
}

/// Links from front matter to other documents, as written there.
pub(crate) const REFERENCE: &str = "reference";
/// Links to files of the site folder, by path.
pub(crate) const FILE: &str = "file";

impl DbCatalogue<'_> {
    /// Who refers to these names, where that was read ahead for all of them.
    fn referrers_ahead(&self, names: &[String]) -> Option<Vec<String>> {
        let kept = self.kept.borrow();
        let mut ids = Vec::new();
        for name in names {
            ids.extend_from_slice(kept.referrers.get(name)?);
        }
        Some(ids)
    }

    /// An original and its variants, where both were read ahead.
    fn variants_ahead(&self, group: &str) -> Option<Vec<Arc<Card>>> {
        let kept = self.kept.borrow();
        let original = kept.documents.get(group)?;
        let mut cards = kept.translations.get(group)?.clone();
        if original.document.translates.is_none() {
            cards.push(Arc::clone(&kept.cards.get(group)?.1));
        }
        Some(cards)
    }

    /// The cards of these rows, each once, by id.
    fn by_id(&self, mut rows: Vec<live::Live>) -> Result<Vec<Arc<Card>>> {
        rows.sort_by(|a, b| a.document_id.cmp(&b.document_id));
        rows.dedup_by(|a, b| a.document_id == b.document_id);
        self.cards(&rows)
    }
}

fn is_linked(c: &mut AnyConnection, path: &str) -> kairan_db::Result<bool> {
    let links = live::referring_to(c, &[path])?;
    Ok(links.iter().any(|(_, link)| link.role == FILE))
}

fn info(file: &site::SiteFile) -> FileInfo {
    let pixels = |length: Option<i64>| length.and_then(|length| u32::try_from(length).ok());
    FileInfo {
        hash: file.sha256.chars().take(16).collect(),
        name: file.path.rsplit('/').next().unwrap_or_default().to_owned(),
        size: u64::try_from(file.size).unwrap_or_default(),
        dimensions: pixels(file.width).zip(pixels(file.height)),
    }
}

fn change(entry: &publications::Entry) -> Option<Change> {
    let action = match entry.action.as_str() {
        "published" => Action::Published,
        "updated" => Action::Updated,
        _ => Action::Withdrawn,
    };
    Some(Change {
        seq: number(entry.sequence),
        action,
        kind: Kind::parse(&entry.kind)?,
        id: entry.document_id.clone(),
        path: entry.path.clone(),
        edition: entry.edition.clone(),
    })
}

/// An instant (JST) as the database compares it: it keeps years of four digits.
fn stored_instant(at: NaiveDateTime) -> NaiveDateTime {
    let edge = |year, month, day| {
        NaiveDate::from_ymd_opt(year, month, day)
            .unwrap_or_default()
            .and_time(NaiveTime::MIN)
    };
    kairan_db::time::utc_from_jst(at.clamp(edge(1, 1, 2), edge(9999, 12, 31)))
}

fn number(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Ordinals count from 0 in the database and from 1 on the site.
fn from_zero(ordinal: i64) -> u32 {
    number(ordinal + 1)
}
