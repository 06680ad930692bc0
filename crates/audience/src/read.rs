//! Reading a rule from JSON: every problem at once, each with its place.

use serde_json::{Map, Value};

use crate::problem::{ProblemCode as Code, RuleProblem, step};
use crate::rule::Rule;
use crate::words::{closest, kind_of};

const CLAUSES: [&str; 8] = [
    "everyone",
    "child",
    "self",
    "area",
    "household",
    "flag",
    "all",
    "any",
];

impl Rule {
    /// Reads a rule. Work and stack are bounded by the input up to [`Rule::MAX_DEPTH`]; deeper is a problem.
    ///
    /// # Errors
    /// Every problem found, with its JSON pointer.
    pub fn from_json(value: &Value) -> Result<Self, Vec<RuleProblem>> {
        let mut reader = Reader::default();
        let rule = reader.rule(value, "", 1);
        match rule {
            Some(rule) if reader.problems.is_empty() => Ok(rule),
            _ => Err(reader.problems),
        }
    }
}

/// Collects problems; a method returns `None` after it has reported at least one.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) problems: Vec<RuleProblem>,
}

impl Reader {
    pub(crate) fn report(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.problems
            .push(RuleProblem::error(path, code, message, fix));
    }

    pub(crate) fn object<'v>(
        &mut self,
        value: &'v Value,
        path: &str,
    ) -> Option<&'v Map<String, Value>> {
        if value.as_object().is_none() {
            let found = kind_of(value);
            self.report(
                path,
                Code::WrongType,
                format!("ここには「項目: 値」の組を書きますが、{found}になっています。"),
                "例: child: { age: \"0..2\" } のように書いてください。",
            );
        }
        value.as_object()
    }

    pub(crate) fn unknown_key(&mut self, path: &str, key: &str, known: &[&str]) {
        let fix = match closest(key, known.iter().copied()) {
            Some(near) => format!("「{near}」の書き間違いではありませんか。"),
            None => format!("使えるのは {} です。", known.join("、")),
        };
        self.report(
            &step(path, key),
            Code::UnknownKey,
            format!("「{key}」という項目はありません。"),
            fix,
        );
    }

    fn rule(&mut self, value: &Value, path: &str, depth: usize) -> Option<Rule> {
        if depth > Rule::MAX_DEPTH {
            self.report(
                path,
                Code::TooDeep,
                format!("条件の入れ子が深すぎます（{}段まで）。", Rule::MAX_DEPTH),
                "all や any をまとめて、浅くしてください。",
            );
            return None;
        }
        let map = self.object(value, path)?;
        let mut clauses: Vec<&String> = Vec::new();
        for key in map.keys() {
            if CLAUSES.contains(&key.as_str()) || key == "not" {
                clauses.push(key);
            } else {
                self.unknown_key(path, key, &[&CLAUSES[..], &["not"]].concat());
            }
        }
        if clauses.len() > 1 {
            let names: Vec<_> = clauses.iter().map(|k| k.as_str()).collect();
            self.report(
                path,
                Code::SeveralClauses,
                format!("1つの条件に {} が並んでいます。", names.join("、")),
                "すべて満たす方なら all: […]、どれかなら any: […] の中に1つずつ書いてください。",
            );
        } else if map.is_empty() {
            self.report(
                path,
                Code::EmptyRule,
                "条件が空です。",
                "child、area などを書いてください。全員なら everyone: true です。",
            );
        }
        // Read every clause even when there are too many, so that all problems come at once.
        let mut last = None;
        for key in clauses {
            last = self.clause(key, &map[key], &step(path, key), depth);
        }
        last
    }

    fn clause(&mut self, key: &str, value: &Value, path: &str, depth: usize) -> Option<Rule> {
        match key {
            "everyone" => {
                if value != &Value::Bool(true) {
                    self.report(
                        path,
                        Code::BadValue,
                        "everyone に書けるのは true だけです。",
                        "全員が対象なら everyone: true とし、そうでなければ消してください。",
                    );
                    return None;
                }
                Some(Rule::Everyone)
            }
            "child" => self.child(value, path).map(Rule::Child),
            "self" => self.self_age(value, path),
            "area" => self.keys(value, path).map(Rule::Area),
            "household" => self.keys(value, path).map(Rule::Household),
            "flag" => self.key(value, path).map(Rule::Flag),
            "all" => self.rules(value, path, depth).map(Rule::All),
            "any" => self.rules(value, path, depth).map(Rule::Any),
            _ => self
                .rule(value, path, depth + 1)
                .map(|rule| Rule::Not(Box::new(rule))),
        }
    }

    fn rules(&mut self, value: &Value, path: &str, depth: usize) -> Option<Vec<Rule>> {
        let list = self.list(value, path)?;
        let rules: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(i, rule)| self.rule(rule, &step(path, i), depth + 1))
            .collect();
        rules.into_iter().collect()
    }

    pub(crate) fn list<'v>(&mut self, value: &'v Value, path: &str) -> Option<&'v Vec<Value>> {
        let Some(list) = value.as_array() else {
            let found = kind_of(value);
            self.report(
                path,
                Code::WrongType,
                format!("ここには一覧を書きますが、{found}になっています。"),
                "1つだけのときも [ ] で囲んでください。",
            );
            return None;
        };
        if list.is_empty() {
            self.report(
                path,
                Code::EmptyList,
                "一覧が空です。",
                "1つ以上書いてください。",
            );
            return None;
        }
        Some(list)
    }

    pub(crate) fn keys(&mut self, value: &Value, path: &str) -> Option<Vec<String>> {
        let list = self.list(value, path)?;
        let keys: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(i, key)| self.key(key, &step(path, i)))
            .collect();
        keys.into_iter().collect()
    }

    pub(crate) fn key(&mut self, value: &Value, path: &str) -> Option<String> {
        let key = self.text(value, path)?;
        if key.is_empty() {
            self.report(
                path,
                Code::BadValue,
                "値が空です。",
                "キーを書いてください。",
            );
            return None;
        }
        Some(key.to_owned())
    }

    pub(crate) fn text<'v>(&mut self, value: &'v Value, path: &str) -> Option<&'v str> {
        if value.as_str().is_none() {
            let found = kind_of(value);
            self.report(
                path,
                Code::WrongType,
                format!("ここには文字を書きますが、{found}になっています。"),
                "文字で書いてください。必要なら \" \" で囲みます。",
            );
        }
        value.as_str()
    }

    fn self_age(&mut self, value: &Value, path: &str) -> Option<Rule> {
        let map = self.object(value, path)?;
        for key in map
            .keys()
            .filter(|k| !["age", "as_of"].contains(&k.as_str()))
        {
            self.unknown_key(path, key, &["age", "as_of"]);
        }
        let as_of = map
            .get("as_of")
            .map(|v| self.as_of(v, &step(path, "as_of")));
        let Some(age) = map.get("age") else {
            self.report(
                path,
                Code::MissingKey,
                "self に age がありません。",
                "例: self: { age: \"65..\" } のように書いてください。",
            );
            return None;
        };
        let age = self.bounds(age, &step(path, "age"))?;
        let as_of = as_of.map_or(Some(None), |read| read.map(Some))?;
        Some(Rule::SelfAge { age, as_of })
    }
}

/// A value as it was written, short enough for a message.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() > 40 => {
            format!("{}…", text.chars().take(40).collect::<String>())
        }
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => kind_of(value).to_owned(),
        other => other.to_string(),
    }
}
