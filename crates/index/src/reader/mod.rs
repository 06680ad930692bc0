//! Answers queries from the published objects alone.
//!
//! `docs/search-index.md` describes the same steps for readers in other languages; every number
//! is an integer, so that all rank alike.

mod rank;
mod segment;
mod units;

use std::collections::btree_map::{BTreeMap, Entry};

use chrono::NaiveDateTime;

use crate::analyser::query_words;
use crate::fetch::{Fetch, fetch_json};
use crate::manifest::Manifest;
use crate::record::Record;
use crate::synonyms::Synonyms;
use crate::{IndexError, Window, names};
use rank::{Found, rank};
use segment::SegmentReader;
use units::{Word, look_up};

/// Restricts a search. All parts must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// Facets, each of which must hold.
    pub facets: Vec<FacetFilter>,
    /// Only documents that take applications at this time (Japan time).
    pub open_at: Option<NaiveDateTime>,
}

/// A document passes if it has one of the values, or a descendant of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetFilter {
    /// `kind`, `category`, `tag`, `lang`, or a field of one's own.
    pub field: String,
    /// The values; with none, nothing passes.
    pub any_of: Vec<String>,
}

/// A search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchRequest {
    /// Words parted by spaces. Without any (empty, or nothing but signs) every document that
    /// passes the filters is found, newer segments and newer documents first.
    pub query: String,
    /// Restrictions.
    pub filters: Filters,
    /// How many results to pass over.
    pub offset: usize,
    /// How many results to give.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// How many documents match in all.
    pub total: usize,
    /// Whether no document has every word, so that these have only some.
    pub relaxed: bool,
    /// The page asked for, best first.
    pub hits: Vec<Hit>,
}

/// One result.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Identity of the document.
    pub id: String,
    /// Root-relative address.
    pub url: String,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// `article`, `event`, ….
    pub kind: String,
    /// Path of the category, or empty.
    pub category: String,
    /// Language.
    pub lang: String,
    /// First publication, Japan time.
    pub published: NaiveDateTime,
    /// When it takes applications, Japan time.
    pub windows: Vec<Window>,
    /// Comparable within one search only.
    pub score: u32,
}

/// An open index.
pub struct Reader<'a> {
    fetch: &'a dyn Fetch,
    manifest: Manifest,
    synonyms: Synonyms,
}

impl<'a> Reader<'a> {
    /// Reads the manifest and the synonyms.
    ///
    /// # Errors
    /// If they cannot be read or are of another format.
    pub fn open(fetch: &'a dyn Fetch) -> Result<Self, IndexError> {
        let manifest = Manifest::read(fetch)?;
        let synonyms = match &manifest.synonyms {
            Some(name) => fetch_json(fetch, name)?,
            None => Synonyms::default(),
        };
        Ok(Self {
            fetch,
            manifest,
            synonyms,
        })
    }

    /// The manifest that was read.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The first `limit` results for a query.
    ///
    /// # Errors
    /// As [`Reader::run`].
    pub fn search(
        &self,
        query: &str,
        filters: &Filters,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let request = SearchRequest {
            query: query.to_owned(),
            filters: filters.clone(),
            offset: 0,
            limit,
        };
        self.run(&request).map(|results| results.hits)
    }

    /// Runs a search. Downloads one shard for each term and segment and one chunk of records for
    /// each result; work grows with the number of documents times the number of words.
    ///
    /// # Errors
    /// If an object cannot be read or is malformed.
    pub fn run(&self, request: &SearchRequest) -> Result<Results, IndexError> {
        let words: Vec<Word> = query_words(&request.query)
            .into_iter()
            .map(|word| Word {
                alternatives: self.synonyms.alternatives(&word),
                word,
            })
            .collect();
        let segments: Vec<SegmentReader<'_>> = self
            .manifest
            .segments
            .iter()
            .map(|s| SegmentReader::new(s, self.fetch))
            .collect();
        let looked_up = look_up(&segments, &words, &request.filters)?;
        let (found, relaxed) = rank(&looked_up, self.manifest.base_documents());
        let total = found.len();
        let page = found.iter().skip(request.offset).take(request.limit);
        Ok(Results {
            total,
            relaxed,
            hits: self.hits(page)?,
        })
    }

    fn hits<'f>(&self, page: impl Iterator<Item = &'f Found>) -> Result<Vec<Hit>, IndexError> {
        let chunk = self.manifest.chunk();
        let mut chunks: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        let mut hits = Vec::new();
        for found in page {
            let segment = &self.manifest.segments[found.segment];
            let name = names::records(&segment.id, found.document / chunk);
            let records = match chunks.entry(name.clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(fetch_json(self.fetch, &name)?),
            };
            let at = (found.document % chunk) as usize;
            let record = records
                .get(at)
                .ok_or_else(|| IndexError::corrupt(&name, "文書が足りません"))?;
            hits.push(hit(record.clone(), found.score));
        }
        Ok(hits)
    }
}

fn hit(record: Record, score: u32) -> Hit {
    let Record {
        id,
        url,
        title,
        summary,
        kind,
        category,
        lang,
        published,
        windows,
    } = record;
    Hit {
        id,
        url,
        title,
        summary,
        kind,
        category,
        lang,
        published,
        windows,
        score,
    }
}
