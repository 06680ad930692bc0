//! The taxonomy as links.

use std::collections::HashMap;

use kairan_audience::Rule;
use kairan_content::{Category, SiteData};
use serde::Serialize;

use crate::key::ListKey;

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) path: String,
    pub(crate) label: String,
    /// Language of the target, as HTML says it.
    pub(crate) hreflang: Option<String>,
    /// The address with the site's origin.
    pub(crate) url: Option<String>,
}

impl Link {
    pub(crate) fn new(path: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            label: label.into(),
            hreflang: None,
            url: None,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct CategoryView {
    pub(crate) path: String,
    pub(crate) label: String,
    pub(crate) icon: &'static str,
    pub(crate) children: Vec<Link>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct FacetView {
    pub(crate) key: String,
    pub(crate) label: String,
    /// Whether its tags are the ages of a child: then a plant grows beside them.
    pub(crate) stages: bool,
    pub(crate) tags: Vec<TagView>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct TagView {
    pub(crate) path: String,
    pub(crate) label: String,
    /// 0 to 7.
    pub(crate) picture: usize,
}

/// Labels and links of every key, looked up for each page.
#[derive(Debug)]
pub(crate) struct Taxonomy {
    pub(crate) categories: Vec<CategoryView>,
    pub(crate) facets: Vec<FacetView>,
    pub(crate) life_events: Vec<Link>,
    lists: HashMap<ListKey, ListInfo>,
}

/// What the page of a list says about itself.
#[derive(Debug, Clone)]
pub(crate) struct ListInfo {
    pub(crate) label: String,
    pub(crate) description: Option<String>,
    pub(crate) parent: Option<Link>,
    pub(crate) children: Vec<Link>,
}

/// Pictures of a growing plant in the theme.
const PICTURES: usize = 8;
/// Categories of the second level the top page names.
const SHOWN_CHILDREN: usize = 4;

impl Taxonomy {
    pub(crate) fn new(data: &SiteData) -> Self {
        let mut lists = HashMap::new();
        walk(&data.categories, "", None, &mut lists);
        for tag in data.facets.iter().flat_map(|facet| &facet.tags) {
            lists.insert(ListKey::Tag(tag.key.clone()), ListInfo::plain(&tag.label));
        }
        for event in &data.life_events {
            let label = format!("こんなとき：{}", event.label);
            lists.insert(
                ListKey::LifeEvent(event.key.clone()),
                ListInfo::plain(&label),
            );
        }
        let categories = data.categories.iter().map(category_view).collect();
        let life_events = data
            .life_events
            .iter()
            .map(|event| Link::new(format!("/life-events/{}/", event.key), &event.label))
            .collect();
        Self {
            categories,
            facets: facets(data),
            life_events,
            lists,
        }
    }

    /// The list of a key; `None` for keys the taxonomy does not have.
    pub(crate) fn list(&self, key: &ListKey) -> Option<&ListInfo> {
        self.lists.get(key)
    }

    /// A link to the list of a key, with its plain label.
    pub(crate) fn link(&self, key: &ListKey) -> Option<Link> {
        let label = match key {
            ListKey::LifeEvent(_) => {
                let path = key.path()?;
                return self
                    .life_events
                    .iter()
                    .find(|link| link.path == path)
                    .cloned();
            }
            _ => &self.lists.get(key)?.label,
        };
        Some(Link::new(key.path()?, label))
    }

    /// The categories along a path, outermost first.
    pub(crate) fn category_links(&self, path: &str) -> Vec<Link> {
        let ends = path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()]);
        ends.filter_map(|end| self.link(&ListKey::Category(path.get(..end)?.to_owned())))
            .collect()
    }
}

impl ListInfo {
    pub(crate) fn plain(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            description: None,
            parent: None,
            children: Vec::new(),
        }
    }
}

fn walk(
    categories: &[Category],
    above: &str,
    parent: Option<&Link>,
    lists: &mut HashMap<ListKey, ListInfo>,
) {
    for category in categories {
        let key = format!("{above}{}", category.key);
        let link = Link::new(format!("/categories/{key}/"), &category.label);
        walk(&category.children, &format!("{key}/"), Some(&link), lists);
        let info = ListInfo {
            label: category.label.clone(),
            description: category.description.clone(),
            parent: parent.cloned(),
            children: children(category, &key),
        };
        lists.insert(ListKey::Category(key), info);
    }
}

fn children(category: &Category, key: &str) -> Vec<Link> {
    let link =
        |child: &Category| Link::new(format!("/categories/{key}/{}/", child.key), &child.label);
    category.children.iter().map(link).collect()
}

fn category_view(category: &Category) -> CategoryView {
    let mut children = children(category, &category.key);
    children.truncate(SHOWN_CHILDREN);
    CategoryView {
        path: format!("/categories/{}/", category.key),
        label: category.label.clone(),
        icon: icon(&category.label),
        children,
    }
}

/// A symbol for what a category is called. A guess, and only an ornament: the words stand beside it.
pub(super) fn icon(label: &str) -> &'static str {
    const WORDS: [(&str, &str); 25] = [
        ("妊娠", "heart"),
        ("出産", "heart"),
        ("健診", "health"),
        ("健康", "health"),
        ("医療", "health"),
        ("予防", "health"),
        ("預け", "blocks"),
        ("保育", "blocks"),
        ("お金", "yen"),
        ("手当", "yen"),
        ("税", "yen"),
        ("年金", "yen"),
        ("相談", "talk"),
        ("遊", "kite"),
        ("催し", "kite"),
        ("文化", "kite"),
        ("発達", "steps"),
        ("障", "steps"),
        ("介護", "steps"),
        ("福祉", "steps"),
        ("学校", "bag"),
        ("教育", "bag"),
        ("災", "alert"),
        ("届", "doc"),
        ("住", "home"),
    ];
    WORDS
        .iter()
        .find(|(word, _)| label.contains(word))
        .map_or("doc", |(_, icon)| icon)
}

