//! `profile.yaml`: what the city asks its citizens.

use kairan_audience::{
    Choice, Field, FieldKind, OptionSource, Options, ProblemCode, ProfileSchema,
};

use crate::diagnostic::{Report, codes};
use crate::read::fields::{Fields, SHORT, choice, items, text};
use crate::read::shapes;
use crate::yaml::{Entry, Node, Value};

const KINDS: &[(&str, FieldKind)] = &[
    ("people", FieldKind::People),
    ("date", FieldKind::Date),
    ("birth-date", FieldKind::BirthDate),
    ("choice", FieldKind::Choice),
    ("choices", FieldKind::Choices),
    ("flag", FieldKind::Flag),
];

/// Reads the profile; `None` where it has no list of fields.
pub(super) fn profile(root: &Node<'_>, report: &mut Report) -> Option<ProfileSchema> {
    let mut fields = Fields::of(root, "profile.yaml", report)?;
    let list = fields.required("fields", report);
    fields.finish(&["fields"], report);
    let list = list?;
    let Value::List(nodes) = &list.node.value else {
        report.add(
            codes::BAD_PROFILE,
            list.place(),
            "fields が一覧になっていません。",
            "fields: の下に「- { key: …, type: …, label: … }」を並べてください。",
        );
        return None;
    };
    let read: Vec<Option<Field>> = nodes.iter().map(|node| field(node, report)).collect();
    // Pointers of the schema's own checks count fields, so they are asked only where each was read.
    let complete = read.iter().all(Option::is_some);
    let schema = ProfileSchema {
        fields: read.into_iter().flatten().collect(),
    };
    if complete {
        for problem in schema.check() {
            let code = match problem.code {
                ProblemCode::UnreadableField => codes::UNREADABLE_FIELD,
                _ => codes::BAD_PROFILE,
            };
            report.add(
                code,
                root.place_at(&problem.path),
                problem.message,
                problem.fix,
            );
        }
    }
    Some(schema)
}

fn field(node: &Node<'_>, report: &mut Report) -> Option<Field> {
    let mut fields = Fields::of(node, "profile の項目", report)?;
    let key = fields.required("key", report).and_then(|entry| {
        let key = text(entry, SHORT, report)?;
        // Keys of facts are written with an underscore: birth_date.
        shapes::term_key(&key.replace('_', "-"), entry.place(), report);
        Some(key)
    });
    let kind = fields
        .required("type", report)
        .and_then(|e| choice(e, &e.node, KINDS, report));
    let label = fields.required_text("label", SHORT, report);
    let options = fields
        .entry("options")
        .and_then(|entry| options(entry, report));
    let sensitive = fields.flag("sensitive", report);
    let help = fields.text("help", report);
    fields.finish(
        &["key", "type", "label", "options", "sensitive", "help"],
        report,
    );
    Some(Field {
        key: key?,
        kind: kind?,
        label: label?,
        options,
        sensitive,
        help,
    })
}

fn options(entry: &Entry<'_>, report: &mut Report) -> Option<Options> {
    if let Value::Scalar { .. } = entry.node.value {
        let source = choice(
            entry,
            &entry.node,
            &[("areas", OptionSource::Areas)],
            report,
        )?;
        return Some(Options::Named(source));
    }
    let choices = items(entry)
        .iter()
        .filter_map(|node| {
            let mut fields = Fields::of(node, "選択肢", report)?;
            let key = fields.required("key", report).and_then(|entry| {
                let key = text(entry, SHORT, report)?;
                shapes::term_key(&key, entry.place(), report);
                Some(key)
            });
            let label = fields.required_text("label", SHORT, report);
            fields.finish(&["key", "label"], report);
            Some(Choice {
                key: key?,
                label: label?,
            })
        })
        .collect();
    Some(Options::List(choices))
}
