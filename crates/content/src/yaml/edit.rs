//! Writing one scalar so that it is read back as the same text.

/// A text as a YAML scalar on one line: plain where that is safe, else in double quotes.
pub(crate) fn scalar_text(text: &str) -> String {
    if is_safe_plain(text) {
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
        c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ' | '、' | '。' | '・' | '「' | '」' | '（' | '）' | 'ー')
    };
    starts_well
        && !word
        && !text.ends_with(' ')
        && !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_' | b'e' | b'x' | b'o'))
        && text.chars().all(harmless)
}
