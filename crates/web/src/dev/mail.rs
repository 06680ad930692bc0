//! A mail from its file.

use std::path::Path;

use mail_parser::{Message, MessageParser};
use serde::Serialize;

/// A mail in the list.
#[derive(Serialize)]
pub(super) struct Line {
    name: String,
    to: String,
    subject: String,
    date: String,
}

/// A mail, whole.
#[derive(Serialize)]
pub(super) struct Letter {
    subject: String,
    headers: Vec<Header>,
    html: Option<String>,
    text: Option<String>,
}

#[derive(Serialize)]
struct Header {
    name: String,
    value: String,
}

/// Unfolded and decoded.
const SHOWN: [&str; 12] = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Precedence",
    "Content-Type",
];

impl Line {
    pub(super) fn read(folder: &Path, name: &str) -> Option<Self> {
        let bytes = std::fs::read(folder.join(name)).ok()?;
        let message = MessageParser::default().parse(&bytes)?;
        let to = message
            .to()
            .and_then(|to| to.first()?.address().map(str::to_owned));
        Some(Self {
            name: name.to_owned(),
            to: to.unwrap_or_default(),
            subject: message.subject().unwrap_or_default().to_owned(),
            date: message
                .date()
                .map(|date| date.to_rfc822())
                .unwrap_or_default(),
        })
    }
}

impl Letter {
    pub(super) fn read(folder: &Path, name: &str) -> Option<Self> {
        let bytes = std::fs::read(folder.join(name)).ok()?;
        let message = MessageParser::default().parse(&bytes)?;
        Some(Self {
            subject: message.subject().unwrap_or_default().to_owned(),
            headers: headers(&message),
            html: message.body_html(0).map(|html| readable(&html)),
            text: message.body_text(0).map(std::borrow::Cow::into_owned),
        })
    }
}

fn headers(message: &Message<'_>) -> Vec<Header> {
    let subject = message.subject().unwrap_or_default();
    let shown = SHOWN.iter().filter_map(|name| {
        let raw = message.header_raw(*name)?;
        let value = if *name == "Subject" {
            subject
        } else {
            raw.trim()
        };
        Some(Header {
            name: (*name).to_owned(),
            value: value.to_owned(),
        })
    });
    shown.collect()
}

/// What mail programs would show, without scripts and without styles of its own: no page here allows either.
fn readable(html: &str) -> String {
    ammonia::Builder::default()
        .rm_tag_attributes("img", &["src"])
        .clean(html)
        .to_string()
}
