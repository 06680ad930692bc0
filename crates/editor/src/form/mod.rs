//! The form as templates show it: sections, fields, controls.

mod build;
mod options;

use kairan_content::site::Department;
use kairan_content::{Kind, Severity};
use serde::Serialize;

use crate::around::Surroundings;
use crate::problems::{Problem, Problems};
use crate::rule::RuleView;
use crate::schema::{Mode, SectionId};
use crate::values::FormValues;

pub use options::{Group, Item};
pub(crate) use options::{Lists, marked};

/// A form, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Form {
    /// 種別
    pub kind: Kind,
    /// What staff call the kind.
    pub kind_label: &'static str,
    /// In the order shown; only those with fields.
    pub sections: Vec<Section>,
}

/// A part of a form under one heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Which one.
    pub id: SectionId,
    /// Its heading.
    pub title: &'static str,
    /// What helps to fill it; may be empty.
    pub hint: &'static str,
    /// Whether it is well.
    pub verdict: Verdict,
    /// In the order shown.
    pub fields: Vec<Field>,
}

/// What is said of a section beside its heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether nothing is wrong and something is written.
    pub ok: bool,
    /// Problems of any weight.
    pub problems: usize,
    /// Problems that block publishing.
    pub errors: usize,
    /// 書けています, 直すところ2件, 確かめるところ1件, or nothing.
    pub words: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its path, which is also the name it posts under: `deadline.0.closes`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What helps to fill it; may be empty.
    pub help: &'static str,
    /// Whether publishing needs it.
    pub required: bool,
    /// Whether something is written in it.
    pub filled: bool,
    /// How it is shown, with its value.
    #[serde(flatten)]
    pub control: Control,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// How a field is shown. The name is in `control`, what it holds stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "control", rename_all = "lowercase")]
pub enum Control {
    /// A text on one line.
    Text {
        /// What stands in it.
        value: String,
        /// Most characters.
        max: Option<usize>,
        /// What it holds.
        mode: Mode,
    },
    /// A text of some lines.
    TextArea {
        /// What stands in it.
        value: String,
        /// Most characters.
        max: Option<usize>,
        /// Lines shown.
        rows: usize,
    },
    /// One of a list.
    Select {
        /// The word chosen; empty for none.
        value: String,
        /// What can be chosen, in groups; a group without a label stands by itself.
        groups: Vec<Group>,
        /// The department chosen, with its telephone and place.
        card: Option<Department>,
    },
    /// A date and a time, posted as `{id}.date` and `{id}.time`.
    Moment {
        /// `2026-12-25`
        date: String,
        /// `17:00`; empty for the whole day.
        time: String,
        /// Whether what is written is no date, so that only a plain text field can show it.
        as_text: bool,
        /// 令和8年12月25日（金曜日）午後5時
        words: Option<String>,
    },
    /// One box to tick; it posts `true`.
    Flag {
        /// Whether it is ticked.
        checked: bool,
    },
    /// A whole number.
    Number {
        /// What stands in it.
        value: String,
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// Boxes to tick, in groups.
    Chips {
        /// The boxes.
        groups: Vec<Group>,
    },
    /// Texts, one a line.
    Lines {
        /// The lines.
        value: String,
        /// Lines shown.
        rows: usize,
    },
    /// Other documents; each posts its reference, `{id}.new` adds one.
    References {
        /// Those chosen.
        items: Vec<Item>,
        /// The kind, where only one can be meant.
        of: Option<Kind>,
    },
    /// Rows of fields, with buttons `do=add:{id}`, `do=remove:{id}.{index}`, `do=up:…`, `do=down:…`.
    Rows {
        /// The rows.
        rows: Vec<RowView>,
        /// What the button for one more says.
        add: String,
    },
    /// A rule, as rows or as YAML.
    Rule {
        /// Its YAML.
        value: String,
        /// Whom it means, in words; `None` where it cannot be read.
        words: Option<String>,
        /// Its rows; `None` where they could not show all of it.
        by_rows: Option<RuleView>,
    },
    /// What no control can show, as YAML.
    Raw {
        /// What stands in it.
        value: String,
        /// The name it posts under: `{id}.yaml`.
        name: String,
        /// Lines shown.
        rows: usize,
    },
    /// Shown only.
    Fixed {
        /// As it is written.
        value: String,
        /// As staff say it.
        words: String,
    },
    /// The Markdown.
    Body {
        /// The whole of it.
        value: String,
        /// How many lines it has.
        lines: usize,
    },
}

/// One row of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowView {
    /// Its id, `apply.1`.
    pub id: String,
    /// From 0.
    pub index: usize,
    /// From 1.
    pub number: usize,
    /// Whether nothing stands above it.
    pub first: bool,
    /// Whether nothing stands below it.
    pub last: bool,
    /// Its columns.
    pub fields: Vec<Field>,
    /// What is wrong with the row as a whole.
    pub problems: Vec<Problem>,
}

impl Form {
    /// The form of these values.
    #[must_use]
    pub fn new(values: &FormValues, around: &Surroundings<'_>) -> Self {
        build::form(values, around)
    }

    /// The form with problems beside the fields they are about, and a verdict for every section.
    #[must_use]
    pub fn with_problems(mut self, problems: &Problems) -> Self {
        for problem in &problems.list {
            let section = self
                .sections
                .iter_mut()
                .find(|section| section.id == problem.section);
            if let Some(section) = section {
                put(&mut section.fields, problem);
            }
        }
        for section in &mut self.sections {
            let filled = section.fields.iter().any(|field| field.filled);
            section.verdict = verdict(problems, section.id, filled);
        }
        self
    }

    /// The field with this id, in a row too.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.sections
            .iter()
            .find_map(|section| find(&section.fields, id))
    }
}

fn find<'f>(fields: &'f [Field], id: &str) -> Option<&'f Field> {
    fields.iter().find_map(|field| {
        if field.id == id {
            return Some(field);
        }
        match &field.control {
            Control::Rows { rows, .. } => rows.iter().find_map(|row| find(&row.fields, id)),
            _ => None,
        }
    })
}

/// Puts a problem to the innermost field it is about; whether there was one.
fn put(fields: &mut [Field], problem: &Problem) -> bool {
    let about = |id: &str| {
        problem
            .field
            .strip_prefix(id)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let Some(field) = fields
        .iter_mut()
        .filter(|field| about(&field.id))
        .max_by_key(|field| field.id.len())
    else {
        return false;
    };
    if let Control::Rows { rows, .. } = &mut field.control
        && let Some(row) = rows.iter_mut().find(|row| about(&row.id))
    {
        if !put(&mut row.fields, problem) {
            row.problems.push(problem.clone());
        }
    } else {
        field.problems.push(problem.clone());
    }
    true
}

fn verdict(problems: &Problems, section: SectionId, filled: bool) -> Verdict {
    let mine = problems
        .list
        .iter()
        .filter(|problem| problem.section == section);
    let (mut count, mut errors) = (0, 0);
    for problem in mine {
        count += 1;
        errors += usize::from(problem.severity == Severity::Error);
    }
    let words = match (count, errors) {
        (0, _) if filled => "書けています".to_owned(),
        (0, _) => String::new(),
        (_, 0) => format!("確かめるところ{count}件"),
        _ => format!("直すところ{count}件"),
    };
    Verdict {
        ok: count == 0 && filled,
        problems: count,
        errors,
        words,
    }
}
