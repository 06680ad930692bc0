//! Mail: text and HTML, with the headers that large receivers ask of senders.
//!
//! RFC 8058 (one-click unsubscribe), RFC 2919 (List-Id), RFC 3834 (Auto-Submitted). Message-ID, Date and the MIME boundary come from the
//! message's own identity, so that a second attempt is the same mail.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::NaiveDateTime;
use kairan_theme::Theme;
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use serde::{Deserialize, Serialize};

use super::Content;

/// Who the mail is from.
#[derive(Debug, Clone)]
pub struct Sender {
    /// `From`
    pub from: Mailbox,
    /// `Reply-To`
    pub reply_to: Option<Mailbox>,
    /// `List-Id`, such as `notices.city.example.jp`.
    pub list_id: String,
    /// Domain of return paths; the sender's own by default. Each mail has a return path of its own (VERP), by which a bounce is told.
    pub bounce_domain: String,
}

/// What a mail says about its reader; sealed at rest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The address.
    pub to: String,
    /// Why this person, in plain words.
    pub reasons: Vec<String>,
    /// Where preferences are changed, with a token.
    pub preferences_url: String,
    /// Where mail is stopped, with a token; answers to POST without log-in.
    pub unsubscribe_url: String,
}

/// A mail, ready to be handed over.
#[derive(Clone)]
pub struct Mail {
    /// The return path.
    pub from: Address,
    /// The recipient.
    pub to: Address,
    /// The whole message with CRLF line ends.
    pub bytes: Vec<u8>,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// A template is wrong.
    #[error(transparent)]
    Theme(#[from] kairan_theme::Error),
    /// The recipient's address has a shape that mail cannot carry. The address itself is not named.
    #[error("the recipient's address cannot be used: {0}")]
    Address(#[from] lettre::address::AddressError),
    /// A header or part cannot be written.
    #[error("the mail cannot be composed: {0}")]
    Message(#[from] lettre::error::Error),
}

#[derive(Serialize)]
struct NoticeView<'a> {
    #[serde(flatten)]
    content: &'a Content,
    reasons: &'a [String],
    preferences_url: &'a str,
    unsubscribe_url: &'a str,
}

/// The mail of a notice to one person. `identity` is the Message-ID without brackets.
///
/// # Errors
/// A template or address that cannot be used.
pub fn notice_mail(
    theme: &Theme,
    sender: &Sender,
    content: &Content,
    person: &Person,
    identity: &str,
    dated_at: NaiveDateTime,
) -> Result<Mail, ComposeError> {
    let parts = parts(theme, content, person)?;
    let list = [
        ("List-Id", format!("<{}>", sender.list_id)),
        ("List-Unsubscribe", format!("<{}>", person.unsubscribe_url)),
        (
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ),
        ("Precedence", "bulk".to_owned()),
    ];
    write(sender, &person.to, parts, identity, dated_at, list)
}

/// What the mail of a notice says: subject and text, as its reader sees them. For showing it before it is sent.
///
/// # Errors
/// A template that cannot be used.
pub fn notice_words(
    theme: &Theme,
    content: &Content,
    person: &Person,
) -> Result<(String, String), ComposeError> {
    let parts = parts(theme, content, person)?;
    Ok((parts.subject, parts.text))
}

fn parts(theme: &Theme, content: &Content, person: &Person) -> Result<Parts, ComposeError> {
    let view = NoticeView {
        content,
        reasons: &person.reasons,
        preferences_url: &person.preferences_url,
        unsubscribe_url: &person.unsubscribe_url,
    };
    let mark = match (&content.correction, &content.lead) {
        (Some(_), _) => "【訂正】",
        (None, Some(_)) => "【締切間近】",
        (None, None) => "",
    };
    Ok(Parts {
        subject: format!("{mark}{}", content.title),
        text: theme.render("mail/notice.text", &view)?,
        html: theme.render("mail/notice.html", &view)?,
    })
}

/// The mail that asks whether a registration is meant. `identity` is the Message-ID without brackets.
///
/// # Errors
/// A template or address that cannot be used.
pub fn confirmation(
    theme: &Theme,
    sender: &Sender,
    site: &str,
    to: &str,
    url: &str,
    hours: u32,
    stamp: (&str, NaiveDateTime),
) -> Result<Mail, ComposeError> {
    let link = LinkView::new(site, url, hours);
    link_mail(
        theme,
        sender,
        to,
        ("mail/confirm", "登録の確認"),
        &link,
        stamp,
    )
}

/// The mail that leads who is registered to the preferences. `identity` is the Message-ID without brackets.
///
/// # Errors
/// A template or address that cannot be used.
pub fn preferences_link(
    theme: &Theme,
    sender: &Sender,
    site: &str,
    to: &str,
    url: &str,
    hours: u32,
    stamp: (&str, NaiveDateTime),
) -> Result<Mail, ComposeError> {
    let link = LinkView::new(site, url, hours);
    let kind = ("mail/preferences", "登録内容の確認");
    link_mail(theme, sender, to, kind, &link, stamp)
}

/// A mail to a member of staff: some sentences, and where to go on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// 件名
    pub subject: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// The words of a button, and its address.
    pub link: Option<(String, String)>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").finish_non_exhaustive()
    }
}

