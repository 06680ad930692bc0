//! What a reader typed, as words of terms.

use super::{Token, Tokeniser, fold};

/// More words than this, and more terms in a word, are left out: nobody types them, and each
/// costs a download.
const MAX_WORDS: usize = 16;
const MAX_TOKENS: usize = 48;

/// One word of a query (what stands between spaces); a document has it if it has all its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// The word, folded.
    pub text: String,
    /// Its terms, in order, without repetition; never empty.
    pub tokens: Vec<QueryToken>,
}

/// One term to look up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueryToken {
    /// The term.
    pub term: String,
    /// Whether longer terms that begin with it count too.
    pub prefix: bool,
}

/// Splits a query into words: folded, cut at white space, each cut into terms. A single Japanese
/// character and a Latin word of two or more characters are looked up by prefix.
#[must_use]
pub fn query_words(query: &str) -> Vec<QueryWord> {
    fold(query)
        .split_whitespace()
        .filter_map(query_word)
        .take(MAX_WORDS)
        .collect()
}

/// One folded word; `None` if nothing in it can be looked up (「!」, an emoji).
pub(crate) fn query_word(text: &str) -> Option<QueryWord> {
    let mut tokens: Vec<QueryToken> = Vec::new();
    let mut sink = |token: Token<'_>| {
        let token = match token {
            Token::Pair(a, b) => QueryToken {
                term: String::from_iter([a, b]),
                prefix: false,
            },
            Token::Last { c, alone: true } => QueryToken {
                term: c.to_string(),
                prefix: true,
            },
            Token::Last { .. } => return,
            Token::Word(word) => QueryToken {
                prefix: word.chars().nth(1).is_some() && !word.chars().all(|c| c.is_ascii_digit()),
                term: word.to_owned(),
            },
        };
        if tokens.len() < MAX_TOKENS && !tokens.contains(&token) {
            tokens.push(token);
        }
    };
    let mut tokeniser = Tokeniser::default();
    for c in text.chars() {
        tokeniser.push(c, &mut sink);
    }
    tokeniser.finish(&mut sink);
    (!tokens.is_empty()).then(|| QueryWord {
        text: text.to_owned(),
        tokens,
    })
}
