//! Pages and JSON as readers get them.

use std::sync::Arc;

use kairan_site::{Catalogue, Class, ListKey, Live, MemoryCatalogue, ObjectKey, Site};
use serde_json::json;

use crate::support::{build, document, id, live, now, site, site_data};

/// The example everybody knows, with a question, a related topic, an English variant, an event and a file.
pub(crate) fn city() -> MemoryCatalogue {
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

pub(crate) fn text(site: &Site, key: &ObjectKey, catalogue: &dyn Catalogue) -> String {
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
fn the_menu_of_the_city_stands_on_every_page() {
    let menu = json!({
        "header": [
            { "label": "お金", "category": "money" },
            { "label": "児童手当の手続き", "short": "手当", "document": "articles/kodomo-teate" },
            { "label": "消えた文書", "document": "pages/gone" },
            { "label": "さがす", "place": "search", "only": "wide" },
        ],
        "footer": [
            { "label": "市の情報", "links": [{ "label": "議会", "url": "https://gikai.example.lg.jp/" }] },
            { "label": "ページ", "links": [{ "label": "マイページ", "place": "my-page" }] },
        ],
    });
    let mut data = (*site_data()).clone();
    data.menu = serde_json::from_value(menu).unwrap();
    let data = Arc::new(data);
    let mut catalogue = MemoryCatalogue::new(Arc::clone(&data));
    catalogue.put(live(json!({ "id": id(1), "aliases": ["kodomo-teate"] })));
    let theme = Arc::new(kairan_theme::Theme::embedded().unwrap());
    let city = Site::of(theme, &catalogue).unwrap();
    let header = |html: &str| html[..html.find("</header>").unwrap()].to_owned();
    let article = text(&city, &page(&catalogue, 1), &catalogue);
    let top = header(&article);
    // A document is found by an old slug too; one that is not there has no entry.
    assert!(
        top.contains("href=\"/articles/jido-teate/\" aria-current=\"page\""),
        "{top}"
    );
    assert!(top.contains(">手当</span>") && top.contains(">児童手当の手続き</span>"));
    assert!(!top.contains("消えた文書") && !top.contains("カレンダー"));
    assert!(top.contains("<li class=\"wide\"><a href=\"/search/\">"));
    assert!(article.contains("href=\"https://gikai.example.lg.jp/\" rel=\"external\""));
    assert!(article.contains("<h2>市の情報</h2>"));
    assert!(article.contains("<a href=\"https://my.minori.example.lg.jp/my/\">マイページ</a>"));
    let list = ObjectKey::ListNewest(ListKey::Category("money".to_owned()));
    let top = header(&text(&city, &list, &catalogue));
    assert!(
        top.contains("href=\"/categories/money/\" aria-current=\"page\""),
        "{top}"
    );
    let top = header(&text(&city, &ObjectKey::NotFound, &catalogue));
    assert!(!top.contains("aria-current"), "{top}");
}