/// The mail of a letter to staff. `identity` is the Message-ID without brackets.
///
/// # Errors
/// A template or address that cannot be used.
pub fn staff_letter(
    theme: &Theme,
    sender: &Sender,
    letter: &Letter,
    identity: &str,
    dated_at: NaiveDateTime,
) -> Result<Mail, ComposeError> {
    #[derive(Serialize)]
    struct View<'a> {
        subject: &'a str,
        paragraphs: &'a [String],
        link: Option<LinkTo<'a>>,
    }
    #[derive(Serialize)]
    struct LinkTo<'a> {
        label: &'a str,
        url: &'a str,
    }
    let view = View {
        subject: &letter.subject,
        paragraphs: &letter.paragraphs,
        link: letter
            .link
            .as_ref()
            .map(|(label, url)| LinkTo { label, url }),
    };
    let parts = Parts {
        subject: letter.subject.clone(),
        text: theme.render("mail/staff.text", &view)?,
        html: theme.render("mail/staff.html", &view)?,
    };
    write(sender, &letter.to, parts, identity, dated_at, [])
}

#[derive(Serialize)]
struct LinkView<'a> {
    site: &'a str,
    lang: &'a str,
    url: &'a str,
    hours: u32,
}

impl<'a> LinkView<'a> {
    fn new(site: &'a str, url: &'a str, hours: u32) -> Self {
        let lang = "ja";
        Self {
            site,
            lang,
            url,
            hours,
        }
    }
}

fn link_mail(
    theme: &Theme,
    sender: &Sender,
    to: &str,
    (template, subject): (&str, &str),
    link: &LinkView<'_>,
    (identity, dated_at): (&str, NaiveDateTime),
) -> Result<Mail, ComposeError> {
    let parts = Parts {
        subject: format!("{}：{subject}", link.site),
        text: theme.render(&format!("{template}.text"), link)?,
        html: theme.render(&format!("{template}.html"), link)?,
    };
    write(sender, to, parts, identity, dated_at, [])
}

struct Parts {
    subject: String,
    text: String,
    html: String,
}

fn write(
    sender: &Sender,
    to: &str,
    parts: Parts,
    identity: &str,
    dated_at: NaiveDateTime,
    headers: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Mail, ComposeError> {
    let to: Address = to.parse()?;
    let token = identity.split('@').next().unwrap_or(identity);
    let from = Address::new(format!("b+{token}"), &sender.bounce_domain)?;
    let mut builder = Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(parts.subject)
        .date(system_time(dated_at))
        .message_id(Some(format!("<{identity}>")))
        .envelope(Envelope::new(Some(from.clone()), vec![to.clone()])?)
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    for (name, value) in headers {
        builder = builder.raw_header(raw(name, value));
    }
    let body = MultiPart::alternative()
        .boundary(format!("kairan-{token}"))
        .singlepart(SinglePart::plain(parts.text))
        .singlepart(SinglePart::html(parts.html));
    Ok(Mail {
        from,
        to,
        bytes: builder.multipart(body)?.formatted(),
    })
}

/// A header in one line: a folded List-Unsubscribe breaks signatures at some receivers.
fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        value.clone(),
        value,
    )
}

fn system_time(at: NaiveDateTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(at.and_utc().timestamp()).unwrap_or_default())
}
