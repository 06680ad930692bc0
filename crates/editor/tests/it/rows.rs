//! Buttons of rows without scripts.

use kairan_editor::rows::act;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn rows_are_added_removed_and_moved() {
    let start = pairs(&[
        ("title", "題"),
        ("apply", ""),
        ("apply.0.via", "online"),
        ("apply.0.url", "https://a.example/"),
        ("apply.1.via", "counter"),
    ]);
    let mut now = start.clone();
    assert_eq!(act(&mut now, "up:apply.1").as_deref(), Some("apply.0"));
    assert!(now.contains(&("apply.1.url".to_owned(), "https://a.example/".to_owned())));
    assert_eq!(act(&mut now, "down:apply.0").as_deref(), Some("apply.1"));
    assert_eq!(now, start);
    assert_eq!(act(&mut now, "add:apply").as_deref(), Some("apply.2"));
    assert_eq!(act(&mut now, "remove:apply.0").as_deref(), Some("apply.0"));
    assert!(now.contains(&("apply.0.via".to_owned(), "counter".to_owned())));
    assert!(!now.iter().any(|(_, value)| value.contains("a.example")));
    for odd in [
        "up:apply.0",
        "down:apply.9",
        "remove:apply.9",
        "remove:title",
        "save",
        "add:",
        "add:<b>",
        "remove:apply.-1",
    ] {
        let before = now.clone();
        assert_eq!(act(&mut now, odd), None, "{odd}");
        assert_eq!(now, before, "{odd}");
    }
}

#[test]
fn references_are_removed_by_their_place() {
    let mut now = pairs(&[("faqs", ""), ("faqs", "a"), ("faqs", "b"), ("faqs", "c")]);
    assert_eq!(act(&mut now, "remove:faqs.1").as_deref(), Some("faqs"));
    assert_eq!(now, pairs(&[("faqs", ""), ("faqs", "a"), ("faqs", "c")]));
    assert_eq!(act(&mut now, "up:faqs.1").as_deref(), Some("faqs"));
    assert_eq!(now, pairs(&[("faqs", ""), ("faqs", "c"), ("faqs", "a")]));
    assert_eq!(act(&mut now, "up:faqs.0"), None);
}
