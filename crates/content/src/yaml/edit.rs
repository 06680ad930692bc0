//! Writing values so that they are read back as the same.

use serde_json::Value as Json;

use crate::time::Moment;

/// A value on one line: lists and mappings in flow style.
pub(crate) fn flow_text(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => scalar_text(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(flow_text).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(map) if map.is_empty() => "{}".to_owned(),
        Json::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar_text(key), flow_text(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A text as a YAML scalar on one line: plain where that is safe, else in double quotes.
fn scalar_text(text: &str) -> String {
    if is_safe_plain(text) || Moment::parse(text).is_some() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Line ends that YAML folds, and what an editor would hide.
            c if c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a text stands for itself without quotes, in block and in flow style.
fn is_safe_plain(text: &str) -> bool {
    let starts_well = text.chars().next().is_some_and(|c| c.is_alphanumeric());
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let harmless = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '-' | '_' | '.' | '/' | ' ' | '、' | '。' | '・' | '「' | '」' | '（' | '）' | 'ー'
            )
    };
    starts_well
        && !word
        && !text.ends_with(' ')
        && !looks_numeric(text)
        && text.chars().all(harmless)
}

/// Whether another reader might take a text for a number or a date.
fn looks_numeric(text: &str) -> bool {
    let numeric = |byte: u8| byte.is_ascii_digit() || b".-_exo".contains(&byte);
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(numeric)
}
