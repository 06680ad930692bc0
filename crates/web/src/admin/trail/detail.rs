//! What an event of the log says beside who, what and when: in words as far as there are any, and as it is written for the rest.

use kairan_content::SiteData;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Names;
use crate::admin::names;
use crate::admin::words::Language;

/// One line of it.
#[derive(Debug, Serialize)]
pub(super) struct Fact {
    label: String,
    value: String,
}

/// What people read of a detail, and the rest of it as JSON (empty where there is none).
pub(super) fn told(
    words: &Language,
    site: &SiteData,
    people: &Names,
    detail: &str,
) -> (Vec<Fact>, String) {
    let Ok(Value::Object(all)) = serde_json::from_str(detail) else {
        return (Vec::new(), detail.to_owned());
    };
    let (mut facts, mut rest) = (Vec::new(), Map::new());
    for (key, value) in all {
        match in_words(words, site, people, &key, &value) {
            Some((label, value)) => facts.push(Fact {
                label: label.to_owned(),
                value,
            }),
            None => _ = rest.insert(key, value),
        }
    }
    let rest = match rest.is_empty() {
        true => String::new(),
        false => Value::Object(rest).to_string(),
    };
    (facts, rest)
}

fn in_words<'w>(
    words: &'w Language,
    site: &SiteData,
    people: &Names,
    key: &str,
    value: &Value,
) -> Option<(&'w str, String)> {
    let text = || {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    Some(match key {
        "reason" => (words.get("理由"), text()?),
        "note" => (words.get("ひとこと"), text()?),
        "people" => (words.get("人数"), value.as_i64()?.to_string()),
        "reviewer" => {
            let key = format!("staff:{}", value.as_str()?);
            (words.get("承認者"), people.of(words, &key))
        }
        "owner" => {
            let name = names::department(words, site, value.as_str()?);
            (words.get("新しい担当"), name)
        }
        "tag" => {
            let key = value.as_str()?;
            let mut tags = site.facets.iter().flat_map(|facet| &facet.tags);
            let label = tags.find(|tag| tag.key == key)?.label.clone();
            (words.get("足すタグ"), label)
        }
        "review_by" => (words.get("新しい見直す日"), text()?),
        _ => return None,
    })
}
