//! What a site folder says beside its documents: settings, taxonomy, departments, profile.

use kairan_audience::{Areas, ProfileSchema, Rule};
use serde::{Deserialize, Serialize};

use crate::menu::Menu;

/// `[site]` of `kairan.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// サイト名
    pub title: String,
    /// Where the static site is read, with a final slash.
    pub url: String,
    /// Where admin, my page and API live, with a final slash; the site's own address by default.
    pub app_url: String,
    /// The site's main language.
    pub lang: String,
}

/// 目的: one node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Key within its parent.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// One line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The second level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Category>,
}

/// An axis of tags, such as こどもの年齢.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    /// Key of the axis.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// Its tags, in the order shown.
    pub tags: Vec<Tag>,
}

/// タグ
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// Key, unique over all facets.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// Whom it means; a tag without is about the subject only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<Rule>,
}

/// 地区: one node of the area tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Key, unique over the tree.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// 郵便番号
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal: Vec<String>,
    /// Areas inside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Area>,
}

/// 担当課
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Key, as in `contact`.
    pub key: String,
    /// 部課名
    pub name: String,
    /// 電話
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// ファクス
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fax: Option<String>,
    /// メール
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// 所在地
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 受付時間
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

/// ライフイベント
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeEvent {
    /// Key, as in `life_events`.
    pub key: String,
    /// What it is called.
    pub label: String,
}

/// Everything a site folder says beside its documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteData {
    /// `[site]` of `kairan.toml`.
    pub settings: Settings,
    /// `profile.yaml`: what the city asks its citizens.
    pub profile: ProfileSchema,
    /// 目的
    pub categories: Vec<Category>,
    /// 年齢・対象 and other axes.
    pub facets: Vec<Facet>,
    /// 地区
    #[serde(default)]
    pub areas: Vec<Area>,
    /// 担当課
    pub departments: Vec<Department>,
    /// Words that mean the same, for search.
    #[serde(default)]
    pub synonyms: Vec<Vec<String>>,
    /// ライフイベント
    #[serde(default)]
    pub life_events: Vec<LifeEvent>,
    /// メニュー; that of every site where it says nothing.
    #[serde(default)]
    pub menu: Menu,
}

impl SiteData {
    /// The department with this key.
    #[must_use]
    pub fn department(&self, key: &str) -> Option<&Department> {
        self.departments
            .iter()
            .find(|department| department.key == key)
    }

    /// The tag with this key, and its facet.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<(&Facet, &Tag)> {
        self.facets.iter().find_map(|facet| {
            facet
                .tags
                .iter()
                .find(|tag| tag.key == key)
                .map(|tag| (facet, tag))
        })
    }

    /// The categories along a path such as `money/child-allowance`, outermost first; empty if any part is unknown.
    #[must_use]
    pub fn category_path(&self, path: &str) -> Vec<&Category> {
        let mut level = &self.categories;
        let mut found = Vec::new();
        for key in path.split('/') {
            let Some(category) = level.iter().find(|category| category.key == key) else {
                return Vec::new();
            };
            found.push(category);
            level = &category.children;
        }
        found
    }

    /// The life event with this key.
    #[must_use]
    pub fn life_event(&self, key: &str) -> Option<&LifeEvent> {
        self.life_events.iter().find(|event| event.key == key)
    }

    /// The area tree as the rule language reads it.
    #[must_use]
    pub fn area_tree(&self) -> Areas {
        area_pairs(&self.areas)
    }
}

/// The area tree as the rule language reads it: every key with its parent's.
pub(crate) fn area_pairs(areas: &[Area]) -> Areas {
    fn walk<'a>(
        areas: &'a [Area],
        parent: Option<&'a str>,
        out: &mut Vec<(String, Option<String>)>,
    ) {
        for area in areas {
            out.push((area.key.clone(), parent.map(str::to_owned)));
            walk(&area.children, Some(&area.key), out);
        }
    }
    let mut pairs = Vec::new();
    walk(areas, None, &mut pairs);
    Areas::from_parents(pairs)
}
