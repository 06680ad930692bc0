//! Accounts by command: the first administrator, and help where the browser has none.

use crate::support::{SiteFolder, kairan_reading};

const ADD: [&str; 7] = [
    "staff",
    "add",
    "Hanako@city.example.lg.jp",
    "--name",
    "山田 花子",
    "--role",
    "administrator",
];

#[test]
fn the_first_administrator_gets_a_link_that_is_used_once() {
    let site = SiteFolder::new();
    let said = site.kairan(&ADD).ended(0);
    let link = said
        .out
        .lines()
        .find(|line| line.contains("/admin/invitation/"));
    assert!(link.is_some_and(|link| link.len() > 60), "{}", said.out);
    let again = site.kairan(&ADD).ended(2);
    assert!(again.err.contains("もう登録されています"), "{}", again.err);

    let listed = site.kairan(&["staff", "list", "--format", "json"]).ended(0);
    let one = &listed.json()["items"][0];
    assert_eq!(one["mail"], "hanako@city.example.lg.jp");
    assert_eq!(one["roles"][0], "administrator:*");
    assert_eq!(
        (&one["state"], &one["authenticator"]),
        (&"invited".into(), &false.into())
    );
    let text = site.kairan(&["staff", "list"]).ended(0);
    assert!(
        text.out
            .starts_with("hanako@city.example.lg.jp\t山田 花子\tinvited\t")
    );

    // The invitation got lost.
    let reset = [
        "staff",
        "reset",
        "hanako@city.example.lg.jp",
        "--format",
        "json",
    ];
    let said = site.kairan(&reset).ended(0);
    assert!(
        said.json()["link"]
            .as_str()
            .unwrap()
            .contains("/admin/invitation/")
    );
    let said = site
        .kairan(&["staff", "reset", "nobody@example.lg.jp"])
        .ended(2);
    assert!(said.err.contains("staff list"), "{}", said.err);
}

#[test]
fn scripts_set_a_password_from_standard_input() {
    let site = SiteFolder::new();
    let config = site.config();
    let mut arguments = vec!["--config", config.as_str()];
    arguments.extend(ADD);
    arguments.push("--password-stdin");
    let weak = kairan_reading(&arguments, b"password1234\n").ended(2);
    assert!(weak.err.contains("弱すぎます"), "{}", weak.err);
    let said = kairan_reading(&arguments, b"four calm herons at dusk\n").ended(0);
    assert!(
        !said.out.contains("herons") && !said.out.contains("/admin/"),
        "{}",
        said.out
    );
    let reset = ["staff", "reset", "hanako@city.example.lg.jp", "--app"];
    let said = site.kairan(&reset).ended(0);
    assert!(said.out.contains("/admin/reset/"), "{}", said.out);
}

#[test]
fn administrators_are_for_the_whole_city_and_departments_exist() {
    let site = SiteFolder::new();
    let mut arguments = ADD.to_vec();
    arguments.extend(["--department", "kodomo"]);
    let said = site.kairan(&arguments).ended(2);
    assert!(said.err.contains("すべての部署"), "{}", said.err);
    arguments[6] = "author";
    site.kairan(&["import", site.path()]).ended(0);
    site.kairan(&arguments).ended(0);
    arguments[2] = "taro@city.example.lg.jp";
    arguments[8] = "nowhere";
    let said = site.kairan(&arguments).ended(2);
    assert!(said.err.contains("nowhere"), "{}", said.err);
}
