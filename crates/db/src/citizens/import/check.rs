use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use kairan_audience::{Areas, Facts, ProfileSchema};
use serde_json::{Map, Value};

use super::{ImportProblem, ImportRow};
use crate::citizens::{NewCitizen, Preferences};
use crate::notices::Channel;
use crate::seal::{normalise_line, normalise_mail};

/// A row as both formats give it, before it is looked at.
#[derive(Default)]
pub(super) struct RawRow {
    pub(super) line: u64,
    pub(super) key: Option<String>,
    pub(super) mails: Vec<String>,
    pub(super) line_user: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) facts: Map<String, Value>,
    pub(super) preferences: Value,
    pub(super) consent: Vec<String>,
}

/// Looks at rows one by one and collects what is wrong.
pub(super) struct Checker<'a> {
    areas: &'a Areas,
    today: NaiveDate,
    household: HashSet<&'a str>,
    flags: HashSet<&'a str>,
    traits: HashSet<&'a str>,
    /// First line with a contact or key.
    seen: HashMap<String, u64>,
    problems: Vec<ImportProblem>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(profile: &'a ProfileSchema, areas: &'a Areas, today: NaiveDate) -> Self {
        Self {
            areas,
            today,
            household: profile.household().collect(),
            flags: profile.flags().collect(),
            traits: profile.traits().collect(),
            seen: HashMap::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, line: u64, column: &str, message: impl Into<String>) {
        let column = column.to_owned();
        self.problems.push(ImportProblem {
            line,
            column,
            message: message.into(),
        });
    }

    pub(super) fn finish(self, rows: Vec<ImportRow>) -> Result<Vec<ImportRow>, Vec<ImportProblem>> {
        if self.problems.is_empty() {
            Ok(rows)
        } else {
            Err(self.problems)
        }
    }

    /// The row, if it is sound; otherwise at least one problem was reported.
    pub(super) fn row(&mut self, raw: RawRow) -> Option<ImportRow> {
        let before = self.problems.len();
        let line = raw.line;
        self.contacts(&raw);
        let facts = self.facts(line, raw.facts);
        let preferences = match raw.preferences {
            Value::Null => Preferences::default(),
            value => serde_json::from_value(value).unwrap_or_else(|error| {
                self.report(line, "/preferences", format!("配信設定として読めません（{error}）。interests、channels、digest を直してください。"));
                Preferences::default()
            }),
        };
        let mut consent = Vec::new();
        for word in &raw.consent {
            match word.as_str() {
                "mail" => consent.push(Channel::Mail),
                "line" => consent.push(Channel::Line),
                other => self.report(
                    line,
                    "consent",
                    format!(
                        "同意の送信方法「{other}」はありません。mail か line を書いてください。"
                    ),
                ),
            }
        }
        (self.problems.len() == before).then(|| ImportRow {
            line,
            citizen: NewCitizen {
                key: raw.key,
                lang: raw.lang.unwrap_or_else(|| "ja".to_owned()),
                facts,
                preferences,
                mails: raw.mails,
                line: raw.line_user,
                consents: Vec::new(),
            },
            consent,
        })
    }

    fn contacts(&mut self, raw: &RawRow) {
        let line = raw.line;
        if raw.mails.is_empty() && raw.line_user.is_none() {
            self.report(
                line,
                "mail",
                "連絡先がありません。mail か line のどちらかを書いてください。",
            );
        }
        if raw.mails.len() > crate::citizens::MAX_MAILS {
            self.report(line, "mail", "メールアドレスは2つまでです。");
        }
        let mut first = None;
        for mail in &raw.mails {
            match normalise_mail(mail) {
                Some(mail) => drop(first.get_or_insert(mail)),
                None => self.report(line, "mail", "メールアドレスの形が正しくありません。"),
            }
        }
        if let Some(user) = &raw.line_user {
            match normalise_line(user) {
                Some(user) => drop(first.get_or_insert(user)),
                None => self.report(
                    line,
                    "line",
                    "LINEのユーザーIDではありません（U と16進32文字）。",
                ),
            }
        }
        // A family may share an address: then a key tells its members apart.
        let (column, name) = match &raw.key {
            Some(key) => {
                let is_key = key.len() == 32
                    && key
                        .bytes()
                        .all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
                if !is_key {
                    self.report(line, "key", "key は16進の小文字32文字です。");
                }
                ("key", Some(key.clone()))
            }
            None => ("mail", first),
        };
        if let Some(name) = name
            && let Some(earlier) = self.seen.insert(name, line)
        {
            self.report(line, column, format!("{earlier}行目と同じ人です。どちらかの行を消すか、別の人なら key を書いてください。"));
        }
    }

    fn facts(&mut self, line: u64, facts: Map<String, Value>) -> Facts {
        let facts = Facts::from_json(&Value::Object(facts)).unwrap_or_else(|problems| {
            for problem in problems {
                let message = format!("{}{}", problem.message, problem.fix);
                self.report(line, &format!("/facts{}", problem.path), message);
            }
            Facts::default()
        });
        if let Some(area) = facts.area.given()
            && !self.areas.contains(area)
        {
            self.report(
                line,
                "area",
                format!("地区「{area}」は taxonomy/areas.yaml にありません。"),
            );
        }
        for option in facts.household.list().unwrap_or_default() {
            if !self.household.contains(option.as_str()) {
                self.report(
                    line,
                    "household",
                    format!("世帯の選択肢「{option}」は profile.yaml にありません。"),
                );
            }
        }
        for flag in facts
            .flags
            .given()
            .into_iter()
            .flatten()
            .map(|(flag, _)| flag)
        {
            if !self.flags.contains(flag.as_str()) {
                self.report(
                    line,
                    &format!("flags.{flag}"),
                    format!("項目「{flag}」は profile.yaml にありません。"),
                );
            }
        }
        for child in facts.children.list().unwrap_or_default() {
            if child.birth_date > self.today {
                self.report(
                    line,
                    "children",
                    format!("お子さんの生年月日 {} が先の日付です。", child.birth_date),
                );
            }
            for key in child.traits.iter().flatten() {
                if !self.traits.contains(key.as_str()) {
                    self.report(
                        line,
                        "children",
                        format!("お子さんの項目「{key}」は profile.yaml にありません。"),
                    );
                }
            }
        }
        if facts
            .birth_date
            .given()
            .is_some_and(|birth| *birth > self.today)
        {
            self.report(line, "birth_date", "生年月日が先の日付です。");
        }
        facts
    }
}
