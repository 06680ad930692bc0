//! Whatever stands in a folder or behind an address: a diagnostic with its place or one clear sentence, in time and memory.

use std::{
    fs::File,
    net::TcpListener,
    time::{Duration, Instant},
};

use crate::support::{Said, SiteFolder, finish, kairan, kairan_reading, program};

/// Content is answered within this, even by a debug build.
const CONTENT: Duration = Duration::from_secs(2);

/// Kilobytes of address space a check may use: 200 MB of memory and room for the program and its threads' stacks.
const MEMORY: &str = "600000";

/// Checks the site within time and memory.
#[track_caller]
fn check(site: &SiteFolder, code: i32) -> Said {
    let began = Instant::now();
    let mut shell = std::process::Command::new("sh");
    shell.args([
        "-c",
        "ulimit -v \"$1\"; exec \"$2\" check \"$3\"",
        "sh",
        MEMORY,
    ]);
    shell.args([env!("CARGO_BIN_EXE_kairan"), site.path()]);
    let said = finish(shell).ended(code);
    assert!(began.elapsed() < CONTENT, "{:?}", began.elapsed());
    assert!(!said.err.contains("panicked"), "{}", said.err);
    said
}

/// A site whose article is these bytes.
fn with_article(bytes: impl AsRef<[u8]>) -> SiteFolder {
    let site = SiteFolder::new();
    site.write("content/articles/jido-teate.md", bytes);
    site
}

fn article() -> String {
    include_str!("../../starter/content/articles/jido-teate.md").to_owned()
}

#[test]
fn a_file_that_is_not_utf8() {
    let mut bytes = article().into_bytes();
    bytes.extend(b"\x83e\x83X\x83g");
    let said = check(&with_article(bytes), 1);
    assert!(
        said.out
            .contains("content/articles/jido-teate.md:24:1: error F"),
        "{}",
        said.out
    );
    assert!(said.out.contains("UTF-8"), "{}", said.out);
}

#[test]
fn byte_order_mark_and_crlf_are_accepted() {
    let text = format!("\u{feff}{}", article().replace('\n', "\r\n"));
    check(&with_article(text), 0);
}

#[test]
fn a_file_of_fifty_megabytes() {
    let site = SiteFolder::new();
    let path = site.root.join("content/articles/big.md");
    File::create(path).unwrap().set_len(50 << 20).unwrap();
    let said = check(&site, 1);
    assert!(
        said.out.contains("content/articles/big.md:1:1: error F"),
        "{}",
        said.out
    );
}

#[test]
fn front_matter_that_never_ends() {
    let said = check(&with_article(article().replacen("\n---\n", "\n", 1)), 1);
    assert!(
        said.out
            .contains("content/articles/jido-teate.md:1:1: error F"),
        "{}",
        said.out
    );
}

#[test]
fn a_rule_nested_ten_thousand_deep() {
    let deep = format!(
        "{}everyone: true{}",
        "{ not: ".repeat(10_000),
        " }".repeat(10_000)
    );
    let text = article().replace(
        "child: { age: \"0..18\", through: fiscal-year-end }",
        &format!("not: {deep}"),
    );
    let said = check(&with_article(text), 1);
    assert!(
        said.out.contains("content/articles/jido-teate.md:10:"),
        "{}",
        said.out
    );

    let rule = format!(
        "{}{{\"everyone\":true}}{}",
        "{\"not\":".repeat(10_000),
        "}".repeat(10_000)
    );
    let line = format!("{{\"rule\":{rule},\"profile\":{{}},\"on\":\"2026-04-01\"}}\n");
    let said = kairan_reading(&["audience", "eval"], line.as_bytes()).ended(1);
    assert!(said.out.contains("入れ子が深すぎます"), "{}", said.out);
}

#[test]
#[cfg(unix)]
fn links_and_pipes_are_never_followed_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let site = SiteFolder::new();
    let secret = tempfile::tempdir().unwrap();
    std::fs::write(
        secret.path().join("secret.md"),
        article().replace("児童手当", "ひみつ"),
    )
    .unwrap();
    symlink(
        secret.path().join("secret.md"),
        site.root.join("content/articles/a.md"),
    )
    .unwrap();
    symlink(secret.path(), site.root.join("content/events")).unwrap();
    symlink(secret.path(), site.root.join("files")).unwrap();
    symlink("nowhere", site.root.join("content/articles/b.md")).unwrap();
    let pipe = site.root.join("content/articles/pipe.md");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(pipe)
            .status()
            .unwrap()
            .success()
    );
    let said = check(&site, 1);
    for path in [
        "content/articles/a.md",
        "content/events",
        "files",
        "content/articles/b.md",
    ] {
        assert!(
            said.out.contains(&format!("{path}:1:1: error F040")),
            "{path}\n{}",
            said.out
        );
    }
    assert!(!said.out.contains("pipe.md"), "{}", said.out);

    let out = site.root.join("public");
    let out = out.to_str().unwrap();
    kairan(&["build", "--site", site.path(), "--out", out]).ended(1);
    let found = kairan(&["search", "ひみつ", "--index", out, "--format", "json"]).ended(0);
    assert_eq!(found.json()["results"], serde_json::json!([]));
}

