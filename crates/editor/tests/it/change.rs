//! A changed field changes its key's lines, and reads back as it was posted.

use kairan_content::diagnostic::Report;
use kairan_content::yaml::{self, Limits};
use kairan_content::{Span, spans_of};
use kairan_editor::{FormValues, Row, Value, apply};

use crate::examples::{some, written_ways};

/// A document without the lines of one key.
fn without(source: &str, key: &str) -> String {
    let Some(span) = spans_of(source).and_then(|spans| spans.get(key)) else {
        return source.to_owned();
    };
    let Span { start, end } = span;
    let part = |range: std::ops::Range<usize>| source.get(range).expect("a part");
    let start = part(0..start).rfind('\n').map_or(0, |at| at + 1);
    let end = if part(0..end).ends_with('\n') {
        end
    } else {
        part(end..source.len())
            .find('\n')
            .map_or(source.len(), |at| end + at + 1)
    };
    [part(0..start), part(end..source.len())].concat()
}

/// Another value of the same form, and the pairs that post it.
fn other(path: &str, value: &Value) -> Vec<Vec<(String, String)>> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mark = pair(path, "");
    match value {
        Value::Text(_) if path == "target.when" => vec![
            vec![pair(path, "area: [kita]")],
            vec![pair(
                path,
                "all:\r\n  - { area: [kita] } # 北\r\n  - everyone: true",
            )],
            vec![pair(path, "")],
        ],
        Value::Text(_) => vec![
            vec![pair(path, "児童手当：（新）#1, \"二\" 'a' 𠮷")],
            vec![pair(path, "yes")],
            vec![pair(path, "")],
        ],
        Value::Moment { .. } => vec![
            vec![
                pair(&format!("{path}.date"), "2031-01-02"),
                pair(&format!("{path}.time"), "09:30"),
            ],
            vec![
                pair(&format!("{path}.date"), "来週"),
                pair(&format!("{path}.time"), ""),
            ],
            vec![
                pair(&format!("{path}.date"), ""),
                pair(&format!("{path}.time"), ""),
            ],
        ],
        Value::Flag(true) => vec![vec![mark]],
        Value::Flag(false) => vec![vec![mark, pair(path, "true")]],
        Value::List(items) if path.contains("documents") || path.contains("choices") => vec![
            vec![pair(path, &format!("新しいもの\r\n{}", items.join("\r\n")))],
            vec![mark],
        ],
        Value::List(items) => {
            let mut all = vec![mark.clone()];
            all.extend(items.iter().skip(1).map(|item| pair(path, item)));
            let fewer = all.clone();
            all.push(pair(path, "new-one"));
            vec![all, fewer, vec![mark]]
        }
        Value::Rows(_) | Value::Raw(_) => Vec::new(),
    }
}

/// What is read after saving: a notice that is not sent has no settings, blank rows are gone.
fn as_saved(values: &FormValues) -> Vec<(String, Value)> {
    let sent = values.get("notice") != Some(&Value::Flag(false));
    values
        .fields()
        .filter(|(path, _)| sent || !path.starts_with("notice."))
        .map(|(path, value)| {
            let value = match value {
                Value::Rows(rows) => {
                    Value::Rows(rows.iter().filter(|row| !row.is_empty()).cloned().collect())
                }
                // A rule may be written in another of YAML's ways.
                Value::Text(text) if path == "target.when" => Value::Text(meaning(text)),
                other => other.clone(),
            };
            (path.to_owned(), value)
        })
        .collect()
}

fn meaning(rule: &str) -> String {
    let mut report = Report::default();
    yaml::read(rule, 0, Limits::DOCUMENT, &mut report)
        .map_or_else(|| rule.to_owned(), |node| node.to_json().to_string())
}

