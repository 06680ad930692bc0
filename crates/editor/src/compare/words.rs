//! Values in words: dates in 令和, keys as labels.

use kairan_audience::Rule;
use kairan_content::Kind;

use crate::around::Surroundings;
use crate::dates::say_moment;
use crate::opened::typed;
use crate::schema::{Shape, Spec, spec};
use crate::values::{FormValues, Row, Value};

/// What a field says, line by line; nothing where it says nothing.
pub(super) fn lines(values: &FormValues, path: &str, around: &Surroundings<'_>) -> Vec<String> {
    if path == "front" {
        let front = values.unreadable_front().unwrap_or_default();
        return front.lines().map(str::to_owned).collect();
    }
    let Some(value) = values.get(path) else {
        return Vec::new();
    };
    let shape = spec(values.kind(), path).map(|spec| &spec.shape);
    value_lines(shape, path, value, around)
}

fn value_lines(
    shape: Option<&Shape>,
    path: &str,
    value: &Value,
    around: &Surroundings<'_>,
) -> Vec<String> {
    if value.is_empty() {
        return Vec::new();
    }
    match (value, shape) {
        (Value::Text(text), Some(Shape::Rule)) => match rule(text, around) {
            Some(words) => vec![words],
            None => owned(text),
        },
        (Value::Text(text), Some(shape)) => owned(&word(shape, path, text, around)),
        (Value::Text(text) | Value::Raw(text), _) => owned(text),
        (Value::Moment { date, time }, _) => vec![moment(date, time)],
        (Value::Flag(_), _) => vec!["はい".to_owned()],
        (Value::List(items), Some(shape)) => items
            .iter()
            .map(|item| word(shape, path, item, around))
            .collect(),
        (Value::List(items), None) => items.clone(),
        (Value::Rows(rows), Some(Shape::Rows(columns))) => rows
            .iter()
            .filter(|row| !row.is_empty())
            .map(|row| row_words(path, columns, row, around))
            .collect(),
        (Value::Rows(_), _) => Vec::new(),
    }
}

fn owned(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn moment(date: &str, time: &str) -> String {
    say_moment(date, time).unwrap_or_else(|| format!("{date} {time}").trim().to_owned())
}

fn rule(text: &str, around: &Surroundings<'_>) -> Option<String> {
    let rule = Rule::from_json(&typed(text)?).ok()?;
    Some(around.rule_words(&rule))
}

/// One word as staff say it; itself where nobody knows it.
fn word(shape: &Shape, path: &str, text: &str, around: &Surroundings<'_>) -> String {
    let site = around.site;
    let label = match shape {
        Shape::Choice(words) | Shape::Chips(words) => words
            .iter()
            .find(|(word, _)| word == text)
            .map(|(_, label)| label.clone()),
        Shape::Category => Some(around.category_words(text)),
        Shape::Department => site.department(text).map(|one| one.name.clone()),
        Shape::Tags => site.tag(text).map(|(_, tag)| tag.label.clone()),
        Shape::LifeEvents => site.life_event(text).map(|one| one.label.clone()),
        Shape::References(of) => around.title(text, *of),
        Shape::Fixed if path == "kind" => Kind::parse(text).map(|kind| kind.label().to_owned()),
        Shape::Lines if path == "notice.reminders" => reminder(text),
        _ => None,
    };
    label.unwrap_or_else(|| text.to_owned())
}

fn reminder(text: &str) -> Option<String> {
    let (number, unit) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => (days, "日前"),
        (_, Some(hours)) => (hours, "時間前"),
        _ => return None,
    };
    number
        .parse::<u32>()
        .ok()
        .map(|number| format!("{number}{unit}"))
}

/// A row as one line: 4月入園：令和8年12月1日（火曜日）から令和8年12月25日（金曜日）午後5時まで（必着）
fn row_words(path: &str, columns: &[Spec], row: &Row, around: &Surroundings<'_>) -> String {
    let cell = |name: &str| {
        let shape = columns
            .iter()
            .find(|one| one.path == name)
            .map(|one| &one.shape);
        row.0
            .get(name)
            .map(|value| value_lines(shape, name, value, around).join(" "))
            .filter(|text| !text.is_empty())
    };
    let period = |from: &str, until: &str| {
        let from = cell(from).map(|from| format!("{from}から"));
        let until = cell(until).map(|until| format!("{until}まで"));
        [from, until].into_iter().flatten().collect::<String>()
    };
    let in_brackets =
        |name: &str| cell(name).map_or_else(String::new, |text| format!("（{text}）"));
    let named = |name: &str| cell(name).map_or_else(String::new, |text| format!("{text}："));
    match path {
        "deadline" => format!(
            "{}{}{}",
            named("label"),
            period("opens", "closes"),
            in_brackets("note")
        ),
        "sessions" => {
            let place = cell("place").map_or_else(String::new, |place| format!("　{place}"));
            let capacity =
                cell("capacity").map_or_else(String::new, |most| format!("　定員{most}人"));
            format!("{}{place}{capacity}", period("starts", "ends"))
        }
        "attachments" => format!(
            "{}{}",
            cell("label").unwrap_or_default(),
            in_brackets("file")
        ),
        "apply" => {
            let rest: Vec<String> = columns
                .iter()
                .filter(|column| !["via", "note"].contains(&column.path.as_str()))
                .filter_map(|column| cell(&column.path))
                .collect();
            format!("{}{}{}", named("via"), rest.join("、"), in_brackets("note"))
        }
        _ => {
            let all: Vec<String> = columns
                .iter()
                .filter_map(|column| Some(format!("{} {}", column.label, cell(&column.path)?)))
                .collect();
            all.join("、")
        }
    }
}
