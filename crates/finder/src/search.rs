//! Searching.

use kairan_index::{Filters, Synonyms};
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString};
use tantivy::collector::{BytesFilterCollector, Count, TopDocs};
use tantivy::query::Query;
use tantivy::{Order, Searcher};

use crate::FinderError;
use crate::query::{Parsed, with_facets};
use crate::schema::{Fields, ID, SORT_TIME, WINDOWS, open_at};

/// A search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchRequest {
    /// Words parted by spaces; all must be there. Empty: every document that passes the filters,
    /// newest first.
    pub query: String,
    /// Restrictions.
    pub filters: Filters,
    /// How many results to pass over. Memory grows with offset + limit.
    pub offset: usize,
    /// How many results to give.
    pub limit: usize,
}

/// A page of results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchPage {
    /// How many documents match in all.
    pub total: usize,
    /// Whether no document has every word, so that these have only some.
    pub relaxed: bool,
    /// Best first; equals newest first, then by id.
    pub found: Vec<Found>,
    /// The offset of the next page, if there is one.
    pub next: Option<usize>,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Identity of the document.
    pub id: String,
    /// Comparable within one search only.
    pub score: f32,
}

pub(crate) fn search(
    searcher: &Searcher,
    fields: &Fields,
    synonyms: &Synonyms,
    request: &SearchRequest,
) -> Result<SearchPage, FinderError> {
    let parsed = Parsed::new(&request.query);
    let run = |query| {
        let query = with_facets(query, &request.filters.facets, fields);
        collect(searcher, query.as_ref(), request)
    };
    let page = run(parsed.all_words(fields, synonyms))?;
    if page.total > 0 || parsed.is_empty() {
        return Ok(page);
    }
    let mut page = run(parsed.any_word(fields, synonyms))?;
    if page.total == 0 {
        page = run(parsed.half_of_terms(fields))?;
    }
    Ok(SearchPage {
        relaxed: true,
        ..page
    })
}

fn collect(
    searcher: &Searcher,
    query: &dyn Query,
    request: &SearchRequest,
) -> Result<SearchPage, FinderError> {
    let top = TopDocs::with_limit(request.limit.max(1))
        .and_offset(request.offset)
        .order_by((
            (SortBySimilarityScore, Order::Desc),
            (
                SortByStaticFastValue::<i64>::for_field(SORT_TIME),
                Order::Desc,
            ),
            (SortByString::for_field(ID), Order::Asc),
        ));
    let both = (Count, top);
    let (total, top) = match request.filters.open_at {
        Some(now) => searcher.search(
            query,
            &BytesFilterCollector::new(WINDOWS.to_owned(), open_at(now), both),
        )?,
        None => searcher.search(query, &both)?,
    };
    let found: Vec<Found> = top
        .into_iter()
        .take(request.limit)
        .filter_map(|((score, _, id), _)| Some(Found { id: id?, score }))
        .collect();
    let next = request.offset + found.len();
    let next = (next < total && !found.is_empty()).then_some(next);
    Ok(SearchPage {
        total,
        relaxed: false,
        found,
        next,
    })
}
