//! What readers will get, drawn for staff: the bubble of LINE, the pages that change.

use kairan_pipeline::workflow::{Group, LineCost, Touched};
use serde::Serialize;
use serde_json::Value;

use crate::admin::documents::head::grouped;
use crate::admin::words::Language;

/// A LINE bubble as text: what it holds, line by line.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Bubble {
    /// In the list of talks.
    alt: String,
    title: String,
    lines: Vec<BubbleLine>,
    button: String,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct BubbleLine {
    text: String,
    small: bool,
    /// Set apart by its colour: a correction, a day that is near.
    loud: bool,
}

/// Reads the messages that are sent to LINE.
pub(crate) fn bubble(messages: &Value) -> Bubble {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let first = &messages[0];
    let mut bubble = Bubble {
        alt: text(&first["altText"]),
        button: text(&first["contents"]["footer"]["contents"][0]["action"]["label"]),
        ..Bubble::default()
    };
    let lines = first["contents"]["body"]["contents"].as_array();
    for line in lines.into_iter().flatten() {
        if line["weight"] == "bold" {
            bubble.title = text(&line["text"]);
            continue;
        }
        let colour = line["color"].as_str().unwrap_or_default();
        bubble.lines.push(BubbleLine {
            text: text(&line["text"]),
            small: line["size"] == "sm",
            loud: matches!(colour, "#a90000" | "#8b4000"),
        });
    }
    bubble
}

/// 変わるページ, one line for each kind.
#[derive(Serialize)]
pub(super) struct Pages {
    total: String,
    groups: Vec<PageGroup>,
}

#[derive(Serialize)]
struct PageGroup {
    label: String,
    count: usize,
    paths: Vec<String>,
    more: usize,
}

pub(super) fn pages(words: &Language, touched: &Touched) -> Pages {
    let label = |group: Group| match group {
        Group::Own => words.get("この記事のページ"),
        Group::Top => words.get("トップページ"),
        Group::Lists => words.get("分類や対象の一覧"),
        Group::Others => words.get("この記事を案内しているページ"),
        Group::Calendar => words.get("カレンダー"),
        Group::Files => words.get("添付ファイル"),
        Group::Machines => words.get("検索・新着の配信"),
    };
    Pages {
        total: touched.count.to_string(),
        groups: touched
            .groups
            .iter()
            .map(|(group, (count, paths))| PageGroup {
                label: label(*group).to_owned(),
                count: *count,
                // What programs read means nothing to people.
                paths: if *group == Group::Machines {
                    Vec::new()
                } else {
                    paths.clone()
                },
                more: count.saturating_sub(paths.len()),
            })
            .collect(),
    }
}

/// LINEの残りと費用
#[derive(Serialize)]
pub(super) struct Cost {
    quota: Option<String>,
    sent: String,
    waiting: String,
    now: String,
    left: Option<String>,
    /// The plan of the month does not suffice.
    short: bool,
    yen: Option<String>,
    /// For the bar: parts of the quota.
    bar: Option<[i64; 4]>,
}

pub(super) fn cost(cost: &LineCost) -> Cost {
    let bar = cost.quota.filter(|quota| *quota > 0).map(|quota| {
        let others = (cost.sent + cost.waiting).min(quota);
        let now = cost.now.min(quota - others);
        [quota, others, now, quota - others - now]
    });
    Cost {
        quota: cost.quota.map(grouped),
        sent: grouped(cost.sent),
        waiting: grouped(cost.waiting),
        now: grouped(cost.now),
        left: cost.left.map(grouped),
        short: cost.left.is_some_and(|left| left < 0),
        yen: cost.yen.map(grouped),
        bar,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bubble_is_read_line_by_line() {
        let messages = json!([{
            "altText": "題", "contents": {
                "body": { "contents": [
                    { "text": "訂正：時刻", "size": "sm", "color": "#a90000" },
                    { "text": "健診", "weight": "bold", "size": "lg" },
                    { "text": "ご案内です", "size": "md" },
                ]},
                "footer": { "contents": [{ "action": { "label": "詳細をみる" } }] }
            }
        }]);
        let bubble = bubble(&messages);
        assert_eq!(
            (bubble.title.as_str(), bubble.button.as_str()),
            ("健診", "詳細をみる")
        );
        assert!(bubble.lines[0].loud && bubble.lines[0].small && !bubble.lines[1].loud);
        assert_eq!(super::bubble(&json!(null)), Bubble::default());
    }
}
