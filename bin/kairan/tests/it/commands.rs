use std::fs;

use crate::support::{SiteFolder, files_below, finish, kairan, kairan_reading, program};

#[test]
fn a_new_site_is_valid_builds_and_is_found() {
    let site = SiteFolder::new();
    let said = kairan(&["check", site.path()]).ended(0);
    assert_eq!(said.out, "2 件の文書を確認しました。問題はありません。\n");

    let out = site.root.join("public");
    let out = out.to_str().unwrap();
    let said = kairan(&["build", "--site", site.path(), "--out", out]).ended(0);
    assert!(said.out.contains("2 件の文書から"), "{}", said.out);
    let page = site.read("public/articles/jido-teate/index.html");
    for part in ["児童手当の手続き", "対象者", "問合せ先", "こども課"] {
        assert!(page.contains(part), "{part}");
    }

    let said = kairan(&["search", "児童手当", "--index", out, "--format", "json"]).ended(0);
    let results = &said.json()["results"];
    assert_eq!(results[0]["url"], "/articles/jido-teate/");
    assert!(results[0]["score"].as_u64().unwrap() > 0);
    assert_eq!(results[0]["title"], "児童手当の手続き");
    let said = kairan(&["search", "宇宙旅行", "--index", out]).ended(0);
    assert_eq!(said.out, "「宇宙旅行」に合うページはありません。\n");
}

#[test]
fn init_leaves_a_folder_with_something_in_it_alone() {
    let site = SiteFolder::new();
    let said = kairan(&["init", site.path()]).ended(2);
    assert!(said.err.contains("空ではありません"), "{}", said.err);
}

#[test]
fn the_example_city_has_no_errors() {
    let minori = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/minori");
    let said = kairan(&["check", minori, "--format", "json"]).ended(0);
    assert!(said.json()["documents"].as_u64().unwrap() > 80);
    assert_eq!(said.json()["errors"], 0);
}

#[test]
fn check_shows_every_mistake_with_its_place_and_a_fix() {
    let site = SiteFolder::new();
    let article = site.read("content/articles/jido-teate.md");
    let article = article
        .replace("contact: kodomo", "contact: kodom")
        .replace("slug: jido", "slug: Jido");
    site.write("content/articles/jido-teate.md", article);
    let said = kairan(&["check", site.path()]).ended(1);
    assert!(
        said.out
            .contains("content/articles/jido-teate.md:3:7: error F"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("content/articles/jido-teate.md:15:10: error T"),
        "{}",
        said.out
    );
    assert!(said.out.contains("直し方: "), "{}", said.out);
    assert!(said.out.contains("誤り 2 件"), "{}", said.out);

    // One file alone, and a file that is fine beside it.
    let file = |path: &str| site.root.join(path).to_str().unwrap().to_owned();
    kairan(&["check", &file("content/articles/jido-teate.md")]).ended(1);
    let said = kairan(&["check", &file("content/faqs"), "--format", "json"]).ended(0);
    assert_eq!(said.json()["documents"], 1);

    // The build leaves the broken document out and says so.
    let out = file("public");
    let said = kairan(&["build", "--site", site.path(), "--out", &out]).ended(1);
    assert!(
        said.out
            .contains("誤りのある文書 1 件は書き出していません。"),
        "{}",
        said.out
    );
    assert!(
        site.root
            .join("public/faqs/jido-teate-itsu/index.html")
            .is_file()
    );
    assert!(
        !site
            .root
            .join("public/articles/jido-teate/index.html")
            .exists()
    );
}

#[test]
fn a_second_build_gives_the_same_and_takes_away_what_is_no_more() {
    let site = SiteFolder::new();
    let out = site.root.join("public");
    let build = [
        "build",
        "--site",
        site.path(),
        "--out",
        out.to_str().unwrap(),
    ];
    kairan(&build).ended(0);
    let before = files_below(&out);
    kairan(&build).ended(0);
    assert_eq!(before, files_below(&out));

    fs::write(out.join(".htaccess"), "").unwrap();
    fs::remove_file(site.root.join("content/articles/jido-teate.md")).unwrap();
    kairan(&build).ended(0);
    assert!(!out.join("articles/jido-teate").exists());
    assert!(out.join(".htaccess").exists(), "hidden files are not ours");

    // A build that cannot be done leaves everything as it was.
    let before = files_below(&out);
    site.write("theme/templates/article.hbs", "{{#if}}");
    kairan(&build).ended(2);
    fs::remove_file(site.root.join("theme/templates/article.hbs")).unwrap();
    fs::remove_file(site.root.join("profile.yaml")).unwrap();
    let said = kairan(&build).ended(1);
    assert!(said.out.contains("何も書き出していません"), "{}", said.out);
    assert_eq!(before, files_below(&out));
    assert!(!fs::read_dir(&out).unwrap().any(|entry| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".kairan-new")
    }));
}

