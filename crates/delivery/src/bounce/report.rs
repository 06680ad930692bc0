//! One returned mail: a delivery status notification (RFC 3464), or a server's plain words.

use kairan_db::notices::RefusalKind;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::status::{Status, kind_of_words, without_addresses};

/// Headers in which a mailbox's server writes down the address a mail came to, and the one its sender wrote.
const RECIPIENT_HEADERS: [&str; 5] = [
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "to",
];
/// How much of a server's plain words is read, in characters.
const WORDS: usize = 4_000;

/// How a returned mail names the message it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageName {
    /// By the id in its return path.
    Id(String),
    /// By its Message-ID, without brackets.
    Identity(String),
}

/// What a returned mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Which message; `None`: it cannot be told.
    pub message: Option<MessageName>,
    /// What became of it; `None`: it is no returned mail, or tells of a delivery.
    pub kind: Option<RefusalKind>,
    /// Enhanced status code.
    pub status: Option<String>,
    /// The other side's words, without addresses.
    pub detail: Option<String>,
}

/// Reads a mail that came to a return path at `domain`. Any bytes will do: what is no returned mail has no `kind`. Work grows with the mail.
#[must_use]
pub fn read(mail: &[u8], domain: &str) -> Returned {
    let mut returned = Returned {
        message: None,
        kind: None,
        status: None,
        detail: None,
    };
    let Some(mail) = MessageParser::default().parse(mail) else {
        return returned;
    };
    returned.message = by_return_path(&mail, domain).or_else(|| by_quotation(&mail));
    let report = mail.parts.iter().find_map(|part| {
        let kind = part.content_type()?;
        let status = ["delivery-status", "global-delivery-status"];
        let fits = kind.ctype().eq_ignore_ascii_case("message")
            && kind
                .subtype()
                .is_some_and(|sub| status.iter().any(|one| sub.eq_ignore_ascii_case(one)));
        fits.then(|| text_of(&part.body)).flatten()
    });
    match report {
        Some(report) => read_report(&report, &mut returned),
        None if from_a_server(&mail) => read_words(&mail, &mut returned),
        None => {}
    }
    returned
}

/// `b+{id}@domain`, as `compose` writes it.
fn by_return_path(mail: &Message<'_>, domain: &str) -> Option<MessageName> {
    let at = format!("@{}", domain.to_lowercase());
    mail.headers_raw()
        .filter(|(name, _)| {
            RECIPIENT_HEADERS
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one))
        })
        .find_map(|(_, value)| {
            let value = value.to_lowercase();
            let mut words = value.split(|c: char| c.is_whitespace() || "<>,;\"".contains(c));
            words.find_map(|word| {
                let id = word.strip_prefix("b+")?.strip_suffix(&at)?;
                let id = ulid::Ulid::from_string(&id.to_uppercase()).ok()?;
                Some(MessageName::Id(id.to_string()))
            })
        })
}

/// The Message-ID of the message that came back with it, or of its headers.
fn by_quotation(mail: &Message<'_>) -> Option<MessageName> {
    mail.parts.iter().find_map(|part| {
        let identity = match &part.body {
            PartType::Message(inner) => inner.message_id().map(str::to_owned),
            body => {
                let kind = part.content_type()?;
                let headers = kind.ctype().eq_ignore_ascii_case("text")
                    && kind
                        .subtype()
                        .is_some_and(|sub| sub.eq_ignore_ascii_case("rfc822-headers"));
                headers
                    .then(|| text_of(body))
                    .flatten()
                    .and_then(|text| field(&text, "message-id"))
            }
        }?;
        let identity = identity.trim().trim_matches(['<', '>']).to_owned();
        (!identity.is_empty()).then_some(MessageName::Identity(identity))
    })
}

fn text_of(body: &PartType<'_>) -> Option<String> {
    match body {
        PartType::Text(text) | PartType::Html(text) => Some(text.to_string()),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        PartType::Message(_) | PartType::Multipart(_) => None,
    }
}

/// The value of a field of a group, its further lines joined to it.
fn field(group: &str, name: &str) -> Option<String> {
    let mut lines = group.lines().skip_while(|line| {
        line.split_once(':')
            .is_none_or(|(key, _)| !key.trim().eq_ignore_ascii_case(name))
    });
    let mut value = lines.next()?.split_once(':')?.1.trim().to_owned();
    for more in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value.push(' ');
        value.push_str(more.trim());
    }
    Some(value)
}

/// Groups of fields between empty lines: one for the message, then one for each recipient. Our mails have one.
fn read_report(report: &str, returned: &mut Returned) {
    let report = report.replace("\r\n", "\n");
    let mut found: Option<RefusalKind> = None;
    for group in report.split("\n\n") {
        let Some(action) = field(group, "action") else {
            continue;
        };
        let diagnostic = field(group, "diagnostic-code");
        let status = field(group, "status").and_then(|text| Status::find(&text));
        let kind = match action.to_lowercase().as_str() {
            "failed" => Some(failure(status, diagnostic.as_deref())),
            "delayed" => Some(RefusalKind::Delayed),
            _ => None,
        };
        // What failed is said before what is only late.
        if kind.is_some() && (found.is_none() || found == Some(RefusalKind::Delayed)) {
            found = kind;
            returned.status = status.map(|status| status.to_string());
            returned.detail = diagnostic.as_deref().map(without_addresses);
        }
    }
    returned.kind = found;
}

/// Many servers write 5.0.0 and say in words what they mean.
fn failure(status: Option<Status>, diagnostic: Option<&str>) -> RefusalKind {
    let exact = status.filter(|status| status.subject != 0);
    let said = diagnostic.and_then(|text| {
        Status::find(text)
            .filter(|status| status.class == 5 && status.subject != 0)
            .and_then(Status::kind)
            .or_else(|| kind_of_words(text))
    });
    match exact.and_then(Status::kind) {
        // Words such as «blocked by policy» make less of «no such user», never more.
        Some(RefusalKind::Unknown) if said == Some(RefusalKind::Policy) => RefusalKind::Policy,
        Some(kind) => kind,
        None => said.unwrap_or(RefusalKind::Soft),
    }
}

/// Somebody's answer from a holiday comes to the return path too: only servers are believed.
fn from_a_server(mail: &Message<'_>) -> bool {
    let nobody = mail
        .headers_raw()
        .any(|(name, value)| name.eq_ignore_ascii_case("return-path") && value.trim() == "<>");
    let from = mail
        .from()
        .and_then(|from| from.first())
        .and_then(|from| from.address())
        .unwrap_or_default()
        .to_lowercase();
    nobody || from.starts_with("mailer-daemon") || from.starts_with("postmaster")
}

fn read_words(mail: &Message<'_>, returned: &mut Returned) {
    let Some(text) = mail.body_text(0) else {
        return;
    };
    let text: String = text.chars().take(WORDS).collect();
    let status = text
        .split_whitespace()
        .filter_map(Status::find)
        .find(|status| status.class != 2);
    returned.kind = match status {
        Some(status) => status.kind(),
        None => kind_of_words(&text),
    };
    if returned.kind.is_some() {
        returned.status = status.map(|status| status.to_string());
        returned.detail = Some(without_addresses(&text));
    }
}
