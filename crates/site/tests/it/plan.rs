//! What a change touches: rendering exactly the planned objects gives the bytes of a full build.

use std::collections::{BTreeMap, BTreeSet};

use kairan_site::{
    Catalogue, MemoryCatalogue, ObjectKey, Plan, Site, plan, plan_all, plan_changes,
};
use proptest::prelude::*;

use crate::support::{Dice, build, id, now, random_catalogue, random_live, site, site_data};

type Bytes = BTreeMap<String, Vec<u8>>;

fn bytes(site: &Site, catalogue: &MemoryCatalogue) -> Bytes {
    build(site, catalogue, now())
        .into_iter()
        .map(|(name, object)| (name, object.bytes))
        .collect()
}

/// Applies a release of changes and answers its plan.
fn release(catalogue: &mut MemoryCatalogue, numbers: &[(u64, Option<u64>)]) -> Plan {
    let before = catalogue.last_change().unwrap();
    let mut olds = BTreeMap::new();
    for (number, seed) in numbers {
        let old = match seed {
            Some(seed) => catalogue.put(random_live(*number, *seed)),
            None => catalogue.remove(&id(*number)),
        };
        olds.entry(id(*number)).or_insert(old);
    }
    let mut whole = plan_changes(before, catalogue).unwrap();
    for (id, old) in olds {
        let new = catalogue.document(&id).unwrap();
        whole.extend(plan(old.as_deref(), new.as_deref(), catalogue).unwrap());
    }
    whole
}

fn apply(plan: &Plan, site: &Site, catalogue: &MemoryCatalogue, published: &mut Bytes) {
    for key in plan {
        match site.render(key, catalogue, now()).unwrap() {
            Some(object) => published.insert(key.object_name(), object.bytes),
            None => published.remove(&key.object_name()),
        };
    }
}

fn differences(ours: &Bytes, full: &Bytes) -> BTreeSet<String> {
    let names: BTreeSet<_> = ours.keys().chain(full.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| ours.get(*name) != full.get(*name));
    differ.cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planned_objects_are_all_that_differ(seed in any::<u64>()) {
        let site = site();
        let dice = &mut Dice(seed);
        // Around 100 and 150 entries a list gets a page; some releases cross it.
        let size = 60 + dice.roll(50);
        let mut catalogue = random_catalogue(size, seed);
        let mut published = bytes(&site, &catalogue);
        for _ in 0..3 {
            let changes: Vec<_> = (0..=dice.roll(5))
                .map(|_| (dice.roll(size + 20), (dice.roll(4) > 0).then(|| dice.roll(u64::MAX))))
                .collect();
            let plan = release(&mut catalogue, &changes);
            apply(&plan, &site, &catalogue, &mut published);
            let full = bytes(&site, &catalogue);
            prop_assert_eq!(differences(&published, &full), BTreeSet::new(), "{:?}", changes);
        }
    }
}

#[test]
fn pages_come_into_being_as_lists_grow() {
    let site = site();
    let mut catalogue = MemoryCatalogue::new(site_data());
    let mut published = bytes(&site, &catalogue);
    for number in 0..16 {
        let changes: Vec<_> = (0..13)
            .map(|more| (number * 13 + more, Some(number)))
            .collect();
        let plan = release(&mut catalogue, &changes);
        apply(&plan, &site, &catalogue, &mut published);
    }
    assert_eq!(
        differences(&published, &bytes(&site, &catalogue)),
        BTreeSet::new()
    );
    assert!(published.contains_key("news/page/2/index.html"));
    assert!(published.contains_key("data/v1/changes/page/3.json"));
}

#[test]
fn the_whole_plan_is_the_full_build() {
    let site = site();
    let catalogue = random_catalogue(70, 7);
    let mut published = Bytes::new();
    let plan = plan_all(&catalogue, &kairan_theme::Theme::embedded().unwrap()).unwrap();
    apply(&plan, &site, &catalogue, &mut published);
    assert_eq!(
        differences(&published, &bytes(&site, &catalogue)),
        BTreeSet::new()
    );
}

#[test]
fn a_change_touches_no_more_than_it_must() {
    let mut catalogue = random_catalogue(400, 3);
    let old = catalogue.document(&id(8)).unwrap().unwrap();
    let mut edited = old.document.clone();
    edited.body.push_str("\n直しました。\n");
    catalogue.put(kairan_site::Live::new(edited, None, "ja"));
    let new = catalogue.document(&id(8)).unwrap();
    let plan = plan(Some(&old), new.as_deref(), &catalogue).unwrap();
    let lists = plan
        .iter()
        .filter(|key| matches!(key, ObjectKey::ListPage(..)))
        .count();
    // At most one full page of each list it is in.
    assert!(lists <= new.unwrap().lists("ja").len(), "{plan:#?}");
    assert!(plan.len() < 50, "{} of {}: {plan:#?}", plan.len(), 400);
}
