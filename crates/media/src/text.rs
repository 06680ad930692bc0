//! Text: the only files whose kind the bytes do not tell. The name chooses among harmless kinds.

use crate::{Kind, Rejected};

/// The bytes as text, without a byte-order mark; `None` where they are something else.
pub(crate) fn read(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}');
    (!text.contains(control)).then(|| text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Characters looked at from the beginning: as far as browsers look to guess a type, and some more.
const LOOKED_AT: usize = 2_048;

/// Beginnings of elements that only something for a browser holds.
const MARKUP: [&str; 12] = [
    "<!doctype",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<object",
    "<embed",
    "<style",
    "<meta",
    "<?php",
    "<form",
];

/// What browsers, shells and Windows run when asked to open it.
const SCRIPTS: [&str; 22] = [
    "html", "htm", "xhtml", "shtml", "js", "mjs", "cjs", "ts", "php", "jsp", "asp", "aspx", "sh",
    "bat", "cmd", "ps1", "vbs", "vbe", "wsf", "hta", "reg", "py",
];

pub(crate) fn look(name: &str, text: &str) -> Result<Kind, Rejected> {
    let beginning: String = text
        .trim_start()
        .chars()
        .take(LOOKED_AT)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if beginning.contains("<svg") {
        return Err(Rejected::Svg);
    }
    let script = beginning.starts_with("#!") || beginning.starts_with("@echo");
    let markup = beginning.starts_with("<?xml") || MARKUP.iter().any(|tag| beginning.contains(tag));
    if script || markup {
        return Err(Rejected::WebPage);
    }
    if beginning.starts_with("begin:vcalendar") {
        return Ok(Kind::Calendar);
    }
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) => extension.trim().to_ascii_lowercase(),
        None => String::new(),
    };
    match extension.as_str() {
        "csv" => Ok(Kind::Csv),
        "txt" | "text" | "" => Ok(Kind::Text),
        "svg" => Err(Rejected::Svg),
        script if SCRIPTS.contains(&script) => Err(Rejected::WebPage),
        // A document that is mere text is one that was cut short or renamed.
        claimed if Kind::of_extension(claimed).is_some() => Err(Rejected::Damaged),
        _ => Err(Rejected::Unknown),
    }
}
