//! What differs between two texts of a document: field by field in words, and the body line by line.

mod body;
mod inline;
mod merge;
mod words;

use std::collections::BTreeSet;

use kairan_content::Kind;
use serde::Serialize;

use crate::around::Surroundings;
use crate::opened::body_of;
use crate::problems::{label_of, section_of};
use crate::schema::{SectionId, Shape, specs};
use crate::values::FormValues;

pub use body::{BodyChange, BodyLine, LineKind};
pub use inline::Part;
pub use merge::{Merged, ThreeWay, merge, three_way};

/// One line of a value, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its pieces; those that differ are marked.
    pub parts: Vec<Part>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its id.
    pub id: String,
    /// Its section.
    pub section: SectionId,
    /// What it is called.
    pub label: String,
    /// What it said; of a list, only what is gone.
    pub before: Vec<Line>,
    /// What it says; of a list, only what is new.
    pub after: Vec<Line>,
}

/// A field that does not differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldNow {
    /// Its id.
    pub id: String,
    /// Its section.
    pub section: SectionId,
    /// What it is called.
    pub label: String,
    /// What it says.
    pub value: Vec<String>,
}

/// What differs between two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The fields that differ, in the order of the form.
    pub fields: Vec<FieldChange>,
    /// The fields that say something and do not differ.
    pub unchanged: Vec<FieldNow>,
    /// The body, where it differs.
    pub body: Option<BodyChange>,
    /// How many fields differ, the body among them.
    pub changes: usize,
}

/// Compares two texts of a document. Cost grows with their length; where very many lines differ, they are shown as
/// replaced as a whole.
#[must_use]
pub fn compare(before: &str, after: &str, around: &Surroundings<'_>) -> Comparison {
    let (old, new) = (FormValues::read(before), FormValues::read(after));
    let kind = new.kind();
    let mut fields = Vec::new();
    let mut unchanged = Vec::new();
    for id in paths(&old, &new) {
        let (was, is) = (
            words::lines(&old, &id, around),
            words::lines(&new, &id, around),
        );
        let (section, label) = (section_of(&id, kind), label_of(&id, kind));
        let same_value = old.get(&id) == new.get(&id) && id != "front";
        if was == is && (same_value || !was.is_empty() || id == "front") {
            if !is.is_empty() && id != "front" {
                unchanged.push(FieldNow {
                    id,
                    section,
                    label,
                    value: is,
                });
            }
        } else if was != is {
            let (before, after) = inline::changed_lines(&was, &is);
            fields.push(FieldChange {
                id,
                section,
                label,
                before,
                after,
            });
        }
    }
    let body = body::change(body_of(before), body_of(after));
    Comparison {
        changes: fields.len() + usize::from(body.is_some()),
        fields,
        unchanged,
        body,
    }
}

/// Every field either form has, in the order of the form.
fn paths(old: &FormValues, new: &FormValues) -> Vec<String> {
    let mut all: BTreeSet<&str> = BTreeSet::new();
    for values in [old, new] {
        all.extend(values.fields().map(|(path, _)| path));
        all.extend(values.unreadable_front().map(|_| "front"));
    }
    let kinds: &[Kind] = &[new.kind(), old.kind()];
    let mut out: Vec<String> = Vec::with_capacity(all.len());
    for kind in kinds {
        for spec in specs(*kind).iter().filter(|spec| spec.shape != Shape::Body) {
            if all.remove(spec.path.as_str()) {
                out.push(spec.path.clone());
            }
        }
    }
    out.extend(all.into_iter().map(str::to_owned));
    out
}
