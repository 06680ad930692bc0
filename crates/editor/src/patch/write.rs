//! Writing values as staff would: plain where that is safe, in the old value's quotes where it had some.

use kairan_content::Moment;
use serde_json::Value as Json;

/// A value on one line.
pub(crate) fn flow(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => scalar(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(map) if map.is_empty() => "{}".to_owned(),
        Json::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A new value behind `key:`, from the blank or the line end on. Rows stand one a line, and the keys of an
/// outermost mapping; everything deeper stays on its line.
pub(super) fn behind_key(value: &Json, indent: &str, outermost: bool, end: &str) -> String {
    let mut out = String::new();
    match value {
        Json::Array(items) if !items.is_empty() && items.iter().all(Json::is_object) => {
            for item in items {
                out.push_str(&format!("{end}{indent}  - {}", flow(item)));
            }
        }
        Json::Object(map) if outermost && !map.is_empty() => {
            for (key, value) in map {
                out.push_str(&format!("{end}{indent}  {}: {}", scalar(key), flow(value)));
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&flow(value));
        }
    }
    out
}

/// A text on one line: plain where that is safe in any place, else in double quotes.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) || Moment::parse(text).is_some() {
        text.to_owned()
    } else {
        double_quoted(text)
    }
}

/// A value in the quotes of the one it replaces.
pub(super) fn like(old: &str, value: &Json) -> String {
    let Json::String(text) = value else {
        return flow(value);
    };
    match old.chars().next() {
        Some('"') => double_quoted(text),
        Some('\'') if !text.chars().any(must_escape) => format!("'{}'", text.replace('\'', "''")),
        _ => scalar(text),
    }
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if must_escape(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What YAML takes for a line end or does not allow, and what an editor would hide.
fn must_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Whether a text stands for itself without quotes, in block and in flow style, for any reader of YAML.
fn is_plain(text: &str) -> bool {
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    // Signs of YAML are ASCII, so every other character of Japanese stands for itself.
    let starts = |c: char| c.is_ascii_alphanumeric() || (!c.is_ascii() && !c.is_whitespace());
    let harmless = |c: char| {
        c.is_ascii_alphanumeric() || "-_./ ()+~".contains(c) || (!c.is_ascii() && !must_escape(c))
    };
    text.chars().next().is_some_and(starts)
        && !word
        && !text.ends_with([' ', '\u{3000}'])
        && !looks_numeric(text)
        && text.chars().all(harmless)
}

/// Whether another reader might take a text for a number or a date.
fn looks_numeric(text: &str) -> bool {
    let numeric = |byte: u8| byte.is_ascii_digit() || b".-+_exoEXO".contains(&byte);
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().all(numeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_only_where_needed() {
        for plain in [
            "児童手当（〜2歳）",
            "平日8時30分〜17時15分",
            "2026-12-25T17:00",
            "files/a.pdf",
            "𠮷野家・か\u{3099}",
        ] {
            assert_eq!(scalar(plain), plain);
        }
        for quoted in [
            "no",
            "2026",
            "a: b",
            "a #b",
            "- a",
            "",
            " a",
            "a ",
            "[a",
            "1,000円",
            "https://example.jp/",
            "\u{3000}",
        ] {
            assert_eq!(scalar(quoted), format!("\"{quoted}\""));
        }
        assert_eq!(scalar("一\n二\u{2028}"), "\"一\\n二\\u2028\"");
        assert_eq!(like("'a'", &json!("it's")), "'it''s'");
        assert_eq!(like("\"a\"", &json!("児童")), "\"児童\"");
        assert_eq!(
            flow(&json!({ "a": ["い", 1, true] })),
            "{ a: [い, 1, true] }"
        );
    }
}
