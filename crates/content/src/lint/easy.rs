//! やさしい日本語: short sentences, readings over kanji.

use super::{chars, style};
use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// The longest sentence, in characters.
const LONGEST: usize = 50;

/// How long the open sentence is, and where it began.
#[derive(Default)]
pub(super) struct Sentence {
    start: Option<Span>,
    length: usize,
}

impl Sentence {
    /// More words of it, and perhaps of those after it.
    pub(super) fn text(&mut self, text: &str, span: Span, report: &mut Report) {
        for (at, c) in text.char_indices() {
            if self.start.is_none() {
                self.start = Some(Span::new(span.start + at, span.end));
            }
            self.length += 1;
            if matches!(c, '。' | '！' | '？') {
                self.end(report);
            }
        }
    }

    /// Code inside it is read as one word, letter by letter.
    pub(super) fn code(&mut self, code: &str) {
        self.length += code.chars().count();
    }

    /// The end of it, or of the block it stands in.
    pub(super) fn end(&mut self, report: &mut Report) {
        let Self { start, length } = std::mem::take(self);
        if let Some(start) = start.filter(|_| length > LONGEST + 1) {
            report.add(
                codes::LONG_SENTENCE,
                start,
                format!("1つの文が{length}文字あります。"),
                format!("{LONGEST}文字までの、短い文に分けてください。"),
            );
        }
    }
}

/// Notes the first kanji of a stretch that has no reading.
pub(super) fn kanji(text: &str, span: Span, report: &mut Report) {
    if let Some((at, word)) = style::first_kanji(text) {
        report.add(
            codes::KANJI_WITHOUT_RUBY,
            Span::new(span.start + at, span.end),
            format!("「{word}」にふりがながありません。"),
            format!("{{{word}|よみかた}} のように書くか、ひらがなで書いてください。"),
        );
    }
}

/// Notes what looks like a reading but is none; the text begins at byte `start` of the file.
pub(super) fn unfinished_ruby(text: &str, start: usize, report: &mut Report) {
    let Some(open) = text.find('{') else { return };
    let rest = text.get(open + 1..).unwrap_or_default();
    let inside = rest.split('}').next().unwrap_or_default();
    let looks_meant =
        inside.chars().next().is_some_and(chars::is_japanese) && inside.chars().count() <= 40;
    if looks_meant {
        report.add(
            codes::RUBY_UNFINISHED,
            Span::new(start + open, start + open + 1),
            "ふりがなの書き方になっていません。",
            "{漢字|かんじ} のように、「|」で区切って閉じてください。",
        );
    }
}
