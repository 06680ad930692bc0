//! Terms of the site changed in their files, everything else byte for byte.

use kairan_editor::terms::{self, Edit, Refused};

const DEPARTMENTS: &str = "\
# 課の名前と連絡先。
- key: kodomo
  name: こども家庭課  # 旧 児童課
  phone: 0500-00-1200
  hours: 平日
# 保育
- key: hoiku
  name: 保育課
";

const TAGS: &str = "\
- key: child-age
  label: こどもの年齢
  tags:
    - { key: age-1, label: 1歳, matches: { child: { age: \"1\" } } }
    - { key: age-2, label: 2歳, matches: { child: { age: \"2\" } } }

- key: topic
  label: 話題
  tags:
    - { key: free, label: 無料 }
";

fn values(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    pairs.iter().map(own).collect()
}

fn set(pairs: &[(&str, &str)]) -> Edit {
    Edit::Set(values(pairs))
}

#[test]
fn a_field_changes_and_nothing_else_does() {
    let edit = set(&[
        ("name", "こども家庭課"),
        ("phone", "0500-00-1299"),
        ("hours", ""),
    ]);
    let after = terms::edit(DEPARTMENTS, &terms::DEPARTMENTS, "kodomo", &edit).unwrap();
    assert_eq!(
        after,
        DEPARTMENTS
            .replace("0500-00-1200", "\"0500-00-1299\"")
            .replace("  hours: 平日\n", "")
    );
}

#[test]
fn what_a_form_does_not_ask_stays() {
    let edit = set(&[("label", "1さい")]);
    let after = terms::edit(TAGS, &terms::TAGS, "child-age/age-1", &edit).unwrap();
    assert_eq!(after, TAGS.replace("1歳", "1さい"));
}

#[test]
fn a_rule_is_read_as_yaml_and_shown_as_it_was() {
    let term = terms::find(TAGS, &terms::TAGS, "child-age/age-2").unwrap();
    let rule = terms::TAGS.level(1).fields[1];
    assert_eq!((term.depth, term.place, term.of), (1, 1, 2));
    let shown = term.field(&rule);
    let same = terms::edit(
        TAGS,
        &terms::TAGS,
        "child-age/age-2",
        &set(&[("matches", &shown)]),
    );
    assert_eq!(same.unwrap(), TAGS);
}

#[test]
fn new_terms_come_last_on_their_level() {
    let after = terms::add(
        TAGS,
        &terms::TAGS,
        "topic",
        "weekend",
        &values(&[("label", "土日")]),
    )
    .unwrap();
    assert_eq!(
        after,
        format!("{TAGS}    - {{ key: weekend, label: 土日 }}\n")
    );
    let after = terms::add(
        DEPARTMENTS,
        &terms::DEPARTMENTS,
        "",
        "zei",
        &values(&[("name", "税務課"), ("phone", "")]),
    )
    .unwrap();
    assert_eq!(
        after,
        format!("{DEPARTMENTS}- {{ key: zei, name: 税務課 }}\n")
    );
    let taken = terms::add(DEPARTMENTS, &terms::DEPARTMENTS, "", "hoiku", &[]);
    assert_eq!(taken, Err(Refused::Taken));
    assert_eq!(
        terms::add(DEPARTMENTS, &terms::DEPARTMENTS, "", "", &[]),
        Err(Refused::NoKey)
    );
}

#[test]
fn terms_go_up_down_and_away_with_their_comments() {
    let up = terms::edit(DEPARTMENTS, &terms::DEPARTMENTS, "hoiku", &Edit::Up).unwrap();
    assert!(up.find("key: hoiku") < up.find("key: kodomo"), "{up}");
    assert!(up.contains("# 旧 児童課"), "{up}");
    let again = terms::edit(&up, &terms::DEPARTMENTS, "hoiku", &Edit::Down).unwrap();
    assert!(again.find("key: kodomo") < again.find("key: hoiku"));
    let gone = terms::edit(DEPARTMENTS, &terms::DEPARTMENTS, "hoiku", &Edit::Remove).unwrap();
    assert_eq!(gone, DEPARTMENTS.split("# 保育").next().unwrap());
    let first = terms::edit(DEPARTMENTS, &terms::DEPARTMENTS, "kodomo", &Edit::Up).unwrap();
    assert_eq!(first, DEPARTMENTS);
}

#[test]
fn a_list_may_become_empty_and_begin_again() {
    let synonyms = "# 言いかえ\n- [保活, 保育所入所]\n";
    let gone = terms::edit(synonyms, &terms::SYNONYMS, "0", &Edit::Remove).unwrap();
    assert_eq!(gone, "# 言いかえ\n[]\n");
    for empty in [gone.as_str(), "# 言いかえ\n"] {
        let lines = values(&[("", "学童\r\n放課後児童クラブ\r\n")]);
        let again = terms::add(empty, &terms::SYNONYMS, "", "", &lines).unwrap();
        assert_eq!(again, "# 言いかえ\n- [学童, 放課後児童クラブ]\n");
    }
}

#[test]
fn the_first_of_a_level_is_held() {
    let categories = "- key: money\n  label: お金\n";
    let new = values(&[("label", "児童手当")]);
    let after = terms::add(categories, &terms::CATEGORIES, "money", "allowance", &new).unwrap();
    let term = terms::find(&after, &terms::CATEGORIES, "money/allowance").unwrap();
    assert_eq!(term.says["label"], "児童手当");
    assert_eq!(
        terms::find(&after, &terms::CATEGORIES, "money")
            .unwrap()
            .holds,
        1
    );
}

#[test]
fn an_unreadable_file_and_a_missing_term_are_said() {
    let broken = terms::edit("- key: [", &terms::CATEGORIES, "a", &Edit::Remove);
    assert_eq!(broken, Err(Refused::Unreadable));
    let missing = terms::edit(TAGS, &terms::TAGS, "topic/none", &Edit::Remove);
    assert_eq!(missing, Err(Refused::Missing));
}

/// Every term of the example city's files can be set to what it says, and nothing changes.
#[test]
fn the_example_city_is_left_as_it_is() {
    let city = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/minori");
    for (file, shape) in [
        ("taxonomy/categories.yaml", &terms::CATEGORIES),
        ("taxonomy/tags.yaml", &terms::TAGS),
        ("taxonomy/areas.yaml", &terms::AREAS),
        ("taxonomy/departments.yaml", &terms::DEPARTMENTS),
        ("taxonomy/life-events.yaml", &terms::LIFE_EVENTS),
        ("taxonomy/synonyms.yaml", &terms::SYNONYMS),
        ("profile.yaml", &terms::PROFILE),
    ] {
        let text = std::fs::read_to_string(format!("{city}/{file}")).unwrap();
        let all = addresses(&text, shape);
        assert!(!all.is_empty(), "{file}");
        for at in all {
            let term = terms::find(&text, shape, &at).unwrap_or_else(|| panic!("{file} {at}"));
            let fields = shape.level(term.depth).fields;
            let shown = fields
                .iter()
                .map(|field| (field.key.to_owned(), term.field(field)));
            let shown: Vec<_> = shown.collect();
            let after = terms::edit(&text, shape, &at, &Edit::Set(shown)).unwrap();
            assert_eq!(after, text, "{file} {at}");
        }
    }
}

/// The addresses of the outermost terms and of those they hold, by trying what the text names.
fn addresses(text: &str, shape: &terms::Shape) -> Vec<String> {
    if shape.is_keyless() {
        return (0..)
            .map(|n: usize| n.to_string())
            .take_while(|at| terms::find(text, shape, at).is_some())
            .collect();
    }
    let keys: Vec<&str> = text
        .split("key: ")
        .skip(1)
        .filter_map(|rest| rest.split([',', '\n', ' ', '}']).next())
        .collect();
    let outer: Vec<&str> = keys
        .iter()
        .copied()
        .filter(|key| terms::find(text, shape, key).is_some())
        .collect();
    let inner = outer
        .iter()
        .flat_map(|outer| keys.iter().map(move |key| format!("{outer}/{key}")));
    let inner: Vec<String> = inner
        .filter(|at| terms::find(text, shape, at).is_some())
        .collect();
    outer.into_iter().map(str::to_owned).chain(inner).collect()
}
