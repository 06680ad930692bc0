//! `[site]` of `kairan.toml`. Other sections belong to others and are not looked at.

use toml::de::{DeTable, DeValue};
use url::Url;

use crate::diagnostic::{Report, codes};
use crate::place::Span;
use crate::site::Settings;
use crate::suggest::did_you_mean;

const KEYS: [&str; 4] = ["title", "url", "app_url", "lang"];

/// Reads the settings of a site.
pub(super) fn settings(source: &str, report: &mut Report) -> Option<Settings> {
    // The parser counts from the text it is given; a byte-order mark stays outside.
    let (text, base) = source
        .strip_prefix('\u{feff}')
        .map_or((source, 0), |rest| (rest, 3));
    let shifted = |range: std::ops::Range<usize>| Span::new(range.start, range.end).shifted(base);
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let at = error.span().unwrap_or_default();
            report.add(
                codes::TOML_SYNTAX,
                shifted(at),
                "kairan.toml のここから読めません。",
                "「名前 = \"値\"」の形で、文字は \"…\" で囲んで書いてください。",
            );
            return None;
        }
    };
    let Some(site) = table.get_ref().get("site") else {
        report.add(
            codes::BAD_SETTING,
            Span::new(base, base),
            "[site] がありません。",
            "[site] の下に title と url を書いてください。",
        );
        return None;
    };
    let at = shifted(site.span());
    let DeValue::Table(entries) = site.get_ref() else {
        report.add(
            codes::BAD_SETTING,
            at,
            "[site] がまとまりになっていません。",
            "[site] と書き、その下に title と url を書いてください。",
        );
        return None;
    };
    for (key, _) in entries.iter() {
        let name: &str = key.get_ref();
        if !KEYS.contains(&name) {
            report.add(
                codes::UNKNOWN_KEY,
                shifted(key.span()),
                format!("[site] に「{name}」という項目はありません。"),
                format!(
                    "{}使える項目は {} です。",
                    did_you_mean(name, KEYS),
                    KEYS.join("・")
                ),
            );
        }
    }
    let mut text = |key: &str, required: bool| -> Option<(String, Span)> {
        match entries.get(key) {
            None => {
                if required {
                    report.add(
                        codes::BAD_SETTING,
                        at,
                        format!("[site] に {key} がありません。"),
                        format!("{key} = \"…\" の行を加えてください。"),
                    );
                }
                None
            }
            Some(value) => match value
                .get_ref()
                .as_str()
                .map(str::trim)
                .filter(|text| !text.is_empty())
            {
                Some(text) => Some((text.to_owned(), shifted(value.span()))),
                None => {
                    report.add(
                        codes::BAD_SETTING,
                        shifted(value.span()),
                        format!("[site] の {key} が文字ではないか、空です。"),
                        format!("{key} = \"…\" と書いてください。"),
                    );
                    None
                }
            },
        }
    };
    let title = text("title", true);
    let url = text("url", true);
    let app_url = text("app_url", false);
    let lang = text("lang", false).map_or_else(|| "ja".to_owned(), |(lang, _)| lang);
    let url = url.and_then(|(text, at)| address("url", &text, at, report));
    let app_url = match app_url {
        Some((text, at)) => address("app_url", &text, at, report),
        None => url.clone(),
    };
    Some(Settings {
        title: title?.0,
        url: url?,
        app_url: app_url?,
        lang,
    })
}

/// An http(s) address with a final slash.
fn address(key: &str, text: &str, at: Span, report: &mut Report) -> Option<String> {
    let good = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    match good {
        Some(url) => {
            let mut url = url.to_string();
            if !url.ends_with('/') {
                url.push('/');
            }
            Some(url)
        }
        None => {
            report.add(
                codes::BAD_URL,
                at,
                format!("[site] の {key} が URL ではありません。"),
                "https://www.city.example.lg.jp/ のように書いてください。",
            );
            None
        }
    }
}
