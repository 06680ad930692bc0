//! J: how municipalities write. One pass over each stretch of prose, no regular expressions.

use unicode_normalization::UnicodeNormalization;

use super::calendar::Calendar;
use super::chars::{
    is_full_width_alphanumeric, is_half_width_kana, is_japanese, is_kanji, is_platform,
};
use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// A stretch of prose and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Run<'t> {
    pub(super) text: &'t str,
    /// Its place in the file.
    pub(super) span: Span,
}

impl Run<'_> {
    /// The place of a byte of the text. Where the text is not what stands in the file (an entity, a folded
    /// line), the place of the whole.
    fn place(&self, at: usize) -> Span {
        if self.text.len() == self.span.end - self.span.start {
            Span::new(self.span.start + at, self.span.end)
        } else {
            self.span
        }
    }
}

/// Looks at one stretch of Japanese prose.
pub(super) fn prose(run: Run<'_>, report: &mut Report) {
    let text = run.text;
    let place = |at: usize| run.place(at);
    let mut calendar = Calendar::default();
    let mut before = '\n';
    let mut spaces = false;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' if !before.is_ascii_digit() => {
                calendar.digits(text, at, &place, report);
            }
            ' ' | '\u{3000}' => spaces = true,
            _ if c.is_ascii() => {}
            '。' | '、' | '！' | '？' if c == before => report.add(
                codes::REPEATED_PUNCTUATION,
                place(at),
                format!("「{c}{c}」と重なっています。"),
                "1つにしてください。",
            ),
            _ if is_half_width_kana(c) && !is_half_width_kana(before) => {
                half_width(text, at, &place, report);
            }
            _ if is_full_width_alphanumeric(c) && !is_full_width_alphanumeric(before) => {
                full_width(text, at, &place, report);
            }
            _ if is_platform(c) => platform(c, place(at), report),
            _ => {}
        }
        before = c;
    }
    if spaces {
        spaced(text, &place, report);
    }
}

fn run_at(text: &str, at: usize, of: fn(char) -> bool) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn half_width(text: &str, at: usize, place: &dyn Fn(usize) -> Span, report: &mut Report) {
    let word = run_at(text, at, is_half_width_kana);
    report.add(
        codes::HALF_WIDTH_KANA,
        place(at),
        format!("半角カナ「{word}」があります。"),
        format!(
            "全角で「{}」と書いてください。",
            word.nfkc().collect::<String>()
        ),
    );
}

fn full_width(text: &str, at: usize, place: &dyn Fn(usize) -> Span, report: &mut Report) {
    let word = run_at(text, at, is_full_width_alphanumeric);
    report.add(
        codes::FULL_WIDTH_DIGITS,
        place(at),
        format!("全角の「{word}」があります。"),
        format!(
            "半角で「{}」と書いてください。",
            word.nfkc().collect::<String>()
        ),
    );
}

fn platform(c: char, at: Span, report: &mut Report) {
    let plain: String = std::iter::once(c).nfkc().collect();
    let fix = match c {
        '\u{2460}'..='\u{2473}' => format!("「({plain})」か、番号付きの一覧で書いてください。"),
        '㎡' => "「平方メートル」と書いてください。".to_owned(),
        '㈱' => "「株式会社」と書いてください。".to_owned(),
        '№' => "「番号」や「No.」と書いてください。".to_owned(),
        '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' => "かなか、ほかの字で書いてください。".to_owned(),
        _ if plain.chars().eq(std::iter::once(c)) => "ほかの書き方にしてください。".to_owned(),
        _ => format!("「{plain}」と書いてください。"),
    };
    report.add(
        codes::PLATFORM_CHARACTER,
        at,
        format!("機種依存文字「{c}」があります。"),
        fix,
    );
}

/// 「児 童 手 当」 and rows of full-width spaces.
fn spaced(text: &str, place: &dyn Fn(usize) -> Span, report: &mut Report) {
    let trimmed = text.trim_start_matches([' ', '\u{3000}']);
    let start = text.len() - trimmed.len();
    if let Some(found) = trimmed
        .trim_end_matches([' ', '\u{3000}'])
        .find("\u{3000}\u{3000}")
    {
        report.add(
            codes::LAYOUT_SPACES,
            place(start + found),
            "全角の空白で位置を整えています。",
            "空白を消し、表や一覧（「- 」）で書いてください。",
        );
    }
    // Words of one character each, in a row.
    let mut row: Vec<(usize, char)> = Vec::new();
    let mut at = 0;
    for part in text.split([' ', '\u{3000}']) {
        let mut chars = part.chars();
        match (chars.next(), chars.next()) {
            (None, _) => {}
            (Some(c), None) if is_japanese(c) => row.push((at, c)),
            _ => {
                if row_is_word(&row, text) {
                    break;
                }
                row.clear();
            }
        }
        at += part.len();
        at += text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
    }
    if let (true, Some((at, _))) = (row_is_word(&row, text), row.first()) {
        let word: String = row.iter().map(|(_, c)| c).collect();
        report.add(
            codes::SPACED_WORD,
            place(*at),
            format!("「{word}」の字の間に空白があります。"),
            format!("空白を消して「{word}」と書いてください。"),
        );
    }
}

/// Three single characters in a row, or two kanji that are all there is (氏　名).
fn row_is_word(row: &[(usize, char)], text: &str) -> bool {
    row.len() >= 3
        || (row.len() == 2
            && row.iter().all(|(_, c)| is_kanji(*c))
            && text
                .chars()
                .filter(|c| !matches!(c, ' ' | '\u{3000}'))
                .count()
                == 2)
}

/// Where the first kanji without a reading stands.
pub(super) fn first_kanji(text: &str) -> Option<(usize, &str)> {
    let (at, _) = text.char_indices().find(|(_, c)| is_kanji(*c))?;
    Some((at, run_at(text, at, is_kanji)))
}