#[test]
fn a_build_never_overwrites_a_folder_of_others() {
    let site = SiteFolder::new();
    let said = kairan(&["build", "--site", site.path(), "--out", site.path()]).ended(2);
    assert!(
        said.err.contains("空のフォルダーを指定してください"),
        "{}",
        said.err
    );
}

#[test]
fn a_build_counts_what_it_made() {
    let site = SiteFolder::new();
    let stats = site.root.join("stats.json");
    let out = site.root.join("public");
    let (out, stats) = (out.to_str().unwrap(), stats.to_str().unwrap());
    let build = [
        "build",
        "--site",
        site.path(),
        "--out",
        out,
        "--without",
        "search",
        "--stats",
        stats,
    ];
    kairan(&build).ended(0);
    let stats: serde_json::Value = serde_json::from_str(&site.read("stats.json")).unwrap();
    assert_eq!(stats["documents"], 2);
    assert_eq!(
        stats["objects"],
        files_below(&site.root.join("public")).len()
    );
    let said = kairan(&["search", "児童", "--index", out]).ended(2);
    assert!(
        said.err
            .contains("検索インデックス（search-index/）がありません"),
        "{}",
        said.err
    );
}

#[test]
fn rules_are_evaluated_line_by_line() {
    let lines = r#"{"rule":{"child":{"age":"0..2"}},"profile":{"children":[{"birth_date":"2025-11-01"}]},"on":"2026-04-01"}
{"rule":{"child":{"age":"0..2"}},"profile":{},"on":"2026-04-01"}
"#;
    let said = kairan_reading(&["audience", "eval"], lines.as_bytes()).ended(0);
    let answers: Vec<serde_json::Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers[0]["verdict"], "yes");
    assert_eq!(answers[1]["verdict"], "unknown");
    assert_eq!(answers[1]["missing"], serde_json::json!(["children"]));

    let said = kairan_reading(&["audience", "eval"], b"{\n\n{}\n").ended(1);
    assert_eq!(said.out.lines().count(), 2);
    assert!(said.out.contains("JSON として読めません"), "{}", said.out);
}

#[test]
fn a_wrong_use_ends_with_two() {
    kairan(&["build"]).ended(2);
    kairan(&["check", "/no/such/folder"]).ended(2);
    let said = kairan(&["--config", "/no/such/kairan.toml", "migrate"]).ended(2);
    assert!(
        said.err
            .contains("--config で kairan.toml の場所を指定してください"),
        "{}",
        said.err
    );
}

#[test]
fn the_database_is_made_and_the_doctor_looks_at_everything() {
    let site = SiteFolder::new();
    let said = site.kairan(&["migrate"]).ended(0);
    assert!(
        said.out.starts_with("データベースを更新しました: "),
        "{}",
        said.out
    );
    let said = site.kairan(&["migrate"]).ended(0);
    assert_eq!(said.out, "データベースはこの版のとおりです。\n");
    assert!(site.root.join("var/kairan.db").is_file());
    assert!(site.root.join("var/keys.json").is_file());

    // Nothing serves the site yet: that alone is missing.
    let mut command = program(&["--config", &site.config(), "doctor", "--format", "json"]);
    command.env("KAIRAN_SITE_URL", "http://127.0.0.1:9/");
    let said = finish(command).ended(1);
    let findings = said.json();
    let bad: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["ok"] == false)
        .map(|finding| finding["name"].as_str().unwrap())
        .collect();
    assert_eq!(bad, ["サイトのアドレス"], "{}", said.out);
}

#[test]
fn the_clock_moves_in_development_alone() {
    let site = SiteFolder::new();
    let mut command = program(&["check", site.path()]);
    command.env("KAIRAN_NOW", "2026-12-01T09:00");
    let said = finish(command).ended(2);
    assert!(said.err.contains("dev = true のときだけ"), "{}", said.err);
    site.write(
        "kairan.toml",
        format!("dev = true\n{}", site.read("kairan.toml")),
    );
    let mut command = program(&["check", site.path()]);
    command.env("KAIRAN_NOW", "2026-12-01T09:00");
    let said = finish(command).ended(0);
    assert!(
        said.err.contains("時計を 2026-12-01T09:00 に"),
        "{}",
        said.err
    );
}
