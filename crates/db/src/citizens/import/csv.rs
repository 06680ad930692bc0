use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value, json};

use super::ImportRow;
use super::check::{Checker, RawRow};

const COLUMNS: [&str; 13] = [
    "key",
    "mail",
    "mail2",
    "line",
    "lang",
    "birth_date",
    "area",
    "due_date",
    "household",
    "children",
    "interests",
    "consent",
    "flags",
];

/// Reads CSV with a header. A record that is not well-formed is a problem and the rest is still read.
pub(super) fn read(text: &str, checker: &mut Checker<'_>) -> Vec<ImportRow> {
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            checker.report(1, "-", format!("見出し行を読めません（{error}）。"));
            return Vec::new();
        }
    };
    for name in &header {
        let known = COLUMNS.contains(&name.trim()) || name.trim().starts_with("flags.");
        if !known {
            checker.report(
                1,
                name,
                format!(
                    "列「{name}」はありません。使えるのは {} と flags.項目名 です。",
                    COLUMNS[..12].join("、")
                ),
            );
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                if record.len() > header.len() {
                    checker.report(
                        line,
                        "-",
                        "見出しより列が多い行です。カンマを含む値は \" \" で囲んでください。",
                    );
                    continue;
                }
                rows.extend(checker_row(line, &header, &record, checker));
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                checker.report(line, "-", format!("行を読めません（{:?}）。", error.kind()));
            }
        }
    }
    rows
}

fn checker_row(
    line: u64,
    header: &StringRecord,
    record: &StringRecord,
    checker: &mut Checker<'_>,
) -> Option<ImportRow> {
    let mut raw = RawRow {
        line,
        ..RawRow::default()
    };
    let mut flags = Map::new();
    let mut sound = true;
    for (name, cell) in header.iter().zip(record) {
        let (name, cell) = (name.trim(), cell.trim());
        if cell.is_empty() {
            continue;
        }
        let none = matches!(cell, "-" | "なし");
        let mut fact = |value: Value| {
            raw.facts
                .insert(name.to_owned(), if none { Value::Null } else { value });
        };
        match name {
            "key" => raw.key = Some(cell.to_owned()),
            "mail" | "mail2" => raw.mails.push(cell.to_owned()),
            "line" => raw.line_user = Some(cell.to_owned()),
            "lang" => raw.lang = Some(cell.to_owned()),
            "birth_date" | "area" | "due_date" => fact(Value::from(cell)),
            "household" => fact(list(cell)),
            "children" => match children(cell) {
                Some(children) => fact(children),
                None if none => fact(Value::Null),
                None => {
                    sound = false;
                    checker.report(line, name, "お子さんの書き方が正しくありません。2025-11-01;2023-02-03(preterm) のように書いてください。");
                }
            },
            "interests" => raw.preferences = json!({ "interests": list(cell) }),
            "consent" if !none => raw.consent = split(cell).map(str::to_owned).collect(),
            _ => match (name.strip_prefix("flags."), yes_or_no(cell)) {
                (Some(flag), Some(answer)) => drop(flags.insert(flag.to_owned(), answer.into())),
                (Some(_), None) => {
                    sound = false;
                    checker.report(
                        line,
                        name,
                        "はい・いいえ（yes・no）のどちらかを書いてください。",
                    );
                }
                (None, _) => {}
            },
        }
    }
    if !flags.is_empty() {
        raw.facts.insert("flags".to_owned(), Value::Object(flags));
    }
    checker.row(raw).filter(|_| sound)
}

fn split(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '；'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn list(cell: &str) -> Value {
    split(cell).map(Value::from).collect()
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" | "はい" | "有" | "○" => Some(true),
        "no" | "false" | "0" | "いいえ" | "無" | "×" | "-" | "なし" => Some(false),
        _ => None,
    }
}

/// `2025-11-01;2023-02-03(preterm+twin)`; `()` is *answered: no trait*.
fn children(cell: &str) -> Option<Value> {
    let mut list = Vec::new();
    for item in split(cell) {
        let child = match item.split_once('(') {
            None => json!({ "birth_date": item }),
            Some((birth, traits)) => {
                let traits = traits.strip_suffix(')')?;
                let traits: Vec<&str> = traits.split('+').filter(|key| !key.is_empty()).collect();
                json!({ "birth_date": birth.trim(), "traits": traits })
            }
        };
        let digits = child["birth_date"]
            .as_str()
            .is_some_and(|date| date.starts_with(|c: char| c.is_ascii_digit()));
        if !digits {
            return None;
        }
        list.push(child);
    }
    Some(Value::Array(list))
}
