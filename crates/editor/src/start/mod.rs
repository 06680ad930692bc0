//! Where a document begins: a starting text, a copy of another, a version in another language.

use chrono::{Months, NaiveDate};
use kairan_content::Kind;
use serde::Serialize;
use serde_json::Value as Json;

use crate::apply::ApplyError;
use crate::opened::{Split, json_of, mapping};
use crate::patch::{Change, New, patch};

/// What stands in a starting text where staff are to write; a draft that still has it is told of it.
pub const PLACEHOLDER: &str = "〇";

/// A starting text that comes with the program. A city's own are kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Template {
    /// Its name in addresses.
    pub key: &'static str,
    /// What it makes.
    pub kind: Kind,
    /// What staff choose.
    pub label: &'static str,
    /// What it is for, in one line.
    pub description: &'static str,
    /// The text.
    #[serde(skip)]
    pub source: &'static str,
}

macro_rules! template {
    ($key:literal, $kind:ident, $label:literal, $description:literal) => {
        Template {
            key: $key,
            kind: Kind::$kind,
            label: $label,
            description: $description,
            source: include_str!(concat!("../../templates/", $key, ".md")),
        }
    };
}

const TEMPLATES: [Template; 11] = [
    template!(
        "allowance",
        Article,
        "手当・給付の手続き",
        "児童手当や助成など、申し込むと受け取れるもの。"
    ),
    template!(
        "application",
        Article,
        "申込み・募集",
        "保育所の入所、講座の受講生など、期間を決めて受け付けるもの。"
    ),
    template!(
        "certificate",
        Article,
        "届出・証明書",
        "転入の届出や住民票など、いつでも受け付けるもの。"
    ),
    template!("event", Event, "講座・イベント", "日時と会場のあるもの。"),
    template!("faq", Faq, "よくある質問", "1つの質問と、その答え。"),
    template!(
        "news",
        News,
        "お知らせ",
        "休館や変更など、短く知らせるもの。"
    ),
    template!(
        "emergency",
        News,
        "緊急のお知らせ",
        "避難や断水など、すぐに知らせるもの。サイトの上に帯が出ます。"
    ),
    template!("topic", Topic, "トピックス", "まちの話題や、報告。"),
    template!("facility", Facility, "施設", "場所と、開いている時間。"),
    template!(
        "comment",
        Comment,
        "パブリックコメント",
        "計画や条例の案への意見の募集。"
    ),
    template!(
        "page",
        Page,
        "固定ページ",
        "サイトの使い方や、市の紹介など。"
    ),
];

/// The starting texts, in the order shown.
#[must_use]
pub fn all() -> &'static [Template] {
    &TEMPLATES
}

/// The starting text with this key.
#[must_use]
pub fn find(key: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.key == key)
}

/// A new document: the starting text with its id, a slug of its own, its department as contact and owner, and a day
/// to look at it again in a year. An owner that is empty is left out.
#[must_use]
pub fn new_document(template: &Template, id: &str, owner: &str, today: NaiveDate) -> String {
    let again = today.checked_add_months(Months::new(12)).unwrap_or(today);
    let mut changes = vec![
        set("id", id),
        set("slug", &fresh_slug(template.kind.as_str(), id)),
        set("review_by", &again.format("%Y-%m-%d").to_string()),
    ];
    if !owner.is_empty() {
        changes.extend([set("contact", owner), set("owner", owner)]);
    }
    // Every text that comes with the program can be written to: tests do it.
    patch(template.source, &changes).unwrap_or_else(|_| template.source.to_owned())
}

/// A copy of a document under another id and slug. What ties the old one to its own time and place goes: old
/// addresses, the language it translates, dates of publishing, its last change. The round of its notice begins anew.
///
/// # Errors
/// Where the front matter cannot be read.
pub fn duplicate(source: &str, new_id: &str, new_slug: &str) -> Result<String, ApplyError> {
    let root = opened(source)?;
    let mut changes = vec![set("id", new_id), set("slug", new_slug)];
    changes.extend(
        [
            "aliases",
            "translates",
            "updated",
            "publish_at",
            "expires_at",
        ]
        .map(remove),
    );
    if root
        .get("notice")
        .is_some_and(|notice| notice.get("round").is_some())
    {
        changes.push(remove("notice.round"));
    }
    Ok(patch(source, &changes)?)
}

/// A version of a document in another language (`en`, `ja-easy`), tied to it: everything is copied to be translated,
/// but old addresses and the notice, which would go out twice.
///
/// # Errors
/// Where the front matter cannot be read, or the document has no id to be tied to.
pub fn variant(source: &str, lang: &str, id: &str) -> Result<String, ApplyError> {
    let root = opened(source)?;
    let word = |key: &str| root.get(key).and_then(Json::as_str);
    let original = word("translates")
        .or(word("id"))
        .ok_or(ApplyError::Unreadable)?;
    let slug = word("slug").unwrap_or("translated");
    let ending = format!("-{}", lang.to_ascii_lowercase());
    let room = 80_usize.saturating_sub(ending.len());
    let slug: String = slug.chars().take(room).chain(ending.chars()).collect();
    let mut changes = vec![
        set("id", id),
        set("slug", &slug),
        set("lang", lang),
        set("translates", original),
    ];
    changes.extend(["aliases", "notice", "updated", "publish_at"].map(remove));
    Ok(patch(source, &changes)?)
}

/// A slug nobody else has, until staff give a better one: the kind and the end of the id.
#[must_use]
pub fn fresh_slug(kind: &str, id: &str) -> String {
    let tail: String = id.chars().rev().take(8).collect();
    let tail: String = tail.chars().rev().collect();
    format!("{kind}-{}", tail.to_ascii_lowercase())
}

fn opened(source: &str) -> Result<serde_json::Map<String, Json>, ApplyError> {
    let front = Split::of(source).front.ok_or(ApplyError::Unreadable)?;
    let root = mapping(source, front).ok_or(ApplyError::Unreadable)?;
    Ok(json_of(&root))
}

fn set(path: &str, value: &str) -> Change {
    Change {
        path: path.to_owned(),
        new: New::Json(Json::String(value.to_owned())),
    }
}

fn remove(path: &str) -> Change {
    Change {
        path: path.to_owned(),
        new: New::Remove,
    }
}
