//! Front matter → [`Document`].

use crate::context::Context;
use crate::diagnostic::{Report, codes};
use crate::model::{Document, Kind, Target};
use crate::place::Span;
use crate::yaml::{Entry, Node, Value};

use super::fields::{Fields, choice, text};
use super::terms::{TermKind, term, terms};
use super::{notice, parts, rules, shapes};

/// The longest title, in characters.
pub const MAX_TITLE: usize = 100;
/// The longest summary, in characters.
pub const MAX_SUMMARY: usize = 120;

/// Keys of every kind.
pub(crate) const COMMON_KEYS: &[&str] = &[
    "kind",
    "id",
    "slug",
    "aliases",
    "title",
    "summary",
    "category",
    "tags",
    "life_events",
    "target",
    "deadline",
    "anytime",
    "apply",
    "documents",
    "attachments",
    "legal_basis",
    "contact",
    "faqs",
    "related",
    "notice",
    "publish_at",
    "expires_at",
    "review_by",
    "owner",
    "updated",
    "lang",
    "translates",
];

/// Keys of one kind alone.
pub(crate) const fn kind_keys(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Event => &["sessions", "fee", "organiser"],
        Kind::Facility => &["address", "hours", "place"],
        Kind::Comment => &["period", "result"],
        _ => &[],
    }
}

/// Every key that front matter of a kind may have.
#[must_use]
pub fn front_matter_keys(kind: Kind) -> Vec<&'static str> {
    COMMON_KEYS.iter().chain(kind_keys(kind)).copied().collect()
}

const KINDS: [(&str, Kind); 8] = [
    (Kind::Article.as_str(), Kind::Article),
    (Kind::Event.as_str(), Kind::Event),
    (Kind::Faq.as_str(), Kind::Faq),
    (Kind::Topic.as_str(), Kind::Topic),
    (Kind::News.as_str(), Kind::News),
    (Kind::Page.as_str(), Kind::Page),
    (Kind::Facility.as_str(), Kind::Facility),
    (Kind::Comment.as_str(), Kind::Comment),
];

