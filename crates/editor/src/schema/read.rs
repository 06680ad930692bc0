//! `content-schema` → fields. A key the table of words does not know still becomes a field, by its type.

use kairan_content::Kind;
use serde_json::{Map, Value as Json};

use super::words::{Words, words_of};
use super::{Mode, SectionId, Shape, Spec, order};

const fn text_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Article => include_str!("../../../../content-schema/v1/article.schema.json"),
        Kind::Event => include_str!("../../../../content-schema/v1/event.schema.json"),
        Kind::Faq => include_str!("../../../../content-schema/v1/faq.schema.json"),
        Kind::Topic => include_str!("../../../../content-schema/v1/topic.schema.json"),
        Kind::News => include_str!("../../../../content-schema/v1/news.schema.json"),
        Kind::Page => include_str!("../../../../content-schema/v1/page.schema.json"),
        Kind::Facility => include_str!("../../../../content-schema/v1/facility.schema.json"),
        Kind::Comment => include_str!("../../../../content-schema/v1/comment.schema.json"),
    }
}

/// A schema that is compiled in; tests read every one.
fn schema(kind: Kind) -> Json {
    serde_json::from_str(text_of(kind)).unwrap_or_default()
}

fn properties(schema: &Json) -> Option<&Map<String, Json>> {
    schema.get("properties")?.as_object()
}

pub(super) fn keys(kind: Kind) -> Vec<String> {
    properties(&schema(kind))
        .map(|keys| keys.keys().cloned().collect())
        .unwrap_or_default()
}

/// The fields of a kind, by section and the order in which keys are written.
pub(super) fn specs(kind: Kind) -> Vec<Spec> {
    let schema = schema(kind);
    let reader = Reader {
        definitions: schema.get("$defs").and_then(Json::as_object),
    };
    let mut specs = Vec::new();
    reader.object(&schema, "", &mut specs);
    // 本文 is no key, but a field among the others.
    specs.push(Spec {
        path: "body".to_owned(),
        section: SectionId::Body,
        label: "本文".to_owned(),
        help: "",
        required: false,
        shape: Shape::Body,
    });
    let place = |spec: &Spec| {
        let order = order("form");
        order
            .iter()
            .position(|path| *path == spec.path)
            .unwrap_or(order.len())
    };
    specs.sort_by_key(|spec| (spec.section, place(spec)));
    specs
}

struct Reader<'s> {
    definitions: Option<&'s Map<String, Json>>,
}

impl<'s> Reader<'s> {
    /// The fields of a mapping; those of mappings inside it too.
    fn object(&self, schema: &'s Json, path: &str, out: &mut Vec<Spec>) {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Json::as_array)
            .map(|keys| keys.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        for (key, value) in properties(schema).into_iter().flatten() {
            let below = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            let words = words_of(&below);
            let inner = self.resolved(value);
            let is_object = inner.get("type").and_then(Json::as_str) == Some("object");
            if is_object && words.shape.is_none() && !self.is_rule(value) {
                // Before its settings stands the question whether there is a notice at all.
                if below == "notice" {
                    out.push(spec(&below, words, false, Shape::Presence));
                }
                self.object(inner, &below, out);
                continue;
            }
            let shape = words.shape.clone().unwrap_or_else(|| self.shape(value));
            out.push(spec(&below, words, required.contains(&key.as_str()), shape));
        }
    }

    fn is_rule(&self, schema: &Json) -> bool {
        reference(schema).is_some_and(|name| name.ends_with("rule.schema.json"))
    }

    fn resolved(&self, schema: &'s Json) -> &'s Json {
        let Some(name) = reference(schema).and_then(|name| name.strip_prefix("#/$defs/")) else {
            return schema;
        };
        self.definitions
            .and_then(|all| all.get(name))
            .unwrap_or(schema)
    }

    fn shape(&self, schema: &'s Json) -> Shape {
        match reference(schema) {
            Some("#/$defs/moment") => return Shape::Moment,
            Some("#/$defs/id") => return Shape::Fixed,
            Some("#/$defs/url") => return text(None, Mode::Url),
            Some(name) if name.ends_with("rule.schema.json") => return Shape::Rule,
            _ => {}
        }
        let schema = self.resolved(schema);
        if schema.get("const").is_some() {
            return Shape::Fixed;
        }
        if let Some(words) = enumeration(schema) {
            return Shape::Choice(words);
        }
        if let Some(either) = schema.get("anyOf").and_then(Json::as_array) {
            return either.first().map_or(Shape::Raw, |one| self.items(one));
        }
        match schema.get("type") {
            Some(Json::String(kind)) => match kind.as_str() {
                "boolean" => Shape::Flag,
                "integer" => Shape::Number {
                    min: schema.get("minimum").and_then(Json::as_i64).unwrap_or(0),
                    max: schema
                        .get("maximum")
                        .and_then(Json::as_i64)
                        .unwrap_or(i64::MAX),
                },
                "string" => text(max(schema), Mode::Text),
                "array" => schema
                    .get("items")
                    .map_or(Shape::Raw, |one| self.items(one)),
                _ => Shape::Raw,
            },
            Some(Json::Array(kinds)) if kinds.iter().any(|kind| kind == "string") => {
                text(max(schema), Mode::Text)
            }
            _ => Shape::Raw,
        }
    }

    /// A list of these.
    fn items(&self, one: &'s Json) -> Shape {
        let inner = self.resolved(one);
        if let Some(words) = enumeration(inner) {
            return Shape::Chips(words);
        }
        if inner.get("type").and_then(Json::as_str) != Some("object") {
            return Shape::Lines;
        }
        let name = reference(one).unwrap_or_default().replace("#/$defs/", "");
        let mut columns = Vec::new();
        self.object(inner, "", &mut columns);
        for column in &mut columns {
            let words = words_of(&format!("{name}[].{}", column.path));
            column.label = words.label.clone().unwrap_or_else(|| column.path.clone());
            column.help = words.help;
            if let Some(shape) = words.shape {
                column.shape = shape;
            }
        }
        Shape::Rows(columns)
    }
}

fn spec(path: &str, words: Words, required: bool, shape: Shape) -> Spec {
    Spec {
        path: path.to_owned(),
        section: words.section,
        label: words.label.unwrap_or_else(|| path.to_owned()),
        help: words.help,
        required,
        shape,
    }
}

fn text(max: Option<usize>, mode: Mode) -> Shape {
    Shape::Text {
        max,
        mode,
        long: false,
    }
}

fn max(schema: &Json) -> Option<usize> {
    schema
        .get("maxLength")
        .and_then(Json::as_u64)
        .and_then(|max| usize::try_from(max).ok())
}

fn reference(schema: &Json) -> Option<&str> {
    schema.get("$ref").and_then(Json::as_str)
}

fn enumeration(schema: &Json) -> Option<Vec<(String, String)>> {
    let words = schema.get("enum")?.as_array()?;
    Some(
        words
            .iter()
            .filter_map(Json::as_str)
            .map(|word| (word.to_owned(), super::words::label_of(word).to_owned()))
            .collect(),
    )
}
