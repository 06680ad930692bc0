//! Registering, confirming, changing, ending mail, leaving: by plain forms, as without JavaScript.

mod mail;

use kairan_db::citizens::{self, State};
use kairan_db::notices::Channel;
use serde_json::json;

use crate::house::{House, between};

const FAMILY: [(&str, &str); 12] = [
    ("mail", "hanako@example.jp"),
    ("channel", "mail"),
    ("area", "kitamachi"),
    ("birth_date.year", "1990"),
    ("birth_date.month", "5"),
    ("birth_date.day", "1"),
    ("children.1.year", "2025"),
    ("children.1.month", "11"),
    ("children.1.day", "1"),
    ("household", "single-parent"),
    ("interest", "health"),
    ("consent", "yes"),
];

async fn known(house: &House, mail: &'static str) -> Vec<citizens::ContactRef> {
    let keys = house.ctx.keys.clone();
    let find = move |c: &mut kairan_db::AnyConnection| {
        citizens::find_by_contact(c, &keys, Channel::Mail, mail)
    };
    house.ctx.read(find).await.unwrap()
}

async fn registered(house: &House) -> (String, String) {
    let answer = house.send("/my/register", &FAMILY).await;
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/my/sent");
    assert_eq!(
        known(house, "hanako@example.jp").await[0].state,
        State::Pending
    );
    assert_eq!(house.deliver().await, 1);
    let link = between(
        &house.letter().await,
        "https://www.example.jp/my/confirm/",
        "\"",
    );
    let path = format!("/my/confirm/{link}");
    // Programs that scan mails open links: that alone confirms nothing.
    assert_eq!(house.get(&path).await.status(), 200);
    assert_eq!(
        known(house, "hanako@example.jp").await[0].state,
        State::Pending
    );
    let answer = house.send(&path, &[]).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("登録が完了しました"));
    let contact = known(house, "hanako@example.jp").await.remove(0);
    assert_eq!(contact.state, State::Active);
    (
        contact.citizen_key,
        format!(
            "/my/preferences/{}",
            between(&page, "/my/preferences/", "\"")
        ),
    )
}

#[tokio::test]
async fn a_family_registers_changes_its_answers_and_leaves() {
    let house = House::new().await;
    let (key, preferences) = registered(&house).await;
    let get = move |c: &mut kairan_db::AnyConnection| citizens::get(c, &key);
    let citizen = house.ctx.read(get.clone()).await.unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&citizen.facts).unwrap(),
        json!({
            "birth_date": "1990-05-01",
            "area": "kitamachi",
            "children": [{ "birth_date": "2025-11-01" }],
            "household": ["single-parent"],
        })
    );
    assert_eq!(citizen.preferences.interests, ["health"]);
    let page = house.text(&preferences).await;
    assert!(page.contains("<option value=\"kitamachi\" selected>"));
    assert!(page.contains("<option value=\"1990\" selected>1990年（平成2年）"));
    let answer = house
        .send(
            &preferences,
            &[
                ("action", "save"),
                ("children.none", "yes"),
                ("due_date.none", "yes"),
                ("flags.newcomer", "no"),
            ],
        )
        .await;
    assert_eq!(answer.status(), 303);
    let citizen = house.ctx.read(get.clone()).await.unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(&citizen.facts).unwrap(),
        json!({ "children": [], "due_date": null, "flags": { "newcomer": false } })
    );
    let unsure = house.send(&preferences, &[("action", "leave")]).await;
    assert_eq!(unsure.status(), 422);
    let left = house
        .send(&preferences, &[("action", "leave"), ("leave", "yes")])
        .await;
    assert!(left.text().await.unwrap().contains("登録を消しました"));
    assert_eq!(
        house.ctx.read(get).await.unwrap().unwrap().state,
        State::Left
    );
    assert_eq!(house.get(&preferences).await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn the_answer_does_not_tell_who_is_registered() {
    let house = House::new().await;
    let (_, _) = registered(&house).await;
    for mail in ["hanako@example.jp", "taro@example.jp"] {
        let answer = house
            .send("/my/register", &[("mail", mail), ("consent", "yes")])
            .await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/my/sent".parse().unwrap())
        );
        assert_eq!(house.deliver().await, 1);
        let letter = house.letter().await;
        assert_eq!(
            letter.contains("/my/preferences/"),
            mail == "hanako@example.jp",
            "{mail}"
        );
        assert_eq!(
            letter.contains("/my/confirm/"),
            mail != "hanako@example.jp",
            "{mail}"
        );
    }
    for mail in ["hanako@example.jp", "nobody@example.jp"] {
        let answer = house.send("/my/login", &[("mail", mail)]).await;
        assert_eq!(answer.headers()["location"], "/my/sent");
    }
    assert_eq!(
        house.deliver().await,
        1,
        "only who is registered has a mail"
    );
    house.close().await;
}

