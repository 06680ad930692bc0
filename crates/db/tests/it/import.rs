//! Citizens from files.

use chrono::NaiveDate;
use kairan_audience::{Areas, ProfileSchema};
use kairan_db::citizens::{self, Format, ImportReport, ImportRow, parse_import};
use kairan_db::notices::Channel;
use kairan_db::seal::Keyring;
use kairan_db::testing::for_each_db;
use serde_json::json;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn parse(text: &str, format: Format) -> Result<Vec<ImportRow>, Vec<String>> {
    let option = |key: &str| json!({ "key": key, "label": key });
    let profile: ProfileSchema = serde_json::from_value(json!({ "fields": [
        { "key": "children", "type": "people", "label": "お子さん", "options": [option("preterm"), option("twin")] },
        { "key": "household", "type": "choices", "label": "世帯", "options": [option("single")] },
        { "key": "new", "type": "flag", "label": "転入" },
    ] }))
    .unwrap();
    let areas = Areas::from_parents([("kita", None::<&str>)]);
    parse_import(text, format, &profile, &areas, today())
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

const CSV: &str = "\u{feff}mail,mail2,line,area,birth_date,household,children,flags.new,interests,consent
a@example.jp,b@example.jp,,kita,1990-05-01,single,2025-11-01;2023-02-03(preterm+twin),はい,money;child,mail
c@example.jp,,U0123456789abcdef0123456789abcdef,-,,なし,なし,,,mail;line
";

#[test]
fn a_file_adds_people_once() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let rows = parse(CSV, Format::Csv).unwrap();
        let run = || {
            let now = today().and_hms_opt(0, 0, 0).unwrap();
            db.write(|c| citizens::import(c, &ring, &rows, "2026-04", now))
                .unwrap()
        };
        assert_eq!(
            run(),
            ImportReport {
                added: 2,
                existing: 0
            }
        );
        assert_eq!(
            run(),
            ImportReport {
                added: 0,
                existing: 2
            }
        );
        let found = db
            .read(|c| citizens::find_by_contact(c, &ring, Channel::Mail, "A@example.jp"))
            .unwrap();
        let told = db
            .read(|c| citizens::export(c, &ring, &found[0].citizen_key))
            .unwrap();
        assert_eq!(
            told["facts"],
            json!({
                "birth_date": "1990-05-01", "area": "kita", "household": ["single"],
                "children": [
                    { "birth_date": "2025-11-01" },
                    { "birth_date": "2023-02-03", "traits": ["preterm", "twin"] },
                ],
                "flags": { "new": true },
            })
        );
        assert_eq!(told["preferences"]["interests"], json!(["money", "child"]));
        let second = db
            .read(|c| citizens::find_by_contact(c, &ring, Channel::Mail, "c@example.jp"))
            .unwrap();
        let told = db
            .read(|c| citizens::export(c, &ring, &second[0].citizen_key))
            .unwrap();
        assert_eq!(
            told["facts"],
            json!({ "area": null, "household": null, "children": null })
        );
        let reach = db
            .read(|c| citizens::recipients(c, &[second[0].citizen_key.clone()]))
            .unwrap();
        assert!(reach[0].permits(Channel::Line, citizens::NOTICE_PURPOSE));
    });
}

#[test]
fn every_problem_of_a_csv_comes_at_once_with_its_line() {
    let problems = parse(
        "mail,area,birth_date,household,children,flags.old,colour\n\
         a@example.jp,minami,1990-02-30,poor,2026-12-01(tall),yes,red\n\
         ,kita,,,,,\n\
         secret,,,,子ども,maybe,\n\
         b@example.jp,,,,,,\n\
         B@example.jp,,,,,,\n",
        Format::Csv,
    )
    .unwrap_err();
    let all = problems.join("\n");
    for expected in [
        "1行目 colour",
        "2行目 /facts/birth_date",
        "3行目 mail",
        "4行目 mail",
        "4行目 children",
        "4行目 flags.old",
        "6行目 mail: 5行目",
    ] {
        assert!(all.contains(expected), "{expected} not in\n{all}");
    }
    assert!(
        !all.contains("secret") && !all.contains("example.jp"),
        "{all}"
    );
    // Once the date is right, what it hid comes out.
    let problems = parse(
        "mail,area,household,children,flags.old\na@example.jp,minami,poor,2026-12-01(tall),yes\n",
        Format::Csv,
    )
    .unwrap_err();
    assert_eq!(problems.len(), 5, "{problems:?}");
}

#[test]
fn json_lines_say_the_same() {
    let good = r#"{"mail":"a@example.jp","facts":{"area":"kita","flags":{"new":false}},"preferences":{"interests":["money"]},"consent":["mail"]}

{"key":"0123456789abcdef0123456789abcdef","mail":["a@example.jp"],"lang":"en"}"#;
    let rows = parse(good, Format::JsonLines).unwrap();
    assert_eq!(rows.iter().map(|r| r.line).collect::<Vec<_>>(), [1, 3]);
    assert!(!format!("{rows:?}").contains("example"));
    let problems = parse(
        "{\"mail\":\"a@example.jp\",\"fact\":{}}\n{\"mail\":\"secret\"\n{\"mail\":\"b@example.jp\",\"facts\":{\"area\":\"x\"},\"consent\":[\"fax\"],\"key\":\"Z\"}",
        Format::JsonLines,
    )
    .unwrap_err();
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert!(
        problems[0].starts_with("1行目") && problems[1].starts_with("2行目"),
        "{problems:?}"
    );
    assert!(!problems.join("").contains("secret"));
}
