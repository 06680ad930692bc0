//! Pages and JSON as readers get them.

use std::collections::BTreeMap;
use std::sync::Arc;

use kairan_site::{
    Catalogue, Class, ListKey, Live, MemoryCatalogue, Month, ObjectKey, Rendered, Site,
};
use serde_json::{Value, json};

use crate::support::{build, document, id, live, now, random_catalogue, site, site_data};

/// The example everybody knows, with a question, a related topic, an English variant, an event and a file.
fn city() -> MemoryCatalogue {
    let mut catalogue = MemoryCatalogue::new(site_data());
    for fields in [
        json!({
            "id": id(1), "tags": ["online", "single-parent"], "life_events": ["birth"], "aliases": ["kodomo-teate"],
            "target": { "text": "0歳から高校生年代までの子を養育している方" },
            "deadlines": [{ "label": "1月分から", "opens": "2026-11-01", "closes": "2026-12-23T17:00", "note": "必着" }],
            "apply": [
                { "via": "online", "url": "https://example.lg.jp/apply", "label": "電子申請をはじめる" },
                { "via": "counter", "place": "東庁舎1階", "hours": "平日の午前8時30分から午後5時15分まで" },
            ],
            "documents": ["請求者名義の通帳の写し"],
            "attachments": [{ "file": "files/jido-teate.pdf", "label": "認定請求書" }],
            "legal_basis": "児童手当法", "faqs": ["15nichi"], "related": ["sango-care"],
            "publish_at": "2026-04-01T09:00",
            "updated": { "at": "2026-12-15", "note": "申込方法を追加しました" },
            "body": "## 受け取れる金額\n\n{所得|しょとく}の制限は<b onclick=x>ありません</b>。[様式](/files/jido-teate.pdf)\n",
        }),
        json!({ "kind": "faq", "id": id(2), "slug": "15nichi", "title": "15日を過ぎてしまいました",
                "summary": "申し込みはできます。", "body": "## こたえ\n\n申し込みはできます。\n",
                "publish_at": "2026-04-02" }),
        json!({ "kind": "topic", "id": id(3), "slug": "sango-care", "title": "産後ケアが<千円>から & 使えます",
                "publish_at": "2026-04-03" }),
        json!({ "id": id(4), "slug": "child-allowance", "title": "Child Allowance", "lang": "en",
                "translates": id(1), "publish_at": "2026-04-04" }),
        json!({ "kind": "event", "id": id(5), "slug": "oyako", "title": "おやこ体操", "publish_at": "2026-12-01",
                "sessions": [{ "starts": "2026-12-19T10:00", "ends": "2026-12-19T11:30", "place": "南体育館", "capacity": 15 }] }),
        json!({ "kind": "news", "id": id(6), "slug": "yuki", "title": "大雪警報が出ています", "publish_at": "2026-12-18T06:00",
                "notice": { "channels": [], "round": 1, "urgency": "emergency" } }),
    ] {
        catalogue.put(live(fields));
    }
    let read = |_: &str| Ok(b"%PDF-1.7 form".to_vec());
    catalogue
        .with_files(["files/jido-teate.pdf".to_owned()], Arc::new(read))
        .unwrap()
}

fn text(site: &Site, key: &ObjectKey, catalogue: &dyn Catalogue) -> String {
    String::from_utf8(site.render(key, catalogue, now()).unwrap().unwrap().bytes).unwrap()
}

fn main_of(html: &str) -> &str {
    let start = html.find("<main").unwrap();
    let end = html.find("</main>").unwrap();
    &html[start..end]
}

fn page(catalogue: &MemoryCatalogue, number: u64) -> ObjectKey {
    ObjectKey::Document(
        catalogue
            .document(&id(number))
            .unwrap()
            .unwrap()
            .address("ja"),
    )
}

#[test]
fn an_article_shows_everything_a_reader_needs() {
    let (site, catalogue) = (site(), city());
    let html = text(&site, &page(&catalogue, 1), &catalogue);
    for words in [
        "対象者",
        "申込期日",
        "申込方法",
        "必要なもの",
        "問合せ先",
        "よくある質問",
        "カテゴリ",
        "タグ",
        "更新履歴",
    ] {
        assert!(html.contains(&format!(">{words}<")), "{words}");
    }
    let live = catalogue.document(&id(1)).unwrap().unwrap();
    let edition = format!(
        "<meta name=\"kairan:edition\" content=\"{}\">",
        live.card.edition
    );
    assert!(html.contains(&edition));
    assert!(
        html.contains("令和8年12月23日（水曜日）午後5時")
            && html.contains("あと</span><span><b>5</b>")
    );
    assert!(!html.contains("onclick"), "raw HTML is sanitised");
    assert_eq!(html.matches("<h1").count(), 1);
    insta::assert_snapshot!(
        "article",
        main_of(&html).replace(&live.card.edition, "EDITION")
    );
}

