//! Raw HTML in a body: what will not survive publishing.

use crate::diagnostic::{Report, codes};
use crate::place::Span;

const REMOVED: [&str; 17] = [
    "script", "iframe", "style", "object", "embed", "form", "input", "button", "textarea",
    "select", "link", "meta", "base", "svg", "math", "video", "audio",
];

/// Looks at one piece of raw HTML.
pub(super) fn raw(html: &str, span: Span, report: &mut Report) {
    let mut at = 0;
    while let Some(open) = html
        .get(at..)
        .and_then(|rest| rest.find('<'))
        .map(|found| at + found)
    {
        at = open + 1;
        let rest = html.get(at..).unwrap_or_default();
        if rest.starts_with('/') || rest.starts_with('!') {
            continue;
        }
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let tag = rest
            .split('>')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let place = Span::new((span.start + open).min(span.end), span.end);
        tag_in(&name, &tag, place, report);
    }
}

fn tag_in(name: &str, tag: &str, at: Span, report: &mut Report) {
    let attributes = tag.get(name.len()..).unwrap_or_default();
    if REMOVED.contains(&name) {
        report.add(
            codes::HTML_REMOVED,
            at,
            format!("<{name}> は公開のときに取り除かれます。"),
            "Markdown で書き直すか、リンクにしてください。",
        );
    } else if let Some(handler) = handler(attributes) {
        report.add(
            codes::HTML_REMOVED,
            at,
            format!("「{handler}」の属性は公開のときに取り除かれます。"),
            "属性を消してください。動きのあるものは本文に書けません。",
        );
    }
    if name == "img" && !attributes.contains("alt=") {
        report.add(
            codes::ALT_MISSING,
            at,
            "画像の説明（alt）がありません。",
            "alt=\"何の画像か\" を加えるか、![何の画像か](files/…) と書いてください。",
        );
    }
    if name == "a" && attributes.contains("target=") {
        report.add(
            codes::NEW_WINDOW,
            at,
            "リンクが別のウィンドウで開くようになっています。",
            "target の属性を消し、[行き先](アドレス) と書いてください。",
        );
    }
}

/// The name of an attribute that runs something or carries style.
fn handler(attributes: &str) -> Option<&str> {
    attributes
        .split(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\''))
        .filter_map(|part| part.split_once('=').map(|(name, _)| name))
        .find(|name| *name == "style" || (name.starts_with("on") && name.len() > 3))
}
