//! LINE: a bubble with the title, the summary, the deadline and a button. Never anything about the person.
//!
//! Limits: LINE Developers, Messaging API reference, "Flex Message" (bubble JSON 30 KB, alt text 1,500 characters, URI action 1,000).

use serde_json::{Value, json};

use super::Content;

/// The message objects of a notice.
#[must_use]
pub fn line_messages(content: &Content) -> Value {
    let mut lines = Vec::new();
    if let Some(correction) = &content.correction {
        lines.push(text(&format!("訂正：{correction}"), "sm", Some("#a90000")));
    }
    if let Some(lead) = &content.lead {
        lines.push(text(lead, "sm", Some("#8b4000")));
    }
    lines.push(json!({
        "type": "text", "text": content.title, "weight": "bold", "size": "lg", "wrap": true
    }));
    lines.push(text(&content.summary, "md", None));
    for deadline in content.deadlines.iter().take(5) {
        lines.push(text(&format!("申込期日：{deadline}"), "sm", None));
    }
    if let Some(department) = &content.department {
        lines.push(text(
            &format!("問合せ先：{department}"),
            "sm",
            Some("#626264"),
        ));
    }
    let button = json!({
        "type": "button",
        "style": "primary",
        "color": "#115a36",
        "action": { "type": "uri", "label": "詳細をみる", "uri": content.url }
    });
    json!([{
        "type": "flex",
        "altText": alt_text(content),
        "contents": {
            "type": "bubble",
            "body": { "type": "box", "layout": "vertical", "spacing": "md", "contents": lines },
            "footer": { "type": "box", "layout": "vertical", "contents": [button] }
        }
    }])
}

/// The answer to who becomes a friend: how notices come here, and that it can be ended.
#[must_use]
pub fn line_welcome(site: &str, url: &str) -> Value {
    let words = format!(
        "{site}のお知らせをLINEで受け取るには、下のボタンから10分以内に連携してください。連携は、マイページからいつでもやめられます。"
    );
    let button = json!({
        "type": "button",
        "style": "primary",
        "color": "#115a36",
        "action": { "type": "uri", "label": "連携する", "uri": url }
    });
    json!([{
        "type": "flex",
        "altText": words,
        "contents": {
            "type": "bubble",
            "body": {
                "type": "box", "layout": "vertical", "spacing": "md",
                "contents": [text(&words, "md", None)]
            },
            "footer": { "type": "box", "layout": "vertical", "contents": [button] }
        }
    }])
}

/// The whole request body for these users: frozen before it is sent for the first time.
#[must_use]
pub fn line_body(messages: &Value, to: &[String]) -> Vec<u8> {
    json!({ "to": to, "messages": messages })
        .to_string()
        .into_bytes()
}

fn text(words: &str, size: &str, colour: Option<&str>) -> Value {
    let mut node = json!({ "type": "text", "text": words, "size": size, "wrap": true });
    if let Some(colour) = colour {
        node["color"] = json!(colour);
    }
    node
}

/// Shown in the list of talks and by clients without bubbles.
fn alt_text(content: &Content) -> String {
    let mark = if content.correction.is_some() {
        "【訂正】"
    } else {
        ""
    };
    let words = format!(
        "{mark}{}　{}　{}",
        content.title, content.summary, content.url
    );
    words.chars().take(1500).collect()
}
