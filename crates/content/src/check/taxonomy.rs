//! `taxonomy/*.yaml`: categories, tags, areas, departments, synonyms, life events.

use std::collections::HashSet;

use crate::context::Context;
use crate::diagnostic::{Report, codes};
use crate::place::Span;
use crate::read::fields::{Fields, SHORT, items, text};
use crate::read::parts::shaped;
use crate::read::{rules, shapes};
use crate::site::{Area, Category, Department, Facet, LifeEvent, Tag};
use crate::yaml::{Entry, Node, Value};

/// Keys seen so far in one scope; notes a key that occurs again.
#[derive(Default)]
struct Keys(HashSet<String>);

impl Keys {
    fn take(&mut self, key: &str, at: Span, what: &str, report: &mut Report) {
        shapes::term_key(key, at, report);
        if !self.0.insert(key.to_owned()) {
            report.add(
                codes::DUPLICATE_TERM,
                at,
                format!("{what}のキー「{key}」が2回あります。"),
                "どちらかのキーを変えるか、1つにまとめてください。",
            );
        }
    }
}

/// The items of a file that is a list.
fn list<'n, 'a>(root: &'n Node<'a>, what: &str, report: &mut Report) -> &'n [Node<'a>] {
    match &root.value {
        Value::List(items) => items,
        // An empty file is an empty list.
        Value::Map(entries) if entries.is_empty() => &[],
        Value::Scalar { .. } if root.is_null() => &[],
        _ => {
            report.add(
                codes::NOT_A_MAPPING,
                root.span,
                format!("{what}は「- 」で始まる一覧で書きます。"),
                "1行に1つずつ「- { key: …, label: … }」と書いてください。",
            );
            &[]
        }
    }
}

fn keyed(
    fields: &mut Fields<'_, '_>,
    keys: &mut Keys,
    what: &str,
    report: &mut Report,
) -> Option<String> {
    let entry = fields.required("key", report)?;
    let key = text(entry, SHORT, report)?;
    keys.take(&key, entry.place(), what, report);
    Some(key)
}

/// 目的
pub(super) fn categories(root: &Node<'_>, report: &mut Report) -> Vec<Category> {
    level(list(root, "目的の分類", report), 1, report)
}

fn level(nodes: &[Node<'_>], depth: usize, report: &mut Report) -> Vec<Category> {
    let mut keys = Keys::default();
    nodes
        .iter()
        .filter_map(|node| category(node, depth, &mut keys, report))
        .collect()
}

fn category(
    node: &Node<'_>,
    depth: usize,
    keys: &mut Keys,
    report: &mut Report,
) -> Option<Category> {
    let mut fields = Fields::of(node, "目的の分類", report)?;
    let key = keyed(&mut fields, keys, "目的の分類", report);
    let label = fields.required_text("label", SHORT, report);
    let description = fields.text("description", report);
    let children = fields.entry("children");
    fields.finish(&["key", "label", "description", "children"], report);
    let children = match children {
        Some(entry) if depth >= 2 => {
            report.add(
                codes::TOO_MANY_LEVELS,
                entry.key_span,
                "目的の分類が3段になっています。",
                "2段にまとめてください。",
            );
            Vec::new()
        }
        Some(entry) => level(items(entry), depth + 1, report),
        None => Vec::new(),
    };
    Some(Category {
        key: key?,
        label: label?,
        description,
        children,
    })
}

/// 年齢・対象 and other facets of tags.
pub(super) fn facets(root: &Node<'_>, cx: &Context<'_>, report: &mut Report) -> Vec<Facet> {
    let mut facet_keys = Keys::default();
    let mut tag_keys = Keys::default();
    let nodes = list(root, "タグ", report);
    nodes
        .iter()
        .filter_map(|node| {
            let mut fields = Fields::of(node, "タグの軸", report)?;
            let key = keyed(&mut fields, &mut facet_keys, "タグの軸", report);
            let label = fields.required_text("label", SHORT, report);
            let tags = fields
                .required("tags", report)
                .map_or_else(Vec::new, |entry| {
                    items(entry)
                        .iter()
                        .filter_map(|node| tag(node, &mut tag_keys, cx, report))
                        .collect()
                });
            fields.finish(&["key", "label", "tags"], report);
            Some(Facet {
                key: key?,
                label: label?,
                tags,
            })
        })
        .collect()
}

fn tag(node: &Node<'_>, keys: &mut Keys, cx: &Context<'_>, report: &mut Report) -> Option<Tag> {
    let mut fields = Fields::of(node, "タグ", report)?;
    let key = keyed(&mut fields, keys, "タグ", report);
    let label = fields.required_text("label", SHORT, report);
    let matches = fields
        .entry("matches")
        .and_then(|entry| rules::rule(&entry.node, cx, report));
    fields.finish(&["key", "label", "matches"], report);
    Some(Tag {
        key: key?,
        label: label?,
        matches,
    })
}

/// 地区
pub(super) fn areas(root: &Node<'_>, report: &mut Report) -> Vec<Area> {
    let mut keys = Keys::default();
    let nodes = list(root, "地区", report);
    nodes
        .iter()
        .filter_map(|node| area(node, &mut keys, report))
        .collect()
}

// Depth is bounded by the limits of the YAML reader.
fn area(node: &Node<'_>, keys: &mut Keys, report: &mut Report) -> Option<Area> {
    let mut fields = Fields::of(node, "地区", report)?;
    let key = keyed(&mut fields, keys, "地区", report);
    let label = fields.required_text("label", SHORT, report);
    let postal = fields.texts("postal", report);
    for (code, span) in &postal {
        let digits = code.bytes().filter(|byte| *byte != b'-').count();
        let good = digits == 7
            && code
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
            && (code.len() == 7 || code.as_bytes().get(3) == Some(&b'-'));
        if !good {
            report.add(
                codes::BAD_POSTAL,
                *span,
                format!("「{}」は郵便番号ではありません。", shapes::shown(code)),
                "480-1234 のように半角で書いてください。",
            );
        }
    }
    let children = fields
        .entry("children")
        .map_or_else(Vec::new, |entry: &Entry<'_>| {
            items(entry)
                .iter()
                .filter_map(|node| area(node, keys, report))
                .collect()
        });
    fields.finish(&["key", "label", "postal", "children"], report);
    let postal = postal.into_iter().map(|(code, _)| code).collect();
    Some(Area {
        key: key?,
        label: label?,
        postal,
        children,
    })
}

