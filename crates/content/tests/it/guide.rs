//! `docs/diagnostics.md` is made from the table.

use std::collections::BTreeSet;
use std::path::Path;

use kairan_content::diagnostic::{codes, guide};

#[test]
fn the_guide_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnostics.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, guide()).expect("written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == guide(),
        "docs/diagnostics.md is not current: run UPDATE_EXPECT=1 cargo test -p kairan-content"
    );
}

#[test]
fn ids_are_unique_and_of_their_family() {
    let mut seen = BTreeSet::new();
    for family in &codes::FAMILIES {
        for code in family.codes {
            let entry = code.entry();
            assert!(entry.id.starts_with(family.letter), "{}", entry.id);
            assert!(seen.insert(entry.id), "{} twice", entry.id);
            for text in [entry.title, entry.explanation, entry.example] {
                assert!(!text.trim().is_empty(), "{} says too little", entry.id);
            }
        }
    }
}

#[test]
fn the_first_article_of_the_manual_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/authoring.ja.md");
    let manual = std::fs::read_to_string(path).expect("the manual");
    let article = manual
        .split("```markdown\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let parsed = kairan_content::parse(
        "content/articles/sodai-gomi.md",
        article.expect("an article").as_bytes(),
        &kairan_content::Context::without_site(),
    );
    assert_eq!(parsed.diagnostics, []);
    assert!(parsed.document.is_some());
}
