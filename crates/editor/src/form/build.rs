//! Values → controls.

use kairan_audience::Rule;
use kairan_content::Kind;

use super::options::{Item, groups};
use super::{Control, Field, Form, RowView, Section, Verdict};
use crate::around::Surroundings;
use crate::dates::{moment_of, say_moment};
use crate::opened::typed;
use crate::rule::rows_of;
use crate::schema::{SectionId, Shape, Spec, spec, specs, words_of};
use crate::values::{FormValues, Row, Value};

const AS_WRITTEN: &str = "この書き方は欄に分けて表せないので、書かれているとおりに出しています。";
const FRONT: &str =
    "項目（front matter）に読めないところがあります。ここで直すと、ふだんの欄に戻ります。";

pub(super) fn form(values: &FormValues, around: &Surroundings<'_>) -> Form {
    let kind = values.kind();
    let builder = Builder { values, around };
    let mut fields: Vec<(SectionId, Field)> = Vec::new();
    if let Some(front) = values.unreadable_front() {
        fields.push((
            SectionId::Other,
            raw("front", "そのままの項目", front, FRONT),
        ));
        fields.push((SectionId::Body, builder.body()));
    } else {
        for spec in specs(kind) {
            let field = match (&spec.shape, values.get(&spec.path)) {
                (Shape::Body, _) => Some(builder.body()),
                (_, Some(value)) => Some(builder.field(spec, &spec.path, value)),
                // Shown as a whole, at the mapping around it.
                (_, None) => None,
            };
            fields.extend(field.map(|field| (spec.section, field)));
        }
        for (path, value) in values.fields() {
            if let (None, Value::Raw(text)) = (spec(kind, path), value) {
                let words = words_of(path);
                let label = words.label.unwrap_or_else(|| path.to_owned());
                fields.push((words.section, raw(path, &label, text, AS_WRITTEN)));
            }
        }
    }
    let sections = SectionId::ALL.into_iter().filter_map(|id| {
        let (mine, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut fields)
            .into_iter()
            .partition(|(section, _)| *section == id);
        fields = rest;
        let (title, hint) = heading(id, kind);
        (!mine.is_empty()).then(|| Section {
            id,
            title,
            hint,
            verdict: Verdict::default(),
            fields: mine.into_iter().map(|(_, field)| field).collect(),
        })
    });
    Form {
        kind,
        kind_label: kind.label(),
        sections: sections.collect(),
    }
}

const fn heading(id: SectionId, kind: Kind) -> (&'static str, &'static str) {
    match (id, kind) {
        (SectionId::Heading, Kind::Faq) => ("質問と概要", "題名に質問を、本文に答えを書きます。"),
        (SectionId::Heading, _) => ("見出しと概要", ""),
        (SectionId::Who, _) => (
            "だれに知らせますか",
            "ボタンを選ぶと、当てはまる人の数が出ます。同じ行は「どれか」、ちがう行は「両方」です。",
        ),
        (SectionId::When, Kind::Event) => ("いつ、どこで", ""),
        (SectionId::When, Kind::Facility) => ("場所と時間", ""),
        (SectionId::When, Kind::Comment) => ("募集の期間と結果", ""),
        (SectionId::When, _) => ("いつまでに、どうやって", ""),
        (SectionId::Contact, _) => ("問合せ先と、よくある質問", ""),
        (SectionId::Body, _) => ("本文", ""),
        (SectionId::Notice, _) => ("お知らせ", "公開するまで、だれにも送られません。"),
        (SectionId::Publish, _) => ("公開の設定", ""),
        (SectionId::Other, _) => ("そのほかの項目", "書かれているとおりに出しています。"),
    }
}

fn raw(path: &str, label: &str, text: &str, help: &'static str) -> Field {
    Field {
        id: path.to_owned(),
        label: label.to_owned(),
        help,
        required: false,
        filled: !text.is_empty(),
        control: Control::Raw {
            value: text.to_owned(),
            name: format!("{path}.yaml"),
            rows: lines_shown(text, 2),
        },
        problems: Vec::new(),
    }
}

fn lines_shown(text: &str, least: usize) -> usize {
    (text.lines().count() + 1).clamp(least, 20)
}

struct Builder<'v, 'a> {
    values: &'v FormValues,
    around: &'v Surroundings<'a>,
}

impl Builder<'_, '_> {
    fn body(&self) -> Field {
        let value = self.values.body();
        Field {
            id: "body".to_owned(),
            label: "本文".to_owned(),
            help: "",
            required: false,
            filled: !value.trim().is_empty(),
            control: Control::Body {
                value: value.to_owned(),
                lines: value.lines().count(),
            },
            problems: Vec::new(),
        }
    }

