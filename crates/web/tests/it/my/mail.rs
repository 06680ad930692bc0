//! Mail that ends at one address, comes back, or is wanted again.

use kairan_db::citizens::{self, NOTICE_PURPOSE};
use kairan_db::notices::Channel;

use super::{known, registered};
use crate::house::{House, between, now};

#[tokio::test]
async fn one_click_ends_mail_without_cookie_or_redirect() {
    let house = House::new().await;
    let (key, _) = registered(&house).await;
    let contact = known(&house, "hanako@example.jp")
        .await
        .remove(0)
        .contact_id;
    let until = "2027-01-01".parse().unwrap();
    let purpose = citizens::LinkPurpose::Unsubscribe;
    let token = citizens::signed_link(&house.ctx.keys, purpose, &contact, until);
    let path = format!("/my/unsubscribe/{token}");
    let permits = || {
        let key = key.clone();
        house.ctx.read(move |c| {
            let recipient = citizens::recipients(c, std::slice::from_ref(&key))?.remove(0);
            Ok((
                recipient.permits(Channel::Mail, NOTICE_PURPOSE),
                citizens::consents(c, &key)?.len(),
            ))
        })
    };
    assert_eq!(house.get(&path).await.status(), 200);
    let (before, entries) = permits().await.unwrap();
    assert!(before, "opening the link ends nothing");
    for _ in 0..2 {
        let answer = house
            .post(&path, &[("List-Unsubscribe", "One-Click")], &[])
            .await;
        assert_eq!(answer.status(), 200);
        assert_eq!(permits().await.unwrap(), (false, entries + 1));
    }
    assert_eq!(
        house.post("/my/unsubscribe/bogus", &[], &[]).await.status(),
        404
    );
    assert_eq!(house.get("/my/confirm/bogus").await.status(), 404);
    assert_eq!(house.get("/my/preferences/bogus").await.status(), 404);
    house.close().await;
}

/// Adds a confirmed second address, and the link to the end of mail at the first.
async fn second_address(house: &House, key: &str) -> String {
    let (keys, key) = (house.ctx.keys.clone(), key.to_owned());
    let add = move |c: &mut kairan_db::AnyConnection| {
        let (mail, life) = ("papa@example.jp", chrono::Duration::hours(1));
        let added = citizens::add_mail(c, &keys, &key, mail, life, now())?;
        let citizens::AddMail::Added { token, .. } = added else {
            panic!("{added:?}");
        };
        citizens::confirm(c, token.as_str(), now())
    };
    house.ctx.write(add).await.unwrap();
    let contact = known(house, "hanako@example.jp").await.remove(0).contact_id;
    let until = "2027-01-01".parse().unwrap();
    let purpose = citizens::LinkPurpose::Unsubscribe;
    let token = citizens::signed_link(&house.ctx.keys, purpose, &contact, until);
    format!("/my/unsubscribe/{token}")
}

#[tokio::test]
async fn mail_ends_at_one_address_and_goes_on_at_the_other() {
    let house = House::new().await;
    let (key, preferences) = registered(&house).await;
    let unsubscribe = second_address(&house, &key).await;
    let answer = house
        .post(&unsubscribe, &[("List-Unsubscribe", "One-Click")], &[])
        .await;
    assert_eq!(answer.status(), 200);
    let usable = || {
        let key = key.clone();
        house.ctx.read(move |c| {
            let person = citizens::recipients(c, std::slice::from_ref(&key))?.remove(0);
            assert!(person.permits(Channel::Mail, NOTICE_PURPOSE));
            Ok(person.contacts.iter().filter(|one| one.is_usable()).count())
        })
    };
    assert_eq!(usable().await.unwrap(), 1);
    let page = house.text(&preferences).await;
    assert!(page.contains("ご希望により止めています"));
    assert!(page.contains("ha…@example.jp") && page.contains("pa…@example.jp"));
    assert!(
        !page.contains("hanako@example.jp"),
        "addresses are not shown in full"
    );

    // Again, by a mail to that very address.
    let action = between(&page, "name=\"action\" value=\"confirm:", "\"");
    let action = format!("confirm:{action}");
    let answer = house.send(&preferences, &[("action", &action)]).await;
    assert_eq!(answer.headers()["location"], "/my/sent");
    assert_eq!(house.deliver().await, 1);
    let link = between(
        &house.letter().await,
        "https://www.example.jp/my/confirm/",
        "\"",
    );
    let page = house
        .send(&format!("/my/confirm/{link}"), &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("メールアドレスを確かめました"), "{page}");
    assert_eq!(usable().await.unwrap(), 2);

    // Nobody confirms what is another's.
    let strange = [("action", "confirm:01JD3M9QK5W3T8Z6B1N0R4V7YH")];
    assert_eq!(house.send(&preferences, &strange).await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn who_registers_again_after_mail_came_back_confirms_anew() {
    let house = House::new().await;
    let (_, preferences) = registered(&house).await;
    let contact = known(&house, "hanako@example.jp")
        .await
        .remove(0)
        .contact_id;
    let id = contact.clone();
    house
        .ctx
        .write(move |c| citizens::suppress(c, &id, Some("unknown_recipient"), now()))
        .await
        .unwrap();
    assert!(
        house
            .text(&preferences)
            .await
            .contains("届かずに戻ってきたため")
    );
    let fields = [
        ("mail", "hanako@example.jp"),
        ("channel", "mail"),
        ("consent", "yes"),
    ];
    let answer = house.send("/my/register", &fields).await;
    assert_eq!(answer.headers()["location"], "/my/sent", "as for anybody");
    assert_eq!(house.deliver().await, 1);
    let link = between(
        &house.letter().await,
        "https://www.example.jp/my/confirm/",
        "\"",
    );
    assert_eq!(
        house
            .send(&format!("/my/confirm/{link}"), &[])
            .await
            .status(),
        200
    );
    let all = known(&house, "hanako@example.jp").await;
    assert_eq!(all.len(), 1);
    assert_eq!(
        (all[0].contact_id.as_str(), &all[0].suppressed),
        (contact.as_str(), &None)
    );
    assert!(
        !house
            .text(&preferences)
            .await
            .contains("届かずに戻ってきたため")
    );
    house.close().await;
}

#[tokio::test]
async fn who_wants_mail_again_has_it_at_the_address_of_the_link() {
    let house = House::new().await;
    let (key, preferences) = registered(&house).await;
    let contact = known(&house, "hanako@example.jp")
        .await
        .remove(0)
        .contact_id;
    house
        .ctx
        .write(move |c| citizens::unsubscribe(c, &contact, "1", now()))
        .await
        .unwrap();
    let gets = || {
        let key = key.clone();
        house.ctx.read(move |c| {
            let person = citizens::recipients(c, std::slice::from_ref(&key))?.remove(0);
            Ok((
                person.permits(Channel::Mail, NOTICE_PURPOSE),
                person.contacts[0].is_usable(),
            ))
        })
    };
    assert_eq!(
        gets().await.unwrap(),
        (false, false),
        "no address is left: so is no consent"
    );
    let fields = [
        ("action", "save"),
        ("channel", "mail"),
        ("area", "kitamachi"),
    ];
    assert_eq!(house.send(&preferences, &fields).await.status(), 303);
    assert_eq!(gets().await.unwrap(), (true, true));
    house.close().await;
}
