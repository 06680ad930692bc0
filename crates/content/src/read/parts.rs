//! The parts of a document that are mappings themselves: deadlines, ways to apply, attachments, sessions.

use crate::diagnostic::{Report, codes};
use crate::model::{Apply, ApplyVia, Attachment, Deadline, Session, Updated};
use crate::place::Span;
use crate::yaml::{Entry, Node};

use super::fields::{Fields, choice, items};
use super::shapes;

pub(crate) const DEADLINE_KEYS: &[&str] = &["label", "opens", "closes", "note"];
const APPLY_KEYS: &[&str] = &[
    "via", "system", "url", "label", "place", "hours", "phone", "address", "email", "note",
];
const ATTACHMENT_KEYS: &[&str] = &["file", "label"];
const SESSION_KEYS: &[&str] = &["starts", "ends", "place", "capacity"];
const UPDATED_KEYS: &[&str] = &["at", "note", "major"];

pub(crate) const VIA: &[(&str, ApplyVia)] = &[
    ("online", ApplyVia::Online),
    ("counter", ApplyVia::Counter),
    ("post", ApplyVia::Post),
    ("phone", ApplyVia::Phone),
    ("mail", ApplyVia::Mail),
    ("form", ApplyVia::Form),
];

/// 申込期日: one, or a list.
pub(super) fn deadlines(entry: Option<&Entry<'_>>, report: &mut Report) -> Vec<Deadline> {
    entry.map_or_else(Vec::new, |entry| {
        items(entry)
            .iter()
            .filter_map(|node| deadline(node, report))
            .collect()
    })
}

/// One period with a beginning and an end.
pub(super) fn deadline(node: &Node<'_>, report: &mut Report) -> Option<Deadline> {
    let mut fields = Fields::of(node, "deadline", report)?;
    let label = fields.text("label", report);
    let opens = fields.moment("opens", report);
    let closes_at = fields.required("closes", report);
    let closes = closes_at.and_then(|entry| super::fields::moment(entry, report));
    let note = fields.text("note", report);
    fields.finish(DEADLINE_KEYS, report);
    let closes = closes?;
    if let (Some(opens), Some(entry)) = (opens, closes_at)
        && closes.end() <= opens.start()
    {
        report.add(
            codes::CLOSES_BEFORE_OPENS,
            entry.place(),
            format!("受付の終わり（{closes}）が始まり（{opens}）より前です。"),
            "opens と closes の日付を確かめてください。",
        );
    }
    Some(Deadline {
        label,
        opens,
        closes,
        note,
    })
}

/// 申込方法: one, or a list.
pub(super) fn apply(entry: Option<&Entry<'_>>, report: &mut Report) -> Vec<Apply> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    items(entry)
        .iter()
        .filter_map(|node| one_apply(node, report))
        .collect()
}

fn one_apply(node: &Node<'_>, report: &mut Report) -> Option<Apply> {
    let mut fields = Fields::of(node, "apply", report)?;
    let via_at = fields.required("via", report);
    let via = via_at.and_then(|entry| choice(entry, &entry.node, VIA, report));
    let system = fields.text("system", report);
    let url = shaped(&mut fields, "url", shapes::web_url, report);
    let label = fields.text("label", report);
    let place = fields.text("place", report);
    let hours = fields.text("hours", report);
    let phone = shaped(&mut fields, "phone", shapes::phone, report);
    let address = fields.text("address", report);
    let email = shaped(&mut fields, "email", shapes::email, report);
    let note = fields.text("note", report);
    if let (Some(ApplyVia::Online), None, Some(entry)) = (via, &url, via_at) {
        let given = node.get("url").is_some();
        if !given {
            report.add(
                codes::ONLINE_WITHOUT_URL,
                entry.place(),
                "電子申請（via: online）に url がありません。",
                "申請先のアドレスを url: \"https://…\" と書いてください。",
            );
        }
    }
    fields.finish(APPLY_KEYS, report);
    Some(Apply {
        via: via?,
        system,
        url,
        label,
        place,
        hours,
        phone,
        address,
        email,
        note,
    })
}

/// A short text with a shape of its own.
pub(crate) fn shaped(
    fields: &mut Fields<'_, '_>,
    key: &str,
    check: impl Fn(&str, &str, Span, &mut Report),
    report: &mut Report,
) -> Option<String> {
    let entry = fields.entry(key)?;
    let text = super::fields::text(entry, 2000, report)?;
    check(key, &text, entry.place(), report);
    Some(text)
}

/// 添付ファイル, each with the place of its path.
pub(super) fn attachments(entry: Option<&Entry<'_>>, report: &mut Report) -> Vec<Attachment> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    let read = |node: &Node<'_>, report: &mut Report| {
        let mut fields = Fields::of(node, "attachments", report)?;
        let file_at = fields.required("file", report);
        let file = file_at.and_then(|entry| super::fields::text(entry, 500, report));
        let label = fields.required_text("label", super::fields::SHORT, report);
        fields.finish(ATTACHMENT_KEYS, report);
        let file = file?;
        let good = shapes::file_path(&file, file_at?.place(), report);
        good.then_some(Attachment {
            file,
            label: label?,
        })
    };
    items(entry)
        .iter()
        .filter_map(|node| read(node, report))
        .collect()
}

/// 開催日時
pub(super) fn sessions(entry: Option<&Entry<'_>>, report: &mut Report) -> Vec<Session> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    items(entry)
        .iter()
        .filter_map(|node| session(node, report))
        .collect()
}

fn session(node: &Node<'_>, report: &mut Report) -> Option<Session> {
    let mut fields = Fields::of(node, "sessions", report)?;
    let starts = fields
        .required("starts", report)
        .and_then(|e| super::fields::moment(e, report));
    let ends_at = fields.entry("ends");
    let ends = ends_at.and_then(|entry| super::fields::moment(entry, report));
    let place = fields.text("place", report);
    let capacity = fields.number("capacity", 1..=1_000_000, report);
    fields.finish(SESSION_KEYS, report);
    let starts = starts?;
    if let (Some(ends), Some(entry)) = (ends, ends_at)
        && ends.end() <= starts.start()
    {
        report.add(
            codes::ENDS_BEFORE_STARTS,
            entry.place(),
            format!("終了（{ends}）が開始（{starts}）より前です。"),
            "starts と ends を確かめてください。",
        );
    }
    Some(Session {
        starts,
        ends,
        place,
        capacity,
    })
}

/// 更新
pub(super) fn updated(entry: Option<&Entry<'_>>, report: &mut Report) -> Option<Updated> {
    let mut fields = Fields::of(&entry?.node, "updated", report)?;
    let at = fields
        .required("at", report)
        .and_then(|entry| super::fields::moment(entry, report));
    let note = fields.text("note", report);
    let major = fields.flag("major", report);
    fields.finish(UPDATED_KEYS, report);
    Some(Updated {
        at: at?,
        note,
        major,
    })
}
