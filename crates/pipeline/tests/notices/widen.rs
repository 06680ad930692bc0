//! A city that would rather tell one too many: named fields may be unanswered.

use kairan_db::testing::for_each_db;
use kairan_pipeline::{NoticeSettings, notify};
use kairan_test_support::{
    line_fake::{Behaviour, LineFake},
    smtp_faults::FaultySmtp,
};
use serde_json::json;

use crate::city::{ARTICLE, City, mails};

const FITS: &str = "2026-08-15";

#[test]
fn who_has_not_answered_a_widened_field_is_told_and_learns_why() {
    for_each_db(|db| {
        let (smtp, line) = (FaultySmtp::start([]), LineFake::start(Behaviour::default()));
        let settings = NoticeSettings {
            widen: vec!["children".to_owned(), "no-such-field".to_owned()],
            ..NoticeSettings::default()
        };
        let city = City::new(db, &smtp, &line, settings);
        let people = [
            (
                "fits",
                json!({ "area": "kitamachi", "children": [{ "birth_date": FITS }] }),
            ),
            ("open", json!({ "area": "kitamachi" })),
            ("none", json!({ "area": "kitamachi", "children": [] })),
            (
                "grown",
                json!({ "area": "kitamachi", "children": [{ "birth_date": "2020-01-01" }] }),
            ),
            // What the city did not widen stays decisive.
            ("silent", json!({})),
            ("homeless", json!({ "children": [{ "birth_date": FITS }] })),
        ];
        for (name, facts) in people {
            city.citizen_with(&facts, &[&format!("{name}@example.jp")], None, &[]);
        }
        let rule = "when: { child: { months: \"3..4\" } }";
        let both = "when: { all: [ { child: { months: \"3..4\" } }, { area: [kitamachi] } ] }";
        assert!(ARTICLE.contains(rule));
        city.publish(&ARTICLE.replace(rule, both));
        city.run();
        let told = mails(&smtp);
        assert_eq!(
            told.keys().collect::<Vec<_>>(),
            ["fits@example.jp", "open@example.jp"]
        );
        let text = |to: &str| {
            let all = smtp.received();
            let mail = all.iter().find(|mail| mail.to == to).unwrap();
            let parsed = mail_parser::MessageParser::default()
                .parse(mail.content.as_bytes())
                .unwrap();
            parsed.body_text(0).unwrap().into_owned()
        };
        let sure = text("fits@example.jp");
        assert!(
            sure.contains(
                "お子さん（0歳3か月）が「3か月から4か月まで」に当てはまるため、お送りしています。"
            ),
            "{sure}"
        );
        assert!(
            sure.contains("北町にお住まいのため、お送りしています。"),
            "{sure}"
        );
        let open = text("open@example.jp");
        assert!(open.contains("「お子さん」の登録がなく"), "{open}");
        assert_eq!(city.account(&city.notices()[0].id).people.matched, 2);
        let plan = notify::plan(&city.context, &city.document_id).unwrap();
        assert_eq!((plan.matched, plan.widened), (2, 1));
    });
}
