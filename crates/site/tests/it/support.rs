//! A small city, and documents made from numbers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{Duration, NaiveDate, NaiveDateTime};
use kairan_content::{Document, Kind, Moment, SiteData};
use kairan_site::{Live, MemoryCatalogue, Rendered, Site, build_all};
use kairan_theme::Theme;
use serde_json::{Value, json};

/// Friday 18 December 2026, 6:10 in the morning.
pub(crate) fn now() -> NaiveDateTime {
    at("2026-12-18T06:10")
}

pub(crate) fn at(text: &str) -> NaiveDateTime {
    Moment::parse(text).unwrap().start()
}

pub(crate) fn site_data() -> Arc<SiteData> {
    let data = json!({
        "settings": {
            "title": "みのり市 子育てポータル", "url": "https://minori.example.lg.jp/",
            "app_url": "https://my.minori.example.lg.jp/", "lang": "ja",
        },
        "profile": { "fields": [] },
        "categories": [
            { "key": "money", "label": "お金・手当", "description": "手当と助成",
              "children": [{ "key": "child-allowance", "label": "児童手当" }, { "key": "tax", "label": "税" }] },
            { "key": "care", "label": "預ける", "children": [{ "key": "nursery", "label": "こども園" }] },
        ],
        "facets": [
            { "key": "household", "label": "家庭のようす", "tags": [
                { "key": "single-parent", "label": "ひとり親" }, { "key": "twins", "label": "ふたご・みつご" } ] },
            { "key": "how", "label": "方法", "tags": [{ "key": "online", "label": "電子申請" }] },
        ],
        "departments": [
            { "key": "kodomo-katei", "name": "こども家庭課 手当係", "phone": "0000-00-0123",
              "fax": "0000-00-0124", "email": "kodomo@example.lg.jp",
              "address": "みのり市本町1丁目1番地 東庁舎1階", "hours": "平日 午前8時30分から午後5時15分まで" },
            { "key": "kenko", "name": "健康課" },
        ],
        "life_events": [{ "key": "birth", "label": "生まれた" }, { "key": "moving-in", "label": "転入した" }],
    });
    Arc::new(serde_json::from_value(data).unwrap())
}

pub(crate) fn site() -> Site {
    Site::new(Arc::new(Theme::embedded().unwrap()), &site_data()).unwrap()
}

/// A document from JSON over what every document needs.
pub(crate) fn document(fields: Value) -> Document {
    let mut whole = json!({
        "kind": "article", "slug": "jido-teate", "title": "児童手当の手続きについて",
        "summary": "高校生年代までのお子さんを育てている方に支給されます。",
        "category": "money/child-allowance", "contact": "kodomo-katei", "lang": "ja",
        "body": "## 受け取れる金額\n\n{所得|しょとく}の制限はありません。\n",
    });
    for (key, value) in fields.as_object().unwrap() {
        whole[key] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

pub(crate) fn live(fields: Value) -> Live {
    Live::new(document(fields), None, "ja")
}

/// Every object of a full build by name.
pub(crate) fn build(
    site: &Site,
    catalogue: &MemoryCatalogue,
    now: NaiveDateTime,
) -> BTreeMap<String, Rendered> {
    let objects = Mutex::new(BTreeMap::new());
    build_all(site, catalogue, now, false, &|name, object| {
        let before = objects.lock().unwrap().insert(name.to_owned(), object);
        assert!(before.is_none(), "{name} came twice");
        Ok(())
    })
    .unwrap();
    objects.into_inner().unwrap()
}

/// A sequence of numbers that a seed decides.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `n`.
    pub(crate) fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn day(&mut self) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap() + Duration::days(self.roll(80) as i64)
    }

    fn moment(&mut self) -> String {
        let day = self.day();
        match self.roll(3) {
            0 => day.to_string(),
            1 => format!("{day}T17:00"),
            _ => format!("{day}T00:00"),
        }
    }

    fn some_of(&mut self, words: &[&str]) -> Vec<String> {
        words
            .iter()
            .filter(|_| self.chance(40))
            .map(|word| (*word).to_owned())
            .collect()
    }
}

/// One of the ids documents are made for.
pub(crate) fn id(number: u64) -> String {
    format!("01M5TR3G00{number:016}")
}

/// A document for `number` (its identity) whose content `seed` decides. A few slugs, so that documents meet.
pub(crate) fn random_live(number: u64, seed: u64) -> Live {
    let dice = &mut Dice(seed ^ (number << 40));
    let kind = Kind::ALL[(number % 8) as usize];
    let slug = |dice: &mut Dice| format!("s{}", dice.roll(60));
    let own = if dice.chance(70) {
        format!("n{number}")
    } else {
        format!("s{number}")
    };
    let references = |dice: &mut Dice| -> Vec<String> {
        (0..dice.roll(3))
            .map(|_| match dice.roll(4) {
                0 => id(dice.roll(60)),
                1 => format!("faq/{}", slug(dice)),
                2 => format!("n{}", dice.roll(60)),
                _ => slug(dice),
            })
            .collect()
    };
    let lang = if dice.chance(15) { "en" } else { "ja" };
    let deadlines: Vec<Value> = (0..dice.roll(3))
        .map(|_| {
            let closes = dice.day();
            let opens = closes - Duration::days(1 + dice.roll(30) as i64);
            let closes = if dice.chance(50) {
                format!("{closes}T17:00")
            } else {
                closes.to_string()
            };
            json!({ "opens": opens.to_string(), "closes": closes })
        })
        .collect();
    let sessions: Vec<Value> = match kind {
        Kind::Event => (0..dice.roll(3))
            .map(|_| json!({ "starts": dice.moment() }))
            .collect(),
        _ => Vec::new(),
    };
    let categories = [
        "money",
        "money/tax",
        "money/child-allowance",
        "care/nursery",
    ];
    let category = categories[dice.roll(4) as usize];
    let urgency = if dice.chance(8) {
        "emergency"
    } else {
        "normal"
    };
    live(json!({
        "kind": kind.as_str(), "id": id(number), "slug": own,
        "title": format!("件名{}", dice.roll(1000)),
        "aliases": if dice.chance(30) { vec![slug(dice)] } else { vec![] },
        "category": category,
        "tags": dice.some_of(&["single-parent", "twins", "online"]),
        "life_events": dice.some_of(&["birth", "moving-in"]),
        "deadlines": deadlines, "sessions": sessions,
        "faqs": references(dice), "related": references(dice), "lang": lang,
        "translates": if dice.chance(20) { Some(id(dice.roll(60))) } else { None },
        "publish_at": dice.moment(),
        "expires_at": if dice.chance(10) { Some("2027-06-01") } else { None },
        "notice": { "channels": [], "round": 1, "urgency": urgency },
        "body": format!("本文{}\n\n[様式](/files/f{}.pdf)\n", dice.roll(1000), dice.roll(4)),
    }))
}

/// A site with `size` documents and four files.
pub(crate) fn random_catalogue(size: u64, seed: u64) -> MemoryCatalogue {
    let mut catalogue = MemoryCatalogue::new(site_data());
    for number in 0..size {
        catalogue.put(random_live(number, seed));
    }
    let files = (0..4).map(|number| format!("files/f{number}.pdf"));
    catalogue
        .with_files(files, Arc::new(|path: &str| Ok(path.as_bytes().to_vec())))
        .unwrap()
}
