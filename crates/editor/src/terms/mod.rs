//! Terms of a site (分類, タグ, 地区, 部署…): one of a file changed, added, moved or taken out, the rest byte for byte.
//!
//! A term is found by the keys from the outermost level on, `kosodate/nursery`; in a file whose terms have no keys by
//! its number from 0.

mod shape;

use serde_json::{Map, Value as Json, json};

use kairan_content::Span;
use kairan_content::yaml::{Node, Value};

use crate::opened::typed;
use crate::patch::{patch_file, tree};

pub use shape::{
    AREAS, CATEGORIES, Control, DEPARTMENTS, LIFE_EVENTS, Level, PROFILE, SYNONYMS, Shape, TAGS,
    TermField,
};

/// A term as it stands in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// How deep it stands, from 0.
    pub depth: usize,
    /// What it says, as JSON.
    pub says: Json,
    /// How many terms it holds.
    pub holds: usize,
    /// Its place among its sisters, from 0.
    pub place: usize,
    /// How many sisters there are, itself included.
    pub of: usize,
}

impl Term {
    /// A field as a form shows it: lines for a list, YAML for a rule.
    #[must_use]
    pub fn field(&self, field: &TermField) -> String {
        let value = match field.key {
            "" => Some(&self.says),
            key => self.says.get(key),
        };
        match value {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.clone(),
            Some(Json::Array(items)) if field.control == Control::Lines => {
                let lines: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
                lines.join("\n")
            }
            Some(Json::Array(items)) if field.control == Control::Options => {
                let said = |item: &Json, key| {
                    let text = item.get(key).and_then(Json::as_str);
                    text.unwrap_or_default().to_owned()
                };
                let line = |item| format!("{} {}", said(item, "key"), said(item, "label"));
                let lines: Vec<String> = items.iter().map(line).collect();
                lines.join("\n")
            }
            Some(other) => crate::patch::write::flow(other),
        }
    }
}

/// A change to one term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Its fields, by key; an empty text leaves the field out.
    Set(Vec<(String, String)>),
    /// Before the one above it.
    Up,
    /// Behind the one below it.
    Down,
    /// Gone.
    Remove,
}

/// Why a term was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file has mistakes.
    #[error("このファイルには間違いがあり、読めません。文のまま直してください。")]
    Unreadable,
    /// There is no such term.
    #[error("この項目はもうありません。")]
    Missing,
    /// There is one of this key.
    #[error("同じキーの項目がすでにあります。別のキーにしてください。")]
    Taken,
    /// It has no key.
    #[error("キーを、半角の英小文字と数字とハイフンで書いてください。")]
    NoKey,
    /// It cannot be written without changing others.
    #[error("この項目だけを書きかえることができません。文のまま直してください。")]
    Entangled,
}

/// The term at an address; `None` where there is none, or the file cannot be read.
#[must_use]
pub fn find(source: &str, shape: &Shape, at: &str) -> Option<Term> {
    let mut root = tree(source)?.to_json();
    let (list, place, depth) = locate(&mut root, shape, at)?;
    let says = list.get(place)?.clone();
    let inner = shape.level(depth).inner;
    Some(Term {
        depth,
        holds: inner
            .and_then(|key| says.get(key)?.as_array())
            .map_or(0, Vec::len),
        place,
        of: list.len(),
        says,
    })
}

/// How many terms the outermost level of a file has.
#[must_use]
pub fn count(source: &str, shape: &Shape) -> usize {
    let mut root = tree(source).map_or(Json::Null, |root| root.to_json());
    outermost(&mut root, shape).map_or(0, |list| list.len())
}

/// What of a term stands at a line and column of the file, both from 1: the key of its field, or nothing for the term as a
/// whole. `None` for whatever else is in the file, the terms inside this one too.
#[must_use]
pub fn part_at(source: &str, shape: &Shape, at: &str, line: u32, column: u32) -> Option<String> {
    let root = tree(source)?;
    let (node, level) = node_of(&root, shape, at)?;
    let place = offset(source, line, column)?;
    let there = |span: Span| span.start <= place && place < span.end.max(span.start + 1);
    if !there(node.span) {
        return None;
    }
    let Value::Map(entries) = &node.value else {
        return Some(String::new());
    };
    let entry = entries.iter().find(|one| {
        let end = one.node.span.end.max(one.key_span.end);
        there(Span::new(one.key_span.start, end))
    });
    let Some(entry) = entry else {
        return Some(String::new());
    };
    let key = entry.key.as_ref();
    let asked = level.fields.iter().any(|field| field.key == key);
    (asked || level.inner != Some(key)).then(|| key.to_owned())
}

