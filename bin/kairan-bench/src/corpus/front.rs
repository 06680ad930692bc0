//! Front matter and site files in both dialects.

use ulid::Ulid;

use super::words::{CATEGORIES, CITY};
use super::{Article, Dialect, address, list};

impl Article {
    /// The whole file.
    pub(crate) fn text(&self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Kairan => self.kairan(),
            Dialect::Hugo => self.hugo(),
        }
    }

    /// The identifier of the document: fixed time, random part from the number.
    pub(crate) fn id(&self) -> String {
        let spread =
            u128::from(self.number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        Ulid::from_parts(1_763_596_800_000, spread & ((1 << 80) - 1)).to_string()
    }

    fn form(&self) -> String {
        format!("https://shinsei.example.lg.jp/{}", address(self.number))
    }

    fn kairan(&self) -> String {
        let category = &CATEGORIES[self.category];
        let tags: Vec<String> = self.tags.iter().map(|tag| tag_key(*tag)).collect();
        format!(
            "---\nkind: article\nid: {}\nslug: {}\ntitle: {}\nsummary: {}\ncategory: {}\ntags: [{}]\n\
             target: {{ text: {} }}\ndeadline: {{ closes: {} }}\n\
             apply: [ {{ via: online, system: 電子申請システム, url: \"{}\", label: 申請フォーム }} ]\n\
             contact: {}\npublish_at: {}\n---\n\n{}",
            self.id(),
            address(self.number),
            quoted(&self.title),
            quoted(&self.summary),
            category.key,
            tags.join(", "),
            quoted(self.people),
            self.closes,
            self.form(),
            category.key,
            self.published.format("%Y-%m-%dT%H:%M"),
            self.body,
        )
    }

    fn hugo(&self) -> String {
        let category = &CATEGORIES[self.category];
        let tags: Vec<String> = self
            .tags
            .iter()
            .map(|(of, at)| quoted(list(CATEGORIES[*of].tags)[*at]))
            .collect();
        format!(
            "---\ntitle: {}\nsummary: {}\npublished_at: {}\ncategory: [{}]\ntags: [{}]\ntarget: {}\ncloses: \"{}\"\n\
             apply: \"{}\"\ncontact: {}\n---\n\n{}",
            quoted(&self.title),
            quoted(&self.summary),
            self.published.format("%Y-%m-%dT%H:%M:%S+09:00"),
            quoted(category.label),
            tags.join(", "),
            quoted(self.people),
            self.closes,
            self.form(),
            quoted(category.department),
            self.body,
        )
    }
}

fn tag_key((category, at): (usize, usize)) -> String {
    format!("{}-{at}", CATEGORIES[category].key)
}

/// A YAML string; the words hold neither quotes nor backslashes.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// What stands beside the articles: paths and texts.
pub(super) fn site_files(dialect: Dialect) -> Vec<(&'static str, String)> {
    match dialect {
        Dialect::Kairan => vec![
            (
                "kairan.toml",
                format!(
                    "[site]\ntitle = \"{CITY}\"\nurl = \"https://www.city.example.jp/\"\nlang = \"ja\"\n"
                ),
            ),
            ("profile.yaml", PROFILE.to_owned()),
            (
                "taxonomy/categories.yaml",
                lines(|category, _| {
                    format!("- {{ key: {}, label: {} }}\n", category.key, category.label)
                }),
            ),
            (
                "taxonomy/departments.yaml",
                lines(|category, at| {
                    format!(
                        "- {{ key: {}, name: {}, phone: 0500-00-10{at:02} }}\n",
                        category.key, category.department
                    )
                }),
            ),
            ("taxonomy/tags.yaml", tags(|_| String::new())),
        ],
        Dialect::Hugo => vec![
            ("hugo.toml", include_str!("../../hugo/hugo.toml").to_owned()),
            (
                "layouts/index.html",
                include_str!("../../hugo/layouts/index.html").to_owned(),
            ),
            (
                "layouts/_default/single.html",
                include_str!("../../hugo/layouts/_default/single.html").to_owned(),
            ),
            (
                "layouts/_default/list.html",
                include_str!("../../hugo/layouts/_default/list.html").to_owned(),
            ),
            (
                "layouts/_default/rss.xml",
                include_str!("../../hugo/layouts/_default/rss.xml").to_owned(),
            ),
            (
                "content/articles/_index.md",
                "---\ntitle: 記事\n---\n".to_owned(),
            ),
        ],
    }
}

/// `taxonomy/tags.yaml`: a facet for each category. `more` is what is written behind the label of the tag with this number.
pub(crate) fn tags(more: impl Fn(usize) -> String) -> String {
    let mut number = 0;
    let mut out = String::new();
    for (at, category) in CATEGORIES.iter().enumerate() {
        let (key, label) = (category.key, category.label);
        out.push_str(&format!("- key: {key}\n  label: {label}\n  tags:\n"));
        for (n, label) in list(category.tags).into_iter().enumerate() {
            let (key, more) = (tag_key((at, n)), more(number));
            out.push_str(&format!("    - {{ key: {key}, label: {label}{more} }}\n"));
            number += 1;
        }
    }
    out
}

const PROFILE: &str = "fields:\n  - { key: children, type: people, label: お子さん }\n";

fn lines(line: impl Fn(&super::words::Category, usize) -> String) -> String {
    CATEGORIES
        .iter()
        .enumerate()
        .map(|(at, category)| line(category, at))
        .collect()
}
