//! A city from its folder to its citizens' mail, by commands alone, on the embedded default.

use std::{fs, net::TcpListener, path::Path};

use crate::support::{Said, SiteFolder};

const PEOPLE: &str = r#"{"key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","mail":["parent@example.jp"],"line":"U0123456789abcdef0123456789abcdef","facts":{"area":"kita","children":[{"key":"c1","birth_date":"2024-05-01"}]},"consent":["mail","line"]}
{"key":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","mail":["elder@example.jp"],"facts":{"birth_date":"1950-05-01","children":[]},"consent":["mail"]}
{"key":"cccccccccccccccccccccccccccccccc","mail":["silent@example.jp"],"facts":{"children":[{"key":"c1","birth_date":"2020-05-01"}]},"consent":[]}
"#;

/// A site whose article tells people, at an address of its own.
fn city() -> SiteFolder {
    let site = SiteFolder::new();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let settings = site
        .read("kairan.toml")
        .replace(":8080/", &format!(":{port}/"));
    site.write(
        "kairan.toml",
        format!("{settings}\n[line]\napi_url = \"file:var/outbox\"\n"),
    );
    let article = site.read("content/articles/jido-teate.md");
    let article = article.replace(
        "contact: kodomo\n",
        "contact: kodomo\nnotice: { channels: [mail, line], on: publish }\n",
    );
    site.write("content/articles/jido-teate.md", article);
    site
}

fn mails(site: &SiteFolder) -> usize {
    let outbox = fs::read_dir(site.root.join("var/outbox"));
    let is_mail = |path: &Path| path.extension().is_some_and(|extension| extension == "eml");
    outbox.map_or(0, |files| {
        files
            .filter(|file| is_mail(&file.as_ref().unwrap().path()))
            .count()
    })
}

fn published(site: &SiteFolder) -> Said {
    site.kairan(&["import", site.path()]).ended(0);
    site.write("people.jsonl", PEOPLE);
    let people = site.root.join("people.jsonl");
    let people = people.to_str().unwrap();
    let said = site
        .kairan(&["citizen", "import", people, "--dry-run"])
        .ended(0);
    assert!(
        said.out.contains("3 人のうち 0 人を登録しました"),
        "{}",
        said.out
    );
    site.kairan(&["citizen", "import", people]).ended(0);
    site.kairan(&["publish", "--all", "--wait"]).ended(0)
}

#[test]
fn publishing_tells_those_it_is_for_and_the_account_balances() {
    let site = city();
    let said = published(&site);
    assert!(
        said.out
            .contains("2 件の文書を公開アドレスで確かめました。お知らせ 1 件。"),
        "{}",
        said.out
    );
    assert!(said.err.contains("notified 1/1"), "{}", said.err);
    assert!(
        site.root
            .join("var/site/articles/jido-teate/index.html")
            .is_file()
    );
    assert_eq!(mails(&site), 1);
    assert_eq!(site.read("var/outbox/line.jsonl").lines().count(), 1);

    let said = site
        .kairan(&["notice", "status", "jido-teate", "--format", "json"])
        .ended(0);
    let status = said.json();
    assert_eq!(status["balanced"], true, "{}", said.out);
    assert_eq!(status["people"]["matched"], 2, "{}", said.out);
    assert_eq!(status["people"]["pushed"], 1, "{}", said.out);
    assert_eq!(status["people"]["inbox_only"], 1, "{}", said.out);
    let said = site.kairan(&["notice", "status", "jido-teate"]).ended(0);
    assert!(said.out.contains("数は合っています"), "{}", said.out);

    let explain = |citizen: &str| {
        site.kairan(&[
            "audience",
            "explain",
            "--citizen",
            citizen,
            "--document",
            "jido-teate",
        ])
        .ended(0)
        .out
    };
    assert!(
        explain("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").contains("対象です"),
        "{}",
        explain("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    );
    assert!(
        explain("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb").contains("対象ではありません"),
        "{}",
        explain("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
    );
    assert!(
        explain("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb").contains("送られていません"),
        "{}",
        explain("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
    );

    let said = site
        .kairan(&[
            "audience",
            "count",
            "--document",
            "jido-teate",
            "--format",
            "json",
        ])
        .ended(0);
    assert_eq!(said.json()["yes"], 2);
    let rule = r#"{"self":{"age":"65.."}}"#;
    let said = site
        .kairan(&["audience", "count", "--rule", rule, "--format", "json"])
        .ended(0);
    assert_eq!(said.json()["yes"], 1);
    assert_eq!(said.json()["unknown"], 2);

    // A second publication of the same, and a new text of it, tell nobody again.
    site.kairan(&["publish", "--all", "--wait"]).ended(0);
    let article = site.read("content/articles/jido-teate.md");
    site.write(
        "content/articles/jido-teate.md",
        format!("{article}\n郵送もできます。\n"),
    );
    site.kairan(&["import", site.path()]).ended(0);
    site.kairan(&["publish", "jido-teate", "--wait"]).ended(0);
    assert!(
        site.read("var/site/articles/jido-teate/index.html")
            .contains("郵送もできます。")
    );
    assert_eq!(mails(&site), 1);
}

#[test]
fn a_citizen_is_shown_and_erased_and_keys_are_changed() {
    let site = city();
    published(&site);
    let said = site
        .kairan(&["keys", "rotate", "--format", "json"])
        .ended(0);
    assert_eq!(said.json()["resealed"], 4, "{}", said.out);
    let said = site
        .kairan(&["citizen", "export", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
        .ended(0);
    assert!(said.out.contains("parent@example.jp"), "{}", said.out);
    site.kairan(&["citizen", "erase", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"])
        .ended(0);
    let said = site.kairan(&["citizen", "export", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]);
    assert!(!said.out.contains("parent@example.jp"), "{}", said.out);

    // A bad file adds nobody and says where.
    site.write("people.csv", "mail,birth_date\nnot-an-address,2026-02-30\n");
    let people = site.root.join("people.csv");
    let said = site
        .kairan(&["citizen", "import", people.to_str().unwrap()])
        .ended(1);
    assert!(said.out.contains("2行目 /facts/birth_date"), "{}", said.out);
    assert!(said.out.contains("だれも登録していません"), "{}", said.out);

    // Without its keys the installation does not start, and says what is missing.
    fs::rename(
        site.root.join("var/keys.json"),
        site.root.join("var/elsewhere.json"),
    )
    .unwrap();
    let said = site.kairan(&["publish", "--all"]).ended(2);
    assert!(said.err.contains("鍵のファイル"), "{}", said.err);
    assert!(said.err.contains("がありません"), "{}", said.err);
}

#[test]
fn what_was_imported_is_exported_with_ids() {
    let site = city();
    site.kairan(&["import", site.path()]).ended(0);
    let out = site.root.join("exported");
    site.kairan(&["export", out.to_str().unwrap()]).ended(0);
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let before = lines(&site.read("content/articles/jido-teate.md"));
    let after = lines(&site.read("exported/content/articles/jido-teate.md"));
    let added: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(added.len(), 1);
    assert!(added[0].starts_with("id: "), "{}", added[0]);
    assert_eq!(
        site.read("taxonomy/tags.yaml"),
        site.read("exported/taxonomy/tags.yaml")
    );
}

#[test]
fn a_page_that_cannot_be_read_at_its_address_tells_nobody() {
    let site = city();
    // Somebody else answers at the address: the page is not there.
    let settings = site.read("kairan.toml");
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let wrong = format!(
        "\n[storage]\npublic_url = \"http://{}/\"\n",
        other.local_addr().unwrap()
    );
    let settings = settings.replace("[storage]\n", &wrong.replace("\n[storage]", "[storage]"));
    site.write("kairan.toml", settings);
    site.kairan(&["import", site.path()]).ended(0);
    site.write("people.jsonl", PEOPLE);
    let people = site.root.join("people.jsonl");
    site.kairan(&["citizen", "import", people.to_str().unwrap()])
        .ended(0);
    drop(other);
    let said = site.kairan(&["publish", "--all"]).ended(0);
    assert!(said.out.contains("を受け付けました"), "{}", said.out);
    site.kairan(&["work", "--drain"]).ended(0);
    assert!(
        site.root
            .join("var/site/articles/jido-teate/index.html")
            .is_file()
    );
    assert_eq!(mails(&site), 0);
}
