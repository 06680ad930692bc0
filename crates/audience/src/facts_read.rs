//! Reading facts from JSON: every problem at once, each with its place.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::facts::{Answer, Child, Facts};
use crate::problem::{ProblemCode as Code, RuleProblem, step};
use crate::range::parse_date;
use crate::read::{Reader, written};
use crate::words::kind_of;

const FACTS: [&str; 6] = [
    "birth_date",
    "area",
    "children",
    "due_date",
    "household",
    "flags",
];
const CHILD: [&str; 3] = ["key", "birth_date", "traits"];

impl Facts {
    /// Reads facts.
    ///
    /// # Errors
    /// Every problem found, with its JSON pointer.
    pub fn from_json(value: &Value) -> Result<Self, Vec<RuleProblem>> {
        let mut reader = Reader::default();
        let facts = reader.facts(value);
        match facts {
            Some(facts) if reader.problems.is_empty() => Ok(facts),
            _ => Err(reader.problems),
        }
    }
}

impl Reader {
    fn facts(&mut self, value: &Value) -> Option<Facts> {
        let map = self.object(value, "")?;
        for key in map.keys().filter(|k| !FACTS.contains(&k.as_str())) {
            self.unknown_key("", key, &FACTS);
        }
        Some(Facts {
            birth_date: self.answer(map, "birth_date", Self::date),
            area: self.answer(map, "area", Self::owned),
            children: self.answer(map, "children", |r, v, p| r.each(v, p, Self::person)),
            due_date: self.answer(map, "due_date", Self::date),
            household: self.answer(map, "household", |r, v, p| r.each(v, p, Self::owned)),
            flags: self.answer(map, "flags", Self::flags),
        })
    }

    fn answer<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        read: impl FnOnce(&mut Self, &Value, &str) -> Option<T>,
    ) -> Answer<T> {
        match map.get(key) {
            None => Answer::NotAnswered,
            Some(Value::Null) => Answer::Nothing,
            Some(value) => read(self, value, &step("", key)).map_or(Answer::Nothing, Answer::Given),
        }
    }

    fn owned(&mut self, value: &Value, path: &str) -> Option<String> {
        self.text(value, path).map(str::to_owned)
    }

    fn date(&mut self, value: &Value, path: &str) -> Option<NaiveDate> {
        let read = value.as_str().and_then(parse_date);
        if read.is_none() {
            self.report(
                path,
                Code::BadDate,
                format!("日付として読めません（{}）。", written(value)),
                "2026-04-01 のような実在する日付を書いてください。",
            );
        }
        read
    }

    fn each<T>(
        &mut self,
        value: &Value,
        path: &str,
        mut read: impl FnMut(&mut Self, &Value, &str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(list) = value.as_array() else {
            let found = kind_of(value);
            self.report(
                path,
                Code::WrongType,
                format!("ここには一覧を書きますが、{found}になっています。"),
                "[ ] で囲んでください。",
            );
            return None;
        };
        let read: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(i, v)| read(self, v, &step(path, i)))
            .collect();
        read.into_iter().collect()
    }

    fn person(&mut self, value: &Value, path: &str) -> Option<Child> {
        let map = self.object(value, path)?;
        for key in map.keys().filter(|k| !CHILD.contains(&k.as_str())) {
            self.unknown_key(path, key, &CHILD);
        }
        let key = match map.get("key") {
            None | Some(Value::Null) => None,
            Some(key) => Some(self.owned(key, &step(path, "key"))?),
        };
        let traits = match map.get("traits") {
            None => None,
            Some(Value::Null) => Some(Vec::new()),
            Some(traits) => Some(self.each(traits, &step(path, "traits"), Self::owned)?),
        };
        let Some(birth_date) = map.get("birth_date") else {
            self.report(
                path,
                Code::MissingKey,
                "お子さんの birth_date（生年月日）がありません。",
                "例: { \"birth_date\": \"2025-11-01\" } のように書いてください。",
            );
            return None;
        };
        let birth_date = self.date(birth_date, &step(path, "birth_date"))?;
        Some(Child {
            key,
            birth_date,
            traits,
        })
    }

    fn flags(&mut self, value: &Value, path: &str) -> Option<BTreeMap<String, Option<bool>>> {
        let map = self.object(value, path)?;
        let mut flags = BTreeMap::new();
        for (key, value) in map {
            if value.is_null() || value.is_boolean() {
                flags.insert(key.clone(), value.as_bool());
            } else {
                let message = format!(
                    "「{key}」の答えは true か false で書きます（{}）。",
                    written(value)
                );
                self.report(
                    &step(path, key),
                    Code::WrongType,
                    message,
                    "true か false にしてください。",
                );
            }
        }
        Some(flags)
    }
}
