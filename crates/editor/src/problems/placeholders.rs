//! 「〇」 of a starting text that nobody filled in.

use kairan_content::Severity;

use super::{Problem, label_of, section_of};
use crate::start::PLACEHOLDER;
use crate::values::{FormValues, Value};

/// Its own code: it is about a form begun from a starting text, and files have none.
const CODE: &str = "E001";

pub(super) fn check(values: &FormValues, out: &mut Vec<Problem>) {
    let kind = values.kind();
    let mut add = |field: &str, line: Option<u32>| {
        let (label, section) = (label_of(field, kind), section_of(field, kind));
        out.push(Problem {
            field: field.to_owned(),
            section,
            message: format!("「{label}」に、ひな形の「{PLACEHOLDER}」が残っています。"),
            label,
            code: CODE,
            severity: Severity::Warning,
            fix: "書き入れるか、いらない文を消してください。".to_owned(),
            line,
            column: line.map(|_| 1),
        });
    };
    for (path, value) in values.fields() {
        let left = match value {
            Value::Text(text) => is_left(text),
            Value::List(items) => items.iter().any(|item| is_left(item)),
            Value::Rows(rows) => {
                rows.iter()
                    .flat_map(|row| row.0.values())
                    .any(|cell| match cell {
                        Value::Text(text) => is_left(text),
                        _ => false,
                    })
            }
            _ => false,
        };
        if left {
            add(path, None);
        }
    }
    let line = values.body().lines().position(is_left);
    if let Some(line) = line {
        add("body", u32::try_from(line + 1).ok());
    }
}

/// Whether a text has the sign where it is no digit, as in 二〇二六年.
fn is_left(text: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| "一二三四五六七八九十百千".contains(c));
    text.match_indices(PLACEHOLDER).any(|(at, sign)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + sign.len()..)
            .and_then(|after| after.chars().next());
        !digit(before) && !digit(after)
    })
}

#[cfg(test)]
mod tests {
    use super::is_left;

    #[test]
    fn years_in_kanji_are_no_gaps() {
        assert!(is_left("〇〇手当"));
        assert!(is_left("〇月"));
        assert!(!is_left("二〇二六年"));
        assert!(!is_left("○×で答えます"));
    }
}