/// The term at an address, as it is written.
fn node_of<'n, 'a>(
    root: &'n Node<'a>,
    shape: &Shape,
    at: &str,
) -> Option<(&'n Node<'a>, &'static Level)> {
    let mut list = match shape.list {
        Some(key) => &root.get(key)?.node,
        None => root,
    };
    let mut steps = at.split('/').enumerate().peekable();
    while let Some((depth, step)) = steps.next() {
        let Value::List(items) = &list.value else {
            return None;
        };
        let keyed = |one: &&Node<'a>| match one.get("key").map(|entry| &entry.node.value) {
            Some(Value::Scalar { text, .. }) => text == step,
            _ => false,
        };
        let node = match shape.is_keyless() {
            true => items.get(step.parse::<usize>().ok()?)?,
            false => items.iter().find(keyed)?,
        };
        let level = shape.level(depth);
        if steps.peek().is_none() {
            return Some((node, level));
        }
        list = &node.get(level.inner?)?.node;
    }
    None
}

/// The byte at a line and a column of characters, both from 1.
fn offset(source: &str, line: u32, column: u32) -> Option<usize> {
    let start = match usize::try_from(line).ok()? {
        0 | 1 => 0,
        line => source.match_indices('\n').nth(line - 2)?.0 + 1,
    };
    let rest = source.get(start..)?;
    let before = usize::try_from(column).ok()?.saturating_sub(1);
    let bytes = rest.chars().take(before).map(char::len_utf8).sum::<usize>();
    Some(start + bytes)
}

/// The file with one term changed. Cost grows with the file.
///
/// # Errors
/// [`Refused`]; the text is as it was.
pub fn edit(source: &str, shape: &Shape, at: &str, edit: &Edit) -> Result<String, Refused> {
    let mut root = tree(source).ok_or(Refused::Unreadable)?.to_json();
    let (list, place, depth) = locate(&mut root, shape, at).ok_or(Refused::Missing)?;
    match edit {
        Edit::Set(values) => {
            let term = list.get_mut(place).ok_or(Refused::Missing)?;
            set(term, shape.level(depth), values);
        }
        Edit::Up if place > 0 => list.swap(place - 1, place),
        Edit::Down if place + 1 < list.len() => list.swap(place, place + 1),
        Edit::Up | Edit::Down => {}
        Edit::Remove => {
            list.remove(place);
        }
    }
    patch_file(source, &root).ok_or(Refused::Entangled)
}

/// The file with a new term, the last of its level; `below` is the address of the one that holds it, empty for the
/// outermost level.
///
/// # Errors
/// [`Refused`]; the text is as it was.
pub fn add(
    source: &str,
    shape: &Shape,
    below: &str,
    key: &str,
    values: &[(String, String)],
) -> Result<String, Refused> {
    let mut root = tree(source).ok_or(Refused::Unreadable)?.to_json();
    let (list, level) = sisters(&mut root, shape, below).ok_or(Refused::Missing)?;
    let mut term = if shape.is_keyless() {
        Json::Array(Vec::new())
    } else {
        if key.is_empty() {
            return Err(Refused::NoKey);
        }
        if list.iter().any(|one| key_of(one) == Some(key)) {
            return Err(Refused::Taken);
        }
        Json::Object(Map::from_iter([("key".to_owned(), Json::from(key))]))
    };
    set(&mut term, level, values);
    list.push(term);
    patch_file(source, &root).ok_or(Refused::Entangled)
}

fn key_of(term: &Json) -> Option<&str> {
    term.get("key")?.as_str()
}

/// The outermost list; made where a file has none yet.
fn outermost<'j>(root: &'j mut Json, shape: &Shape) -> Option<&'j mut Vec<Json>> {
    match shape.list {
        Some(key) => root.as_object_mut()?.get_mut(key)?.as_array_mut(),
        None => {
            let nothing = root.is_null() || root.as_object().is_some_and(Map::is_empty);
            if nothing {
                *root = Json::Array(Vec::new());
            }
            root.as_array_mut()
        }
    }
}

