//! LINE messages from `line.jsonl`: one request a line.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

/// One request: to whom, and its bubbles.
#[derive(Serialize)]
pub(super) struct Talk {
    to: usize,
    bubbles: Vec<Bubble>,
}

#[derive(Serialize)]
struct Bubble {
    lines: Vec<Text>,
    buttons: Vec<Button>,
}

#[derive(Serialize)]
struct Text {
    text: String,
    strong: bool,
}

#[derive(Serialize)]
struct Button {
    label: String,
    uri: String,
}

/// The newest first. A line that is cut off, or no request, is passed over.
pub(super) fn read(folder: &Path, limit: usize) -> Vec<Talk> {
    let text = std::fs::read_to_string(folder.join("line.jsonl")).unwrap_or_default();
    let lines = text
        .lines()
        .rev()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines
        .filter_map(|line: Value| talk(&line))
        .take(limit)
        .collect()
}

fn talk(line: &Value) -> Option<Talk> {
    let body = line.get("body").unwrap_or(line);
    let bubbles = body.get("messages")?.as_array()?.iter().map(|message| {
        let mut bubble = Bubble {
            lines: Vec::new(),
            buttons: Vec::new(),
        };
        collect(message, &mut bubble);
        bubble
    });
    Some(Talk {
        to: body.get("to").and_then(Value::as_array).map_or(0, Vec::len),
        bubbles: bubbles.collect(),
    })
}

/// Texts and buttons in the order of the layout.
fn collect(node: &Value, bubble: &mut Bubble) {
    let text = |key: &str| {
        node.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    match node.get("type").and_then(Value::as_str) {
        Some("text") => bubble.lines.push(Text {
            text: text("text"),
            strong: text("weight") == "bold",
        }),
        Some("button") => {
            let action = node.get("action").unwrap_or(node);
            let part = |key: &str| action.get(key).and_then(Value::as_str).unwrap_or_default();
            let uri = part("uri");
            if uri.starts_with("http://") || uri.starts_with("https://") {
                bubble.buttons.push(Button {
                    label: part("label").to_owned(),
                    uri: uri.to_owned(),
                });
            }
        }
        _ => {}
    }
    for part in ["header", "hero", "body", "footer", "contents"] {
        match node.get(part) {
            Some(Value::Array(nodes)) => nodes.iter().for_each(|node| collect(node, bubble)),
            Some(inner @ Value::Object(_)) => collect(inner, bubble),
            _ => {}
        }
    }
}