#[test]
fn settings_that_are_wrong() {
    let site = SiteFolder::new();
    let settings = site.read("kairan.toml");
    for (wrong, word) in [
        (settings.replace("[mail]", "[mial]"), "mial"),
        (
            settings.replace("[site]", "[site"),
            "書き方に誤りがあります",
        ),
        (
            settings.replace("sqlite://", "mysql://"),
            "sqlite://パス または postgres://…",
        ),
    ] {
        site.write("kairan.toml", wrong);
        let said = site.kairan(&["migrate"]).ended(2);
        assert!(said.err.contains(word), "{}", said.err);
    }
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn servers_that_are_not_there_are_named_in_time() {
    let site = SiteFolder::new();
    site.kairan(&["migrate"]).ended(0);
    // One listener that accepts and never answers, one port that refuses.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent.local_addr().unwrap();
    let refused = closed_port();
    let began = Instant::now();
    let mut command = program(&["--config", &site.config(), "doctor"]);
    command
        .env(
            "KAIRAN_DATABASE_URL",
            format!("postgres://kairan:himitsu@127.0.0.1:{refused}/kairan"),
        )
        .env(
            "KAIRAN_STORAGE_URL",
            format!("s3://bucket/site?endpoint=http://127.0.0.1:{refused}&timeout=2"),
        )
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "himitsu")
        .env("KAIRAN_MAIL_URL", format!("smtp://{silent}"))
        .env("KAIRAN_LINE_API_URL", format!("http://{silent}"))
        .env("KAIRAN_LINE_TOKEN", "himitsu")
        .env("KAIRAN_LINE_TIMEOUT", "2")
        .env("KAIRAN_SSO_ISSUER", format!("http://127.0.0.1:{refused}"))
        .env("KAIRAN_SSO_CLIENT_ID", "kairan")
        .env("KAIRAN_SSO_CLIENT_SECRET", "himitsu")
        .env("KAIRAN_SITE_URL", format!("http://127.0.0.1:{refused}/"));
    let said = finish(command).ended(1);
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    for wrong in [
        "× データベース",
        "× 公開先",
        "× メール",
        "× LINE",
        "× 庁内アカウント",
        "× サイトのアドレス",
    ] {
        assert!(said.out.contains(wrong), "{wrong}\n{}", said.out);
    }
    assert!(!said.out.contains("himitsu"), "{}", said.out);

    let began = Instant::now();
    let mut command = program(&["--config", &site.config(), "migrate"]);
    command.env(
        "KAIRAN_DATABASE_URL",
        format!("postgres://kairan:himitsu@{silent}/kairan"),
    );
    command.env("KAIRAN_DATABASE_CONNECT_TIMEOUT", "2");
    let said = finish(command).ended(2);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    assert!(said.err.contains("に接続できません"), "{}", said.err);
    assert!(!said.err.contains("himitsu"), "{}", said.err);

    let url = format!("http://127.0.0.1:{refused}/");
    let said = kairan(&["search", "児童", "--index", &url]).ended(2);
    assert!(said.err.contains("に届きません"), "{}", said.err);
}

#[test]
fn half_a_single_sign_on() {
    let site = SiteFolder::new();
    site.write("secret", "himitsu\n");
    let issuer = ("KAIRAN_SSO_ISSUER", "https://login.example.jp");
    let id = ("KAIRAN_SSO_CLIENT_ID", "kairan");
    let file = ("KAIRAN_SSO_CLIENT_SECRET_FILE", "secret");
    for (settings, wanted) in [
        (vec![issuer, id], "KAIRAN_SSO_CLIENT_SECRET"),
        (vec![issuer, file], "[sso] client_id がありません"),
        (
            vec![("KAIRAN_SSO_ISSUER", "http://login.example.jp"), id, file],
            "https:// から書いてください",
        ),
        (
            vec![issuer, id, ("KAIRAN_SSO_CLIENT_SECRET_FILE", "nothing")],
            "を読めません",
        ),
        (
            vec![issuer, id, file, ("KAIRAN_SSO_REQUIRE", "yes")],
            "true か false",
        ),
    ] {
        let mut command = program(&["--config", &site.config(), "serve", "--only", "admin"]);
        command.envs(settings);
        let said = finish(command).ended(2);
        assert!(said.err.contains(wanted), "{wanted}\n{}", said.err);
        assert!(!said.err.contains("himitsu"), "{}", said.err);
    }
}
