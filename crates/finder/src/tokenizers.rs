//! Text to tokens, in two ways.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use kairan_index::analyser::{self, Tokeniser, each_token, fold};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};
use unicode_normalization::UnicodeNormalization as _;

pub(crate) const GRAMS: &str = "kairan_grams";
pub(crate) const WORDS: &str = "kairan_words";

pub(crate) fn register(manager: &TokenizerManager) {
    manager.register(GRAMS, TextAnalyzer::builder(Grams).build());
    manager.register(WORDS, TextAnalyzer::builder(Words).build());
}

/// The terms of kairan-index's analyser, at consecutive positions within a run, so that a phrase
/// of pairs is a substring.
#[derive(Clone, Copy)]
struct Grams;

impl Tokenizer for Grams {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Tokens::default();
        each_token(text, &mut Tokeniser::default(), &mut |token| {
            tokens.push(match token {
                analyser::Token::Pair(a, b) => String::from_iter([a, b]),
                analyser::Token::Last { c, .. } => c.to_string(),
                analyser::Token::Word(word) => word.to_owned(),
            });
        });
        tokens
    }
}

/// Words as ICU's dictionary cuts them, folded.
#[derive(Clone, Copy)]
struct Words;

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let mut tokens = Tokens::default();
        each_word(text, |word| tokens.push(word));
        tokens
    }
}

/// Hands every word of `text` to `sink`, folded. Words are cut before katakana become hiragana,
/// which would hide where a word ends.
pub(crate) fn each_word(text: &str, mut sink: impl FnMut(String)) {
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let text: String = text.nfkc().collect();
    let mut start = 0;
    for (end, kind) in segmenter.segment_str(&text).iter_with_word_type() {
        if kind.is_word_like()
            && let Some(word) = text.get(start..end)
        {
            sink(fold(word));
        }
        start = end;
    }
}

/// Tokens found beforehand.
#[derive(Default)]
struct Tokens {
    tokens: std::collections::VecDeque<Token>,
    current: Token,
    next_position: usize,
}

impl Tokens {
    fn push(&mut self, text: String) {
        let position = self.next_position;
        self.next_position += 1;
        self.tokens.push_back(Token {
            position,
            text,
            ..Token::default()
        });
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        let Some(next) = self.tokens.pop_front() else {
            return false;
        };
        self.current = next;
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_by_the_dictionary_and_folded() {
        let mut words = Vec::new();
        each_word("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞの受け取り、Ｗｉ－Ｆｉ", |word| words.push(word));
        assert_eq!(words, ["まいなんばーかーど", "の", "受け取り", "wi", "fi"]);
    }
}