/// Reads the front matter of a document; `None` where kind, slug or title cannot be known.
pub(super) fn document(
    root: &Node<'_>,
    path: &str,
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<Document> {
    if !matches!(root.value, Value::Map(_)) {
        report.add(
            codes::NOT_A_MAPPING,
            root.span,
            "「---」の間が「名前: 値」の並びになっていません。",
            "「title: 児童手当」のように、1行に1つずつ項目を書いてください。",
        );
        return None;
    }
    let mut fields = Fields::of(root, "項目", report)?;
    let kind = kind(&mut fields, path, report);
    let own_id = fields.entry("id").and_then(|entry| id(entry, report));
    let slug = fields.required("slug", report).and_then(|entry| {
        let slug = text(entry, 500, report)?;
        shapes::slug("slug", &slug, entry.place(), report);
        shapes::is_slug(&slug).then_some(slug)
    });
    let aliases = fields.texts("aliases", report);
    for (alias, span) in &aliases {
        shapes::slug("aliases", alias, *span, report);
    }
    let title = fields.required_text("title", MAX_TITLE, report);
    let summary = fields.required_text("summary", MAX_SUMMARY, report);
    let category = term(
        fields.required("category", report),
        TermKind::Category,
        cx,
        report,
    );
    let tags = terms(&mut fields, "tags", TermKind::Tag, cx, report);
    let life_events = terms(&mut fields, "life_events", TermKind::LifeEvent, cx, report);
    let target = target(fields.entry("target"), kind, cx, report);
    let (deadlines, anytime) = deadlines(&mut fields, kind, report);
    let apply = parts::apply(fields.entry("apply"), report);
    let documents = plain(fields.texts("documents", report));
    let attachments = parts::attachments(fields.entry("attachments"), report);
    let legal_basis = fields.text("legal_basis", report);
    let contact = term(
        fields.required("contact", report),
        TermKind::Contact,
        cx,
        report,
    );
    let faqs = plain(fields.texts("faqs", report));
    let related = plain(fields.texts("related", report));
    let notice = notice::notice(fields.entry("notice"), report);
    let publish_at = fields.moment("publish_at", report);
    let expires_entry = fields.entry("expires_at");
    let expires_at = expires_entry.and_then(|entry| super::fields::moment(entry, report));
    let review_by = fields.moment("review_by", report);
    let owner = term(fields.entry("owner"), TermKind::Owner, cx, report);
    let updated = parts::updated(fields.entry("updated"), report);
    let lang = lang(fields.entry("lang"), report);
    let translates = fields
        .entry("translates")
        .and_then(|entry| id(entry, report));
    let mut own = |key: &str| {
        kind.is_none_or(|kind| kind_keys(kind).contains(&key))
            .then(|| fields.entry(key))
            .flatten()
    };
    let sessions = parts::sessions(own("sessions"), report);
    let period = own("period").and_then(|entry| parts::deadline(&entry.node, report));
    let mut short = |key: &str| own(key).and_then(|entry| text(entry, 2000, report));
    let (fee, organiser, result) = (short("fee"), short("organiser"), short("result"));
    let (address, hours, place) = (short("address"), short("hours"), short("place"));
    require_target(kind, &fields, root, report);
    if let (Some(publish), Some(expires), Some(entry)) = (publish_at, expires_at, expires_entry)
        && expires.end() <= publish.start()
    {
        report.add(
            codes::EXPIRES_BEFORE_PUBLISH,
            entry.place(),
            format!("公開終了（{expires}）が公開開始（{publish}）より前です。"),
            "publish_at と expires_at を確かめてください。",
        );
    }
    finish(fields, kind, report);
    Some(Document {
        kind: kind?,
        id: own_id,
        slug: slug?,
        aliases: plain(aliases),
        title: title?,
        summary: summary.unwrap_or_default(),
        category: category.unwrap_or_default(),
        tags,
        life_events,
        target,
        deadlines,
        anytime,
        apply,
        documents,
        attachments,
        legal_basis,
        contact: contact.unwrap_or_default(),
        faqs,
        related,
        notice,
        publish_at,
        expires_at,
        review_by,
        owner,
        updated,
        lang: lang
            .or_else(|| cx.lang.map(str::to_owned))
            .unwrap_or_else(|| "ja".to_owned()),
        translates,
        sessions,
        fee,
        organiser,
        address,
        hours,
        place,
        period,
        result,
        body: String::new(),
    })
}

fn plain(texts: Vec<(String, Span)>) -> Vec<String> {
    texts.into_iter().map(|(text, _)| text).collect()
}

fn kind(fields: &mut Fields<'_, '_>, path: &str, report: &mut Report) -> Option<Kind> {
    let entry = fields.required("kind", report)?;
    let kind = choice(entry, &entry.node, &KINDS, report)?;
    if let Some(folder) = kind_of_path(path).filter(|folder| *folder != kind) {
        report.add(
            codes::WRONG_FOLDER,
            entry.place(),
            format!(
                "種別は「{}」ですが、「{}」のフォルダーにあります。",
                kind.label(),
                folder.label()
            ),
            format!(
                "content/{}/ に移すか、kind: {} に直してください。",
                kind.plural(),
                folder.as_str()
            ),
        );
    }
    Some(kind)
}

/// The kind whose folder a path is in: `content/articles/…`.
pub(crate) fn kind_of_path(path: &str) -> Option<Kind> {
    let folder = path.strip_prefix("content/")?.split_once('/')?.0;
    Kind::ALL.into_iter().find(|kind| kind.plural() == folder)
}

fn id(entry: &Entry<'_>, report: &mut Report) -> Option<String> {
    let id = text(entry, 500, report)?;
    if shapes::is_id(&id) {
        return Some(id);
    }
    report.add(
        codes::BAD_ID,
        entry.place(),
        format!(
            "「{}」の「{}」は id の形ではありません。",
            entry.key,
            shapes::shown(&id)
        ),
        "id は取り込みのときに自動で付きます。自分で書いた id は行ごと消してください。",
    );
    None
}

fn lang(entry: Option<&Entry<'_>>, report: &mut Report) -> Option<String> {
    let entry = entry?;
    let lang = text(entry, 500, report)?;
    let mut parts = lang.split('-');
    let good = parts.next().is_some_and(|first| {
        (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase())
    }) && parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if good {
        return Some(lang);
    }
    report.add(
        codes::BAD_LANG,
        entry.place(),
        format!("「{}」は言語として読めません。", shapes::shown(&lang)),
        "ja、ja-easy（やさしい日本語）、en、zh-hans のように書いてください。",
    );
    None
}

fn target(
    entry: Option<&Entry<'_>>,
    kind: Option<Kind>,
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<Target> {
    let mut fields = Fields::of(&entry?.node, "target", report)?;
    let text = match kind {
        Some(Kind::Article) => fields.required_text("text", super::fields::SHORT, report),
        _ => fields.text("text", report),
    };
    let when = fields
        .entry("when")
        .and_then(|entry| rules::rule(&entry.node, cx, report));
    fields.finish(&["text", "when"], report);
    Some(Target {
        text: text.unwrap_or_default(),
        when,
    })
}

fn deadlines(
    fields: &mut Fields<'_, '_>,
    kind: Option<Kind>,
    report: &mut Report,
) -> (Vec<crate::model::Deadline>, bool) {
    let entry = fields.entry("deadline");
    let deadlines = parts::deadlines(entry, report);
    let anytime_at = fields.entry("anytime").map(Entry::place);
    let anytime = fields.flag("anytime", report);
    match (entry, anytime_at) {
        (Some(_), Some(at)) if anytime => report.add(
            codes::DEADLINE_AND_ANYTIME,
            at,
            "申込期日（deadline）と随時（anytime: true）の両方があります。",
            "どちらか1つを消してください。",
        ),
        (None, _) if !anytime && kind == Some(Kind::Article) => report.add(
            codes::NO_DEADLINE,
            fields.span(),
            "申込期日（deadline）も随時（anytime: true）もありません。",
            "期日があるときは deadline: { closes: 2026-12-25 }、ないときは anytime: true と書いてください。",
        ),
        _ => {}
    }
    (deadlines, anytime)
}

fn require_target(
    kind: Option<Kind>,
    fields: &Fields<'_, '_>,
    root: &Node<'_>,
    report: &mut Report,
) {
    if kind == Some(Kind::Article) && root.get("target").is_none() {
        fields.missing("target.text", report);
    }
}

/// Notes the keys nobody read: those of another kind, and those nobody knows.
fn finish(fields: Fields<'_, '_>, kind: Option<Kind>, report: &mut Report) {
    let Some(kind) = kind else {
        let all: Vec<&str> = Kind::ALL
            .into_iter()
            .flat_map(kind_keys)
            .chain(COMMON_KEYS)
            .copied()
            .collect();
        fields.finish(&all, report);
        return;
    };
    let known = front_matter_keys(kind);
    for entry in fields.unread() {
        let of = Kind::ALL
            .into_iter()
            .find(|other| kind_keys(*other).contains(&&*entry.key));
        match of {
            Some(other) => report.add(
                codes::KEY_OF_ANOTHER_KIND,
                entry.key_span,
                format!(
                    "「{}」は「{}」の項目で、「{}」にはありません。",
                    entry.key,
                    other.label(),
                    kind.label()
                ),
                "この項目を消すか、kind を直してください。",
            ),
            None => super::fields::unknown_key(entry, &known, report),
        }
    }
}
