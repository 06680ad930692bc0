//! Wording shared by the readers: JSON types in Japanese, and the nearest known key.

use serde_json::Value;

/// The kind of a JSON value, in plain Japanese.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "空",
        Value::Bool(_) => "true か false",
        Value::Number(_) => "数",
        Value::String(_) => "文字",
        Value::Array(_) => "一覧",
        Value::Object(_) => "「項目: 値」の組",
    }
}

/// The known key that was probably meant: at most a third of its letters differ, and at most three.
pub(crate) fn closest<'k>(
    written: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    if written.chars().count() > 64 {
        return None;
    }
    known
        .into_iter()
        .map(|key| (distance(written, key), key))
        .filter(|(d, key)| *d <= 3 && *d * 3 <= key.chars().count().max(3))
        .min()
        .map(|(_, key)| key)
}

/// Number of insertions, deletions and replacements between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
