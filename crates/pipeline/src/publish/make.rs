//! Objects made from what is live, on several threads where it is worth it.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use kairan_content::Kind;
use kairan_db::live;
use kairan_site::{Address, CardCache, ObjectKey, Rendered};
use rayon::prelude::*;

use crate::catalogue::DbCatalogue;
use crate::{Context, Result};

/// Objects or documents of one thread: fewer are made one after the other, sharing what they read.
pub(super) const ALONE: usize = 48;

/// Objects to make, by name.
pub(super) type Keys<'a> = BTreeMap<&'a str, ObjectKey>;
/// Those of one document.
type Own<'a> = Vec<(&'a str, ObjectKey)>;
/// What stands under a name; `None` where nothing does any more.
pub(super) type Made = Vec<(String, Option<Rendered>)>;

/// As of when, and the cards that lists share.
pub(super) struct Maker<'a> {
    pub(super) ctx: &'a Context,
    pub(super) cards: CardCache,
    /// JST
    pub(super) now: NaiveDateTime,
}

impl<'a> Maker<'a> {
    pub(super) fn new(ctx: &'a Context, now: NaiveDateTime) -> Self {
        Self {
            ctx,
            cards: CardCache::keeping(),
            now,
        }
    }

    /// Makes these objects.
    pub(super) fn objects(&self, keys: &[(&str, ObjectKey)]) -> Result<Made> {
        let some = |keys: &[(&str, ObjectKey)]| {
            let catalogue = DbCatalogue::open(self.ctx)?;
            self.each(keys, &catalogue)
        };
        if keys.len() <= ALONE {
            return some(keys);
        }
        together(keys.par_chunks(ALONE).map(some).collect())
    }

    /// Takes the own objects of these documents out of `keys` and makes them: page, calendar and JSON together, so that
    /// each document is read once.
    pub(super) fn documents(&self, rows: &[live::Live], keys: &mut Keys<'_>) -> Result<Made> {
        let site_lang = &DbCatalogue::open(self.ctx)?
            .current()
            .data
            .settings
            .lang
            .clone();
        let own: Vec<Own<'_>> = rows
            .iter()
            .map(|row| take_own(row, site_lang, keys))
            .collect();
        let some = |(rows, own): (&[live::Live], &[Own<'_>])| {
            let catalogue = DbCatalogue::open(self.ctx)?;
            catalogue.read_ahead(rows)?;
            self.each(own.iter().flatten(), &catalogue)
        };
        let chunks = rows.par_chunks(ALONE).zip(own.par_chunks(ALONE));
        together(chunks.map(some).collect())
    }

    fn each<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k (&'k str, ObjectKey)>,
        catalogue: &DbCatalogue<'_>,
    ) -> Result<Made> {
        let site = &catalogue.current().site;
        let one = |(name, key): &(&str, ObjectKey)| {
            let made = site.render_cached(key, catalogue, self.now, &self.cards)?;
            Ok(((*name).to_owned(), made))
        };
        keys.into_iter().map(one).collect()
    }
}

fn together(made: Result<Vec<Made>>) -> Result<Made> {
    Ok(made?.into_iter().flatten().collect())
}

fn take_own<'n>(row: &live::Live, site_lang: &str, keys: &mut Keys<'n>) -> Own<'n> {
    let Some(kind) = Kind::parse(&row.kind) else {
        return Vec::new();
    };
    let address = Address {
        lang: (row.lang != site_lang).then(|| row.lang.clone()),
        kind,
        slug: row.slug.clone(),
    };
    let own = [
        ObjectKey::Document(address.clone()),
        ObjectKey::DocumentCalendar(address),
        ObjectKey::Data(kind, row.document_id.clone()),
    ];
    own.iter()
        .filter_map(|key| keys.remove_entry(key.object_name().as_str()))
        .collect()
}
