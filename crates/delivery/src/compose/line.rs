//! LINE: a bubble with the title, the summary, the deadline and a button. Never anything about the person.
//!
//! Limits: LINE Developers, Messaging API reference, "Flex Message" (bubble JSON 30 KB, alt text 1,500 characters, URI action 1,000);
//! "Text": characters are UTF-16 code units.

use serde_json::{Value, json};

use super::Content;

/// Characters of an alt text.
const ALT_TEXT: usize = 1_500;

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

/// Shown in the list of talks and by clients without bubbles: the address whole, and what fits before it.
fn alt_text(content: &Content) -> String {
    let mark = if content.correction.is_some() {
        "【訂正】"
    } else {
        ""
    };
    let address = format!("　{}", content.url);
    let words = format!("{mark}{}　{}", content.title, content.summary);
    let left = ALT_TEXT.saturating_sub(address.encode_utf16().count());
    format!("{}{address}", beginning(&words, left))
}

/// As much of a text as LINE counts so many characters: it counts those outside the first plane, such as 𠮷, twice.
fn beginning(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        units += c.len_utf16();
        (units > most).then_some(at)
    });
    end.and_then(|at| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alt_text_is_counted_as_line_counts_and_keeps_the_address() {
        let content = |summary: &str| Content {
            site: "みのり市".to_owned(),
            lang: "ja".to_owned(),
            lead: None,
            title: "𠮷野児童館".to_owned(),
            summary: summary.to_owned(),
            target: None,
            deadlines: Vec::new(),
            survey: None,
            department: None,
            phone: None,
            url: "https://www.city.example.jp/articles/yoshino".to_owned(),
            correction: None,
        };
        let words = |summary: &str| {
            let messages = line_messages(&content(summary));
            messages[0]["altText"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            words("開きます。"),
            "𠮷野児童館　開きます。　https://www.city.example.jp/articles/yoshino"
        );
        // Each of these is two of LINE's characters.
        for summary in ["𠮷".repeat(1_000), format!("あ{}", "👪".repeat(1_000))] {
            let words = words(&summary);
            let units = words.encode_utf16().count();
            assert!((1_499..=1_500).contains(&units), "{units}");
            assert!(words.ends_with("　https://www.city.example.jp/articles/yoshino"));
        }
    }
}
