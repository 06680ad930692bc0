//! An S3 server that is away, silent, strange or says no: each gives a clear error within the timeout.

use std::time::{Duration, Instant};

use kairan_storage::{Change, Error, Manifest, Meta, ObjectStore, Plan, open};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::s3_url;

/// Credentials for this process, where none are in the environment; nothing here leaves the machine.
async fn open_at(endpoint: &str, timeout: u64) -> std::sync::Arc<dyn ObjectStore> {
    use_test_keys();
    let query = format!("endpoint={endpoint}&region=test&path_style=true&timeout={timeout}");
    open(&format!("s3://kairan-test/www?{query}"))
        .await
        .unwrap()
}

#[expect(
    unsafe_code,
    reason = "nextest runs each test in a process of its own; set before any read"
)]
fn use_test_keys() {
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| unsafe {
            std::env::set_var("AWS_ACCESS_KEY_ID", "testkey");
            std::env::set_var("AWS_SECRET_ACCESS_KEY", "testsecret");
            std::env::set_var("AWS_EC2_METADATA_DISABLED", "true");
        });
    }
}

async fn put(store: &dyn ObjectStore) -> Result<(), Error> {
    store
        .put("index.html", b"x".to_vec(), &Meta::for_name("index.html"))
        .await
}

/// A server that reads one request and gives the same answer to every connection.
async fn server(answer: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 16 * 1024];
            let _ = stream.read(&mut head).await;
            match answer {
                None => held.push(stream),
                Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
            }
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    // A port that was free a moment ago and on which nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let store = open_at(&endpoint, 10).await;
    let started = Instant::now();
    let error = put(store.as_ref()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains(&endpoint) && text.contains("index.html"),
        "{text}"
    );
    assert!(text.contains("refused"), "{text}");
    assert!(
        started.elapsed() < Duration::from_secs(12),
        "{:?}",
        started.elapsed()
    );

    let plan = Plan::new(
        &Manifest::default(),
        (0..1000).map(|n| Change::put(format!("{n}.html"), "x")),
    );
    let outcome = plan.unwrap().send(store.as_ref(), &mut |_| {}).await;
    assert!(
        outcome.failed.len() <= store.parallel(),
        "{}",
        outcome.failed.len()
    );
    assert!(
        started.elapsed() < Duration::from_secs(24),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let store = open_at(&server(None).await, 2).await;
    let started = Instant::now();
    let error = put(store.as_ref()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(store.head("index.html").await.is_err());
    assert!(store.get("index.html").await.is_err());
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_body_that_never_ends() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\ncontent-type: text/html\r\n\r\nabc";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(answer.as_bytes()).await;
            held.push(stream);
        }
    });
    let store = open_at(&endpoint, 2).await;
    let started = Instant::now();
    let error = store.get("index.html").await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_server_that_speaks_another_language() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello";
    let store = open_at(&server(Some(answer)).await, 4).await;
    let error = store.list("").await.unwrap_err();
    assert!(!error.to_string().is_empty());
    assert!(matches!(error, Error::Failed { .. }), "{error:?}");
}

#[tokio::test]
async fn an_overloaded_server() {
    let answer = "HTTP/1.1 503 Slow Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let store = open_at(&server(Some(answer)).await, 8).await;
    let started = Instant::now();
    let error = put(store.as_ref()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_bucket_that_does_not_exist() {
    let Some(url) = s3_url() else { return };
    let (_, query) = url.split_once('?').unwrap();
    let store = open(&format!("s3://no-such-bucket/www?{query}"))
        .await
        .unwrap();
    let errors = [
        put(store.as_ref()).await.unwrap_err(),
        store.get("index.html").await.unwrap_err(),
        store.head("index.html").await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::NoPlace { .. }), "{error:?}");
        assert!(error.to_string().contains("no-such-bucket"), "{error}");
    }
}

#[tokio::test]
async fn keys_that_may_not_write() {
    let Some(url) = s3_url() else { return };
    use_keys("readonly", "readonlysecret");
    let store = open(&url).await.unwrap();
    let error = put(store.as_ref()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Denied {
                action: "書き込み",
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("index.html"), "{error}");
    assert!(!error.to_string().contains("readonlysecret"));
    store.list("").await.unwrap();
}

#[tokio::test]
async fn keys_that_nobody_knows() {
    let Some(url) = s3_url() else { return };
    use_keys("stranger", "stranger");
    let store = open(&url).await.unwrap();
    for error in [
        put(store.as_ref()).await.unwrap_err(),
        store.list("").await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    }
}

#[expect(
    unsafe_code,
    reason = "nextest runs each test in a process of its own; set before any read"
)]
fn use_keys(key: &str, secret: &str) {
    unsafe {
        std::env::set_var("AWS_ACCESS_KEY_ID", key);
        std::env::set_var("AWS_SECRET_ACCESS_KEY", secret);
    }
}

#[tokio::test]
async fn no_keys_at_all() {
    without_keys();
    let endpoint = server(None).await;
    let store = open(&format!("s3://b?endpoint={endpoint}&path_style=true"))
        .await
        .unwrap();
    let error = put(store.as_ref()).await.unwrap_err();
    assert!(matches!(error, Error::Denied { .. }), "{error:?}");
    assert!(error.to_string().contains("AWS_ACCESS_KEY_ID"), "{error}");
}

#[expect(
    unsafe_code,
    reason = "nextest runs each test in a process of its own; set before any read"
)]
fn without_keys() {
    unsafe {
        for key in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"] {
            std::env::remove_var(key);
        }
        std::env::set_var("AWS_EC2_METADATA_DISABLED", "true");
        std::env::set_var("AWS_CONFIG_FILE", "/nonexistent");
        std::env::set_var("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    }
}