fn check(name: &str, source: &str, base: &FormValues, path: &str, pairs: &[(String, String)]) {
    let posted = FormValues::posted(base, pairs);
    let text = apply(source, base, &posted)
        .unwrap_or_else(|error| panic!("{name} {path} {pairs:?}: {error}"));
    let key = path.split('.').next().expect("a key");
    // A mapping on one line has no lines of its keys; its values are compared below.
    let lines = !source.contains("---\n{") && !source.contains("---\r\n{");
    if lines {
        assert_eq!(
            without(&text, key),
            without(source, key),
            "{name} {path} {pairs:?}\n{text}"
        );
    }
    assert_eq!(
        as_saved(&FormValues::read(&text)),
        as_saved(&posted),
        "{name} {path} {pairs:?}\n{text}"
    );
    if text.contains("\r\n") {
        assert!(
            !text.replace("\r\n", "").contains('\n'),
            "{name} {path}: mixed line ends"
        );
    }
}

fn each_field(name: &str, source: &str) -> usize {
    let base = FormValues::read(source);
    let mut checked = 0;
    for (path, value) in base.fields() {
        if ["kind", "id", "translates"].contains(&path)
            || (path.starts_with("notice.") && base.get("notice") == Some(&Value::Flag(false)))
        {
            continue;
        }
        for pairs in other(path, value) {
            check(name, source, &base, path, &pairs);
            checked += 1;
        }
    }
    checked
}

#[test]
fn each_field_of_each_example_changes_alone() {
    let mut checked = 0;
    for (index, (name, text)) in some().into_iter().enumerate() {
        let [plain, marked] = written_ways(&text);
        let source = if index % 3 == 0 { marked } else { plain };
        checked += each_field(&name, &source);
    }
    assert!(checked > 1_500, "{checked}");
}

#[test]
fn odd_ways_of_writing_change_alone_too() {
    let sources = [
        // Block texts, with what stands behind them.
        "kind: news\ntitle: |\n  一行\n  二行\n\n# 覚え書き\nsummary: >-\n  折り\n  返し\n\n  次\ncontact: a\n\ntarget:\n  text: |+\n    市民\n\n  when: { area: [kita] }\nfee: |\n  x\n",
        // Lists whose dashes stand below their keys, and quoted keys.
        "kind: event\n\"title\": 'a'\n'slug' : \"b\"\ntags:\n- a # 一\n# 二の前\n- b\ndeadline:\n- label: 春\n  closes: 2026-12-25\n- closes: 2027-01-25\n  label: |\n    秋\nsessions:\n  -   starts: 2026-12-25T13:00\n      capacity: 30\n  - {starts: 2026-12-26}\n",
        // Flow style over several lines, with comments inside.
        "kind: article\ntags: [ # 札\n  a, # 一\n  b,\n]\ntarget: {\n  text: 市民, # ことば\n}\nnotice: { channels: [ mail ], survey: {\n  question: いつ, choices: [a, b] } }\napply: [ { via: phone, phone: 0561-12-3456 }, ]\n",
        // Texts over several lines.
        "kind: page\ntitle: 一行\n  二行\nsummary: \"一\\\n  二\n\n  三\" # あと\nlegal_basis:\n  次の行\ndocuments:\n  - 一\n    つづき\n  - 二\n",
        // One line, empty values, nothing at all.
        "{ kind: facility, title: a, tags: [], target: { text: b }, hours: , place: \"c\" }\n",
        "kind: comment\ntitle:\ntags: ~\ndocuments: []\nperiod: {}\ntarget:\nnotice: {}\nupdated: { at: 2026-11-20, major: true }\n",
        "# ただの覚え書き\n",
        "",
        // An indented mapping.
        "  kind: news\n  title: a\n  notice:\n    channels: mail\n    round: 007\n    survey:\n      choices:\n        - a\n        - b\n      question: q\n",
    ];
    for front in sources {
        for source in written_ways(&format!("---\n{front}---\n本文\n---\nつづき")) {
            each_field(front, &source);
        }
    }
}

