//! The form of the editor, with what its templates need beside it.

use std::collections::HashMap;

use kairan_editor::Form;
use serde_json::{Map, Value, json};

/// What stands beside the fields.
#[derive(Default)]
pub(super) struct Beside {
    /// Open comments by field.
    pub(super) comments: HashMap<String, usize>,
    /// Documents that a search for a reference found, by field.
    pub(super) candidates: HashMap<String, Vec<Value>>,
    /// Whom the text would tell.
    pub(super) audience: Value,
    /// Whether rules are shown as texts, not as rows.
    pub(super) by_text: bool,
    /// The lengths of what is sent.
    pub(super) counts: Value,
}

type Missing = fn() -> Value;

/// Keys that templates may ask of any field, and what they are where the control has none.
const OPTIONAL: [(&str, Missing); 9] = [
    ("max", || Value::Null),
    ("rows", || json!(2)),
    ("words", || Value::Null),
    ("card", || Value::Null),
    ("of", || Value::Null),
    ("value", || json!("")),
    ("as_text", || json!(false)),
    ("help", || json!("")),
    ("mode", || json!("text")),
];

/// The form as its templates read it.
pub(super) fn dressed(form: &Form, beside: &Beside) -> serde_json::Result<Value> {
    let mut form = serde_json::to_value(form)?;
    for section in list(&mut form, "sections") {
        let name = section
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let (audience, counts) = match name {
            "who" => (beside.audience.clone(), Value::Null),
            "notice" => (Value::Null, beside.counts.clone()),
            _ => (Value::Null, Value::Null),
        };
        put(section, "audience", audience);
        put(section, "counts", counts);
        for field in list(section, "fields") {
            dress(field, beside);
        }
        let rare = matches!(text_of(section, "id"), "publish" | "notice");
        fold(section, |id| rare && !USUAL.contains(&id));
    }
    Ok(form)
}

/// Fields of the sections of notices and publishing that always stand open.
const USUAL: [&str; 8] = [
    "notice",
    "notice.channels",
    "notice.reminders",
    "publish_at",
    "expires_at",
    "review_by",
    "slug",
    "owner",
];

/// Columns of rows that are seldom written.
const SELDOM: [&str; 6] = ["system", "phone", "address", "email", "note", "capacity"];

/// Moves fields that are empty, well and seldom used behind the others, where they can be opened.
fn fold(parent: &mut Value, seldom: impl Fn(&str) -> bool) {
    let all = match parent.get_mut("fields") {
        Some(Value::Array(all)) => std::mem::take(all),
        _ => Vec::new(),
    };
    let quiet = |field: &Value| {
        let is = |key: &str| field.get(key).and_then(Value::as_bool) == Some(true);
        let id = text_of(field, "id");
        let commented = field.get("comments").and_then(Value::as_u64) > Some(0);
        seldom(id)
            && !is("filled")
            && !is("required")
            && text_of(field, "tone").is_empty()
            && !commented
    };
    let (more, fields): (Vec<Value>, Vec<Value>) = all.into_iter().partition(quiet);
    let names: Vec<&str> = more.iter().map(|field| text_of(field, "label")).collect();
    let names = json!(names);
    put(parent, "more_labels", names);
    put(parent, "fields", Value::Array(fields));
    put(parent, "more", Value::Array(more));
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn dress(field: &mut Value, beside: &Beside) {
    let Some(map) = field.as_object_mut() else {
        return;
    };
    for (key, default) in OPTIONAL {
        map.entry(key).or_insert_with(default);
    }
    let id = text(map, "id").to_owned();
    let control = text(map, "control").to_owned();
    let length = text(map, "value").chars().count();
    let limited = matches!(control.as_str(), "text" | "textarea")
        && map
            .get("max")
            .and_then(Value::as_u64)
            .is_some_and(|max| max < 300);
    let described = if text(map, "help").is_empty() {
        format!("{id}-m")
    } else {
        format!("{id}-h {id}-m")
    };
    let beside_it = [
        ("partial", json!(format!("documents/control/{control}"))),
        ("tone", json!(tone(map.get("problems")))),
        ("described", json!(described)),
        ("length", json!(length)),
        ("counter", json!(limited)),
        (
            "comments",
            json!(beside.comments.get(&id).copied().unwrap_or(0)),
        ),
        ("candidates", json!(beside.candidates.get(&id))),
        (
            "nothing",
            json!(beside.candidates.get(&id).is_some_and(Vec::is_empty)),
        ),
    ];
    for (key, value) in beside_it {
        map.insert(key.to_owned(), value);
    }
    match control.as_str() {
        "chips" => name_boxes(field, "groups", &id),
        "references" => name_items(field, &id),
        "rows" => name_rows(field, beside),
        "rule" => dress_rule(field, beside),
        _ => {}
    }
}

/// Templates do not reach out of a loop: what belongs to a field is told its name.
fn name_boxes(parent: &mut Value, groups: &str, name: &str) {
    for group in list(parent, groups) {
        for option in list(group, "options") {
            put(option, "name", json!(name));
        }
    }
}

fn name_items(field: &mut Value, id: &str) {
    for (index, item) in list(field, "items").iter_mut().enumerate() {
        put(item, "name", json!(id));
        put(item, "index", json!(index));
    }
    for item in list(field, "candidates") {
        put(item, "name", json!(id));
    }
}

/// A rule that rows cannot show is a text anyway.
fn dress_rule(field: &mut Value, beside: &Beside) {
    let rows = field.get("by_rows").is_some_and(Value::is_object);
    put(field, "by_text", json!(beside.by_text || !rows));
    let Some(view) = field.get_mut("by_rows") else {
        return;
    };
    for row in list(view, "groups")
        .iter_mut()
        .flat_map(|group| list(group, "rows"))
    {
        let name = format!("{}.keys", text_of(row, "id"));
        name_boxes(row, "keys", &name);
    }
}

fn name_rows(field: &mut Value, beside: &Beside) {
    let label = field.get("label").cloned().unwrap_or_default();
    for row in list(field, "rows") {
        let number = row.get("number").cloned().unwrap_or_default();
        put(
            row,
            "title",
            json!(format!("{} {number}", label.as_str().unwrap_or_default())),
        );
        put(row, "row_label", label.clone());
        for inner in list(row, "fields") {
            dress(inner, beside);
        }
        fold(row, |id| {
            SELDOM.contains(&id.rsplit('.').next().unwrap_or_default())
        });
    }
}

fn tone(problems: Option<&Value>) -> &'static str {
    let list = problems.and_then(Value::as_array);
    let worst = |word: &str| {
        list.is_some_and(|list| {
            list.iter()
                .any(|one| one.get("severity").and_then(Value::as_str) == Some(word))
        })
    };
    if worst("error") {
        "e"
    } else if worst("warning") {
        "w"
    } else {
        ""
    }
}

fn list<'a>(value: &'a mut Value, key: &str) -> &'a mut [Value] {
    match value.get_mut(key) {
        Some(Value::Array(items)) => items,
        _ => &mut [],
    }
}

fn put(value: &mut Value, key: &str, new: Value) {
    if let Value::Object(map) = value {
        map.insert(key.to_owned(), new);
    }
}

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}