/// 担当課
pub(super) fn departments(root: &Node<'_>, report: &mut Report) -> Vec<Department> {
    let mut keys = Keys::default();
    let nodes = list(root, "担当課", report);
    nodes
        .iter()
        .filter_map(|node| {
            let mut fields = Fields::of(node, "担当課", report)?;
            let key = keyed(&mut fields, &mut keys, "担当課", report);
            let name = fields.required_text("name", SHORT, report);
            let phone = shaped(&mut fields, "phone", shapes::phone, report);
            let fax = shaped(&mut fields, "fax", shapes::phone, report);
            let email = shaped(&mut fields, "email", shapes::email, report);
            let address = fields.text("address", report);
            let hours = fields.text("hours", report);
            fields.finish(
                &["key", "name", "phone", "fax", "email", "address", "hours"],
                report,
            );
            Some(Department {
                key: key?,
                name: name?,
                phone,
                fax,
                email,
                address,
                hours,
            })
        })
        .collect()
}

/// Words that mean the same.
pub(super) fn synonyms(root: &Node<'_>, report: &mut Report) -> Vec<Vec<String>> {
    let nodes = list(root, "同義語", report);
    let mut groups = Vec::new();
    for node in nodes {
        let Value::List(items) = &node.value else {
            report.add(
                codes::WRONG_TYPE,
                node.span,
                "同義語の1行は一覧で書きます。",
                "「- [保活, 保育所入所]」のように書いてください。",
            );
            continue;
        };
        let words: Vec<String> = items
            .iter()
            .filter_map(|item| item.text().map(|word| word.trim().to_owned()))
            .filter(|word| !word.is_empty())
            .collect();
        if words.len() < 2 {
            report.add(
                codes::SYNONYM_ALONE,
                node.span,
                "同じ意味の言葉が2つありません。",
                "「- [保活, 保育所入所]」のように2つ以上書くか、行を消してください。",
            );
            continue;
        }
        groups.push(words);
    }
    groups
}

/// ライフイベント
pub(super) fn life_events(root: &Node<'_>, report: &mut Report) -> Vec<LifeEvent> {
    let mut keys = Keys::default();
    let nodes = list(root, "ライフイベント", report);
    nodes
        .iter()
        .filter_map(|node| {
            let mut fields = Fields::of(node, "ライフイベント", report)?;
            let key = keyed(&mut fields, &mut keys, "ライフイベント", report);
            let label = fields.required_text("label", SHORT, report);
            fields.finish(&["key", "label"], report);
            Some(LifeEvent {
                key: key?,
                label: label?,
            })
        })
        .collect()
}
