//! Changing front matter: only the bytes of the value.

use kairan_content::patch::{PatchError, remove_key, set_value, with_id};
use kairan_content::{Context, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

const ID: &str = "01JD3M9QK5W3T8Z6B1N0R4V7YH";
const SOURCE: &str = "---\nkind: article   # 種別\n# 覚え書き\nslug: a\ntitle: '児童手当'   # 件名\ntags: [ x , y ]\n\
    deadline:\n  - { label: 春, closes: 2026-12-25 }  # 春\n  - closes: 2027-01-25\nsummary:\nnote_free: |\n  一行\n  二行\n---\n本文\n---\nつづき\n";

#[test]
fn an_id_is_one_line_more() {
    let patched = with_id(SOURCE, ID).expect("patched");
    assert_eq!(
        patched,
        SOURCE.replace("# 種別\n", &format!("# 種別\nid: {ID}\n"))
    );
    assert_eq!(
        with_id(&patched, "01JD3M9QK5W3T8Z6B1N0R4V7YJ").expect("as it was"),
        patched
    );
    let crlf = SOURCE.replace('\n', "\r\n");
    let patched = with_id(&crlf, ID).expect("patched");
    assert_eq!(
        patched,
        crlf.replace("# 種別\r\n", &format!("# 種別\r\nid: {ID}\r\n"))
    );
    let marked = format!("\u{feff}{SOURCE}");
    assert_eq!(
        with_id(&marked, ID).expect("patched").len(),
        marked.len() + 4 + ID.len() + 1
    );
    let flow = "---\n{ kind: news, slug: a }\n---\n";
    assert_eq!(
        with_id(flow, ID).expect("patched"),
        format!("---\n{{ id: {ID}, kind: news, slug: a }}\n---\n")
    );
}

#[test]
fn one_value_changes_and_comments_stay() {
    let set = |path: &str, value: Value| set_value(SOURCE, path, &value).expect(path);
    assert_eq!(
        set("title", json!("児童手当: 改正")),
        SOURCE.replace("'児童手当'", "\"児童手当: 改正\"")
    );
    assert_eq!(
        set("deadline[0].closes", json!("2026-12-28T17:00")),
        SOURCE.replace("2026-12-25", "2026-12-28T17:00")
    );
    assert_eq!(
        set("deadline[1].closes", json!("2027-01-31")),
        SOURCE.replace("2027-01-25", "2027-01-31")
    );
    assert_eq!(
        set("tags", json!(["x", "z"])),
        SOURCE.replace("[ x , y ]", "[x, z]")
    );
    assert_eq!(set("tags[1]", json!("z")), SOURCE.replace(", y ]", ", z ]"));
    assert_eq!(
        set("summary", json!("概要です")),
        SOURCE.replace("summary:\n", "summary: 概要です\n")
    );
    assert_eq!(
        set("owner", json!("kankyo")),
        SOURCE.replace("  二行\n---", "  二行\nowner: kankyo\n---")
    );
    assert_eq!(
        set("notice", json!({ "channels": ["mail"], "round": 2 })),
        SOURCE.replace(
            "  二行\n---",
            "  二行\nnotice: { channels: [mail], round: 2 }\n---"
        )
    );
    assert_eq!(
        set_value(SOURCE, "deadline[7].closes", &json!("2026-12-25")),
        Err(PatchError::NoSuchPath("deadline[7].closes".to_owned()))
    );
    assert_eq!(
        set_value("title: a", "title", &json!("b")),
        Err(PatchError::Unreadable)
    );
}

#[test]
fn a_key_goes_with_its_lines() {
    assert_eq!(
        remove_key(SOURCE, "tags").expect("gone"),
        SOURCE.replace("tags: [ x , y ]\n", "")
    );
    assert_eq!(
        remove_key(SOURCE, "deadline").expect("gone"),
        SOURCE.replace(
            "deadline:\n  - { label: 春, closes: 2026-12-25 }  # 春\n  - closes: 2027-01-25\n",
            ""
        )
    );
    assert_eq!(
        remove_key(SOURCE, "note_free").expect("gone"),
        SOURCE.replace("note_free: |\n  一行\n  二行\n", "")
    );
    assert_eq!(remove_key(SOURCE, "nai").expect("as it was"), SOURCE);
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    for broken in [
        "",
        "---\ntitle: a\n",
        "---\ntitle: [\n---\n",
        "---\n- a\n---\n",
        "---\na: *b\n---\n",
    ] {
        assert_eq!(
            with_id(broken, ID),
            Err(PatchError::Unreadable),
            "{broken:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_reads_back(title in "\\PC{1,60}|[a-z:#&*!|>%@`\"'\\[\\]{},? \t-]{1,30}") {
        prop_assume!(!title.trim().is_empty());
        let patched = set_value(SOURCE, "title", &json!(title)).expect("patched");
        let parsed = parse("a.md", patched.as_bytes(), &Context::without_site());
        let read = parsed.document.expect("a document").title;
        prop_assert_eq!(read, title);
        let (before, after) = SOURCE.split_once("'児童手当'").expect("there");
        prop_assert!(patched.starts_with(before) && patched.ends_with(after), "{patched}");
    }

    #[test]
    fn an_id_changes_nothing_else(body in "\\PC{0,40}(\n---\n)?\\PC{0,40}", mark in any::<bool>(), crlf in any::<bool>()) {
        let mut source = format!("---\nslug: a # x\nkind: news\n---\n{body}");
        if crlf { source = source.replace('\n', "\r\n"); }
        if mark { source.insert(0, '\u{feff}'); }
        let patched = with_id(&source, ID).expect("patched");
        let end = if crlf { "\r\n" } else { "\n" };
        prop_assert_eq!(patched.replacen(&format!("id: {ID}{end}"), "", 1), source);
    }
}
