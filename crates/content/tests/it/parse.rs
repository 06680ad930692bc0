//! One document: what is read, where it stands, what is kept.

use kairan_content::{
    ApplyVia, Context, Kind, Moment, NoticeChannel, NoticeOn, Urgency, check_site, parse,
};

use crate::fixtures::{base, today};

/// The document of the contract, word for word but for the references a test site has not.
const CONTRACT: &str = r#"---
kind: article                 # article | event | …
id: 01JD3M9QK5W3T8Z6B1N0R4V7YH
slug: jido-teate
aliases: [old-slug]
title: 児童手当の手続きについて
summary: 高校生年代までのお子さんを育てている方に支給されます。   # lists
category: money/child-allowance
tags: [single-parent]
life_events: [birth]
target:
  text: 0歳から高校生年代までの子を養育している方
  when:
    child: { age: "0..18", through: fiscal-year-end }
deadline:                     # one, or a list
  - { label: 7月入園, opens: 2026-12-01, closes: 2026-12-25T17:00, note: 必着 }
apply:
  - { via: online, system: mynaportal, url: "https://example.lg.jp/", label: 電子申請フォーム }
  - { via: counter, place: 市役所東庁舎1階, hours: 平日8時30分〜17時15分 }
documents: [ 請求者名義の通帳の写し ]
attachments: [ { file: files/annai.pdf, label: 認定請求書 } ]
legal_basis: 児童手当法
contact: kodomo-katei
faqs: [ nyuen-shomeisho ]
related: []
notice:
  channels: [mail, line]
  on: publish
  reminders: [7d, 1d]
  round: 1
  urgency: normal
  survey: { question: 面談の希望日, choices: [ 1日, 2日 ], closes: 2026-12-20 }
publish_at: 2026-12-01T09:00
expires_at: 2027-04-01
review_by: 2027-03-01
owner: kodomo-katei
updated: { at: 2026-11-20, note: 申込方法を追加しました, major: true }
lang: ja
---
## 申込方法

窓口へお越しください。
"#;

#[test]
fn reads_the_document_of_the_contract() {
    let mut source = base().memory;
    source.insert("content/articles/jido-teate.md", CONTRACT);
    let checked = check_site(&source, today());
    assert_eq!(checked.diagnostics, []);
    let document = &checked.documents[0].document;
    assert_eq!(document.kind, Kind::Article);
    assert_eq!(document.id.as_deref(), Some("01JD3M9QK5W3T8Z6B1N0R4V7YH"));
    assert_eq!(
        document.summary,
        "高校生年代までのお子さんを育てている方に支給されます。"
    );
    assert_eq!(
        document.deadlines[0].closes,
        Moment::parse("2026-12-25T17:00").expect("a moment")
    );
    assert_eq!(
        document.apply.iter().map(|a| a.via).collect::<Vec<_>>(),
        [ApplyVia::Online, ApplyVia::Counter]
    );
    let notice = document.notice.as_ref().expect("a notice");
    assert_eq!(notice.channels, [NoticeChannel::Mail, NoticeChannel::Line]);
    assert_eq!(
        (notice.on, notice.urgency, notice.round),
        (NoticeOn::Publish, Urgency::Normal, 1)
    );
    assert_eq!(
        notice
            .reminders
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["7d", "1d"]
    );
    assert!(
        document
            .updated
            .as_ref()
            .is_some_and(|updated| updated.major)
    );
    let rule = kairan_content::audience(document, checked.site.as_ref().expect("a site"));
    assert_eq!(
        serde_json::to_value(rule).expect("json"),
        serde_json::json!({ "child": { "age": "0..18", "through": "fiscal-year-end" } })
    );
}

#[test]
fn a_document_travels_as_json() {
    let parsed = parse(
        "content/articles/a.md",
        CONTRACT.as_bytes(),
        &Context::without_site(),
    );
    let document = parsed.document.expect("a document");
    let json = serde_json::to_string(&document).expect("json");
    assert_eq!(
        serde_json::from_str::<kairan_content::Document>(&json).expect("read back"),
        document
    );
}

#[test]
fn knows_where_every_value_stands() {
    let parsed = parse(
        "content/articles/a.md",
        CONTRACT.as_bytes(),
        &Context::without_site(),
    );
    assert_eq!(parsed.diagnostics, []);
    let text = |path: &str| {
        let span = parsed.spans.get(path).expect(path);
        CONTRACT.get(span.start..span.end).expect(path)
    };
    assert_eq!(text("title"), "title: 児童手当の手続きについて");
    assert_eq!(text("deadline[0].closes"), "closes: 2026-12-25T17:00");
    assert_eq!(text("notice.reminders[1]"), "1d");
    assert_eq!(text("target.when.child.age"), "age: \"0..18\"");
    let at = CONTRACT.find("2026-12-25").expect("there");
    assert_eq!(parsed.spans.field_at(at), Some("deadline[0].closes"));
}

#[test]
fn diagnostics_name_the_field_to_jump_to() {
    let source = CONTRACT
        .replace("2026-12-25T17:00", "2026-12-32")
        .replace("## 申込方法", "#### 申込方法");
    let parsed = parse(
        "content/articles/a.md",
        source.as_bytes(),
        &Context::without_site(),
    );
    let told: Vec<(&str, u32, u32, Option<&str>)> = parsed
        .diagnostics
        .iter()
        .map(|d| (d.code.id(), d.line, d.column, d.field.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("F018", 16, 47, Some("deadline[0].closes")),
            ("A004", 40, 1, Some("body"))
        ]
    );
}

#[test]
fn a_mark_and_crlf_are_accepted_and_kept() {
    let source = format!("\u{feff}{}", CONTRACT.replace('\n', "\r\n"));
    let mut site = base().memory;
    site.insert("content/articles/jido-teate.md", source.clone());
    let checked = check_site(&site, today());
    assert_eq!(checked.diagnostics, []);
    assert_eq!(checked.documents[0].source(), source);
    assert_eq!(
        checked.documents[0].document.body,
        "## 申込方法\r\n\r\n窓口へお越しください。\r\n"
    );
    assert_eq!(
        checked.documents[0].document.title,
        "児童手当の手続きについて"
    );
}

#[test]
fn words_stay_words() {
    let source = "---\nkind: news\nslug: '1'\ntitle: no\nsummary: 0120\ncategory: on\ncontact: 2026-12-25\n---\n";
    let parsed = parse(
        "content/news/a.md",
        source.as_bytes(),
        &Context::without_site(),
    );
    assert_eq!(parsed.diagnostics, []);
    let document = parsed.document.expect("a document");
    assert_eq!(
        [
            &document.slug,
            &document.title,
            &document.summary,
            &document.category,
            &document.contact
        ],
        ["1", "no", "0120", "on", "2026-12-25"]
    );
}

#[test]
fn a_draft_with_errors_is_still_a_document() {
    let source = "---\nkind: article\nslug: a\ntitle: 書きかけ\nsumary: x\n---\n本文\n";
    let parsed = parse(
        "content/articles/a.md",
        source.as_bytes(),
        &Context::without_site(),
    );
    assert!(parsed.has_errors());
    assert_eq!(parsed.document.expect("a document").body, "本文\n");
}
