//! What templates are given, and problems beside their fields.

use kairan_content::{Kind, Severity};
use kairan_editor::{Control, Form, FormValues, Nothing, Problems, SectionId, Surroundings};

use crate::city::{around, example};
use crate::examples::documents;

#[test]
fn the_form_says_what_staff_need() {
    let source = example("articles/nyuen-moshikomi.md");
    let values = FormValues::read(&source);
    let form = Form::new(&values, &around());
    let ids: Vec<SectionId> = form.sections.iter().map(|section| section.id).collect();
    assert_eq!(ids, SectionId::ALL[..7]);
    let json = serde_json::to_value(&form).expect("JSON");
    let field = |id: &str| serde_json::to_value(form.field(id).expect(id)).expect("JSON");
    assert_eq!(json["sections"][0]["title"], "見出しと概要");
    assert_eq!(json["sections"][0]["fields"][0]["control"], "textarea");
    let deadline = field("deadline.0.closes");
    assert_eq!(deadline["words"], "令和8年11月13日（金曜日）午後5時");
    assert_eq!(
        (&deadline["date"], &deadline["time"]),
        (&"2026-11-13".into(), &"17:00".into())
    );
    let contact = field("contact");
    assert_eq!(contact["card"]["name"], "こども若者部 保育課");
    assert_eq!(contact["required"], true);
    let category = field("category");
    assert_eq!(category["value"], "childcare/nursery");
    let chosen = category["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["options"].as_array().expect("options"))
        .find(|option| option["selected"] == true)
        .expect("chosen");
    assert_eq!(chosen["label"], "こども園・保育園");
    let faqs = field("faqs");
    assert_eq!(faqs["items"][0]["label"], "就労証明書はどこでもらえますか");
    assert_eq!(faqs["items"][1]["known"], false);
    let when = field("target.when");
    assert_eq!(when["control"], "rule");
    assert!(
        when["words"].as_str().expect("words").contains("お子さん"),
        "{when}"
    );
    let apply = field("apply");
    assert_eq!(apply["rows"][1]["fields"][0]["value"], "counter");
    assert_eq!(apply["add"], "申込方法を増やす");
    assert_eq!(field("kind")["words"], "記事");
    assert_eq!(field("notice")["checked"], true);
    let tags = field("tags");
    assert!(tags["groups"].as_array().expect("facets").len() > 3);
}

#[test]
fn what_no_control_can_show_is_shown_as_written() {
    let source = "---\nkind: news\ntitle: [a, b]\ntags: [age-0, ghost]\ncontact: nobody\nmystery:\n    deep:\n      - 1\n\
        target: 市民\ndeadline: { closes: 来週 }\nlang: xx\n---\n本文";
    let form = Form::new(&FormValues::read(source), &around());
    let raw = |id: &str| match &form.field(id).expect(id).control {
        Control::Raw { value, name, .. } => (value.clone(), name.clone()),
        other => panic!("{id}: {other:?}"),
    };
    assert_eq!(raw("title"), ("[a, b]".to_owned(), "title.yaml".to_owned()));
    assert_eq!(raw("mystery").0, "deep:\n  - 1");
    assert_eq!(raw("target").0, "市民");
    assert!(form.field("target.text").is_none());
    let moment = &form.field("deadline.0.closes").expect("a date").control;
    assert!(matches!(moment, Control::Moment { as_text: true, date, .. } if date == "来週"));
    for (id, value) in [("tags", "ghost"), ("contact", "nobody"), ("lang", "xx")] {
        let json = serde_json::to_string(form.field(id).expect(id)).expect("JSON");
        assert!(
            json.contains(&format!(
                "\"value\":\"{value}\",\"label\":\"{value}\",\"selected\":true,\"known\":false"
            )),
            "{json}"
        );
    }
    let broken = Form::new(
        &FormValues::read("---\nkind: event\ntitle: [a\n---\n本文"),
        &around(),
    );
    assert_eq!(broken.kind, Kind::Event);
    let Control::Raw { value, .. } = &broken.field("front").expect("front").control else {
        panic!("not raw");
    };
    assert_eq!(value, "kind: event\ntitle: [a\n");
}

#[test]
fn problems_stand_beside_their_fields_in_words_of_the_form() {
    let source = "---\nkind: article\nslug: a\ntitle: 手当\nsummary: 概要です。\ncontact: kodomo-katei\n\
        deadline: { opens: 2026-12-25, closes: 2026-12-01 }\napply:\n  - { via: counter }\n  - { via: online }\n\
        attachments: [ { file: files/none.pdf, label: 様式 } ]\nfaqs: [ghost]\nnotice: { channels: [mail] }\n---\n\
        # 大見出し\n\n![](files/a.png)\n";
    let problems = Problems::of(source, "content/articles/a.md", &around(), &[]);
    let find = |field: &str| {
        problems
            .of_field(field)
            .next()
            .unwrap_or_else(|| panic!("{field}: {problems:#?}"))
    };
    assert_eq!(find("category").message, "「分類（目的）」が空です。");
    assert_eq!(
        find("category").fix,
        "「分類（目的）」の欄に入れてください。"
    );
    assert_eq!(find("target.text").label, "対象者");
    assert_eq!(find("deadline.0.closes").section, SectionId::When);
    assert_eq!(find("apply.1.url").label, "申込方法2の申請ページのアドレス");
    assert_eq!(find("attachments.0.file").code, "T008");
    assert_eq!(find("faqs").message, "よくある質問「ghost」がありません。");
    assert!(find("tags").fix.contains("だれに知らせますか"));
    let body = problems
        .of_field("body")
        .find(|one| one.severity == Severity::Error)
        .expect("alt text");
    assert_eq!(body.line, Some(3));
    for problem in &problems.list {
        let text = format!("{}{}", problem.message, problem.fix);
        for key in ["deadline:", "closes", "via:", "tags か", "url に"] {
            assert!(!text.contains(key), "{text}");
        }
    }
    let sections: Vec<SectionId> = problems.list.iter().map(|one| one.section).collect();
    assert!(sections.is_sorted(), "{sections:?}");
    assert_eq!(problems.errors + problems.warnings, problems.list.len());
    assert!(
        problems.fine >= 3 && problems.fine_labels.contains(&"題名".to_owned()),
        "{problems:?}"
    );
    let form = Form::new(&FormValues::read(source), &around()).with_problems(&problems);
    let beside = |id: &str| form.field(id).expect(id).problems.len();
    assert_eq!(
        (
            beside("apply.1.url"),
            beside("apply.0.url"),
            beside("category")
        ),
        (1, 0, 1)
    );
    let words = |id: SectionId| {
        let section = form
            .sections
            .iter()
            .find(|section| section.id == id)
            .expect("a section");
        section.verdict.words.clone()
    };
    assert_eq!(words(SectionId::Heading), "直すところ1件");
    assert_eq!(words(SectionId::Publish), "書けています");
}

#[test]
fn a_good_example_is_well() {
    let around = Surroundings {
        known: &Nothing,
        ..around()
    };
    for (path, text) in documents() {
        let Some((_, inside)) = path.split_once("examples/minori/") else {
            continue;
        };
        let problems = Problems::of(&text, inside, &around, &[]);
        assert!(!problems.has_errors(), "{path}: {:#?}", problems.list);
        let form = Form::new(&FormValues::read(&text), &around).with_problems(&problems);
        let shown: usize = form.sections.iter().map(|one| one.verdict.problems).sum();
        assert_eq!(shown, problems.list.len(), "{path}");
    }
}

#[test]
fn every_fault_of_the_schema_examples_has_a_field() {
    let around = Surroundings {
        known: &Nothing,
        ..around()
    };
    for (path, text) in documents() {
        let problems = Problems::of(&text, "", &around, &[]);
        let form = Form::new(&FormValues::read(&text), &around).with_problems(&problems);
        for problem in &problems.list {
            let near = problem
                .field
                .split('.')
                .scan(String::new(), |so_far, step| {
                    if !so_far.is_empty() {
                        so_far.push('.');
                    }
                    so_far.push_str(step);
                    Some(so_far.clone())
                });
            assert!(
                near.into_iter().any(|id| form.field(&id).is_some()),
                "{path}: {problem:?}"
            );
        }
    }
}

#[test]
fn a_form_with_its_problems_takes_no_time_to_speak_of() {
    let source = example("articles/nyuen-moshikomi.md");
    let around = around();
    let start = std::time::Instant::now();
    const TIMES: u32 = 20;
    for _ in 0..TIMES {
        let problems = Problems::of(&source, "content/articles/a.md", &around, &[]);
        let form = Form::new(&FormValues::read(&source), &around).with_problems(&problems);
        assert!(!form.sections.is_empty());
    }
    // A few milliseconds when built for use; here without optimisation, beside other work.
    let each = start.elapsed() / TIMES;
    assert!(each.as_millis() < 250, "{each:?}");
}
