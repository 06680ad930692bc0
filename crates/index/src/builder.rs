//! A full build: documents in, objects out.

use std::collections::{HashMap, HashSet};

use crate::IndexError;
use crate::code::{MAX_DOCUMENTS, Posting};
use crate::document::IndexDocument;
use crate::manifest::{Manifest, Segment};
use crate::output::{IndexObject, IndexOutput};
use crate::record::Record;
use crate::synonyms::Synonyms;
use crate::term::{TermKey, TermMap, Unpacked, term_order};
use crate::weigh::{PreparedDocument, prepare};
use crate::writer::SegmentWriter;

/// Collects documents one at a time and inverts them at the end. Holds four bytes for each
/// distinct term of a document (about 3 kB a document), its record, and no text.
///
/// The order in which documents are added does not matter: the same documents give the same
/// bytes.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    numbers: TermMap<u32>,
    words: HashMap<Box<str>, u32>,
    /// The term of each number.
    terms: Vec<TermKey>,
    /// In how many documents each term stands.
    counts: Vec<u32>,
    documents: Vec<Added>,
}

#[derive(Debug)]
struct Added {
    record: Record,
    /// `term number << 4 | level`
    postings: Box<[u32]>,
}

impl IndexBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Analyses and adds a document.
    pub fn add(&mut self, document: &IndexDocument) {
        self.add_prepared(prepare(document));
    }

    /// Adds a document that was analysed elsewhere, on another thread perhaps.
    pub fn add_prepared(&mut self, document: PreparedDocument) {
        let PreparedDocument {
            record,
            terms,
            words,
        } = document;
        let words: Vec<TermKey> = words.into_iter().map(|word| self.word(word)).collect();
        let postings = terms
            .into_iter()
            .map(|packed| {
                let key = TermKey::from_bits(packed >> 4);
                let key = match key.unpack() {
                    Unpacked::Word(number) => words[number as usize],
                    Unpacked::Chars(_) => key,
                };
                self.number(key) << 4 | (packed & 15) as u32
            })
            .collect();
        self.documents.push(Added { record, postings });
    }

    /// How many documents were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether no document was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The whole index, with these groups of synonyms. Takes time linear in the postings.
    ///
    /// # Errors
    /// If two documents have the same id, or there are too many.
    pub fn finish(self, synonyms: &[Vec<String>]) -> Result<IndexOutput, IndexError> {
        let mut manifest = Manifest::default();
        let mut objects = Vec::new();
        if let Some(object) = Synonyms::of(synonyms).object()? {
            manifest.synonyms = Some(object.name.clone());
            objects.push(object);
        }
        if !self.is_empty() {
            let (segment, mut of_segment) = self.segment(true)?;
            manifest.segments.push(segment);
            objects.append(&mut of_segment);
        }
        IndexOutput::new(objects, Vec::new(), manifest)
    }

    /// One segment with all documents, the newest first.
    pub(crate) fn segment(mut self, base: bool) -> Result<(Segment, Vec<IndexObject>), IndexError> {
        if self.documents.len() >= MAX_DOCUMENTS as usize {
            return Err(IndexError::TooManyDocuments {
                limit: MAX_DOCUMENTS,
            });
        }
        check_ids(&self.documents)?;
        self.documents.sort_by(|a, b| a.record.order(&b.record));

        // Counting sort by term: documents come in order, so every list ends up ascending.
        let mut ends = Vec::with_capacity(self.counts.len());
        let mut total = 0usize;
        for count in &self.counts {
            ends.push(total);
            total += *count as usize;
        }
        let mut lists = vec![Posting::default(); total];
        let mut records = Vec::with_capacity(self.documents.len());
        for (ordinal, added) in (0u32..).zip(std::mem::take(&mut self.documents)) {
            for packed in &added.postings {
                let end = &mut ends[(packed >> 4) as usize];
                lists[*end] = Posting::new(ordinal, (packed & 15) as u8);
                *end += 1;
            }
            records.push(added.record);
        }

        let mut writer = SegmentWriter::default();
        for (term, number) in self.ordered_terms() {
            let end = ends[number];
            writer.term(&term, &lists[end - self.counts[number] as usize..end]);
        }
        writer.finish(&records, base)
    }

    fn ordered_terms(&self) -> Vec<(String, usize)> {
        let mut words = vec![""; self.words.len()];
        for (word, number) in &self.words {
            words[*number as usize] = word;
        }
        let text = |key: &TermKey| match key.unpack() {
            Unpacked::Word(number) => words[number as usize].to_owned(),
            Unpacked::Chars(chars) => chars.into_iter().flatten().collect(),
        };
        let mut terms: Vec<(String, usize)> = self.terms.iter().map(text).zip(0..).collect();
        terms.sort_unstable_by(|a, b| term_order(&a.0, &b.0));
        terms
    }

    fn word(&mut self, word: Box<str>) -> TermKey {
        let next = self.words.len() as u32;
        TermKey::word(*self.words.entry(word).or_insert(next))
    }

    /// The number of a term, counting one more document for it.
    fn number(&mut self, key: TermKey) -> u32 {
        let next = self.terms.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.terms.push(key);
            self.counts.push(0);
        }
        self.counts[number as usize] += 1;
        number
    }
}

fn check_ids(documents: &[Added]) -> Result<(), IndexError> {
    let mut seen = HashSet::with_capacity(documents.len());
    match documents
        .iter()
        .find(|d| !seen.insert(d.record.id.as_str()))
    {
        Some(twice) => Err(IndexError::DuplicateId {
            id: twice.record.id.clone(),
        }),
        None => Ok(()),
    }
}
