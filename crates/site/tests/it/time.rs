//! Until when an object is valid: nothing changes before, something changes then.

use chrono::{Duration, NaiveDateTime};
use kairan_site::{Catalogue, MemoryCatalogue, ObjectKey, Site, plan_all};
use kairan_theme::Theme;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{at, live, now, random_catalogue, site, site_data};

fn text(site: &Site, key: &ObjectKey, catalogue: &dyn Catalogue, at: NaiveDateTime) -> String {
    let object = site.render(key, catalogue, at).unwrap();
    object
        .map(|object| String::from_utf8_lossy(&object.bytes).into_owned())
        .unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn objects_change_at_valid_until_and_not_before(seed in any::<u64>(), minutes in 0i64..120_000) {
        let site = site();
        let catalogue = random_catalogue(48, seed);
        let start = at("2026-11-15") + Duration::minutes(minutes);
        for key in plan_all(&catalogue, &Theme::embedded().unwrap()).unwrap() {
            let Some(object) = site.render(&key, &catalogue, start).unwrap() else { continue };
            let before = String::from_utf8_lossy(&object.bytes).into_owned();
            match object.valid_until {
                Some(until) => {
                    prop_assert!(until > start, "{key:?}");
                    let last = text(&site, &key, &catalogue, until - Duration::seconds(1));
                    prop_assert_eq!(&last, &before, "{:?} changes before {}", key, until);
                    let after = text(&site, &key, &catalogue, until);
                    prop_assert_ne!(&after, &before, "{:?} does not change at {}", key, until);
                }
                None => {
                    let later = text(&site, &key, &catalogue, start + Duration::days(3000));
                    prop_assert_eq!(&later, &before, "{:?} changes by time alone", key);
                }
            }
        }
    }
}

#[test]
fn a_deadline_passes_through_its_states_by_itself() {
    let site = site();
    let mut catalogue = MemoryCatalogue::new(site_data());
    let live = live(json!({
        "deadlines": [{ "opens": "2026-12-20", "closes": "2027-01-15T17:00", "note": "必着" }],
        "publish_at": "2026-12-01T09:00",
    }));
    let key = ObjectKey::Document(live.address("ja"));
    catalogue.put(live);
    let mut instant = now();
    let mut states = Vec::new();
    for _ in 0..20 {
        let object = site.render(&key, &catalogue, instant).unwrap().unwrap();
        let html = String::from_utf8(object.bytes).unwrap();
        let word = ["受付前", "受付中", "まもなく締切", "受付終了"]
            .into_iter()
            .find(|word| html.contains(&format!("\">{word}</span>")))
            .unwrap();
        let today = html.contains("left today");
        states.push((instant.to_string(), word, today));
        match object.valid_until {
            Some(until) => instant = until,
            None => break,
        }
    }
    assert_eq!(states.first().unwrap().1, "受付前");
    assert_eq!(
        states[1],
        ("2026-12-20 00:00:00".to_owned(), "受付中", false)
    );
    assert_eq!(
        states[2],
        ("2027-01-08 17:00:00".to_owned(), "まもなく締切", false)
    );
    assert_eq!(
        states[states.len() - 2],
        ("2027-01-15 00:00:00".to_owned(), "まもなく締切", true)
    );
    assert_eq!(
        states.last().unwrap(),
        &("2027-01-15 17:00:00".to_owned(), "受付終了", false)
    );
    // One render a day while the days are counted, none before.
    assert_eq!(states.len(), 2 + 8 + 1);
}
