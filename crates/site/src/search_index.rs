//! What the search index is told about a document.

use chrono::NaiveDateTime;
use kairan_content::SiteData;
use kairan_index::{IndexDocument, Window};

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::live::Live;

/// The document as the search index sees it.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn index_document(live: &Live, catalogue: &dyn Catalogue) -> Result<IndexDocument> {
    let text = crate::library::body(&live.document, catalogue)?.text;
    Ok(with_text(live, catalogue.site(), text))
}

pub(crate) fn with_text(live: &Live, site: &SiteData, body_text: String) -> IndexDocument {
    let document = &live.document;
    IndexDocument {
        id: live.card.id.clone(),
        url: live.card.path.clone(),
        title: document.title.clone(),
        summary: document.summary.clone(),
        labels_text: labels(live, site),
        body_text,
        kind: document.kind.as_str().to_owned(),
        category: document.category.clone(),
        tags: document.tags.clone(),
        lang: document.lang.clone(),
        facets: Vec::new(),
        windows: windows(live),
        published: live
            .card
            .published
            .map_or(NaiveDateTime::default(), |at| at.start()),
    }
}

/// Words that belong to the document without standing in it.
fn labels(live: &Live, site: &SiteData) -> String {
    let document = &live.document;
    let mut words: Vec<&str> = Vec::new();
    words.extend(
        site.category_path(&document.category)
            .iter()
            .map(|category| category.label.as_str()),
    );
    words.extend(
        document
            .tags
            .iter()
            .filter_map(|key| Some(site.tag(key)?.1.label.as_str())),
    );
    let events = document
        .life_events
        .iter()
        .filter_map(|key| site.life_event(key));
    words.extend(events.map(|event| event.label.as_str()));
    words.extend(
        site.department(&document.contact)
            .map(|department| department.name.as_str()),
    );
    words.extend(document.target.as_ref().map(|target| target.text.as_str()));
    words.join(" ")
}

fn windows(live: &Live) -> Vec<Window> {
    if live.document.anytime {
        return vec![Window::default()];
    }
    let minute = chrono::Duration::minutes(1);
    live.card
        .deadlines
        .iter()
        .map(|deadline| Window {
            opens: deadline.opens.map(|opens| opens.start()),
            // The index names the last minute, a deadline the first instant after it.
            closes: Some(deadline.closes.end() - minute),
        })
        .collect()
}