/// The list a term stands in, its place there, and how deep that is.
fn locate<'j>(
    root: &'j mut Json,
    shape: &Shape,
    at: &str,
) -> Option<(&'j mut Vec<Json>, usize, usize)> {
    let mut list = outermost(root, shape)?;
    if shape.is_keyless() {
        let place = at.parse().ok().filter(|place| *place < list.len())?;
        return Some((list, place, 0));
    }
    let mut steps = at.split('/').enumerate().peekable();
    while let Some((depth, step)) = steps.next() {
        let place = list.iter().position(|one| key_of(one) == Some(step))?;
        if steps.peek().is_none() {
            return Some((list, place, depth));
        }
        list = list
            .get_mut(place)?
            .get_mut(shape.level(depth).inner?)?
            .as_array_mut()?;
    }
    None
}

/// The list a new term goes into, and the level it is of.
fn sisters<'j>(
    root: &'j mut Json,
    shape: &Shape,
    below: &str,
) -> Option<(&'j mut Vec<Json>, &'static Level)> {
    if below.is_empty() {
        return Some((outermost(root, shape)?, shape.level(0)));
    }
    let (list, place, depth) = locate(root, shape, below)?;
    let holder = list.get_mut(place)?.as_object_mut()?;
    let inner = holder
        .entry(shape.level(depth).inner?)
        .or_insert_with(|| Json::Array(Vec::new()));
    Some((inner.as_array_mut()?, shape.level(depth + 1)))
}

/// Puts what a form sent into a term; what the form does not know stays.
fn set(term: &mut Json, level: &Level, values: &[(String, String)]) {
    for field in level.fields {
        let Some((_, sent)) = values.iter().find(|(key, _)| key == field.key) else {
            continue;
        };
        let value = value(field, sent);
        match (term.as_object_mut(), value) {
            (None, value) => *term = value.unwrap_or_else(|| Json::Array(Vec::new())),
            (Some(map), Some(value)) => {
                map.insert(field.key.to_owned(), value);
            }
            (Some(map), None) => {
                map.shift_remove(field.key);
            }
        }
    }
}

/// What was typed, as the file says it; `None` for nothing.
fn value(field: &TermField, sent: &str) -> Option<Json> {
    let sent = sent.trim();
    if sent.is_empty() {
        return None;
    }
    Some(match field.control {
        Control::Lines => sent
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(Json::from)
            .collect(),
        // The word for the areas of the city.
        Control::Options if sent == "areas" => Json::from(sent),
        Control::Options => sent.lines().filter_map(option).collect(),
        // What cannot be read is kept as a text: the check names it.
        Control::Rule => typed(sent).unwrap_or_else(|| Json::from(sent)),
        Control::Flag => Json::Bool(true),
        Control::Text | Control::Tel | Control::Email | Control::Choice(_) => Json::from(sent),
    })
}

/// A line of a key and what people see, parted by a space or a comma.
fn option(line: &str) -> Option<Json> {
    let line = line.trim();
    let parts = |c: char| c.is_whitespace() || matches!(c, ',' | '、');
    let (key, label) = line.split_once(parts).unwrap_or((line, line));
    (!line.is_empty()).then(|| json!({ "key": key, "label": label.trim() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_file_is_a_field_of_its_term_or_elsewhere() {
        let tags = "# タグ\n- key: age\n  label: 年齢\n  tags:\n    - { key: a, label: 零, matches: { x: 1 } }\n    - { key: b, label: 一 }\n";
        let of = |at: &str, line, column| part_at(tags, &TAGS, at, line, column);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of("age/a", 5, 27), some("matches"));
        assert_eq!(of("age/a", 5, 37), some("matches"));
        assert_eq!(of("age/a", 5, 17), some("label"));
        assert_eq!(of("age/a", 5, 7), some(""));
        assert_eq!(of("age/a", 6, 17), None);
        assert_eq!(of("age", 3, 3), some("label"));
        assert_eq!(of("age", 5, 17), None);
        assert_eq!(part_at("- [a, b]\n- [c]\n", &SYNONYMS, "1", 2, 3), some(""));
    }

    #[test]
    fn a_new_question_comes_with_what_can_be_chosen() {
        let values = [
            ("label", "通い方"),
            ("type", "choices"),
            ("options", "walk 歩き\n bus、バス \n"),
        ];
        let values = values.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let text = add(
            "fields:\n  - { key: a, type: flag, label: い }\n",
            &PROFILE,
            "",
            "way",
            &values,
        );
        let text = text.unwrap();
        let options = find(&text, &PROFILE, "way").unwrap().says["options"].clone();
        let walk = json!({ "key": "walk", "label": "歩き" });
        assert_eq!(options, json!([walk, { "key": "bus", "label": "バス" }]));
    }
}
