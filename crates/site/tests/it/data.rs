//! JSON, feeds, calendars, names and caching; and what a build takes in.

use std::collections::BTreeMap;

use kairan_site::{Catalogue, Class, MemoryCatalogue, Month, ObjectKey, Rendered};
use serde_json::{Value, json};

use crate::pages::{city, text};
use crate::support::{build, document, id, now, random_catalogue, site, site_data};

#[test]
fn names_types_and_caching_follow_the_contract() {
    let objects = build(&site(), &city(), now());
    let seen = |name: &str| -> &Rendered { objects.get(name).unwrap_or_else(|| panic!("{name}")) };
    for name in [
        "index.html",
        "articles/jido-teate/index.html",
        "en/articles/child-allowance/index.html",
        "categories/money/child-allowance/index.html",
        "tags/online/index.html",
        "life-events/birth/index.html",
        "search/index.html",
        "calendar/index.html",
        "calendar/2026-12/index.html",
        "news/index.html",
        "closing-soon/index.html",
        "404.html",
        "en/index.html",
    ] {
        assert_eq!(
            seen(name).content_type,
            "text/html; charset=utf-8",
            "{name}"
        );
        assert_eq!(
            seen(name).cache_control,
            "max-age=60, stale-while-revalidate=600",
            "{name}"
        );
    }
    assert_eq!(
        seen("feed.xml").content_type,
        "application/atom+xml; charset=utf-8"
    );
    assert_eq!(
        seen("calendar.ics").content_type,
        "text/calendar; charset=utf-8"
    );
    assert_eq!(seen("data/v1/emergency.json").cache_control, "no-cache");
    assert_eq!(seen("data/v1/changes/latest.json").class, Class::Pointer);
    let assets = objects
        .iter()
        .filter(|(name, _)| name.starts_with("assets/"));
    assert!(assets.clone().count() >= 4);
    assert!(
        assets
            .into_iter()
            .all(|(_, object)| object.cache_control.ends_with("immutable"))
    );
    assert!(
        !objects.contains_key("news/index.json") && objects.contains_key("data/v1/news/index.json")
    );
}

#[test]
fn content_json_is_the_public_view() {
    let (site, catalogue) = (site(), city());
    let mut names = vec![
        "data/v1/taxonomy.json".to_owned(),
        "data/v1/openapi.json".to_owned(),
    ];
    names.push(format!("data/v1/articles/{}.json", id(1)));
    let objects = build(&site, &catalogue, now());
    let json: BTreeMap<&String, Value> = names
        .iter()
        .map(|name| (name, serde_json::from_slice(&objects[name].bytes).unwrap()))
        .collect();
    let article = &json[&names[2]];
    assert_eq!(article["faqs"][0]["url"], "/faqs/15nichi/");
    assert_eq!(article["variants"][0]["lang"], "en");
    insta::assert_json_snapshot!("article_json", article);
    let list: Value =
        serde_json::from_slice(&objects["data/v1/articles/index.json"].bytes).unwrap();
    // What a list says of a document is what its own JSON says.
    for item in list["items"].as_array().unwrap() {
        let name = format!("data/v1/articles/{}.json", item["id"].as_str().unwrap());
        let whole: Value = serde_json::from_slice(&objects[&name].bytes).unwrap();
        for (key, value) in item.as_object().unwrap() {
            match key.as_str() {
                "category" => assert_eq!(&whole[key]["key"], value),
                "tags" => assert_eq!(
                    whole[key].as_array().unwrap().len(),
                    value.as_array().unwrap().len()
                ),
                _ => assert_eq!(&whole[key], value, "{key}"),
            }
        }
    }
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[test]
fn feeds_sitemap_and_calendars_read_well() {
    let (site, catalogue) = (site(), city());
    let event =
        ObjectKey::DocumentCalendar(catalogue.document(&id(5)).unwrap().unwrap().address("ja"));
    let parts = [
        ("atom", ObjectKey::Atom),
        ("sitemap", ObjectKey::SitemapPart(1)),
        ("event.ics", event),
    ];
    for (name, key) in parts {
        insta::assert_snapshot!(name, text(&site, &key, &catalogue).replace('\r', ""));
    }
    let feed: Value = serde_json::from_str(&text(&site, &ObjectKey::JsonFeed, &catalogue)).unwrap();
    assert_eq!(
        feed["items"][0]["url"],
        "https://minori.example.lg.jp/news/yuki/"
    );
    let month = ObjectKey::CalendarMonth(Month {
        year: 2026,
        month: 12,
    });
    assert!(text(&site, &month, &catalogue).contains("おやこ体操"));
    let empty = ObjectKey::CalendarMonth(Month {
        year: 2027,
        month: 1,
    });
    assert_eq!(site.render(&empty, &catalogue, now()).unwrap(), None);
}

#[test]
fn a_folder_without_ids_builds_the_same_each_time() {
    let documents = || {
        (0..30).map(|number| {
            let mut fields =
                document(json!({ "slug": format!("a{number}"), "publish_at": "2026-01-01" }));
            fields.id = None;
            fields
        })
    };
    let one = MemoryCatalogue::from_documents(site_data(), documents(), now());
    let two = MemoryCatalogue::from_documents(
        site_data(),
        documents().collect::<Vec<_>>().into_iter().rev(),
        now(),
    );
    assert_eq!(build(&site(), &one, now()), build(&site(), &two, now()));
    assert_eq!(one.len(), 30);
}

#[test]
fn what_is_not_yet_or_no_longer_public_is_left_out() {
    let documents = [
        document(json!({ "slug": "now", "publish_at": "2026-12-18T06:10" })),
        document(json!({ "slug": "later", "publish_at": "2026-12-18T06:11" })),
        document(json!({ "slug": "last-day", "expires_at": "2026-12-18" })),
        document(json!({ "slug": "over", "expires_at": "2026-12-17" })),
    ];
    let catalogue = MemoryCatalogue::from_documents(site_data(), documents, now());
    let mut slugs: Vec<_> = catalogue
        .documents()
        .map(|live| live.card.slug.clone())
        .collect();
    slugs.sort();
    assert_eq!(slugs, ["last-day", "now"]);
}

#[test]
fn the_search_index_comes_with_the_build_and_its_pointer_last() {
    let names = std::sync::Mutex::new(Vec::new());
    let catalogue = random_catalogue(20, 1);
    kairan_site::build_all(&site(), &catalogue, now(), true, &|name, object| {
        names.lock().unwrap().push((name.to_owned(), object.class));
        Ok(())
    })
    .unwrap();
    let names = names.into_inner().unwrap();
    let (last, class) = names.last().unwrap();
    assert_eq!(
        (last.as_str(), *class),
        ("search-index/manifest.json", Class::Pointer)
    );
}

#[test]
fn a_refused_object_ends_the_build_with_its_name() {
    let error = kairan_site::build_all(&site(), &city(), now(), false, &|name, _| match name {
        "feed.xml" => Err(std::io::ErrorKind::StorageFull.into()),
        _ => Ok(()),
    })
    .unwrap_err();
    assert!(error.to_string().contains("feed.xml"), "{error}");
}