fn facets(data: &SiteData) -> Vec<FacetView> {
    data.facets
        .iter()
        .map(|facet| {
            let tags = facet.tags.iter().enumerate().map(|(at, tag)| TagView {
                path: format!("/tags/{}/", tag.key),
                label: tag.label.clone(),
                picture: at * (PICTURES - 1) / facet.tags.len().saturating_sub(1).max(1),
            });
            FacetView {
                key: facet.key.clone(),
                label: facet.label.clone(),
                stages: (4..=12).contains(&facet.tags.len())
                    && facet
                        .tags
                        .iter()
                        .all(|tag| tag.matches.as_ref().is_some_and(is_age)),
                tags: tags.collect(),
            }
        })
        .collect()
}

/// Whether a rule is about how old a child is.
fn is_age(rule: &Rule) -> bool {
    let Rule::Child(clause) = rule else {
        return false;
    };
    clause.parts.iter().all(|part| {
        part.age.is_some()
            || part.months.is_some()
            || part.grade.is_some()
            || part.expecting.is_some()
    })
}

/// What a language is called in itself.
pub(crate) fn language_name(lang: &str) -> &str {
    match lang {
        "ja" => "日本語",
        "ja-easy" => "やさしい日本語",
        "en" => "English",
        "zh" | "zh-Hans" | "zh-CN" => "中文（简体）",
        "zh-Hant" | "zh-TW" => "中文（繁體）",
        "ko" => "한국어",
        "pt" => "Português",
        "es" => "Español",
        "vi" => "Tiếng Việt",
        "tl" | "fil" => "Filipino",
        "ne" => "नेपाली",
        "id" => "Bahasa Indonesia",
        "th" => "ไทย",
        "my" => "မြန်မာ",
        "uk" => "Українська",
        other => other,
    }
}

/// The language tag of HTML: やさしい日本語 is Japanese.
pub(crate) fn html_lang(lang: &str) -> &str {
    if lang == "ja-easy" { "ja" } else { lang }
}