#[test]
fn each_row_of_each_example_can_be_changed_moved_and_removed() {
    for (name, source) in some() {
        let base = FormValues::read(&source);
        for (path, value) in base.fields() {
            let Value::Rows(rows) = value else { continue };
            let pairs = base.to_pairs();
            for action in ["add", "remove", "up", "down"] {
                let mut pairs = pairs.clone();
                let last = rows.len().saturating_sub(1);
                let done = kairan_editor::rows::act(
                    &mut pairs,
                    &match action {
                        "add" => format!("add:{path}"),
                        "down" => format!("down:{path}.0"),
                        _ => format!("{action}:{path}.{last}"),
                    },
                );
                if done.is_some() {
                    check(&name, &source, &base, path, &pairs);
                }
            }
            for (at, Row(cells)) in rows.iter().enumerate() {
                for (column, cell) in cells {
                    for change in other(&format!("{path}.{at}.{column}"), cell) {
                        let mut pairs = pairs.clone();
                        pairs.retain(|(name, _)| !change.iter().any(|(other, _)| name == other));
                        pairs.extend(change);
                        check(&name, &source, &base, path, &pairs);
                    }
                }
            }
        }
    }
}

#[test]
fn what_stands_around_a_value_stays() {
    let source = "---\nkind: article   # 種別\n# 覚え書き\nslug: a\ntitle: '児童手当'   # 件名\n\
        tags: [ x , y ]   # 札\ntarget:   # 対象\n  # なか\n  text: 市民   # ことば\ndeadline:\n  # 春のほう\n  \
        - { label: 春, closes: 2026-12-25 }  # 春\n  # 秋のほう\n  - label: 秋   # 秋\n    closes: 2027-01-25\n\
        summary:\ncontact: 'a'\n---\n本文\n---\nつづき\n";
    let base = FormValues::read(source);
    let saved = |pairs: &[(&str, &str)]| {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        apply(source, &base, &FormValues::posted(&base, &pairs)).expect("applied")
    };
    assert_eq!(
        saved(&[("title", "It's")]),
        source.replace("'児童手当'", "'It''s'")
    );
    assert_eq!(
        saved(&[("summary", "概要")]),
        source.replace("summary:\n", "summary: 概要\n")
    );
    assert_eq!(
        saved(&[("tags", ""), ("tags", "y"), ("tags", "z"), ("tags", "x")]),
        source.replace("[ x , y ]", "[ x , y , z ]")
    );
    assert_eq!(
        saved(&[
            ("target.text", "市民の方"),
            ("target.when", "everyone: true")
        ]),
        source.replace(
            "text: 市民   # ことば\n",
            "text: 市民の方   # ことば\n  when:\n    everyone: true\n"
        )
    );
    assert_eq!(
        saved(&[("target.text", "")]),
        source.replace("target:   # 対象\n  # なか\n  text: 市民   # ことば\n", "")
    );
    let mut pairs = base.to_pairs();
    kairan_editor::rows::act(&mut pairs, "up:deadline.1").expect("moved");
    let swapped = apply(source, &base, &FormValues::posted(&base, &pairs)).expect("applied");
    assert_eq!(
        swapped,
        source.replace(
            "  - { label: 春, closes: 2026-12-25 }  # 春\n  # 秋のほう\n  - label: 秋   # 秋\n    closes: 2027-01-25\n",
            "  # 秋のほう\n  - label: 秋   # 秋\n    closes: 2027-01-25\n  - { label: 春, closes: 2026-12-25 }  # 春\n",
        )
    );
    let mut pairs = base.to_pairs();
    for pair in &mut pairs {
        if pair.0 == "deadline.1.note" {
            pair.1 = "必着".to_owned();
        }
    }
    let noted = apply(source, &base, &FormValues::posted(&base, &pairs)).expect("applied");
    assert_eq!(
        noted,
        source.replace(
            "closes: 2027-01-25\n",
            "closes: 2027-01-25\n    note: 必着\n"
        )
    );
}