#[tokio::test]
async fn mistakes_are_listed_and_nothing_typed_is_lost() {
    let house = House::new().await;
    let wrong = [
        ("mail", "hanako.example.jp"),
        ("area", "kitamachi"),
        ("children.rows", "3"),
        ("children.1.year", "2025"),
        ("children.1.month", "2"),
        ("children.1.day", "30"),
        ("children.2.year", "2024"),
        ("flags.disabled", "yes"),
    ];
    let answer = house.send("/my/register", &wrong).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    for link in [
        "#mail",
        "#children-1",
        "#children-2",
        "#consent-sensitive",
        "#consent",
    ] {
        assert!(page.contains(&format!("<li><a href=\"{link}\">")), "{link}");
        assert!(
            page.contains(&format!("id=\"{}\"", &link.replace('#', ""))),
            "{link} leads nowhere"
        );
    }
    assert!(page.contains("value=\"hanako.example.jp\""));
    assert!(page.contains("<option value=\"kitamachi\" selected>"));
    assert!(page.contains("<option value=\"30\" selected>"));
    assert!(page.contains("3人目"));
    assert!(known(&house, "hanako.example.jp").await.is_empty());
    let more = house
        .send(
            "/my/register",
            &[
                ("action", "more-children"),
                ("mail", "h"),
                ("children.rows", "2"),
            ],
        )
        .await;
    assert_eq!(more.status(), 200);
    let page = more.text().await.unwrap();
    assert!(page.contains("3人目") && !page.contains("4人目") && page.contains("value=\"h\""));
    house.close().await;
}

#[tokio::test]
async fn forms_come_from_our_own_pages() {
    let house = House::new().await;
    assert_eq!(house.post("/my/register", &FAMILY, &[]).await.status(), 403);
    let forged = house
        .send_from("/my/register", &FAMILY, "origin", "https://evil.example")
        .await;
    assert_eq!(forged.status(), 403);
    let cross = house
        .send_from("/my/register", &FAMILY, "sec-fetch-site", "cross-site")
        .await;
    assert_eq!(cross.status(), 403);
    let own = house.address.clone();
    assert_eq!(
        house
            .send_from("/my/register", &FAMILY, "origin", &own)
            .await
            .status(),
        303
    );
    assert_eq!(
        house
            .send_from("/my/register", &FAMILY, "origin", "null")
            .await
            .status(),
        303
    );
    house.close().await;
}

#[tokio::test]
async fn one_place_cannot_send_forms_without_end() {
    let house = House::new().await;
    let mut last = 0;
    for _ in 0..30 {
        let fields = [("mail", "x")];
        let answer = house
            .send_from("/my/register", &fields, "x-forwarded-for", "192.0.2.7")
            .await;
        last = answer.status().as_u16();
        if last == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            break;
        }
    }
    assert_eq!(last, 429);
    let other = house
        .send_from(
            "/my/register",
            &[("mail", "x")],
            "x-forwarded-for",
            "192.0.2.8",
        )
        .await;
    assert_eq!(other.status(), 422);
    house.close().await;
}
