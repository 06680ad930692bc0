//! What is wrong with a draft, beside the fields it is about, in the words of the form.

mod placeholders;
mod references;
mod words;

use kairan_content::patch::parts;
use kairan_content::{Context, Diagnostic, Kind, Severity, parse};
use serde::Serialize;

use crate::around::Surroundings;
use crate::schema::{SectionId, Shape, specs, words_of};
use crate::values::{FormValues, Value};

/// One problem, for a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field it is about: `title`, `deadline.0.closes`, `body`, `front`.
    pub field: String,
    /// The section of that field.
    pub section: SectionId,
    /// What the field is called.
    pub label: String,
    /// The stable code, such as `F012`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in plain Japanese.
    pub message: String,
    /// What to do, in plain Japanese.
    pub fix: String,
    /// The line in the body, from 1; for problems of the body.
    pub line: Option<u32>,
    /// The column in that line, in characters from 1.
    pub column: Option<u32>,
}

/// Everything wrong with a draft, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// The problems.
    pub list: Vec<Problem>,
    /// How many block publishing.
    pub errors: usize,
    /// How many never do.
    pub warnings: usize,
    /// How many fields are filled in and well.
    pub fine: usize,
    /// What the first few of those are called.
    pub fine_labels: Vec<String>,
}

/// How many fine fields are named.
const NAMED: usize = 4;

impl Problems {
    /// Checks a draft. `path` is where it stands in a site folder (`content/articles/jido-teate.md`); `extra` is what
    /// others found in the same text, such as a slug that is taken. Cost: one reading of the text.
    #[must_use]
    pub fn of(source: &str, path: &str, around: &Surroundings<'_>, extra: &[Diagnostic]) -> Self {
        let values = FormValues::read(source);
        let cx = Context::new(around.site, Some(around.today));
        let parsed = parse(path, source.as_bytes(), &cx);
        let body = Body::of(source);
        let mut list: Vec<Problem> = parsed
            .diagnostics
            .iter()
            .chain(extra)
            .map(|diagnostic| problem(diagnostic, &values, &body))
            .collect();
        references::check(&values, around, &mut list);
        placeholders::check(&values, &mut list);
        let kind = values.kind();
        let place = |problem: &Problem| {
            let of = |path: &str| {
                problem
                    .field
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let at = specs(kind).iter().position(|spec| of(&spec.path));
            let severity = problem.severity != Severity::Error;
            (
                problem.section,
                at,
                numbers(&problem.field),
                problem.line,
                problem.column,
                severity,
            )
        };
        list.sort_by_cached_key(|one| (place(one), one.code, one.message.clone()));
        list.dedup();
        let errors = list
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .count();
        let fine = fine(&values, &list);
        Self {
            errors,
            warnings: list.len() - errors,
            fine: fine.len(),
            fine_labels: fine.into_iter().take(NAMED).collect(),
            list,
        }
    }

    /// Whether something blocks publishing.
    #[must_use]
    pub const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The problems of a field and of what is in it.
    pub fn of_field(&self, id: &str) -> impl Iterator<Item = &Problem> {
        self.list.iter().filter(move |problem| {
            problem
                .field
                .strip_prefix(id)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// Rows in the order of their numbers, not of their digits.
fn numbers(field: &str) -> Vec<u32> {
    field
        .split('.')
        .filter_map(|step| step.parse().ok())
        .collect()
}

/// Where the body begins, to count lines from there.
struct Body {
    first_line: u32,
}

impl Body {
    fn of(source: &str) -> Self {
        let start = parts(source).map_or(0, |(_, body)| body.start);
        let before = source.get(..start).unwrap_or_default();
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        Self {
            first_line: u32::try_from(lines).unwrap_or(u32::MAX),
        }
    }
}

fn problem(diagnostic: &Diagnostic, values: &FormValues, body: &Body) -> Problem {
    let kind = values.kind();
    let given = diagnostic.field.as_deref().unwrap_or_default();
    let given = field_id(given, kind);
    let (field, message, fix) = words::say(diagnostic, given, values);
    let unreadable = values.unreadable_front().is_some();
    let in_body = field == "body";
    let field = match field.as_str() {
        "body" => field,
        _ if unreadable => "front".to_owned(),
        "" => "title".to_owned(),
        _ => field,
    };
    let line = in_body.then(|| diagnostic.line.saturating_sub(body.first_line).max(1));
    Problem {
        section: section_of(&field, kind),
        label: label_of(&field, kind),
        code: diagnostic.code.id(),
        severity: diagnostic.severity,
        message,
        fix,
        line,
        column: line.map(|_| diagnostic.column),
        field,
    }
}

/// A key path of a document (`deadline[0].closes`) as the id of a field (`deadline.0.closes`).
fn field_id(path: &str, kind: Kind) -> String {
    let id = path.replace('[', ".").replace(']', "");
    let Some((key, rest)) = id.split_once('.') else {
        return id;
    };
    // A single row is written without a number.
    let rows = specs(kind)
        .iter()
        .any(|spec| spec.path == key && matches!(spec.shape, Shape::Rows(_)));
    if rows && !rest.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{key}.0.{rest}")
    } else {
        id
    }
}

/// The section of a field.
pub(crate) fn section_of(field: &str, kind: Kind) -> SectionId {
    match field {
        "body" => SectionId::Body,
        "front" => SectionId::Other,
        _ => specs(kind)
            .iter()
            .find(|spec| field == spec.path || field.starts_with(&format!("{}.", spec.path)))
            .map_or_else(|| words_of(field).section, |spec| spec.section),
    }
}

/// What a field is called: 申込方法2 の電話番号.
pub(crate) fn label_of(field: &str, kind: Kind) -> String {
    match field {
        "body" => return "本文".to_owned(),
        "front" => return "そのままの項目".to_owned(),
        _ => {}
    }
    let inside = |path: &str| field.strip_prefix(path)?.strip_prefix('.');
    for spec in specs(kind) {
        if spec.path == field {
            return spec.label.clone();
        }
        let (Shape::Rows(columns), Some(rest)) = (&spec.shape, inside(&spec.path)) else {
            continue;
        };
        let (row, column) = rest.split_once('.').unwrap_or((rest, ""));
        let number = row.parse::<usize>().map_or(1, |row| row + 1);
        let column = columns.iter().find(|one| one.path == column);
        return match column {
            Some(column) => format!("{}{number}の{}", spec.label, column.label),
            None => format!("{}{number}", spec.label),
        };
    }
    let around = specs(kind).iter().find(|spec| inside(&spec.path).is_some());
    around.map_or_else(
        || words_of(field).label.unwrap_or_else(|| field.to_owned()),
        |spec| spec.label.clone(),
    )
}

/// The fields that are filled in and without a problem.
fn fine(values: &FormValues, list: &[Problem]) -> Vec<String> {
    let troubled = |path: &str| {
        list.iter().any(|problem| {
            problem
                .field
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    specs(values.kind())
        .iter()
        .filter(|spec| match values.get(&spec.path) {
            Some(Value::Raw(_)) => false,
            Some(value) => !value.is_empty(),
            None => spec.shape == Shape::Body && !values.body().trim().is_empty(),
        })
        .filter(|spec| !troubled(&spec.path))
        .map(|spec| spec.label.clone())
        .collect()
}
