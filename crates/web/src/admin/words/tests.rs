use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kairan_audience::{Labels, Rule};

use serde_json::json;

use super::*;

/// What stands between `start` and `"` in a text.
fn quoted<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // A call may stand on several lines.
        let text: String = text.lines().map(str::trim).collect();
        let starts: &[&str] = match path.extension().and_then(|e| e.to_str()) {
            Some("hbs") => &["{{w \"", "(w \""],
            Some("rs") => &[".get(\"", ".say(\"", "said(\""],
            _ => &[],
        };
        for start in starts {
            found.extend(quoted(&text, start).map(str::to_owned));
        }
    }
}

#[test]
fn every_word_of_the_screens_has_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = BTreeSet::new();
    walk(&root.join("../../themes/admin/templates"), &mut said);
    walk(&root.join("src/admin"), &mut said);
    let english: BTreeMap<String, String> = from_str(ENGLISH).unwrap();
    let missing: Vec<_> = said
        .iter()
        .filter(|word| word.chars().any(|c| c > '\u{2e7f}'))
        .filter(|word| !english.contains_key(*word))
        .collect();
    assert!(missing.is_empty(), "without English: {missing:#?}");
    assert!(said.len() > 5, "the words are found at all");
}

fn english() -> Languages {
    Languages::embedded().unwrap()
}

/// Every text of the sentences, with what stands for it.
fn table() -> Map<String, Value> {
    from_str(SENTENCES).unwrap()
}

/// A text with `{}` for whatever stands in its places; `None` where there is a mistake in its braces.
fn shape(text: &str) -> (String, BTreeSet<String>) {
    let (mut out, mut places, mut rest) = (String::new(), BTreeSet::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after.split_once('}').map(|(inside, behind)| {
            let name = inside.split([':', '!', '#']).next().unwrap_or_default();
            (name, behind)
        });
        match place.filter(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        {
            Some((name, behind)) => {
                places.insert(name.to_owned());
                out.push_str("{}");
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    (out + rest, places)
}

#[test]
fn every_sentence_has_the_same_places_in_english() {
    for (key, text) in table() {
        let text = text.as_str().unwrap();
        assert_eq!(shape(&key).1, shape(text).1, "{key}: {text}");
    }
}

/// The sentences (they end in 。) in the sources of a crate, without its tests.
fn sentences_in(path: &Path, found: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            sentences_in(&entry.unwrap().path(), found);
        }
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    for line in code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        // Quotes inside a literal are out of the way while it is cut out.
        let line = line.replace("\\\\", "\u{1}").replace("\\\"", "\u{2}");
        for literal in line.split('"').skip(1).step_by(2) {
            let literal = literal.replace('\u{1}', "\\").replace('\u{2}', "\"");
            if literal.ends_with('。') {
                found.insert(match literal.contains("{{") {
                    true => literal.replace("{{", "{").replace("}}", "}"),
                    false => literal,
                });
            }
        }
    }
}

#[test]
fn every_sentence_of_the_crates_below_has_english() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut said = BTreeSet::new();
    for place in [
        "audience/src/check.rs",
        "audience/src/profile.rs",
        "audience/src/read.rs",
        "audience/src/read_child.rs",
        "content/src/check",
        "content/src/front.rs",
        "content/src/lint",
        "content/src/read",
        "content/src/yaml",
        "editor/src/problems",
    ] {
        sentences_in(&crates.join(place), &mut said);
    }
    let known: BTreeSet<String> = table().keys().map(|key| shape(key).0).collect();
    let missing: Vec<_> = said
        .iter()
        .filter(|one| !known.contains(&shape(one).0))
        .collect();
    assert!(missing.is_empty(), "without English: {missing:#?}");
    assert!(
        said.len() > 250,
        "the sentences are found at all: {}",
        said.len()
    );
}

/// Every code has a fixture with what is said there.
#[test]
fn every_diagnostic_is_told_in_english() {
    let languages = english();
    let (ja, en) = (languages.of("ja"), languages.of("en"));
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/tests/fixtures");
    let mut told = 0;
    for folder in std::fs::read_dir(fixtures).unwrap() {
        let expected = folder.unwrap().path().join("expected.txt");
        let Ok(text) = std::fs::read_to_string(&expected) else {
            continue;
        };
        for line in text.lines() {
            let sentence = match line.trim().strip_prefix("直し方: ") {
                Some(fix) => fix,
                // file:line:column: severity code message
                None => match line.splitn(4, ' ').nth(3) {
                    Some(message) => message,
                    None => continue,
                },
            };
            assert_eq!(ja.tell(sentence), sentence);
            assert_ne!(en.tell(sentence), sentence, "{}", expected.display());
            told += 1;
        }
    }
    assert!(told > 200, "{told}");
}

#[test]
fn a_rule_is_told_in_english() {
    let languages = english();
    for (rule, said) in [
        (json!({ "everyone": true }), "Everybody"),
        (
            json!({ "all": [{ "child": { "age": "0..2" } }, { "area": ["kita", "minami"] }] }),
            "who have a child aged 0 to 2, and who live in kita or minami",
        ),
        (
            json!({ "any": [{ "not": { "area": ["kita"] } }, { "flag": "new" }] }),
            "who live outside kita, or who say yes to “new”",
        ),
        (
            json!({ "child": { "age": "0..18", "through": "fiscal-year-end" } }),
            "who have a child until the first 31 March after turning 18",
        ),
        (
            json!({ "not": { "self": { "age": "65.." } } }),
            "who are not aged 65 or over",
        ),
        (
            json!({ "child": { "expecting": { "weeks": "0..42" } } }),
            "who are pregnant",
        ),
        (
            json!({ "child": { "grade": "elem-1..high-3", "trait": "preterm" } }),
            "who have a child in year 1 of elementary school to in year 3 of high school, with “preterm”",
        ),
    ] {
        let words = Rule::from_json(&rule).unwrap().describe(&Labels::default());
        assert_eq!(languages.of("en").tell(&words), said, "{words}");
    }
}