#[test]
fn the_frame_is_complete_and_asks_no_other_host() {
    let (site, catalogue) = (site(), city());
    let html = text(&site, &ObjectKey::Top, &catalogue);
    for part in [
        "<html lang=\"ja\">",
        "class=\"skip\" href=\"#main\"",
        "<header",
        "<nav",
        "<main id=\"main\"",
        "<footer",
    ] {
        assert!(html.contains(part), "{part}");
    }
    for heading in [
        "まもなく締め切り",
        "目的から探す",
        "年齢・対象から探す",
        "新着情報",
        "よくある質問",
    ] {
        assert!(html.contains(heading), "{heading}");
    }
    assert!(
        html.contains("href=\"/articles/jido-teate/\""),
        "the newest articles are linked"
    );
    assert!(html.contains("大雪警報が出ています") && html.contains("class=\"alert\""));
    assert!(html.contains("action=\"https://my.minori.example.lg.jp/search\""));
    for object in build(&site, &catalogue, now()).values() {
        if !object.content_type.starts_with("text/html") {
            continue;
        }
        let html = String::from_utf8(object.bytes.clone()).unwrap();
        for tag in html
            .split('<')
            .filter(|tag| tag.starts_with("script") || tag.starts_with("img"))
        {
            assert!(tag.contains("src=\"/"), "{tag}");
        }
        assert!(!html.contains("<style") && !html.contains(" style=\""));
    }
}

#[test]
fn text_of_staff_is_escaped_everywhere() {
    let (site, catalogue) = (site(), city());
    for (name, object) in build(&site, &catalogue, now()) {
        let text = String::from_utf8_lossy(&object.bytes).into_owned();
        if !name.ends_with(".json") && !name.ends_with(".ics") {
            assert!(!text.contains("<千円>"), "{name}");
        }
    }
}

#[test]
fn every_link_to_this_site_leads_somewhere() {
    let (site, catalogue) = (site(), city());
    let objects = build(&site, &catalogue, now());
    let dynamic = ["/my/", "/search"];
    for (name, object) in objects.iter().filter(|(name, _)| name.ends_with(".html")) {
        let html = String::from_utf8(object.bytes.clone()).unwrap();
        for part in html
            .split(" href=\"/")
            .chain(html.split(" src=\"/"))
            .skip(1)
        {
            let path = part.split(['"', '#', '?']).next().unwrap();
            let target = match path {
                "" => "index.html".to_owned(),
                _ if path.ends_with('/') => format!("{path}index.html"),
                _ => path.to_owned(),
            };
            let known = objects.contains_key(&target)
                || dynamic
                    .iter()
                    .any(|route| format!("/{path}").starts_with(route));
            if !part.starts_with("<!doctype") {
                assert!(known, "{name} links to /{path}");
            }
        }
    }
}

#[test]
fn an_old_slug_leads_to_the_new_one_until_somebody_takes_it() {
    let (site, mut catalogue) = (site(), city());
    let old = ObjectKey::Document(kairan_site::Address {
        lang: None,
        kind: kairan_content::Kind::Article,
        slug: "kodomo-teate".to_owned(),
    });
    let html = text(&site, &old, &catalogue);
    assert!(
        html.contains("content=\"0; url=/articles/jido-teate/\""),
        "{html}"
    );
    catalogue.put(live(
        json!({ "id": id(9), "slug": "kodomo-teate", "title": "べつの記事" }),
    ));
    assert!(text(&site, &old, &catalogue).contains("<h1>べつの記事</h1>"));
}

#[test]
fn a_file_is_published_while_a_live_document_links_to_it() {
    let (site, mut catalogue) = (site(), city());
    let file = catalogue.file("files/jido-teate.pdf").unwrap().unwrap();
    let key = ObjectKey::File(file.hash.clone(), file.name.clone());
    let object = site.render(&key, &catalogue, now()).unwrap().unwrap();
    assert_eq!(
        (object.class, object.content_type),
        (Class::Immutable, "application/pdf")
    );
    assert!(text(&site, &page(&catalogue, 1), &catalogue).contains(&file.path()));
    catalogue.remove(&id(1));
    assert_eq!(site.render(&key, &catalogue, now()).unwrap(), None);
}

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
fn a_list_is_cards_without_states_and_pages_of_fifty() {
    let (site, mut catalogue) = (site(), city());
    let html = text(
        &site,
        &ObjectKey::ListNewest(ListKey::Tag("online".to_owned())),
        &catalogue,
    );
    assert!(html.contains("data-windows=\"2026-11-01T00:00/2026-12-23T17:00\""));
    assert!(!html.contains("class=\"state"), "readers derive the state");
    insta::assert_snapshot!("list", main_of(&html));
    for number in 100..220 {
        catalogue.put(Live::new(
            document(json!({ "id": id(number), "slug": format!("a{number}"), "tags": ["twins"] })),
            None,
            "ja",
        ));
    }
    let twins = ListKey::Tag("twins".to_owned());
    let newest = text(&site, &ObjectKey::ListNewest(twins.clone()), &catalogue);
    assert_eq!(
        newest.matches("<li data-windows").count()
            + newest.matches("<li><p class=\"top-line\"").count(),
        70
    );
    assert!(newest.contains("href=\"/tags/twins/page/1/\""));
    let first = text(&site, &ObjectKey::ListPage(twins.clone(), 1), &catalogue);
    assert_eq!(first.matches("class=\"top-line\"").count(), 50);
    assert_eq!(
        site.render(&ObjectKey::ListPage(twins, 2), &catalogue, now())
            .unwrap(),
        None
    );
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