    fn field(&self, spec: &Spec, id: &str, value: &Value) -> Field {
        let mut field = match value {
            Value::Raw(text) => raw(id, &spec.label, text, AS_WRITTEN),
            _ => Field {
                id: id.to_owned(),
                label: spec.label.clone(),
                help: spec.help,
                required: false,
                filled: !value.is_empty(),
                control: self.control(spec, id, value),
                problems: Vec::new(),
            },
        };
        field.required = spec.required;
        field
    }

    fn control(&self, spec: &Spec, id: &str, value: &Value) -> Control {
        match value {
            Value::Text(text) => self.text(spec, text),
            Value::Moment { date, time } => {
                let empty = date.is_empty() && time.is_empty();
                Control::Moment {
                    date: date.clone(),
                    time: time.clone(),
                    as_text: !empty && moment_of(date, time).is_none(),
                    words: say_moment(date, time),
                }
            }
            Value::Flag(checked) => Control::Flag { checked: *checked },
            Value::List(items) => self.list(spec, items),
            Value::Rows(rows) => self.rows(spec, id, rows),
            Value::Raw(text) => raw(id, "", text, "").control,
        }
    }

    fn text(&self, spec: &Spec, text: &str) -> Control {
        let value = text.to_owned();
        match &spec.shape {
            Shape::Choice(_) | Shape::Category | Shape::Department => Control::Select {
                groups: groups(&spec.shape, self.around.site, &[text]),
                card: match spec.shape {
                    Shape::Department => self.around.site.department(text).cloned(),
                    _ => None,
                },
                value,
            },
            Shape::Number { min, max } => Control::Number {
                value,
                min: *min,
                max: *max,
            },
            Shape::Rule => Control::Rule {
                words: typed(text)
                    .and_then(|json| Rule::from_json(&json).ok())
                    .map(|rule| self.around.rule_words(&rule)),
                by_rows: rows_of(&spec.path, text, self.around.site),
                value,
            },
            Shape::Fixed if spec.path == "kind" => self.kind(text),
            Shape::Fixed => Control::Fixed {
                words: self
                    .around
                    .title(text, None)
                    .unwrap_or_else(|| value.clone()),
                value,
            },
            Shape::Text { max, mode, long } if !long && !text.contains('\n') => Control::Text {
                value,
                max: *max,
                mode: *mode,
            },
            Shape::Text { max, .. } => Control::TextArea {
                rows: lines_shown(text, if spec.path == "title" { 1 } else { 2 }),
                value,
                max: *max,
            },
            _ => Control::Raw {
                name: spec.path.clone(),
                rows: lines_shown(text, 2),
                value,
            },
        }
    }

    /// A kind is chosen once, by where a document is made; it can be mended where it is none.
    fn kind(&self, text: &str) -> Control {
        let kind = self.values.kind();
        if kind.as_str() == text {
            return Control::Fixed {
                value: text.to_owned(),
                words: kind.label().to_owned(),
            };
        }
        let words = Kind::ALL.map(|kind| (kind.as_str().to_owned(), kind.label().to_owned()));
        Control::Select {
            value: text.to_owned(),
            groups: groups(&Shape::Choice(words.to_vec()), self.around.site, &[text]),
            card: None,
        }
    }

    fn list(&self, spec: &Spec, items: &[String]) -> Control {
        let chosen: Vec<&str> = items.iter().map(String::as_str).collect();
        match &spec.shape {
            Shape::References(of) => Control::References {
                items: items
                    .iter()
                    .map(|reference| {
                        let title = self.around.title(reference, *of);
                        Item {
                            value: reference.clone(),
                            known: title.is_some(),
                            label: title.unwrap_or_else(|| reference.clone()),
                            selected: true,
                        }
                    })
                    .collect(),
                of: *of,
            },
            Shape::Lines => Control::Lines {
                value: items.join("\n"),
                rows: (items.len() + 1).clamp(2, 12),
            },
            shape => Control::Chips {
                groups: groups(shape, self.around.site, &chosen),
            },
        }
    }

    fn rows(&self, spec: &Spec, id: &str, rows: &[Row]) -> Control {
        let Shape::Rows(columns) = &spec.shape else {
            return Control::Rows {
                rows: Vec::new(),
                add: String::new(),
            };
        };
        let views = rows.iter().enumerate().map(|(index, row)| {
            let id = format!("{id}.{index}");
            let fields = columns.iter().filter_map(|column| {
                let value = row.0.get(&column.path)?;
                Some(self.field(column, &format!("{id}.{}", column.path), value))
            });
            RowView {
                fields: fields.collect(),
                index,
                number: index + 1,
                first: index == 0,
                last: index + 1 == rows.len(),
                problems: Vec::new(),
                id,
            }
        });
        Control::Rows {
            rows: views.collect(),
            add: format!("{}を増やす", spec.label),
        }
    }
}
