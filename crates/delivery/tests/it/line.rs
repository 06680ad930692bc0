use std::time::Duration;

use kairan_delivery::line::{LineClient, LineOutcome};
use kairan_test_support::line_fake::{Behaviour, Fault, LineFake};
use serde_json::json;

fn body(to: &[&str]) -> Vec<u8> {
    let messages = json!([{ "type": "text", "text": "お知らせ" }]);
    json!({ "to": to, "messages": messages })
        .to_string()
        .into_bytes()
}

fn client(fake: &LineFake) -> LineClient {
    LineClient::new(&fake.url, "token", Duration::from_millis(600)).unwrap()
}

const KEY: &str = "5a7d9a5c-6d5b-4f4c-9d55-0c4c6e0f7a11";
const OTHER: &str = "5a7d9a5c-6d5b-4f4c-9d55-0c4c6e0f7a12";

#[tokio::test]
async fn a_retry_under_the_same_key_is_accepted_once() {
    let fake = LineFake::start(Behaviour::default());
    let line = client(&fake);
    fake.fail_next([Fault::ErrorBefore, Fault::ErrorAfter]);
    let ids = ["U1", "U2"];
    assert!(matches!(
        line.multicast(body(&ids), KEY).await,
        LineOutcome::Unclear { .. }
    ));
    assert!(matches!(
        line.multicast(body(&ids), KEY).await,
        LineOutcome::Unclear { .. }
    ));
    let settled = line.multicast(body(&ids), KEY).await;
    assert_eq!(
        settled,
        LineOutcome::Accepted {
            request_id: Some("request-1".into())
        }
    );
    assert_eq!(fake.delivered().values().sum::<u32>(), 2);
    assert_eq!(fake.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn no_answer_is_unclear_and_settled_by_the_key() {
    let fake = LineFake::start(Behaviour::default());
    let line = client(&fake);
    fake.fail_next([Fault::SilentAfter(Duration::from_secs(2))]);
    assert!(matches!(
        line.multicast(body(&["U1"]), KEY).await,
        LineOutcome::Unclear { .. }
    ));
    assert!(matches!(
        line.multicast(body(&["U1"]), KEY).await,
        LineOutcome::Accepted { .. }
    ));
    assert_eq!(fake.delivered()["U1"], 1);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let fake = LineFake::start(Behaviour {
        unknown: ["U2".to_owned()].into(),
        blocked: ["U9".to_owned()].into(),
        quota: Some(1),
        ..Behaviour::default()
    });
    let line = client(&fake);
    let refused = line.multicast(body(&["U1", "U2"]), KEY).await;
    assert!(
        matches!(
            refused,
            LineOutcome::Refused {
                position: Some(1),
                ..
            }
        ),
        "{refused:?}"
    );
    fake.fail_next([Fault::TooFast]);
    assert_eq!(
        line.multicast(body(&["U1"]), KEY).await,
        LineOutcome::TooFast
    );
    assert!(matches!(
        line.multicast(body(&["U1", "U9"]), KEY).await,
        LineOutcome::Accepted { .. }
    ));
    assert_eq!(
        line.multicast(body(&["U3"]), OTHER).await,
        LineOutcome::QuotaUsedUp
    );
    assert_eq!(fake.delivered().len(), 1);
    let quota = line.quota().await.unwrap();
    assert_eq!((quota.limit, quota.used), (Some(1), 1));
}
