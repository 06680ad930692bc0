//! Raw HTML in a body: what is let through.

use std::collections::HashSet;
use std::sync::LazyLock;

/// How many tags of raw HTML one body may hold; more is shown as text. Bounds the cost of sanitising,
/// which grows faster than the text where elements nest.
pub(crate) const MAX_TAGS: usize = 2_000;

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags(["section", "ruby", "rt", "rp", "rb"])
        .add_generic_attributes(["id", "lang", "title", "aria-label", "aria-hidden", "role"])
        .add_tag_attributes("img", ["loading", "decoding"])
        .add_tag_attributes("th", ["scope"])
        .add_allowed_classes("div", ["table-scroll"])
        .add_allowed_classes("section", ["footnotes"])
        .add_allowed_classes("sup", ["footnote-ref"])
        .add_allowed_classes("a", ["footnote-back"])
        .add_allowed_classes("span", ["file-note"])
        .add_allowed_classes("th", ["align-left", "align-center", "align-right"])
        .add_allowed_classes("td", ["align-left", "align-center", "align-right"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(None);
    builder
});

/// HTML without anything that could run, imitate the page around it or reach out of it.
pub(super) fn clean(html: &str) -> String {
    SANITISER.clean(html).to_string()
}

/// Whether an address may be linked: http(s), mail, telephone, or a place on this site.
pub(crate) fn is_allowed_address(address: &str) -> bool {
    // Browsers ignore white space and control characters inside a scheme.
    let scheme: String = address
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take_while(|c| !matches!(c, '/' | '?' | '#'))
        .take(32)
        .collect();
    match scheme.split_once(':') {
        None => !address.starts_with("//"),
        Some((scheme, _)) => ["http", "https", "mailto", "tel"]
            .iter()
            .any(|good| scheme.eq_ignore_ascii_case(good)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_schemes() {
        for good in [
            "/articles/a/",
            "#a",
            "files/a.pdf",
            "https://example.lg.jp/",
            "tel:0561123456",
            "a/b:c",
        ] {
            assert!(is_allowed_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVa\tScript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            " vbscript:x",
        ] {
            assert!(!is_allowed_address(bad), "{bad}");
        }
    }
}
