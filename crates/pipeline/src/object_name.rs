//! Names of objects read back: which object a name of the store means.

use kairan_content::Kind;
use kairan_site::{Address, ListKey, Month, ObjectKey};

/// The object with this name; `None` for names no page of a site has (the search index among them).
#[must_use]
pub(crate) fn parse(name: &str) -> Option<ObjectKey> {
    if let Some(fixed) = fixed(name) {
        return Some(fixed);
    }
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        ["assets", hash, rest @ ..] => Some(ObjectKey::Asset((*hash).to_owned(), rest.join("/"))),
        ["files", hash, rest @ ..] => Some(ObjectKey::File((*hash).to_owned(), rest.join("/"))),
        ["sitemap", part] => Some(ObjectKey::SitemapPart(number(part, ".xml")?)),
        ["data", "v1", "changes", "page", page] => {
            Some(ObjectKey::ChangesPage(number(page, ".json")?))
        }
        ["data", "v1", kind, "index.json"] => Some(ObjectKey::DataNewest(plural(kind)?)),
        ["data", "v1", kind, "page", page] => {
            Some(ObjectKey::DataPage(plural(kind)?, number(page, ".json")?))
        }
        ["data", "v1", kind, file] => Some(ObjectKey::Data(
            plural(kind)?,
            file.strip_suffix(".json")?.to_owned(),
        )),
        ["calendar", month, "index.html"] => Some(ObjectKey::CalendarMonth(self::month(month)?)),
        [list @ .., "page", page, "index.html"] if self::list(list).is_some() => {
            Some(ObjectKey::ListPage(self::list(list)?, page.parse().ok()?))
        }
        [kind, slug, file] if plural(kind).is_some() => document(None, plural(kind)?, slug, file),
        [lang, kind, slug, file] if plural(kind).is_some() => {
            document(Some((*lang).to_owned()), plural(kind)?, slug, file)
        }
        [list @ .., "index.html"] => Some(ObjectKey::ListNewest(self::list(list)?)),
        _ => None,
    }
}

fn fixed(name: &str) -> Option<ObjectKey> {
    Some(match name {
        "index.html" => ObjectKey::Top,
        "404.html" => ObjectKey::NotFound,
        "search/index.html" => ObjectKey::Search,
        "calendar/index.html" => ObjectKey::Calendar,
        "calendar.ics" => ObjectKey::CalendarFeed,
        "closing-soon/index.html" => ObjectKey::ClosingSoon,
        "data/v1/taxonomy.json" => ObjectKey::Taxonomy,
        "data/v1/openapi.json" => ObjectKey::OpenApi,
        "data/v1/changes/latest.json" => ObjectKey::ChangesNewest,
        "data/v1/emergency.json" => ObjectKey::Emergency,
        "sitemap/lists.xml" => ObjectKey::SitemapLists,
        "sitemap.xml" => ObjectKey::SitemapIndex,
        "robots.txt" => ObjectKey::Robots,
        "feed.xml" => ObjectKey::Atom,
        "feed.json" => ObjectKey::JsonFeed,
        _ => return None,
    })
}

fn document(lang: Option<String>, kind: Kind, slug: &str, file: &str) -> Option<ObjectKey> {
    let slug = slug.to_owned();
    let address = Address { lang, kind, slug };
    match file {
        "index.html" => Some(ObjectKey::Document(address)),
        "calendar.ics" => Some(ObjectKey::DocumentCalendar(address)),
        _ => None,
    }
}

fn list(parts: &[&str]) -> Option<ListKey> {
    Some(match parts {
        ["news"] => ListKey::All,
        ["categories", path @ ..] if !path.is_empty() => ListKey::Category(path.join("/")),
        ["tags", key] => ListKey::Tag((*key).to_owned()),
        ["life-events", key] => ListKey::LifeEvent((*key).to_owned()),
        [one] => match plural(one) {
            Some(kind) => ListKey::Kind(kind),
            None => ListKey::Lang((*one).to_owned()),
        },
        _ => return None,
    })
}

fn plural(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.plural() == word)
}

fn number(file: &str, extension: &str) -> Option<u32> {
    file.strip_suffix(extension)?.parse().ok()
}

fn month(text: &str) -> Option<Month> {
    let (year, month) = text.split_once('-')?;
    Some(Month {
        year: year.parse().ok()?,
        month: month
            .parse()
            .ok()
            .filter(|month| (1..=12).contains(month))?,
    })
}

/// How a list is called in the database.
#[must_use]
pub(crate) fn list_word(list: &ListKey) -> String {
    match list {
        ListKey::All => "all".to_owned(),
        ListKey::Kind(kind) => format!("kind:{}", kind.as_str()),
        ListKey::Category(path) => format!("category:{path}"),
        ListKey::Tag(key) => format!("tag:{key}"),
        ListKey::LifeEvent(key) => format!("life-event:{key}"),
        ListKey::Lang(lang) => format!("{LANG}{lang}"),
        ListKey::Data(kind) => format!("data:{}", kind.as_str()),
        ListKey::Sitemap => "sitemap".to_owned(),
    }
}

/// What the names of lists of a language begin with.
pub(crate) const LANG: &str = "lang:";
/// The list of documents whose notice is an emergency.
pub(crate) const EMERGENCIES: &str = "emergencies";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_found_by_its_name() {
        let address = |lang: Option<&str>, kind, slug: &str| Address {
            lang: lang.map(str::to_owned),
            kind,
            slug: slug.to_owned(),
        };
        let month = Month {
            year: 2026,
            month: 12,
        };
        let mut keys = vec![
            ObjectKey::Top,
            ObjectKey::Asset("0123456789abcdef".to_owned(), "a/b.css".to_owned()),
            ObjectKey::File("0123456789abcdef".to_owned(), "認定.pdf".to_owned()),
            ObjectKey::CalendarMonth(month),
            ObjectKey::Calendar,
            ObjectKey::ChangesPage(3),
            ObjectKey::SitemapPart(2),
            ObjectKey::SitemapLists,
            ObjectKey::Emergency,
            ObjectKey::ListNewest(ListKey::All),
            ObjectKey::ListPage(ListKey::All, 2),
        ];
        for kind in Kind::ALL {
            for slug in ["page", "index", "news", "jido-teate"] {
                for lang in [None, Some("en"), Some("ja-easy")] {
                    keys.push(ObjectKey::Document(address(lang, kind, slug)));
                    keys.push(ObjectKey::DocumentCalendar(address(lang, kind, slug)));
                }
            }
            keys.push(ObjectKey::Data(
                kind,
                "01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned(),
            ));
            keys.push(ObjectKey::DataNewest(kind));
            keys.push(ObjectKey::DataPage(kind, 9));
            if kind != Kind::News {
                keys.push(ObjectKey::ListNewest(ListKey::Kind(kind)));
                keys.push(ObjectKey::ListPage(ListKey::Kind(kind), 1));
            }
        }
        for list in [
            ListKey::Category("money".to_owned()),
            ListKey::Category("money/page".to_owned()),
            ListKey::Tag("age-0".to_owned()),
            ListKey::LifeEvent("birth".to_owned()),
            ListKey::Lang("en".to_owned()),
        ] {
            keys.push(ObjectKey::ListNewest(list.clone()));
            keys.push(ObjectKey::ListPage(list, 12));
        }
        for key in keys {
            let name = key.object_name();
            assert_eq!(parse(&name), Some(key), "{name}");
        }
        assert_eq!(parse("search-index/manifest.json"), None);
    }
}
