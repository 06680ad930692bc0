//! What is left of who left, and sealing under a new key.

use super::*;

#[test]
fn who_leaves_leaves_nothing_but_a_random_key() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let today = at(0).date();
        let contact = db
            .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
            .unwrap()[0]
            .contacts[0]
            .clone();
        let link = citizens::signed_link(&ring, LinkPurpose::Unsubscribe, &contact.id, today);
        let follow = || {
            db.read(|c| citizens::follow_link(c, &ring, LinkPurpose::Unsubscribe, &link, today))
                .unwrap()
        };
        assert_eq!(follow().unwrap().citizen_key, key);
        let told = db.read(|c| citizens::export(c, &ring, &key)).unwrap();
        assert_eq!(told["contacts"][0]["value"], ADDRESS);
        assert_eq!(told["facts"], serde_json::to_value(facts()).unwrap());
        assert_eq!(told["consents"][0]["version"], "2026-04");
        for _ in 0..2 {
            db.write(|c| citizens::leave(c, &key, at(5))).unwrap();
        }
        assert_eq!(follow(), None);
        assert_eq!(matching(db), 0);
        let all = everything(db);
        assert!(all.contains(&key));
        for gone in [
            "kita",
            "2025-11-01",
            "newcomer",
            contact.blind_index.as_str(),
        ] {
            assert!(!all.contains(gone), "{gone} in {all}");
        }
        let left = db.read(|c| citizens::export(c, &ring, &key)).unwrap();
        assert_eq!(
            (&left["state"], &left["contacts"]),
            (&json!("left"), &json!([]))
        );
        let late = db.write(|c| citizens::update_facts(c, &key, &facts(), at(6)));
        assert!(matches!(late, Err(Error::State { .. })), "{late:?}");
        // The address is free again.
        active(db, &ring, ADDRESS);
    });
}

#[test]
fn a_rotation_goes_on_where_it_stopped_and_then_needs_the_new_key_alone() {
    for_each_db(|db| {
        let old = Keyring::generate();
        let keys: Vec<String> = (0..5)
            .map(|n| active(db, &old, &format!("c{n}@example.jp")))
            .collect();
        let both = old.with_new_key();
        let column = citizens::contact_column();
        let batch = || db.write(|c| reseal(c, &both, &column, 2)).unwrap();
        assert_eq!(batch(), 2);
        // Between two batches everything opens.
        let open = |ring: &Keyring| {
            let found = db.read(|c| citizens::recipients(c, &keys)).unwrap();
            found
                .iter()
                .map(|r| r.contacts[0].open(ring))
                .collect::<std::result::Result<Vec<_>, _>>()
        };
        assert!(open(&both).is_ok());
        assert_eq!([batch(), batch(), batch()], [2, 1, 0]);
        let file: serde_json::Value = serde_json::from_str(&both.to_key_file()).unwrap();
        let only = json!({ "current": "k2", "index": file["index"], "keys": { "k2": file["keys"]["k2"] } });
        let only = Keyring::from_key_file(&only.to_string()).unwrap();
        assert_eq!(open(&only).unwrap()[4], "c4@example.jp");
        assert!(open(&old).unwrap_err().to_string().contains("k2"));
    });
}
