//! Other documents and files, as the public view of one document asks for them.

use std::cell::RefCell;

use kairan_content::markdown::{self, Rendered};
use kairan_content::public::{
    DocumentRef, FileRef, Library, LibraryResolver, PublicPeriod, Publication, VariantRef, instant,
};
use kairan_content::{ApplyVia, Document, Kind, PublicDocument, PublicSummary, SiteData};

use crate::catalogue::{Catalogue, resolve};
use crate::error::{Error, Result};
use crate::live::{Card, Live};

/// The document as `/data/v1` and `/api/v1` show it, its body rendered, its references resolved.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn public_document(live: &Live, catalogue: &dyn Catalogue) -> Result<PublicDocument> {
    let publication = Publication {
        id: live.id().to_owned(),
        published: live.card.published.map(|published| published.start()),
        updated: None,
    };
    asking(catalogue, |library| {
        PublicDocument::of(&live.document, catalogue.site(), library, &publication)
    })
}

/// What lists of `/data/v1` and `/api/v1` show of a document: the same as its own JSON says.
#[must_use]
pub fn public_summary(card: &Card, site: &SiteData) -> PublicSummary {
    let published = card.published.map(|at| at.start());
    let updated = card.updated.as_ref().map(|updated| updated.at.start());
    // 募集期間 is no 申込期日: the document has it under a key of its own.
    let deadlines = if card.kind == Kind::Comment {
        &[][..]
    } else {
        &card.deadlines
    };
    let origin = site.settings.url.trim_end_matches('/');
    PublicSummary {
        id: card.id.clone(),
        kind: card.kind,
        slug: card.slug.clone(),
        lang: card.lang.clone(),
        url: format!("{origin}{}", card.path),
        title: card.title.clone(),
        summary: card.summary.clone(),
        category: card.category.clone(),
        tags: card.tags.clone(),
        anytime: card.anytime,
        deadlines: deadlines.iter().map(PublicPeriod::of).collect(),
        online: card.vias.contains(&ApplyVia::Online),
        published: published.map(instant),
        updated: updated.or(published).map(instant),
    }
}

/// A body alone. Links to other documents stay as they were written: a slug that changes leaves a redirect.
pub(crate) fn body(document: &Document, catalogue: &dyn Catalogue) -> Result<Rendered> {
    asking(catalogue, |library| {
        markdown::render(&document.body, &mut LibraryResolver(library))
    })
}

fn asking<T>(catalogue: &dyn Catalogue, ask: impl FnOnce(&dyn Library) -> T) -> Result<T> {
    let library = Asked {
        catalogue,
        failed: RefCell::new(None),
    };
    let answer = ask(&library);
    match library.failed.into_inner() {
        None => Ok(answer),
        Some(error) => Err(error),
    }
}

/// [`Library`] cannot fail, a catalogue can: the first failure is kept, and nothing made with it is used.
struct Asked<'a> {
    catalogue: &'a dyn Catalogue,
    failed: RefCell<Option<Error>>,
}

impl Asked<'_> {
    fn keep<T: Default>(&self, answer: Result<T>) -> T {
        answer.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Library for Asked<'_> {
    fn document(&self, reference: &str, kind: Option<Kind>, lang: &str) -> Option<DocumentRef> {
        let kinds = kind.as_ref().map_or(&Kind::ALL[..], std::slice::from_ref);
        let card = self.keep(resolve(self.catalogue, reference, kinds, lang))?;
        Some(DocumentRef {
            id: card.id.clone(),
            kind: card.kind,
            slug: card.slug.clone(),
            title: card.title.clone(),
            url: card.path.clone(),
        })
    }

    fn file(&self, path: &str) -> Option<FileRef> {
        let file = self.keep(self.catalogue.file(path))?;
        Some(FileRef {
            url: file.path(),
            bytes: file.size,
            size: file.dimensions,
        })
    }

    fn variants(&self, document: &Document) -> Vec<VariantRef> {
        let id = document.id.as_deref().unwrap_or_default();
        let group = document.translates.as_deref().unwrap_or(id);
        let cards = self.keep(self.catalogue.variants(group));
        let others = cards.iter().filter(|card| card.id != id);
        others
            .map(|card| VariantRef {
                lang: card.lang.clone(),
                title: card.title.clone(),
                url: card.path.clone(),
            })
            .collect()
    }
}
