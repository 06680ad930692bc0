use serde::Deserialize;
use serde_json::{Map, Value};

use super::ImportRow;
use super::check::{Checker, RawRow};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: Option<String>,
    #[serde(default)]
    mail: OneOrMany,
    line: Option<String>,
    lang: Option<String>,
    #[serde(default)]
    facts: Map<String, Value>,
    #[serde(default)]
    preferences: Value,
    #[serde(default)]
    consent: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

/// Reads JSON lines; empty lines are passed over.
pub(super) fn read(text: &str, checker: &mut Checker<'_>) -> Vec<ImportRow> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(line) {
            Ok(read) => {
                let mails = match read.mail {
                    OneOrMany::None => Vec::new(),
                    OneOrMany::One(mail) => vec![mail],
                    OneOrMany::Many(mails) => mails,
                };
                rows.extend(checker.row(RawRow {
                    line: number,
                    key: read.key,
                    mails,
                    line_user: read.line,
                    lang: read.lang,
                    facts: read.facts,
                    preferences: read.preferences,
                    consent: read.consent,
                }));
            }
            // serde's words may quote a value, and a value may be an address.
            Err(error) => checker.report(
                number,
                &format!("{}文字目", error.column()),
                "JSONとして読めないか、知らない項目があります。key、mail、line、lang、facts、preferences、consent だけを書いてください。",
            ),
        }
    }
    rows
}
