//! What the parser stumbled over, said to staff.

use granit_parser::{ErrorKind, ScanError};

use crate::diagnostic::{Code, Report, codes};
use crate::place::Span;

const CLOSE: &str = "対になる閉じかっこを書いてください。文字として書くときは \"…\" で囲みます。";

/// Notes why YAML could not be read. Full-width signs that look like YAML's own are looked for first:
/// they are the likeliest cause, and the parser notices them only somewhere behind.
pub(super) fn explain(text: &str, base: usize, error: &ScanError, report: &mut Report) {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    if full_width_signs(text, at, base, report) {
        return;
    }
    let (code, message, fix) = words(error.kind());
    if let Some((bracket, sign)) = unclosed(text, at).filter(|_| code == codes::YAML_SYNTAX) {
        report.add(
            code,
            Span::new(base + bracket, base + bracket + 1),
            format!("「{sign}」が閉じられていません。"),
            CLOSE,
        );
        return;
    }
    let at = step_back(text, at);
    report.add(code, Span::new(base + at, base + at), message, fix);
}

/// Notes keys written as `title：…`, up to the line of the error; whether there were any.
fn full_width_signs(text: &str, until: usize, base: usize, report: &mut Report) -> bool {
    let mut start = 0;
    let mut found = false;
    for line in text.split_inclusive('\n') {
        if start > until {
            break;
        }
        let content = line.trim_start_matches([' ', '-', '\u{3000}']);
        let name = content
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let rest = content.get(name..).unwrap_or_default();
        if name > 0 && rest.starts_with('：') {
            let sign = start + (line.len() - content.len()) + name;
            report.add(
                codes::FULL_WIDTH_SIGN,
                Span::new(base + sign, base + sign),
                "項目の名前の後の「：」が全角です。",
                "半角の「:」と半角の空白1つに直してください（例 title: 児童手当）。",
            );
            found = true;
        }
        start += line.len();
    }
    found
}

/// The outermost bracket that is open where the parser gave up, by a rough reading: the parser itself notices
/// only where the next key begins.
fn unclosed(text: &str, until: usize) -> Option<(usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote: Option<char> = None;
    let mut before = '\n';
    let mut comment = false;
    for (at, c) in text.char_indices().take_while(|(at, _)| *at <= until) {
        match (quote, c) {
            (_, '\n') => {
                comment = false;
                quote = None;
            }
            _ if comment => {}
            (Some(sign), _) => quote = quote.filter(|_| c != sign),
            (None, '#') if before.is_whitespace() => comment = true,
            (None, '"' | '\'') if before.is_whitespace() || matches!(before, '[' | '{' | ',') => {
                quote = Some(c);
            }
            (None, '[' | '{') if !open.is_empty() || before.is_whitespace() => open.push((at, c)),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = c;
    }
    open.first().copied()
}

/// An error at the end of the text, or on an empty line, is shown where the text before it ends.
fn step_back(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let here = text.get(at..).unwrap_or_default();
    if here.trim_start_matches([' ', '\r']).starts_with('\n') || here.trim().is_empty() {
        let kept = before.trim_end().len();
        return kept.min(at);
    }
    at
}

fn words(kind: &ErrorKind) -> (Code, String, &'static str) {
    use ErrorKind as E;
    let quote = "値に「: 」や記号が入るときは、値の全体を \"…\" で囲んでください。";
    match kind {
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::InvalidBlockEntryWhitespace => (
            codes::TAB_INDENT,
            "字下げにタブが使われています。".to_owned(),
            "タブを半角の空白2つに直してください。",
        ),
        E::RecursionLimitExceeded => (
            codes::TOO_DEEP,
            "入れ子が深すぎます（64段まで）。".to_owned(),
            "条件やまとまりを浅く書き直してください。",
        ),
        E::MissingAnchorOrAliasName | E::UnknownAnchor | E::AnchorCountOverflow => (
            codes::YAML_ALIAS,
            "「*」や「&」で始まる値は YAML の別名（アンカー）として読まれます。".to_owned(),
            "文字として書くときは \"…\" で囲んでください。",
        ),
        E::UnclosedFlowCollection { open } => (
            codes::YAML_SYNTAX,
            format!("「{open}」が閉じられていません。"),
            CLOSE,
        ),
        E::MismatchedFlowCollectionEnd { open, close } => (
            codes::YAML_SYNTAX,
            format!("「{open}」が「{close}」で閉じられています。"),
            "「[」は「]」で、「{」は「}」で閉じてください。",
        ),
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator => (
            codes::YAML_SYNTAX,
            "かっこの中の区切りか、閉じかっこがありません。".to_owned(),
            "「,」で区切り、「]」や「}」で閉じてください。",
        ),
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => (
            codes::YAML_SYNTAX,
            "引用符が閉じられていません。".to_owned(),
            "値の終わりに同じ引用符を書いてください。",
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            codes::YAML_SYNTAX,
            "閉じた引用符の後に文字があります。".to_owned(),
            "値の全体を引用符で囲んでください。",
        ),
        E::UnknownQuotedScalarEscape => (
            codes::YAML_SYNTAX,
            "「\\」の使い方が違います。".to_owned(),
            "\"…\" の中の「\\」は「\\\\」と書くか、'…' で囲んでください。",
        ),
        E::UnexpectedCharacter { character } => (
            codes::YAML_SYNTAX,
            format!("「{character}」で始まる値は、そのままでは書けません。"),
            "値の全体を \"…\" で囲んでください。",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey | E::ExpectedBlockMappingKey => (
            codes::YAML_SYNTAX,
            "「名前: 値」の形になっていません。".to_owned(),
            quote,
        ),
        E::InvalidIndentation
        | E::ExpectedBlockSequenceEntry
        | E::BlockSequenceEntryNotAllowed
        | E::InvalidQuotedScalarIndent
        | E::InvalidBlockScalarIndent => (
            codes::YAML_SYNTAX,
            "字下げがそろっていないか、値の途中に「: 」があります。".to_owned(),
            "同じまとまりの項目は、行の頭の空白の数をそろえてください。値に「: 」が入るときは \"…\" で囲みます。",
        ),
        E::DirectiveDisallowed => (
            codes::YAML_SYNTAX,
            "「%」で始まる行は書けません。".to_owned(),
            "値の全体を \"…\" で囲んでください。",
        ),
        _ => (
            codes::YAML_SYNTAX,
            "YAML として読めません。".to_owned(),
            quote,
        ),
    }
}
