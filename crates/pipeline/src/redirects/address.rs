//! Old addresses as typed, and as they are kept.

use kairan_content::{Settings, decode_address};
use kairan_site::{ListKey, ObjectKey};
use url::Url;

use super::Problem;
use crate::object_name;

/// The longest address, in bytes: object stores take names of 1,024.
const LONGEST: usize = 900;
/// First parts of addresses that the program answers itself.
const ANSWERED: [&str; 9] = [
    "admin",
    "api",
    "my",
    "line",
    "dev",
    "search-index",
    "data",
    "assets",
    "files",
];

/// The part of an address after the origin of this site, decoded; `None` where it is of another.
pub(super) fn local(typed: &str, settings: &Settings) -> Option<String> {
    let typed = typed.trim();
    if typed.starts_with('/') && !typed.starts_with("//") {
        return Some(decode_address(typed));
    }
    let url = Url::parse(typed).ok()?;
    let own = [&settings.url, &settings.app_url];
    let here = |own: &&String| Url::parse(own).is_ok_and(|own| own.host_str() == url.host_str());
    if !matches!(url.scheme(), "http" | "https") || !own.iter().any(here) {
        return None;
    }
    let mut path = url.path().to_owned();
    for (sign, rest) in [('?', url.query()), ('#', url.fragment())] {
        if let Some(rest) = rest {
            path.push(sign);
            path.push_str(rest);
        }
    }
    Some(decode_address(&path))
}

/// The address as it is kept: with a final slash where it names no file.
pub(super) fn old(typed: &str, settings: &Settings) -> Result<String, Problem> {
    if typed.trim().is_empty() {
        return Err(Problem::NoFrom);
    }
    let Some(mut path) = local(typed, settings) else {
        // Without its first slash only: what else is wrong with it is said before that.
        let inner = typed.trim();
        if inner.starts_with('/') || Url::parse(inner).is_ok() {
            return Err(Problem::Elsewhere);
        }
        old(&format!("/{inner}"), settings)?;
        return Err(Problem::NoSlash);
    };
    // A file that cannot lead on cannot do so without its question either.
    let asks = path.find(['?', '#']);
    path.truncate(asks.unwrap_or(path.len()));
    let inner = path.trim_start_matches('/').trim_end_matches('/');
    let bad = |part: &str| matches!(part, "" | "." | "..");
    let signs = |c: char| c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '*' | '|' | ':');
    if path.len() > LONGEST || path.contains(signs) {
        return Err(Problem::Signs);
    }
    if inner.is_empty() {
        return Err(Problem::Taken);
    }
    if inner.split('/').any(bad) {
        return Err(Problem::Signs);
    }
    let last = inner.rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.').map(|(_, extension)| extension) {
        None if !path.ends_with('/') => path.push('/'),
        Some(_) if path.ends_with('/') => {}
        Some(extension) if !matches!(extension, "html" | "htm") => return Err(Problem::Extension),
        _ => {}
    }
    if asks.is_some() {
        return Err(Problem::Query);
    }
    // A folder's page is the folder.
    if let Some(folder) = path.strip_suffix("/index.html") {
        path = format!("{folder}/");
    }
    ours(&path)?;
    Ok(path)
}

/// Whether the site has a page of its own there, or may have one tomorrow.
fn ours(path: &str) -> Result<(), Problem> {
    let first = path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if ANSWERED.contains(&first) {
        return Err(Problem::Taken);
    }
    match object_name::parse(&ObjectKey::Forward(path.to_owned()).object_name()) {
        // Any single word could be a language; whether it is one is seen by what is published.
        None | Some(ObjectKey::ListNewest(ListKey::Lang(_))) => Ok(()),
        Some(ObjectKey::Document(_) | ObjectKey::DocumentCalendar(_)) => Err(Problem::OfDocuments),
        Some(_) => Err(Problem::Taken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            title: "みのり市".to_owned(),
            url: "https://www.example.jp/".to_owned(),
            app_url: "https://www.example.jp/".to_owned(),
            lang: "ja".to_owned(),
        }
    }

    #[test]
    fn old_addresses_are_kept_in_one_form() {
        for (typed, kept) in [
            ("/kosodate/teate.html", "/kosodate/teate.html"),
            (" /kosodate ", "/kosodate/"),
            ("/soshiki/5/", "/soshiki/5/"),
            ("/soshiki/5/index.html", "/soshiki/5/"),
            ("http://www.example.jp/0001.htm", "/0001.htm"),
            ("/%E5%AD%90%E8%82%B2%E3%81%A6/", "/子育て/"),
            ("/v1.2/", "/v1.2/"),
        ] {
            assert_eq!(old(typed, &settings()).as_deref(), Ok(kept), "{typed}");
        }
    }

    #[test]
    fn addresses_that_cannot_lead_on_say_why() {
        for (typed, problem) in [
            ("", Problem::NoFrom),
            ("https://other.example.jp/a.html", Problem::Elsewhere),
            ("//other.example.jp/a.html", Problem::Elsewhere),
            ("kosodate.html", Problem::NoSlash),
            ("kosodate/teate.html?id=1", Problem::Query),
            ("kosodate/teate.php?id=1", Problem::Extension),
            ("javascript:alert(1)", Problem::Elsewhere),
            ("/a.html?id=1", Problem::Query),
            ("/a/../b.html", Problem::Signs),
            ("/a%00.html", Problem::Signs),
            ("/a//b.html", Problem::Signs),
            ("/form.pdf", Problem::Extension),
            ("/articles/jido-teate/", Problem::OfDocuments),
            ("/en/articles/jido-teate", Problem::OfDocuments),
            ("/", Problem::Taken),
            ("/index.html", Problem::Taken),
            ("/404.html", Problem::Taken),
            ("/news/", Problem::Taken),
            ("/tags/age-0/", Problem::Taken),
            ("/admin/", Problem::Taken),
            ("/my/x.html", Problem::Taken),
        ] {
            assert_eq!(old(typed, &settings()), Err(problem), "{typed}");
        }
    }
}
