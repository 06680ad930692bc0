//! The whole site at once: folder → folder.

use std::io;
use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_index::{CacheClass, IndexBuilder, PreparedDocument, prepare};
use rayon::prelude::*;

use crate::catalogue::Catalogue;
use crate::error::{Error, Result};
use crate::key::{Class, ObjectKey};
use crate::library::public_document;
use crate::live::Live;
use crate::memory::MemoryCatalogue;
use crate::plan::plan_all;
use crate::rendered::{Rendered, Until};
use crate::search_index::with_text;
use crate::view::{CardCache, Site};

/// Takes objects as they are made, from several threads; the name is that in the object store.
pub type Sink<'a> = dyn Fn(&str, Rendered) -> io::Result<()> + Sync + 'a;

/// What a build made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Built {
    /// Objects handed to the sink.
    pub objects: usize,
    /// Documents among them.
    pub documents: usize,
}

/// Documents whose objects are made between two additions to the search index.
const BATCH: usize = 512;

/// Makes every object and hands each to `sink` at once: memory does not grow with the rendered pages, only with the documents and,
/// with `search`, the index. Pages come before what leads to them.
///
/// # Errors
/// The first broken template, refused object or unreadable file.
pub fn build_all(
    site: &Site,
    catalogue: &MemoryCatalogue,
    now: NaiveDateTime,
    search: bool,
    sink: &Sink<'_>,
) -> Result<Built> {
    let keys = plan_all(catalogue, &site.theme)?;
    let documents: Vec<&Arc<Live>> = catalogue.documents().collect();
    let mut built = Built {
        objects: 0,
        documents: documents.len(),
    };
    let mut builder = IndexBuilder::new();
    let (first, rest): (Vec<_>, Vec<_>) = keys
        .iter()
        .filter(|key| !of_document(key))
        .partition(|key| key.class() == Class::Immutable);
    let cards = CardCache::keeping();
    built.objects += site.send_all(&first, catalogue, now, &cards, sink)?;
    for batch in documents.chunks(BATCH) {
        let made: Vec<(usize, Option<PreparedDocument>)> = batch
            .par_iter()
            .map(|live| site.send_document(live, catalogue, now, search, sink))
            .collect::<Result<_>>()?;
        for (objects, prepared) in made {
            built.objects += objects;
            if let Some(prepared) = prepared {
                builder.add_prepared(prepared);
            }
        }
    }
    built.objects += site.send_all(&rest, catalogue, now, &cards, sink)?;
    if search {
        built.objects += send_index(builder, catalogue, sink)?;
    }
    Ok(built)
}

/// Whether an object is made together with its document, so that the body is rendered once.
fn of_document(key: &ObjectKey) -> bool {
    matches!(key, ObjectKey::Data(..) | ObjectKey::DocumentCalendar(_))
}

impl Site {
    fn send_all(
        &self,
        keys: &[&ObjectKey],
        catalogue: &MemoryCatalogue,
        now: NaiveDateTime,
        cards: &CardCache,
        sink: &Sink<'_>,
    ) -> Result<usize> {
        keys.par_iter()
            .map(|key| {
                if let ObjectKey::Document(address) = key
                    && let Some(crate::Found::Live(_)) = catalogue.at(address)?
                {
                    return Ok(0);
                }
                match self.render_cached(key, catalogue, now, cards)? {
                    Some(object) => send(key, object, sink),
                    None => Ok(0),
                }
            })
            .try_reduce(|| 0, |a, b| Ok(a + b))
    }

    /// Page, JSON and calendar of one document from one rendering of its body.
    fn send_document(
        &self,
        live: &Live,
        catalogue: &MemoryCatalogue,
        now: NaiveDateTime,
        search: bool,
        sink: &Sink<'_>,
    ) -> Result<(usize, Option<PreparedDocument>)> {
        let public = public_document(live, catalogue)?;
        let address = live.address(&self.view.lang);
        let mut objects = 0;
        let key = ObjectKey::Document(address.clone());
        // Two documents at one address are an error of the content; the one found there is shown.
        if matches!(catalogue.at(&address)?, Some(crate::Found::Live(found)) if found.id() == live.id())
        {
            let mut until = Until::NEVER;
            let page = self.document(live, &public.html, catalogue, now, &mut until)?;
            objects += send(&key, Rendered::new(&key, page, until), sink)?;
            let key = ObjectKey::DocumentCalendar(address);
            if let Some(calendar) = self.document_calendar(&live.card) {
                objects += send(&key, Rendered::new(&key, calendar, Until::NEVER), sink)?;
            }
        }
        let prepared =
            search.then(|| prepare(&with_text(live, catalogue.site(), public.text.clone())));
        let key = ObjectKey::Data(live.document.kind, live.id().to_owned());
        let json = serde_json::to_vec(&public)?;
        objects += send(&key, Rendered::new(&key, json, Until::NEVER), sink)?;
        Ok((objects, prepared))
    }
}

fn send(key: &ObjectKey, object: Rendered, sink: &Sink<'_>) -> Result<usize> {
    let name = key.object_name();
    match sink(&name, object) {
        Ok(()) => Ok(1),
        Err(source) => Err(Error::Sink { name, source }),
    }
}

fn send_index(
    builder: IndexBuilder,
    catalogue: &MemoryCatalogue,
    sink: &Sink<'_>,
) -> Result<usize> {
    let output = builder
        .finish(&catalogue.site().synonyms)
        .map_err(|error| Error::Index(error.to_string()))?;
    let count = output.objects.len();
    for object in output.objects {
        let name = format!("search-index/{}", object.name);
        let class = match object.cache {
            CacheClass::Immutable => Class::Immutable,
            CacheClass::Pointer => Class::Pointer,
        };
        let rendered = Rendered {
            bytes: object.bytes,
            content_type: kairan_theme::content_type(&name),
            cache_control: class.cache_control(),
            class,
            valid_until: None,
        };
        sink(&name, rendered).map_err(|source| Error::Sink { name, source })?;
    }
    Ok(count)
}
