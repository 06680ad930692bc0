//! The published site as rendering reads it, from the database: narrow reads, each read kept for one run.

mod ahead;
mod read;

pub(crate) use read::{FILE, REFERENCE};

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use kairan_content::{Context as Reading, Document, Kind};
use kairan_db::{AnyConnection, Db, addresses, editions, live};
use kairan_site::{Card, Live};

use crate::context::Context;
use crate::site_data::{self, Current};
use crate::{Error, Result};

/// The live documents in the database. Every call blocks; make one for each run or request and drop it: what
/// it has read it does not read again, until it is told what to expect next.
pub struct DbCatalogue<'c> {
    source: Source<'c>,
    current: Current,
    kept: RefCell<Kept>,
}

/// What was read, until the next [`expect`](kairan_site::Catalogue::expect).
#[derive(Default)]
struct Kept {
    /// Cards by document, with the place in the change feed they were read at.
    cards: HashMap<String, (i64, Arc<Card>)>,
    /// Live documents by id.
    documents: HashMap<String, Arc<Live>>,
    /// Their ids by kind and slug.
    addresses: HashMap<(Kind, String), String>,
    /// Who refers to a name, by id; read ahead.
    referrers: HashMap<String, Vec<String>>,
    /// The variants of an original in other languages; read ahead.
    translations: HashMap<String, Vec<Arc<Card>>>,
}

enum Source<'c> {
    /// A connection for each question.
    Pool(Db),
    /// The connection of a transaction that is under way.
    Open(RefCell<&'c mut AnyConnection>),
}

impl DbCatalogue<'static> {
    /// The site as it is now.
    ///
    /// # Errors
    /// [`Error::Refused`] before the first import, and those of the database.
    pub fn open(ctx: &Context) -> Result<Self> {
        let db = ctx.db.clone();
        // The error of this crate does not fit through `Db::read`.
        let current = db.read(|c| Ok(site_data::current(c, &ctx.theme)))??;
        Ok(Self::new(Source::Pool(db), current))
    }
}

impl<'c> DbCatalogue<'c> {
    /// The site as this transaction sees it.
    pub(crate) fn within(c: &'c mut AnyConnection, current: Current) -> Self {
        Self::new(Source::Open(RefCell::new(c)), current)
    }

    fn new(source: Source<'c>, current: Current) -> Self {
        Self {
            source,
            current,
            kept: RefCell::default(),
        }
    }

    /// The site data and what is prepared from it.
    #[must_use]
    pub fn current(&self) -> &Current {
        &self.current
    }

    fn site_lang(&self) -> &str {
        &self.current.data.settings.lang
    }

    fn ask<T>(
        &self,
        question: impl FnOnce(&mut AnyConnection) -> kairan_db::Result<T>,
    ) -> kairan_site::Result<T> {
        let answer = match &self.source {
            Source::Pool(db) => db.read(question),
            Source::Open(c) => question(&mut c.borrow_mut()),
        };
        answer.map_err(kairan_site::Error::catalogue)
    }

    fn card(&self, row: &live::Live) -> kairan_site::Result<Arc<Card>> {
        if let Some((sequence, card)) = self.kept.borrow().cards.get(&row.document_id)
            && *sequence == row.sequence
        {
            return Ok(Arc::clone(card));
        }
        let card: Card = serde_json::from_str(&row.card)?;
        let card = Arc::new(card);
        let kept = (row.sequence, Arc::clone(&card));
        self.kept
            .borrow_mut()
            .cards
            .insert(row.document_id.clone(), kept);
        Ok(card)
    }

    fn cards(&self, rows: &[live::Live]) -> kairan_site::Result<Vec<Arc<Card>>> {
        rows.iter().map(|row| self.card(row)).collect()
    }

    /// A document read before.
    fn kept(&self, id: &str) -> Option<Arc<Live>> {
        self.kept.borrow().documents.get(id).cloned()
    }

    /// The document read before that lives at this address.
    fn kept_at(&self, kind: Kind, slug: &str) -> Option<Arc<Live>> {
        let kept = self.kept.borrow();
        let id = kept.addresses.get(&(kind, slug.to_owned()))?;
        kept.documents.get(id).cloned()
    }

    /// The live document of a row, from its edition's source.
    fn load(&self, row: &live::Live) -> kairan_site::Result<Arc<Live>> {
        if let Some(live) = self.kept(&row.document_id) {
            return Ok(live);
        }
        let (source, old) = self.ask(|c| {
            let source = editions::source(c, row.edition_id)?;
            Ok((source, addresses::redirects_to(c, &row.document_id)?))
        })?;
        let cx = Reading::new(&self.current.data, None);
        self.read(row, &source, old, &cx)
    }

    fn read(
        &self,
        row: &live::Live,
        source: &str,
        old: Vec<addresses::Redirect>,
        cx: &Reading<'_>,
    ) -> kairan_site::Result<Arc<Live>> {
        let card = self.card(row)?;
        let document = parse(&row.kind, &row.document_id, source, cx)
            .map_err(kairan_site::Error::catalogue)?;
        let mut live = Live::new(document, card.published, self.site_lang());
        // Slugs it had redirect here too; they are no part of the edition.
        for old in old {
            if old.slug != live.document.slug && !live.document.aliases.contains(&old.slug) {
                live.document.aliases.push(old.slug);
            }
        }
        let live = Arc::new(live);
        let mut kept = self.kept.borrow_mut();
        let address = (live.document.kind, live.document.slug.clone());
        kept.addresses.insert(address, row.document_id.clone());
        kept.documents
            .insert(row.document_id.clone(), Arc::clone(&live));
        Ok(live)
    }
}

/// Reads a stored source. It was checked when it came.
pub(crate) fn parse(kind: &str, id: &str, source: &str, cx: &Reading<'_>) -> Result<Document> {
    let folder = Kind::parse(kind).map_or("pages", Kind::plural);
    let path = format!("content/{folder}/{id}.md");
    let document = kairan_content::reread(&path, source.as_bytes(), cx);
    let mut document = document.ok_or_else(|| {
        Error::Refused(format!(
            "文書 {id} の本文の前の項目（front matter）を読み取れません"
        ))
    })?;
    document.id = Some(id.to_owned());
    Ok(document)
}
