//! Schemas, examples and program say the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::{Registry, Validator};
use kairan_content::yaml::{self, Limits};
use kairan_content::{Context, Kind, front_matter_keys, parse};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content-schema")
}

fn json(path: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(path)).expect(path);
    serde_json::from_str(&text).expect(path)
}

const BASE: &str = "https://kairan.example/content-schema/";

fn validator(kind: Kind) -> Validator {
    let registry = Registry::new()
        .add(
            format!("{BASE}rule.schema.json"),
            with_id(json("rule.schema.json"), "rule.schema.json"),
        )
        .expect("a schema")
        .prepare()
        .expect("a registry");
    let name = format!("v1/{}.schema.json", kind.as_str());
    let schema = with_id(json(&name), &name);
    jsonschema::options()
        .with_registry(&registry)
        .build(&schema)
        .expect("a schema")
}

fn with_id(mut schema: Value, name: &str) -> Value {
    schema["$id"] = Value::String(format!("{BASE}{name}"));
    schema
}

fn examples(of: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder().join("examples").join(of))
        .expect("examples")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read_to_string(&path).expect("a file"))
        })
        .collect();
    all.sort();
    all
}

/// Front matter as other programs would read it: YAML in which dates are texts.
fn front_matter(source: &str) -> Value {
    let front = source.split("---\n").nth(1).expect("front matter");
    let mut report = kairan_content::diagnostic::Report::default();
    yaml::read(front, 0, Limits::DOCUMENT, &mut report)
        .expect("yaml")
        .to_json()
}

fn kind_of(value: &Value) -> Kind {
    value["kind"]
        .as_str()
        .and_then(Kind::parse)
        .unwrap_or(Kind::News)
}

#[test]
fn valid_examples_pass_both() {
    let mut kinds = BTreeSet::new();
    for (name, source) in examples("valid") {
        let value = front_matter(&source);
        let kind = kind_of(&value);
        kinds.insert(kind);
        let parsed = parse("a.md", source.as_bytes(), &Context::without_site());
        assert!(!parsed.has_errors(), "{name}: {:?}", parsed.diagnostics);
        let errors: Vec<String> = validator(kind)
            .iter_errors(&value)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    assert_eq!(
        kinds.len(),
        Kind::ALL.len(),
        "every kind has a valid example"
    );
}

#[test]
fn invalid_examples_are_refused_by_both() {
    for (name, source) in examples("invalid") {
        let code = name.split('-').next().expect("a code");
        let parsed = parse("a.md", source.as_bytes(), &Context::without_site());
        let told: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code.id()).collect();
        assert!(
            told.contains(&code) && parsed.has_errors(),
            "{name}: {told:?}"
        );
        // Of two equal keys only YAML knows.
        if code != "F010" {
            let value = front_matter(&source);
            assert!(
                !validator(kind_of(&value)).is_valid(&value),
                "{name} passes the schema"
            );
        }
    }
}

#[test]
fn schemas_and_program_know_the_same_keys() {
    for kind in Kind::ALL {
        let schema = json(&format!("v1/{}.schema.json", kind.as_str()));
        let listed: BTreeSet<&str> = schema["properties"]
            .as_object()
            .expect("properties")
            .keys()
            .map(String::as_str)
            .collect();
        let known: BTreeSet<&str> = front_matter_keys(kind).into_iter().collect();
        assert_eq!(listed, known, "{}", kind.as_str());
    }
}
