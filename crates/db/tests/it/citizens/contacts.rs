//! Contact points and consent.

use super::*;

#[test]
fn contacts_are_two_mails_and_a_line_account_of_ones_own() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let add = |mail| {
            let day = Duration::hours(24);
            db.write(|c| citizens::add_mail(c, &ring, &key, mail, day, at(2)))
                .unwrap()
        };
        assert_eq!(add("Hanako@Example.jp"), AddMail::Already);
        assert_eq!(add("x"), AddMail::Invalid);
        let AddMail::Added { contact_id, token } = add("taro@example.jp") else {
            panic!()
        };
        assert_eq!(add("third@example.jp"), AddMail::TooMany);
        let usable = || {
            let found = db
                .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
                .unwrap();
            let open = |k: &citizens::Contact| k.open(&ring).unwrap();
            found[0]
                .contacts
                .iter()
                .filter(|k| k.is_usable())
                .map(open)
                .collect::<Vec<_>>()
        };
        assert_eq!(usable(), [ADDRESS]);
        let done = db
            .write(|c| citizens::confirm(c, token.as_str(), at(3)))
            .unwrap();
        assert_eq!(
            done,
            Confirmation::Confirmed {
                citizen_key: key.clone(),
                registered: false
            }
        );
        assert_eq!(usable(), [ADDRESS, "taro@example.jp"]);
        db.write(|c| citizens::suppress(c, &contact_id, Some("bounced"), at(4)))
            .unwrap();
        assert_eq!(usable(), [ADDRESS]);
        db.write(|c| citizens::suppress(c, &contact_id, None, at(4)))
            .unwrap();
        let stop = |mail| {
            db.write(|c| {
                citizens::suppress_address(c, &ring, Channel::Mail, mail, "complaint", at(5))
            })
        };
        assert_eq!(stop("TARO@example.jp").unwrap(), 1);
        assert_eq!(usable(), [ADDRESS]);
        let account = format!("U{}", "0123456789abcdef".repeat(2));
        let link = |key: &str, id: &str| {
            db.write(|c| citizens::link_line(c, &ring, key, id, at(6)))
                .unwrap()
        };
        assert!(matches!(link(&key, &account), LinkLine::Linked { .. }));
        assert_eq!(link(&key, "U1"), LinkLine::Invalid);
        let other = active(db, &ring, "other@example.jp");
        assert_eq!(link(&other, &account), LinkLine::Taken);
        let found = db
            .read(|c| citizens::find_by_contact(c, &ring, Channel::Line, &account))
            .unwrap();
        assert_eq!((found.len(), &found[0].citizen_key), (1, &key));
        assert!(
            db.write(|c| citizens::remove_contact(c, &key, &contact_id))
                .unwrap()
        );
        assert!(
            !db.write(|c| citizens::remove_contact(c, &other, &found[0].contact_id))
                .unwrap()
        );
    });
}

#[test]
fn the_last_word_on_consent_counts_and_a_switched_off_channel_is_off() {
    for_each_db(|db| {
        let ring = Keyring::generate();
        let key = active(db, &ring, ADDRESS);
        let permits = |channel| {
            let found = db
                .read(|c| citizens::recipients(c, std::slice::from_ref(&key)))
                .unwrap();
            found[0].permits(channel, NOTICE_PURPOSE)
        };
        let say = |channel, granted| {
            db.write(|c| citizens::record_consent(c, &key, &consent(channel, granted), at(2)))
                .unwrap();
        };
        assert!(permits(Channel::Inbox) && permits(Channel::Mail) && !permits(Channel::Line));
        say(Channel::Mail, false);
        assert!(!permits(Channel::Mail));
        say(Channel::Mail, true);
        say(Channel::Line, true);
        assert!(permits(Channel::Mail) && permits(Channel::Line));
        let off = Preferences {
            channels: [("mail".to_owned(), false)].into(),
            ..Default::default()
        };
        db.write(|c| citizens::update_preferences(c, &key, &off, "en"))
            .unwrap();
        assert!(!permits(Channel::Mail) && permits(Channel::Line));
        let record = db.read(|c| citizens::consents(c, &key)).unwrap();
        let said: Vec<bool> = record.iter().map(|consent| consent.granted).collect();
        assert_eq!(said, [true, false, true, true]);
    });
}
