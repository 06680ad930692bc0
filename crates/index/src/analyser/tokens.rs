//! Folded characters to terms.

use super::class::{Class, class};
use super::{MAX_WORD_CHARS, fold_each};

/// One term of a text, in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Two neighbouring Japanese characters.
    Pair(char, char),
    /// The last character of a Japanese run. Documents keep it, so that a search for one
    /// character finds it where nothing follows; queries use it only where it is `alone`.
    Last {
        /// The character.
        c: char,
        /// Whether the run is this one character.
        alone: bool,
    },
    /// A run of other letters and digits, at most [`MAX_WORD_CHARS`] characters.
    Word(&'a str),
}

/// Turns folded characters into [`Token`]s; keeps its buffer between texts.
#[derive(Debug, Default)]
pub struct Tokeniser {
    previous: Option<char>,
    in_pair: bool,
    word: String,
    word_chars: usize,
}

impl Tokeniser {
    /// Takes the next folded character.
    pub fn push(&mut self, c: char, sink: &mut impl FnMut(Token<'_>)) {
        match class(c) {
            Class::Japanese => {
                self.end_word(sink);
                if let Some(previous) = self.previous {
                    sink(Token::Pair(previous, c));
                    self.in_pair = true;
                }
                self.previous = Some(c);
            }
            Class::Word => {
                self.end_run(sink);
                if self.word_chars < MAX_WORD_CHARS {
                    self.word.push(c);
                    self.word_chars += 1;
                }
            }
            Class::Skip => {}
            Class::Break => self.finish(sink),
        }
    }

    /// Ends the text (or a field of it): nothing pairs across this point.
    pub fn finish(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        self.end_run(sink);
        self.end_word(sink);
    }

    fn end_run(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        if let Some(c) = self.previous.take() {
            let alone = !self.in_pair;
            sink(Token::Last { c, alone });
            self.in_pair = false;
        }
    }

    fn end_word(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        if self.word_chars > 0 {
            sink(Token::Word(&self.word));
            self.word.clear();
            self.word_chars = 0;
        }
    }
}

/// Hands every token of `text` to `sink`.
pub fn each_token(text: &str, tokeniser: &mut Tokeniser, sink: &mut impl FnMut(Token<'_>)) {
    fold_each(text, |c| tokeniser.push(c, sink));
    tokeniser.finish(sink);
}

/// The terms under which a document with this text is found, in the order of the text,
/// repetitions included.
#[must_use]
pub fn index_terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    each_token(text, &mut Tokeniser::default(), &mut |token| {
        terms.push(match token {
            Token::Pair(a, b) => String::from_iter([a, b]),
            Token::Last { c, .. } => c.to_string(),
            Token::Word(word) => word.to_owned(),
        });
    });
    terms
}
