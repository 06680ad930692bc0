//! The published site as rendering reads it, from the database: narrow reads, each read kept for one run.

mod read;

pub(crate) use read::{FILE, REFERENCE};

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use kairan_content::{Document, Kind, SiteData};
use kairan_db::{AnyConnection, Db, addresses, editions, live};
use kairan_site::{Card, Live};

use crate::context::Context;
use crate::site_data::{self, Current};
use crate::{Error, Result};

/// The live documents in the database. Every call blocks; make one for each run or request and drop it: what
/// it has read it does not read again.
pub struct DbCatalogue<'c> {
    source: Source<'c>,
    current: Current,
    /// Cards by document, with the place in the change feed they were read at.
    cards: RefCell<HashMap<String, (i64, Arc<Card>)>>,
    /// Live documents by id.
    documents: RefCell<HashMap<String, Option<Arc<Live>>>>,
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
            cards: RefCell::default(),
            documents: RefCell::default(),
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
        if let Some((sequence, card)) = self.cards.borrow().get(&row.document_id)
            && *sequence == row.sequence
        {
            return Ok(Arc::clone(card));
        }
        let card: Card = serde_json::from_str(&row.card)?;
        let card = Arc::new(card);
        let kept = (row.sequence, Arc::clone(&card));
        self.cards
            .borrow_mut()
            .insert(row.document_id.clone(), kept);
        Ok(card)
    }

    fn cards(&self, rows: &[live::Live]) -> kairan_site::Result<Vec<Arc<Card>>> {
        rows.iter().map(|row| self.card(row)).collect()
    }

    /// The live document of a row, from its edition's source.
    fn load(&self, row: &live::Live) -> kairan_site::Result<Arc<Live>> {
        if let Some(Some(live)) = self.documents.borrow().get(&row.document_id) {
            return Ok(Arc::clone(live));
        }
        let card = self.card(row)?;
        let (source, old) = self.ask(|c| {
            let source = editions::source(c, row.edition_id)?;
            Ok((source, addresses::redirects_to(c, &row.document_id)?))
        })?;
        let document = parse(&row.kind, &row.document_id, &source, &self.current.data)
            .map_err(kairan_site::Error::catalogue)?;
        let mut live = Live::new(document, card.published, self.site_lang());
        // Slugs it had redirect here too; they are no part of the edition.
        for old in old {
            if old.slug != live.document.slug && !live.document.aliases.contains(&old.slug) {
                live.document.aliases.push(old.slug);
            }
        }
        let live = Arc::new(live);
        let kept = Some(Arc::clone(&live));
        self.documents
            .borrow_mut()
            .insert(row.document_id.clone(), kept);
        Ok(live)
    }
}

/// Reads a stored source. What it refers to was checked when it came.
pub(crate) fn parse(kind: &str, id: &str, source: &str, site: &SiteData) -> Result<Document> {
    let folder = Kind::parse(kind).map_or("pages", Kind::plural);
    let path = format!("content/{folder}/{id}.md");
    let cx = kairan_content::Context::new(site, None);
    let parsed = kairan_content::parse(&path, source.as_bytes(), &cx);
    let mut document = parsed.document.ok_or_else(|| {
        Error::Refused(format!(
            "文書 {id} の本文の前の項目（front matter）を読み取れません"
        ))
    })?;
    document.id = Some(id.to_owned());
    Ok(document)
}
