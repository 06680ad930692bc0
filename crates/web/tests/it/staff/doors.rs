//! Every address of the staff's screens, for everybody: the answer is what the table of routes says.

use kairan_db::staff::{Grant, Role};
use kairan_web::{ADMIN_ROUTES, AdminRoute};
use reqwest::Response;

use super::{Browser, at_work};
use crate::house::House;

/// Said by the page for whoever lacks the role.
const NOT_PERMITTED: &str = "権限がありません";

fn least(permission: &str) -> Option<Role> {
    match permission {
        "Own" => None,
        "Read" | "Write" => Some(Role::Author),
        "Review" => Some(Role::Reviewer),
        "Publish" => Some(Role::Publisher),
        "Administer" => Some(Role::Administrator),
        other => panic!("what is {other}?"),
    }
}

/// An address of the table with something in place of each name.
fn filled(path: &str) -> String {
    let piece = |piece: &str| {
        if piece.starts_with('{') {
            "1".to_owned()
        } else {
            piece.to_owned()
        }
    };
    path.split('/').map(piece).collect::<Vec<_>>().join("/")
}

async fn knock(browser: &mut Browser, route: &AdminRoute, token: bool) -> Response {
    let path = filled(route.path);
    match (route.method, token) {
        ("GET", _) => browser.get(&path).await,
        (_, true) => browser.send(&path, &[]).await,
        (_, false) => browser.post(&path, &[]).await,
    }
}

#[tokio::test]
async fn every_address_opens_to_whom_the_table_says() {
    for house in House::each().await {
        let mut seen = 0;
        for role in std::iter::once(None).chain(Role::ALL.iter().copied().map(Some)) {
            let grants: Vec<Grant> = role.into_iter().map(Grant::everywhere).collect();
            for route in ADMIN_ROUTES
                .iter()
                .filter(|route| route.permission != "Nobody")
            {
                // A new log-in each time: some of these doors end it.
                let (mut browser, _) = at_work(&house, &grants).await;
                let permitted = least(route.permission).is_none_or(|least| role >= Some(least));
                let answer = knock(&mut browser, route, true).await;
                let (status, what) = (answer.status().as_u16(), format!("{role:?} {route:?}"));
                assert!(status < 500, "{what}: {status}");
                assert_ne!(status, 401, "{what}");
                assert_ne!(status, 405, "{what}");
                let refused = status == 403 && answer.text().await.unwrap().contains(NOT_PERMITTED);
                assert_eq!(refused, !permitted, "{what}: {status}");
                seen += 1;
            }
        }
        assert!(seen > 100, "the table is read");
        house.close().await;
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_log_in() {
    let house = House::new().await;
    for route in ADMIN_ROUTES {
        let mut browser = Browser::new(&house);
        browser.hold("kairan_staff", "forged");
        let answer = knock(&mut browser, route, true).await;
        let what = format!("{route:?}: {}", answer.status());
        assert!(answer.status().as_u16() < 500, "{what}");
        if route.permission == "Nobody" {
            assert_ne!(answer.status(), 403, "{what}");
            continue;
        }
        match route.method {
            "GET" => {
                assert_eq!(answer.status(), 303, "{what}");
                let place = answer.headers()["location"].to_str().unwrap();
                assert!(place.starts_with("/admin/login"), "{what}");
            }
            _ => {
                assert_eq!(answer.status(), 200, "{what}");
                let page = answer.text().await.unwrap();
                assert!(page.contains("action=\"/admin/login\""), "{what}");
            }
        }
    }
    house.close().await;
}

#[tokio::test]
async fn every_form_needs_its_token() {
    let house = House::new().await;
    let all = [Grant::everywhere(Role::Administrator)];
    for route in ADMIN_ROUTES.iter().filter(|route| route.method == "POST") {
        let (mut browser, _) = at_work(&house, &all).await;
        let answer = knock(&mut browser, route, false).await;
        // The steps of the log-in are over for whoever is in: they lead away without looking at the form.
        if route.path.starts_with("/admin/login/") {
            assert_eq!(answer.headers()["location"], "/admin/login", "{route:?}");
        } else {
            // Some see before the form that there is no such thing, or that it is no upload.
            let refused = [400, 403, 404].contains(&answer.status().as_u16());
            assert!(refused, "{route:?}: {}", answer.status());
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_department_s_role_ends_at_its_door() {
    let house = House::new().await;
    let (_, account) = at_work(&house, &[Grant::of(Role::Publisher, "kodomo")]).await;
    assert!(account.may(Role::Author, Some("kodomo")));
    assert!(account.may(Role::Publisher, Some("kodomo")));
    assert!(!account.may(Role::Author, Some("zeimu")));
    assert!(!account.may(Role::Administrator, None));
    house.close().await;
}
