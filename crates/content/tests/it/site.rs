//! A whole folder: what one file's mistake means for the others.

use kairan_content::{Menu, Severity, check_site};

use crate::fixtures::{base, today};

fn article(slug: &str, extra: &str, body: &str) -> String {
    format!(
        "---\nkind: article\nslug: {slug}\ntitle: 題名\nsummary: 概要です。\ncategory: life\ntarget: {{ text: 市民の方 }}\n\
         anytime: true\ncontact: kankyo\n{extra}---\n{body}"
    )
}

#[test]
fn a_broken_document_never_blocks_one_that_refers_to_it() {
    let mut source = base().memory;
    source.insert(
        "content/articles/a.md",
        article(
            "a",
            "related: [b, c]\n",
            "[b](/articles/b/) [c](/articles/c/)\n",
        ),
    );
    source.insert("content/articles/b.md", "---\nslug: b\ntitle: [\n---\n");
    source.insert(
        "content/articles/other-name.md",
        "---\nkind: article\nslug: c\ntitle: '\n---\n",
    );
    let checked = check_site(&source, today());
    let files: Vec<&str> = checked
        .diagnostics
        .iter()
        .map(|d| d.file.as_str())
        .collect();
    assert!(
        !files.contains(&"content/articles/a.md"),
        "{:?}",
        checked.diagnostics
    );
    assert!(
        checked
            .publishable()
            .any(|document| document.document.slug == "a")
    );
}

#[test]
fn a_broken_taxonomy_does_not_make_every_document_look_broken() {
    let mut source = base().memory;
    source.insert(
        "content/articles/a.md",
        article("a", "tags: [garbage]\n", ""),
    );
    source.insert("taxonomy/tags.yaml", "- key: x\n  tags: [\n");
    source.insert("taxonomy/departments.yaml", "kankyo: 環境課\n");
    source.remove("taxonomy/categories.yaml");
    let checked = check_site(&source, today());
    let told: Vec<(&str, &str)> = checked
        .diagnostics
        .iter()
        .map(|d| (d.code.id(), d.file.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("T004", "content/articles/a.md"),
            ("T004", "content/faqs/nyuen-shomeisho.md"),
            ("F037", "taxonomy/categories.yaml"),
            ("F046", "taxonomy/departments.yaml"),
            ("F005", "taxonomy/tags.yaml"),
        ]
    );
    assert!(checked.site.is_none());
}

#[test]
fn every_problem_is_told_at_once_in_the_same_order() {
    let mut source = base().memory;
    source.insert(
        "content/articles/a.md",
        article(
            "a",
            "tags: [nai, garbage]\nfaqs: [nai]\nowner: nai\nxyz: 1\n",
            "![](files/nai.png)\n[a](/nai/)\n㈱\n",
        ),
    );
    let once = check_site(&source, today()).diagnostics;
    let codes: Vec<&str> = once.iter().map(|diagnostic| diagnostic.code.id()).collect();
    assert_eq!(
        codes,
        [
            "T002", "T006", "T005", "F011", "A001", "T009", "T010", "J001"
        ]
    );
    for _ in 0..5 {
        assert_eq!(check_site(&source, today()).diagnostics, once);
    }
}

#[test]
fn variants_share_a_slug_and_find_each_other() {
    let id = "01JD3M9QK5W3T8Z6B1N0R4V7YH";
    let mut source = base().memory;
    source.insert(
        "content/articles/a.md",
        article(
            "a",
            &format!("id: {id}\n"),
            "[easy](/ja-easy/articles/a/)\n",
        ),
    );
    source.insert(
        "content/articles/a.easy.md",
        article(
            "a",
            &format!("lang: ja-easy\ntranslates: {id}\n"),
            "[a](/articles/a/#申込方法x)\n",
        ),
    );
    let checked = check_site(&source, today());
    let errors: Vec<&str> = checked
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.code.id())
        .collect();
    assert_eq!(errors, ["T011"], "{:?}", checked.diagnostics);
}

#[test]
fn pages_of_the_site_itself_are_no_broken_links() {
    let links = [
        "/",
        "/search/?q=手当",
        "/calendar/2026-12/",
        "/news/",
        "/closing-soon/",
        "/my/register",
        "/categories/money/child-allowance/",
        "/tags/age-0/page/2/",
        "/life-events/birth/",
        "/feed.xml",
        "/articles/a",
        "/articles/old/",
        "/files/annai.pdf",
        "/faqs/",
    ];
    let body: String = links
        .iter()
        .map(|link| format!("[{link} へ]({link})\n\n"))
        .collect();
    let mut source = base().memory;
    source.insert(
        "content/articles/a.md",
        article("a", "aliases: [old]\n", &body),
    );
    assert_eq!(check_site(&source, today()).diagnostics, []);
    source.insert(
        "content/articles/b.md",
        article("b", "", "[x](/tags/nai/) [y](/categories/nai/) [z](b.md)\n"),
    );
    assert_eq!(check_site(&source, today()).diagnostics.len(), 3);
}

#[test]
fn a_site_without_a_menu_has_the_one_that_the_file_to_begin_with_says() {
    let menu = |text: Option<&str>| {
        let mut source = base().memory;
        if let Some(text) = text {
            source.insert("taxonomy/menu.yaml", text);
        }
        let checked = check_site(&source, today());
        assert!(!checked.has_errors(), "{:?}", checked.diagnostics);
        checked.site.unwrap().menu
    };
    let standard = Menu::default();
    for text in [
        None,
        Some(""),
        Some("# まだ何もありません。\n"),
        Some(Menu::STANDARD),
    ] {
        assert_eq!(menu(text), standard);
    }
    // What the file does not say is as on other sites.
    let text = "header:\n  - { label: くらし, category: life }\n";
    let own = menu(Some(text));
    assert_eq!((own.header.len(), own.footer), (1, standard.footer));
    let json = serde_json::to_string(&Menu::default()).unwrap();
    assert_eq!(
        serde_json::from_str::<Menu>(&json).unwrap(),
        Menu::default()
    );
}
