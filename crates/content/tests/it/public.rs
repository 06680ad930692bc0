//! The public view: the shape integrators rely on.

use std::collections::HashMap;

use kairan_content::public::{DocumentRef, FileRef, Library, Publication, VariantRef};
use kairan_content::{Checked, Document, Kind, PublicDocument, check_site};

use crate::fixtures::{base, today};

struct Published<'a> {
    checked: &'a Checked,
    files: HashMap<&'static str, FileRef>,
}

impl Library for Published<'_> {
    fn document(&self, reference: &str, kind: Option<Kind>, _lang: &str) -> Option<DocumentRef> {
        self.checked
            .publishable()
            .map(|checked| &checked.document)
            .find(|d| d.slug == reference && kind.is_none_or(|kind| d.kind == kind))
            .map(|d| DocumentRef {
                id: d.slug.clone(),
                kind: d.kind,
                slug: d.slug.clone(),
                title: d.title.clone(),
                url: d.path("ja"),
            })
    }

    fn file(&self, path: &str) -> Option<FileRef> {
        self.files.get(path).cloned()
    }

    fn variants(&self, _document: &Document) -> Vec<VariantRef> {
        vec![VariantRef {
            lang: "en".into(),
            title: "Child Allowance".into(),
            url: "/en/articles/jido-teate/".into(),
        }]
    }
}

const SOURCE: &str = r#"---
kind: article
slug: jido-teate
title: 児童手当の手続きについて
summary: 支給されます。
category: money/child-allowance
tags: [age-0, age-1, single-parent]
life_events: [birth]
target: { text: 0歳から1歳の子を養育しているひとり親の方 }
deadline: { label: 春, opens: 2026-12-01, closes: 2026-12-25 }
apply: [{ via: online, url: "https://example.lg.jp/", label: 申請フォーム }]
attachments: [{ file: files/annai.pdf, label: 認定請求書 }]
contact: kodomo-katei
faqs: [nyuen-shomeisho]
updated: { at: 2026-11-20, note: 直しました }
---
## 申込方法

[案内](files/annai.pdf)をご覧ください。
"#;

#[test]
fn the_shape_is_stable() {
    let mut source = base().memory;
    source.insert("content/articles/jido-teate.md", SOURCE);
    let checked = check_site(&source, today());
    assert_eq!(checked.diagnostics, []);
    let site = checked.site.as_ref().expect("a site");
    let file = FileRef {
        url: "/files/abc/annai.pdf".to_owned(),
        bytes: 2048,
        size: None,
    };
    let library = Published {
        checked: &checked,
        files: HashMap::from([("files/annai.pdf", file)]),
    };
    let id = "01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned();
    let publication = Publication {
        id,
        ..Publication::default()
    };
    let document = &checked.documents[0].document;
    let public = PublicDocument::of(document, site, &library, &publication);
    insta::assert_json_snapshot!("public_document", public);
    insta::assert_json_snapshot!("public_summary", public.summary());
    let json = serde_json::to_string(&public).expect("json");
    assert_eq!(
        serde_json::from_str::<PublicDocument>(&json).expect("read back"),
        public
    );
}
