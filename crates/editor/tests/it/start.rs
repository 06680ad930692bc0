//! Starting texts, copies and versions in other languages.

use kairan_content::{Context, parse};
use kairan_editor::{
    ApplyError, FormValues, Nothing, Problems, Surroundings, counts, duplicate, new_document,
    newsletter, templates, variant,
};

use crate::city::{SITE, around, example, today};

const ID: &str = "01JD3M9QK5W3T8Z6B1N0R4V7YH";

#[test]
fn every_starting_text_wants_only_what_staff_must_choose() {
    let around = Surroundings {
        known: &Nothing,
        ..around()
    };
    for template in templates::all() {
        let text = new_document(template, ID, "hoiku", today());
        let values = FormValues::read(&text);
        assert_eq!(values.kind(), template.kind, "{}", template.key);
        assert_eq!(values.text("id"), ID);
        assert_eq!(
            (values.text("contact"), values.text("owner")),
            ("hoiku", "hoiku")
        );
        let path = format!("content/{}/a.md", template.kind.plural());
        let problems = Problems::of(&text, &path, &around, &[]);
        for problem in &problems.list {
            let chosen = ["category", "deadline", "period", "tags", "sessions"]
                .iter()
                .any(|key| problem.field.starts_with(key));
            assert!(
                chosen || problem.code == "E001",
                "{}: {problem:?}",
                template.key
            );
        }
        assert!(
            problems
                .list
                .iter()
                .any(|one| one.field == "title" && one.code == "E001")
        );
        assert!(problems.list.iter().any(|one| one.field == "category"));
        assert_eq!(templates::find(template.key), Some(template));
    }
    let text = new_document(&templates::all()[0], ID, "", today());
    assert!(text.contains("\nslug: article-n0r4v7yh\n"), "{text}");
    assert!(text.contains("\nreview_by: 2027-11-20\n"));
    assert!(!text.contains("contact:"));
}

#[test]
fn a_copy_leaves_what_belongs_to_the_first() {
    let source = example("articles/nyuen-moshikomi.md");
    let copy = duplicate(&source, ID, "nyuen-2").expect("a copy");
    for gone in [
        "publish_at",
        "updated",
        "round:",
        "01M4785400HAMN492PYXBSVJ8Q",
    ] {
        assert!(!copy.contains(gone), "{gone}");
    }
    let (old, new) = (FormValues::read(&source), FormValues::read(&copy));
    assert_eq!(new.body(), old.body());
    assert_eq!(
        (new.text("id"), new.text("slug"), new.title()),
        (ID, "nyuen-2", old.title())
    );
    assert_eq!(new.get("deadline"), old.get("deadline"));
    let parsed = parse(
        "content/articles/nyuen-2.md",
        copy.as_bytes(),
        &Context::new(&SITE, Some(today())),
    );
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    assert_eq!(duplicate("本文だけ", ID, "a"), Err(ApplyError::Unreadable));
}

#[test]
fn a_version_is_tied_to_the_document_it_is_of() {
    let source = example("articles/jido-teate.md");
    let easy = variant(&source, "ja-easy", ID).expect("a version");
    let values = FormValues::read(&easy);
    assert_eq!(values.text("translates"), "01M5TR3G005J3BK7YW8PA7N4WD");
    assert_eq!(
        (values.text("lang"), values.text("slug")),
        ("ja-easy", "jido-teate-ja-easy")
    );
    assert!(!easy.contains("\nnotice:"));
    // A version of a version is one of the first.
    let english = variant(&easy, "en", "01JD3M9QK5W3T8Z6B1N0R4V7YJ").expect("a version");
    assert_eq!(
        FormValues::read(&english).text("translates"),
        "01M5TR3G005J3BK7YW8PA7N4WD"
    );
    assert_eq!(
        variant("---\nkind: news\n---\n", "en", ID),
        Err(ApplyError::Unreadable)
    );
}

#[test]
fn a_paper_gets_a_few_lines() {
    let read = |path: &str| {
        let source = example(path);
        parse(path, source.as_bytes(), &Context::new(&SITE, None))
            .document
            .expect("a document")
    };
    assert_eq!(
        newsletter(&read("events/rinyushoku-kyoshitsu.md"), &SITE),
        "■はじめての離乳食教室（２月）\n\
         生後４か月から６か月の赤ちゃんの保護者に、10倍がゆの作り方と進め方を教えます。試食があります。\n\
         【対象】生後４か月から６か月の赤ちゃんの保護者\n\
         【日時】令和９年２月16日（火）午前10時～11時30分\n\
         【会場】保健センター２階 調理室\n\
         【定員】16人\n\
         【費用】無料\n\
         【期日】参加の申し込み＝１月12日（火）午前９時～２月10日（水）午後５時\n\
         【申込】電子申請（https://yoyaku.example.lg.jp/rinyushoku）\n\
         【持ち物】母子健康手帳、エプロン、抱っこひも\n\
         【問合せ】健康部 健康推進課　☎0500-00-1300\n"
    );
    let article = newsletter(&read("articles/jido-teate.md"), &SITE);
    assert!(
        article.contains(
            "【期日】１月分から受け取る方＝11月１日（日）～12月25日（金）午後５時（必着）、"
        ),
        "{article}"
    );
    let lengths = counts(&read("articles/nyuen-moshikomi.md"));
    assert!(lengths.iter().all(|count| !count.over), "{lengths:?}");
    assert!(
        lengths
            .iter()
            .any(|count| count.what == "choice" && count.words == "8 / 20文字"),
        "{lengths:?}"
    );
}
