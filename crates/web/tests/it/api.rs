//! The API as programs see it.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn lists_are_read_to_the_end_page_by_page() {
    let house = House::new().await;
    let all = house.json("/api/v1/articles?limit=100").await;
    let mut path = "/api/v1/articles?limit=7".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = house.json(&path).await;
        let items = page["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.len() <= 7);
        seen.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/articles?limit=7&cursor={next}"),
            None => break,
        }
    }
    let distinct: HashSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    let first: Vec<&str> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["id"].as_str().unwrap())
        .collect();
    assert_eq!(first, seen.iter().take(first.len()).collect::<Vec<_>>());
    for kind in ["events", "faqs", "news", "facilities"] {
        house.json(&format!("/api/v1/{kind}")).await;
    }
    let money = house
        .json("/api/v1/articles?category=money&limit=100")
        .await;
    for item in money["items"].as_array().unwrap() {
        assert!(item["category"].as_str().unwrap().starts_with("money"));
    }
    assert!(!money["items"].as_array().unwrap().is_empty());
    // A list shows what the static list shows.
    let fixed = house.json("/data/v1/articles/index.json").await;
    let count = fixed["items"].as_array().unwrap().len();
    let same = house.json(&format!("/api/v1/articles?limit={count}")).await;
    assert_eq!(same["items"], fixed["items"]);
    house.close().await;
}

#[tokio::test]
async fn a_tag_knows_an_answer_before_it_is_made_and_after() {
    let house = House::new().await;
    let status = async |path: &str, tag: &str| {
        let answer = house.get_with(path, "if-none-match", tag).await;
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), tag)
    };
    for path in ["/api/v1/articles?limit=3", "/api/v1/articles/jido-teate"] {
        let (fresh, tag) = status(path, "\"other\"").await;
        assert_eq!(fresh, 200);
        assert_eq!(status(path, &tag).await, (304, tag.clone()), "{path}");
        assert_eq!(status(path, &format!("\"x\", {tag}")).await.0, 304);
        // Something else is published: another tag for the same words, which the reader has.
        let entry = kairan_db::publications::Entry {
            sequence: house.ctx.read(kairan_db::publications::last).await.unwrap() + 1,
            action: "updated".to_owned(),
            kind: "faq".to_owned(),
            document_id: "01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned(),
            path: "/faqs/other/".to_owned(),
            edition: "0".to_owned(),
        };
        let append = move |c: &mut kairan_db::AnyConnection| {
            kairan_db::publications::append(c, std::slice::from_ref(&entry))
        };
        house.ctx.write(append).await.unwrap();
        let (still, newer) = status(path, &tag).await;
        assert_eq!(still, 304);
        assert_ne!(newer, tag);
        // The tag of one address is none of another.
        assert_eq!(status("/api/v1/articles?limit=4", &newer).await.0, 200);
    }
    house.close().await;
}

#[tokio::test]
async fn a_document_is_the_one_of_the_static_data() {
    let house = House::new().await;
    let by_slug = house.json("/api/v1/articles/jido-teate").await;
    let id = by_slug["id"].as_str().unwrap();
    assert_eq!(house.json(&format!("/api/v1/articles/{id}")).await, by_slug);
    assert_eq!(
        house.json(&format!("/data/v1/articles/{id}.json")).await,
        by_slug
    );
    assert_eq!(
        house.get(&format!("/api/v1/events/{id}")).await.status(),
        404
    );
    assert_eq!(
        house.json("/api/v1/taxonomy").await,
        house.json("/data/v1/taxonomy.json").await
    );
    let answer = house.get("/api/v1/articles/jido-teate").await;
    let etag = answer.headers()["etag"].to_str().unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let again = house
        .get_with("/api/v1/articles/jido-teate", "if-none-match", etag)
        .await;
    assert_eq!(again.status(), 304);
    assert!(again.text().await.unwrap().is_empty());
    house.close().await;
}

