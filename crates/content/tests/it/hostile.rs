//! Input that means harm, or that somebody pasted: always a diagnostic, never a panic, never slow.

use std::time::{Duration, Instant};

use kairan_content::markdown::{AsWritten, render};
use kairan_content::{Context, MemorySource, check_site, parse};
use proptest::prelude::*;

use crate::fixtures::{base, today};

fn codes(source: &[u8]) -> Vec<String> {
    let start = Instant::now();
    let parsed = parse("content/articles/a.md", source, &Context::without_site());
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "took {:?}",
        start.elapsed()
    );
    parsed
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.id().to_owned())
        .collect()
}

fn front(extra: &str) -> Vec<u8> {
    format!("---\nkind: article\nslug: a\n{extra}\n---\n本文\n").into_bytes()
}

#[test]
fn aliases_do_not_multiply() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (of, name) in "abcdefghi".chars().zip("bcdefghij".chars()) {
        let nine = vec![format!("*{of}"); 9].join(", ");
        bomb.push_str(&format!("{name}: &{name} [{nine}]\n"));
    }
    assert!(codes(&front(&bomb)).contains(&"F008".to_owned()));
}

#[test]
fn depth_is_refused_before_it_costs() {
    assert!(codes(&front(&format!("tags: {}", "[".repeat(20_000)))).contains(&"F009".to_owned()));
    let rule = format!(
        "target: {{ when: {}x: 1{} }}",
        "{not: ".repeat(10_000),
        "}".repeat(10_000)
    );
    assert!(codes(&front(&rule)).contains(&"F009".to_owned()));
    let mut block = "target:\n  when:\n".to_owned();
    for depth in 0..700 {
        block.push_str(&format!("{}not:\n", " ".repeat(depth + 4)));
    }
    assert!(codes(&front(&block)).contains(&"F009".to_owned()));
    let nested = format!("{}- x", "- ".repeat(10_000));
    assert!(codes(&front(&format!("tags:\n{nested}"))).contains(&"F009".to_owned()));
}

#[test]
fn size_is_looked_at_first() {
    assert_eq!(codes(&vec![b'a'; 50 << 20]), ["F002"]);
}

#[test]
fn bodies_of_brackets_do_not_run_away() {
    for body in [
        "[".repeat(500_000),
        "> ".repeat(100_000),
        "![](".repeat(100_000),
        "{漢|".repeat(100_000),
        "<div>".repeat(150_000),
        "*_".repeat(250_000),
        "`".repeat(500_000),
        "| a ".repeat(150_000),
        "[^1]".repeat(100_000),
        "2026/".repeat(100_000),
        "児 ".repeat(150_000),
        format!("|a|\n|-|\n{}", "|あ|\n".repeat(60_000)),
        "- ".repeat(2_000),
    ] {
        let source = [
            &b"---\nkind: article\nslug: a\ntitle: a\n---\n"[..],
            body.as_bytes(),
        ]
        .concat();
        codes(&source);
        let start = Instant::now();
        let rendered = render(&body, &mut AsWritten);
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "{:.8} took {:?}",
            body,
            start.elapsed()
        );
        drop(rendered);
    }
}

#[test]
fn ten_thousand_broken_references_are_not_quadratic() {
    let mut source: MemorySource = base().memory;
    for at in 0..3000 {
        source.insert(
            format!("content/news/n{at}.md"),
            format!(
                "---\nkind: news\nslug: n{at}\ntitle: お知らせ\nsummary: です\ncategory: life\ncontact: kankyo\n\
                 faqs: [nai-{at}]\nrelated: [n{at}-nai]\n---\n[リンク{at}](/news/nai-{at}/)\n"
            ),
        );
    }
    let start = Instant::now();
    let checked = check_site(&source, today());
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "took {:?}",
        start.elapsed()
    );
    assert_eq!(checked.diagnostics.len(), 9000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let parsed = parse("content/articles/a.md", &bytes, &Context::without_site());
        prop_assert!(parsed.document.is_some() || parsed.has_errors());
    }

    #[test]
    fn no_front_matter_panics(text in "[ \\-a-z:\\[\\]{}\"'#&*!|>%@`\n\t　：漢0-9,.?]{0,200}", body in "\\PC{0,100}") {
        let source = format!("---\nkind: article\n{text}\n---\n{body}");
        let parsed = parse("content/articles/a.md", source.as_bytes(), &Context::without_site());
        for diagnostic in &parsed.diagnostics {
            prop_assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
            prop_assert!(!diagnostic.message.is_empty() && !diagnostic.fix.is_empty());
        }
    }

    #[test]
    fn html_never_runs(body in "(<|>|/|script|img|a|href|onerror|=|\"|'|javascript:|x|\\[|\\]|\\(|\\)|!| |\n|svg|style|&#|;|`|\\{|\\}|\\|){0,40}") {
        let html = render(&body, &mut AsWritten).html.to_lowercase();
        let decoded = html.replace("&lt;", "").replace("&quot;", "");
        prop_assert!(!decoded.contains("<script"), "{html}");
        prop_assert!(!decoded.contains("<svg"), "{html}");
        prop_assert!(!decoded.contains("href=\"javascript:"), "{html}");
        prop_assert!(!decoded.contains("src=\"javascript:"), "{html}");
    }
}
