//! Staff: logging in, one's own account, accounts of others, and who may open what.

mod accounts;
mod browser;
mod carried;
mod doors;
mod login;
mod reset;
mod sso;

use kairan_db::staff::{self, Account, Grant, Role};

use crate::house::House;
pub(crate) use browser::Browser;

/// Nobody's name and no common one.
const PASSWORD: &str = "four calm herons at dusk";

/// Somebody at work with a password and an authenticator app.
async fn member(house: &House, mail: &'static str, role: Role) -> Account {
    let (keys, now) = (house.ctx.keys.clone(), house.ctx.clock.now());
    let hash = tokio::task::spawn_blocking(|| staff::hash_password(PASSWORD).unwrap());
    let hash = hash.await.unwrap();
    house
        .ctx
        .write(move |c| {
            let new = staff::NewAccount {
                mail,
                name: "田中 一郎",
                lang: "ja",
                grants: &[Grant::everywhere(role)],
            };
            let made = staff::create(c, &new, now)?.unwrap();
            staff::set_password(c, &made.id, &hash, now)?;
            let pending = staff::pending_totp(c, &keys, &made.id, "みのり市")?;
            // A code of a minute ago, so that the ones of now are still good.
            let before = now - chrono::Duration::minutes(1);
            let code = code(&pending.key, before);
            assert!(staff::confirm_totp(c, &keys, &made.id, &code, before)?);
            Ok(staff::find(c, &made.id)?.unwrap())
        })
        .await
        .unwrap()
}

/// What an authenticator app with this key shows.
fn code(key: &str, at: chrono::NaiveDateTime) -> String {
    let secret = totp_rs::Secret::try_from_base32(key).unwrap();
    let app = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(secret.as_bytes().to_vec())
        .with_account_name("x")
        .build()
        .unwrap();
    app.generate(at.and_utc().timestamp().unsigned_abs())
        .to_string()
}

/// The code that is good now.
async fn code_of(house: &House, account: &Account) -> String {
    let (keys, now, id) = (
        house.ctx.keys.clone(),
        house.ctx.clock.now(),
        account.id.clone(),
    );
    let next = house
        .ctx
        .read(move |c| staff::next_code(c, &keys, &id, now))
        .await
        .unwrap();
    next.unwrap()
}

/// A browser in which somebody with these roles is logged in, without the work of logging in.
async fn at_work(house: &House, grants: &[Grant]) -> (Browser, Account) {
    let (now, grants) = (house.ctx.clock.now(), grants.to_vec());
    let (account, cookie) = house
        .ctx
        .write(move |c| {
            Ok(kairan_db::testing::staff_at_work(
                c,
                "佐藤 花子",
                &grants,
                now,
            ))
        })
        .await
        .unwrap();
    let mut browser = Browser::new(house);
    browser.hold("kairan_staff", &cookie);
    (browser, account)
}

/// How often something stands in the audit log.
async fn told(house: &House, action: &'static str) -> usize {
    let trail = kairan_db::audit::Trail {
        action: Some(action),
        ..kairan_db::audit::Trail::default()
    };
    let find = move |c: &mut kairan_db::AnyConnection| kairan_db::audit::list(c, &trail, 1_000);
    house.ctx.read(find).await.unwrap().len()
}