#[tokio::test]
async fn problems_name_the_parameter() {
    let house = House::new().await;
    for (path, parameter) in [
        ("/api/v1/articles?limit=0", "limit"),
        ("/api/v1/articles?limit=101", "limit"),
        ("/api/v1/articles?limit=", "limit"),
        ("/api/v1/articles?limit=x", "limit"),
        ("/api/v1/articles?limit=5&limit=5", "limit"),
        ("/api/v1/articles?page=2", "page"),
        ("/api/v1/articles?cursor=zzz", "cursor"),
        ("/api/v1/articles?cursor=ZXZlbnRzOjU", "cursor"),
        ("/api/v1/articles?tag=nothing", "tag"),
        ("/api/v1/search?query=x", "query"),
        ("/api/v1/search?kind=x", "kind"),
        ("/api/v1/changes?since=-1", "since"),
        ("/api/v1/taxonomy?x=1", "x"),
    ] {
        let answer = house.get(path).await;
        assert_eq!(answer.status(), 400, "{path}");
        assert_eq!(
            answer.headers()["content-type"],
            "application/problem+json",
            "{path}"
        );
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(
            (&problem["parameter"], &problem["status"]),
            (&json!(parameter), &json!(400)),
            "{path}"
        );
    }
    let missing = house.get("/api/v1/nothing").await;
    assert_eq!(missing.status(), 404);
    assert_eq!(
        missing.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(missing.headers()["access-control-allow-origin"], "*");
    house.close().await;
}

#[tokio::test]
async fn search_and_changes_go_on_with_their_cursors() {
    let house = House::new().await;
    let first = house.json("/api/v1/search?q=%E5%AD%90&limit=3").await;
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let next = first["next"].as_str().unwrap();
    let second = house
        .json(&format!("/api/v1/search?q=%E5%AD%90&limit=3&cursor={next}"))
        .await;
    assert_ne!(first["items"][0]["id"], second["items"][0]["id"]);
    let changes = house.json("/api/v1/changes?limit=2").await;
    assert_eq!(
        (&changes["items"][0]["seq"], &changes["items"][1]["seq"]),
        (&json!(1), &json!(2))
    );
    let cursor = changes["next"].as_str().unwrap();
    let more = house
        .json(&format!("/api/v1/changes?limit=2&cursor={cursor}"))
        .await;
    assert_eq!(more["items"][0]["seq"], 3);
    assert_eq!(
        house.json("/api/v1/changes?since=999999").await["items"],
        json!([])
    );
    house.close().await;
}

#[tokio::test]
async fn eligibility_says_yes_or_unknown_and_keeps_nothing() {
    let house = House::new().await;
    let ask = async |body: &str| {
        let answer = house.post_json("/api/v1/eligibility", body).await;
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let verdict = |answer: &Value| {
        let items = answer["items"].as_array().unwrap().clone();
        let allowance = items.into_iter().find(|i| {
            i["url"]
                .as_str()
                .unwrap()
                .ends_with("/articles/jido-teate/")
        });
        allowance.map(|item| item["verdict"].clone())
    };
    let (status, parent) = ask(r#"{"profile":{"children":[{"birth_date":"2025-11-01"}]}}"#).await;
    assert_eq!((status, verdict(&parent)), (200, Some(json!("yes"))));
    assert_eq!(
        verdict(&ask(r#"{"profile":{}}"#).await.1),
        Some(json!("unknown"))
    );
    assert_eq!(
        verdict(&ask(r#"{"profile":{"children":[]}}"#).await.1),
        None
    );
    let later = r#"{"profile":{"children":[{"birth_date":"2025-11-01"}]},"on":"2060-01-01"}"#;
    assert_eq!(verdict(&ask(later).await.1), None);
    for (body, parameter) in [
        (r#"{"profile":{"children":5}}"#, "profile/children"),
        (r#"{"profile":{},"on":"2026-02-30"}"#, "on"),
        (r#"{"profile":{},"day":"2026-02-03"}"#, "day"),
        ("{}", "profile"),
    ] {
        let (status, problem) = ask(body).await;
        assert_eq!(
            (status, &problem["parameter"]),
            (400, &json!(parameter)),
            "{body}"
        );
    }
    assert_eq!(ask("nonsense").await.0, 400);
    house.close().await;
}

#[tokio::test]
async fn the_description_is_true() {
    let house = House::new().await;
    let description = house.json("/api/v1/openapi.json").await;
    for (path, operations) in description["paths"].as_object().unwrap() {
        let address = format!("/api/v1{}", path.replace("{name}", "nothing"));
        let Some(get) = operations.get("get") else {
            assert_eq!(house.get(&address).await.status(), 404, "{path}");
            continue;
        };
        let status = house.get(&address).await.status();
        assert_eq!(
            status,
            if path.contains("{name}") { 404 } else { 200 },
            "{path}"
        );
        // Each described parameter is known: a wrong value of one may be refused, but never as unknown.
        for parameter in get["parameters"].as_array().unwrap() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                let problem = house.text(&format!("{address}?{name}=")).await;
                assert!(!problem.contains("知らないパラメーター"), "{path} {name}");
            }
        }
        let unknown = house.get(&format!("{address}?bogus=1")).await;
        assert_eq!(unknown.status(), 400, "{path}");
    }
    house.close().await;
}

#[tokio::test]
async fn looks_are_counted_for_known_documents_alone() {
    let house = House::new().await;
    let id = |slug: &'static str| {
        let house = &house;
        async move {
            let document = house.json(&format!("/api/v1/{slug}")).await;
            document["id"].as_str().unwrap().to_owned()
        }
    };
    let article = id("articles/jido-teate").await;
    let events = house.json("/api/v1/events?limit=1").await;
    let event = events["items"][0]["id"].as_str().unwrap().to_owned();
    let look = |id: &str| {
        let body = json!({ "id": id }).to_string();
        let house = &house;
        async move { house.post_json("/api/v1/views", &body).await }
    };
    assert_eq!(house.json("/api/v1/views").await["items"], json!([]));
    for id in [&article, &event, &article] {
        let answer = look(id).await;
        assert_eq!(answer.status(), 204);
        assert!(answer.headers().get("set-cookie").is_none());
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    }
    assert_eq!(look("01JD3M9QK5W3T8Z6B1N0R4V7YH").await.status(), 404);
    for (body, parameter) in [
        ("{}", Some("id")),
        ("{\"id\":7}", Some("id")),
        ("{\"id\":\"x\",\"who\":\"me\"}", Some("who")),
        ("[]", None),
        ("", None),
    ] {
        let answer = house.post_json("/api/v1/views", body).await;
        assert_eq!(answer.status(), 400, "{body}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem.get("parameter").and_then(Value::as_str), parameter);
    }
    // Yesterday's month: within thirty days, not within seven.
    let old = event.clone();
    let count = move |c: &mut kairan_db::AnyConnection| {
        let day = "2026-11-10".parse().unwrap();
        (0..5).try_for_each(|_| kairan_db::views::count(c, &old, day))
    };
    house.ctx.write(count).await.unwrap();
    let ranking = |path: &'static str| {
        let house = &house;
        async move {
            let answer = house.json(path).await;
            let items = answer["items"].as_array().unwrap().clone();
            items
                .iter()
                .map(|item| {
                    (
                        item["id"].as_str().unwrap().to_owned(),
                        item["views"].as_i64().unwrap(),
                    )
                })
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(
        ranking("/api/v1/views").await,
        [(article.clone(), 2), (event.clone(), 1)]
    );
    assert_eq!(
        ranking("/api/v1/views?days=30").await,
        [(event.clone(), 6), (article.clone(), 2)]
    );
    assert_eq!(
        ranking("/api/v1/views?days=30&kind=article").await,
        [(article.clone(), 2)]
    );
    assert_eq!(
        ranking("/api/v1/views?days=30&limit=1").await,
        [(event.clone(), 6)]
    );
    for bad in ["days=8", "kind=x", "limit=0", "cursor=x"] {
        let answer = house.get(&format!("/api/v1/views?{bad}")).await;
        assert_eq!(answer.status(), 400, "{bad}");
    }
    let described = house.json("/api/v1/openapi.json").await;
    let methods = described["paths"]["/views"].as_object().unwrap();
    assert_eq!(methods.keys().collect::<Vec<_>>(), ["get", "post"]);
    house.close().await;
}
