//! The static site, search, health, headers, and who may go where.

use crate::house::House;

#[tokio::test]
async fn the_published_site_is_served_as_from_any_store() {
    let house = House::new().await;
    let top = house.get("/").await;
    assert_eq!(top.status(), 200);
    assert_eq!(top.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        top.headers()["cache-control"],
        "max-age=60, stale-while-revalidate=600"
    );
    let etag = top.headers()["etag"].to_str().unwrap().to_owned();
    let html = top.text().await.unwrap();
    assert_eq!(
        house.get_with("/", "if-none-match", &etag).await.status(),
        304
    );
    let style = crate::house::between(&html, "rel=\"stylesheet\" href=\"", "\"");
    let style = house.get(&style).await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    assert_eq!(
        style.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    let moved = house.get("/articles/jido-teate?x=1").await;
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (301, &"/articles/jido-teate/?x=1".parse().unwrap())
    );
    assert!(
        house
            .text("/articles/jido-teate/")
            .await
            .contains("児童手当")
    );
    let packed = house.get_with("/", "accept-encoding", "gzip").await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let missing = house.get("/articles/nothing/").await;
    assert_eq!(missing.status(), 404);
    assert!(
        missing
            .text()
            .await
            .unwrap()
            .contains("ページが見つかりません")
    );
    for path in [
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2fCargo.toml",
        "/.git/config",
        "/%00",
        "/%ff",
        "//evil.example/",
    ] {
        let status = house.get(path).await.status();
        assert_eq!(status, 404, "{path}");
    }
    house.close().await;
}

#[tokio::test]
async fn every_answer_wears_the_headers() {
    let house = House::new().await;
    for path in [
        "/",
        "/my/register",
        "/search?q=x",
        "/api/v1/articles",
        "/nothing/",
        "/api/v1/nothing",
        "/dev/outbox",
        "/healthz",
    ] {
        let answer = house.get(path).await;
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("unsafe"),
            "{path}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            headers.contains_key("permissions-policy") && headers.contains_key("referrer-policy")
        );
        let html = answer.text().await.unwrap();
        assert!(
            !html.contains(" style=\"") && !html.contains("<style"),
            "{path} has styles of its own"
        );
    }
    let my = house.get("/my/register").await;
    assert_eq!(my.headers()["referrer-policy"], "no-referrer");
    assert_eq!(my.headers()["cache-control"], "no-store");
    let cookie = my.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Secure")
    );
    house.close().await;
}

#[tokio::test]
async fn without_a_log_in_everybody_is_led_to_it() {
    let house = House::new().await;
    for (path, to) in [
        ("/my/", "/my/login"),
        ("/my", "/my/login"),
        ("/my/profile", "/my/login"),
        ("/my/notices/1", "/my/login"),
        ("/admin", "/admin/login"),
        ("/admin/", "/admin/login"),
        (
            "/admin/documents/1?tab=b",
            "/admin/login?next=%2Fadmin%2Fdocuments%2F1%3Ftab%3Db",
        ),
    ] {
        let answer = house.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &to.parse().unwrap()),
            "{path}"
        );
        assert_eq!(house.get(to).await.status(), 200);
    }
    assert_eq!(house.get("/my/nothing").await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn search_answers_without_javascript() {
    let house = House::new().await;
    let page = house
        .text("/search?q=%E5%85%90%E7%AB%A5%E6%89%8B%E5%BD%93")
        .await;
    assert!(page.contains("/articles/jido-teate/") && page.contains("value=\"児童手当\""));
    let none = house.text("/search?q=%F0%9F%A6%80%F0%9F%A6%80zzzz").await;
    assert!(none.contains("見つかりませんでした"));
    let hostile = house
        .text("/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    assert!(!hostile.contains("<script>alert"));
    let narrowed = house
        .text("/search?kind=event&open=1&page=999999&category=..&tag=x")
        .await;
    assert!(narrowed.contains("<h1>さがす</h1>"));
    house.close().await;
}

#[tokio::test]
async fn operators_see_how_it_stands() {
    let house = House::new().await;
    assert_eq!(house.json("/healthz").await["status"], "ok");
    let ready = house.json("/readyz").await;
    assert_eq!(
        (&ready["database"], &ready["storage"]),
        (&"ok".into(), &"ok".into())
    );
    let text = house.text("/metrics").await;
    assert!(
        text.contains("kairan_http_requests_total{method=\"GET\",status=\"200\"} 2"),
        "{text}"
    );
    house.close().await;
}
