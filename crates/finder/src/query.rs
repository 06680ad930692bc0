//! From what was typed to a tantivy query.

use kairan_index::analyser::{QueryToken, QueryWord, Token, Tokeniser, query_words};
use kairan_index::{FacetFilter, Synonyms};
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::schema::{Fields, Text, facet_term};
use crate::tokenizers::each_word;

const TITLE_BOOST: f32 = 4.0;
const WORD_BOOST: f32 = 1.5;
const SYNONYM_BOOST: f32 = 0.75;
/// Longer queries are cut off.
const MAX_QUERY_CHARS: usize = 300;

type BoxQuery = Box<dyn Query>;

/// A query under way to tantivy.
pub(crate) struct Parsed {
    words: Vec<QueryWord>,
}

/// What must stand in a text for a word to stand in it.
enum Part {
    /// Pairs that follow each other.
    Phrase(Vec<String>),
    Exact(String),
    Prefix(String),
}

impl Parsed {
    pub(crate) fn new(query: &str) -> Self {
        let cut: String = query.chars().take(MAX_QUERY_CHARS).collect();
        Self {
            words: query_words(&cut),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Documents with every word, or a synonym of it.
    pub(crate) fn all_words(&self, fields: &Fields, synonyms: &Synonyms) -> BoxQuery {
        if self.is_empty() {
            return Box::new(AllQuery);
        }
        let words = self
            .wholes(fields, synonyms)
            .map(|word| (Occur::Must, word));
        let mut clauses: Vec<_> = words.collect();
        for word in &self.words {
            clauses.extend(
                as_words(word, fields)
                    .into_iter()
                    .map(|query| (Occur::Should, query)),
            );
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Documents with any of the words; those that have terms of the others go first.
    pub(crate) fn any_word(&self, fields: &Fields, synonyms: &Synonyms) -> BoxQuery {
        let words = any(self.wholes(fields, synonyms).collect());
        let terms = any(self.terms(fields));
        Box::new(BooleanQuery::new(vec![
            (Occur::Must, words),
            (Occur::Should, terms),
        ]))
    }

    /// Documents with at least half of the terms, for a sentence that stands nowhere as it is.
    pub(crate) fn half_of_terms(&self, fields: &Fields) -> BoxQuery {
        let terms = self.terms(fields);
        let half = terms.len().div_ceil(2).max(1);
        Box::new(BooleanQuery::union_with_minimum_required_clauses(
            terms, half,
        ))
    }

    fn wholes(&self, fields: &Fields, synonyms: &Synonyms) -> impl Iterator<Item = BoxQuery> {
        self.words.iter().map(|word| {
            let others = synonyms.alternatives(word);
            let others = others
                .iter()
                .map(|other| boosted(whole(other, fields), SYNONYM_BOOST));
            any(std::iter::once(whole(word, fields)).chain(others).collect())
        })
    }

    fn terms(&self, fields: &Fields) -> Vec<BoxQuery> {
        let tokens = self.words.iter().flat_map(|word| &word.tokens);
        let part = |token: &QueryToken| match token.prefix {
            true => Part::Prefix(token.term.clone()),
            false => Part::Exact(token.term.clone()),
        };
        tokens
            .map(|token| in_either(&part(token), fields))
            .collect()
    }
}

/// Restricts `query` to documents that have one value of each facet; the score stays.
pub(crate) fn with_facets(query: BoxQuery, facets: &[FacetFilter], fields: &Fields) -> BoxQuery {
    if facets.is_empty() {
        return query;
    }
    let mut clauses = vec![(Occur::Must, query)];
    for facet in facets {
        let values = facet.any_of.iter().map(|value| {
            term_query(
                fields.facet,
                &facet_term(&facet.field, value),
                IndexRecordOption::Basic,
            )
        });
        clauses.push((
            Occur::Must,
            Box::new(ConstScoreQuery::new(any(values.collect()), 0.0)),
        ));
    }
    Box::new(BooleanQuery::new(clauses))
}

/// The whole word: all its parts.
fn whole(word: &QueryWord, fields: &Fields) -> BoxQuery {
    let parts = parts(&word.text);
    let parts = parts.iter().map(|part| in_either(part, fields)).collect();
    Box::new(BooleanQuery::intersection(parts))
}

fn parts(folded: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut pairs = Vec::new();
    let mut sink = |token: Token<'_>| match token {
        Token::Pair(a, b) => pairs.push(String::from_iter([a, b])),
        Token::Last { c, alone: true } => parts.push(Part::Prefix(c.to_string())),
        Token::Last { .. } => parts.push(Part::Phrase(std::mem::take(&mut pairs))),
        Token::Word(word)
            if word.chars().count() > 1 && !word.bytes().all(|b| b.is_ascii_digit()) =>
        {
            parts.push(Part::Prefix(word.to_owned()));
        }
        Token::Word(word) => parts.push(Part::Exact(word.to_owned())),
    };
    let mut tokeniser = Tokeniser::default();
    folded.chars().for_each(|c| tokeniser.push(c, &mut sink));
    tokeniser.finish(&mut sink);
    parts
}

fn in_either(part: &Part, fields: &Fields) -> BoxQuery {
    any(vec![
        boosted(in_field(part, fields.title), TITLE_BOOST),
        in_field(part, fields.body),
    ])
}

fn in_field(part: &Part, text: Text) -> BoxQuery {
    let scored = |term: &str| term_query(text.grams, term, IndexRecordOption::WithFreqs);
    let as_term = |term: &String| Term::from_field_text(text.grams, term);
    match part {
        Part::Exact(term) => scored(term),
        // The prefix query gives every document the same score; the exact term adds its own.
        Part::Prefix(term) => {
            let prefix = PhrasePrefixQuery::new(vec![as_term(term)]);
            any(vec![Box::new(prefix), scored(term)])
        }
        Part::Phrase(pairs) => match pairs.as_slice() {
            [only] => scored(only),
            several => Box::new(PhraseQuery::new(several.iter().map(as_term).collect())),
        },
    }
}

/// The words of a word as ICU cuts them: what raises the rank.
fn as_words(word: &QueryWord, fields: &Fields) -> Vec<BoxQuery> {
    let mut queries = Vec::new();
    each_word(&word.text, |word| {
        let title = term_query(fields.title.words, &word, IndexRecordOption::WithFreqs);
        let body = term_query(fields.body.words, &word, IndexRecordOption::WithFreqs);
        queries.push(boosted(title, TITLE_BOOST * WORD_BOOST));
        queries.push(boosted(body, WORD_BOOST));
    });
    queries
}

fn any(queries: Vec<BoxQuery>) -> BoxQuery {
    Box::new(BooleanQuery::union(queries))
}

fn boosted(query: BoxQuery, boost: f32) -> BoxQuery {
    Box::new(BoostQuery::new(query, boost))
}

fn term_query(field: Field, term: &str, record: IndexRecordOption) -> BoxQuery {
    Box::new(TermQuery::new(Term::from_field_text(field, term), record))
}
