//! Reading a child clause and the small values inside clauses.

use serde_json::{Map, Value};

use crate::problem::{ProblemCode as Code, step};
use crate::range::{AsOf, Bounds, GradeRange};
use crate::read::{Reader, written};
use crate::rule::{ChildClause, ChildPart};

const CHILD_KEYS: [&str; 8] = [
    "age",
    "months",
    "grade",
    "trait",
    "expecting",
    "through",
    "as_of",
    "all",
];

impl Reader {
    pub(crate) fn child(&mut self, value: &Value, path: &str) -> Option<ChildClause> {
        let map = self.object(value, path)?;
        let Some(all) = map.get("all") else {
            return self.child_part(map, path).map(ChildClause::of);
        };
        for key in map.keys().filter(|k| *k != "all") {
            self.report(
                &step(path, key),
                Code::SeveralClauses,
                "child の中で all とほかの項目が並んでいます。",
                "ほかの項目は all の中に書いてください。",
            );
        }
        let path = step(path, "all");
        let list = self.list(all, &path)?;
        let parts: Vec<_> = list
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let path = step(&path, i);
                let map = self.object(part, &path)?;
                self.child_part(map, &path)
            })
            .collect();
        parts
            .into_iter()
            .collect::<Option<_>>()
            .map(|parts| ChildClause { parts })
    }

    fn child_part(&mut self, map: &Map<String, Value>, path: &str) -> Option<ChildPart> {
        let before = self.problems.len();
        let mut part = ChildPart::default();
        for (key, value) in map {
            let here = step(path, key);
            match key.as_str() {
                "age" => part.age = self.bounds(value, &here),
                "months" => part.months = self.bounds(value, &here),
                "grade" => part.grade = self.grade(value, &here),
                "trait" if value.is_array() => {
                    part.traits = self.keys(value, &here).unwrap_or_default();
                }
                "trait" => part.traits = self.key(value, &here).into_iter().collect(),
                "expecting" => part.expecting = self.weeks(value, &here),
                "through" => part.through_fiscal_year_end = self.through(value, &here),
                "as_of" => part.as_of = self.as_of(value, &here),
                _ => self.unknown_key(path, key, &CHILD_KEYS),
            }
        }
        if self.problems.len() > before {
            return None;
        }
        if !part.asks_of_born() && part.expecting.is_none() {
            self.report(
                path,
                Code::EmptyRule,
                "child に条件がありません。",
                "age、months、grade、trait、expecting のどれかを書いてください。お子さんがいる方すべてなら age: \"0..\" です。",
            );
            return None;
        }
        let extended = [part.age, part.months]
            .into_iter()
            .flatten()
            .any(|b| b.to.is_some());
        if part.through_fiscal_year_end && !extended {
            self.report(
                &step(path, "through"),
                Code::ThroughWithoutEnd,
                "through は年齢の上限を年度末まで延ばすものですが、上限のある age がありません。",
                "age: \"0..18\" のように上限を書くか、through を消してください。",
            );
            return None;
        }
        Some(part)
    }

    fn weeks(&mut self, value: &Value, path: &str) -> Option<Bounds> {
        let map = self.object(value, path)?;
        for key in map.keys().filter(|k| *k != "weeks") {
            self.unknown_key(path, key, &["weeks"]);
        }
        let Some(weeks) = map.get("weeks") else {
            self.report(
                path,
                Code::MissingKey,
                "expecting に weeks がありません。",
                "妊娠中の方すべてなら expecting: { weeks: \"0..42\" } です。",
            );
            return None;
        };
        self.bounds(weeks, &step(path, "weeks"))
    }

    pub(crate) fn bounds(&mut self, value: &Value, path: &str) -> Option<Bounds> {
        let read = match value {
            Value::String(text) => Bounds::parse(text),
            Value::Number(n) => n
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .map(|n| Bounds::closed(n, n)),
            _ => None,
        };
        if read.is_none() {
            self.report(
                path,
                Code::BadRange,
                format!("範囲として読めません（{}）。", written(value)),
                "0以上の整数で、小さいほうから \"0..2\"、\"65..\"、\"..5\"、\"3\" のように半角で書いてください。",
            );
        }
        read
    }

    fn grade(&mut self, value: &Value, path: &str) -> Option<GradeRange> {
        let read = value.as_str().and_then(GradeRange::parse);
        if read.is_none() {
            self.report(
                path,
                Code::BadGrade,
                format!("学年として読めません（{}）。", written(value)),
                "nursery-0〜nursery-5、elem-1〜elem-6、junior-1〜junior-3、high-1〜high-3 を、\"elem-1\" か \"elem-1..high-3\" のように下の学年から書いてください。",
            );
        }
        read
    }

    pub(crate) fn as_of(&mut self, value: &Value, path: &str) -> Option<AsOf> {
        let read = value.as_str().and_then(AsOf::parse);
        if read.is_none() {
            self.report(
                path,
                Code::BadDate,
                format!("基準日として読めません（{}）。", written(value)),
                "fiscal-year-start（年度の4月1日）か、2026-04-01 のような実在する日付を書いてください。",
            );
        }
        read
    }

    fn through(&mut self, value: &Value, path: &str) -> bool {
        let known = value.as_str() == Some("fiscal-year-end");
        if !known {
            self.report(
                path,
                Code::BadValue,
                format!("through に書けない値です（{}）。", written(value)),
                "書けるのは fiscal-year-end（年度末まで）だけです。",
            );
        }
        known
    }
}
