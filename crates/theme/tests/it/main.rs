//! The theme as its callers and theme authors see it.

use std::collections::BTreeMap;
use std::io;

use kairan_theme::{Error, Overrides, Theme};
use serde_json::json;

fn with(files: &[(&'static str, &'static [u8])]) -> Result<Theme, Error> {
    let files: BTreeMap<_, _> = files.iter().copied().collect();
    let names: Vec<String> = files.keys().map(|name| (*name).to_owned()).collect();
    Theme::load(&Overrides::new(names, |name| {
        files
            .get(name)
            .map(|bytes| bytes.to_vec())
            .ok_or(io::ErrorKind::NotFound.into())
    }))
}

#[test]
fn the_embedded_theme_loads_and_its_assets_are_named_by_their_bytes() {
    let theme = Theme::embedded().unwrap();
    for template in [
        "layout", "document", "list", "card", "top", "search", "calendar", "redirect",
    ] {
        assert!(theme.has(template), "{template}");
    }
    let style = theme.asset("style.css").unwrap();
    assert_eq!(style.path(), format!("/assets/{}/style.css", style.hash));
    assert_eq!(style.content_type, "text/css; charset=utf-8");

    let other = with(&[("assets/style.css", b"body{}")]).unwrap();
    assert_ne!(other.asset("style.css").unwrap().hash, style.hash);
    assert_ne!(other.fingerprint(), theme.fingerprint());
    assert_eq!(
        other.asset("site.js").unwrap().hash,
        theme.asset("site.js").unwrap().hash
    );
}

#[test]
fn nothing_in_the_theme_asks_another_host_or_holds_an_inline_script() {
    let theme = Theme::embedded().unwrap();
    for asset in theme.assets() {
        let text = String::from_utf8(asset.bytes.to_vec()).unwrap();
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "{}",
            asset.name
        );
    }
    let data = json!({
        "site": { "lang": "ja", "title": "みのり市", "custom_css": null },
        "title": "件名", "description": "概要", "edition": "abc", "url": "https://example.lg.jp/x/",
        "alternates": [], "header": "", "banner": "", "main": "<main></main>", "footer": "",
    });
    let html = theme.render("layout", &data).unwrap();
    assert_eq!(
        html.matches("<script").count(),
        html.matches("<script src=\"/assets/").count()
    );
    assert!(html.contains("<meta name=\"kairan:edition\" content=\"abc\">"));
    assert!(!html.contains("style=\"") && !html.contains(" onclick="));
}

#[test]
fn a_file_of_the_city_replaces_ours_and_may_be_new() {
    let theme = with(&[
        (
            "templates/card.hbs",
            "<li>{{title}}、{{> shout}}</li>".as_bytes(),
        ),
        ("templates/shout.hbs", "{{title}}！".as_bytes()),
        ("assets/custom.css", b"h1{}"),
    ])
    .unwrap();
    let html = theme
        .render("card", &json!({ "title": "<児童手当>" }))
        .unwrap();
    assert_eq!(html, "<li>&lt;児童手当&gt;、&lt;児童手当&gt;！</li>");
    assert!(theme.asset("custom.css").is_some());
}

#[test]
fn a_broken_template_is_refused_with_its_name_and_line() {
    let error = with(&[("templates/card.hbs", b"<li>\n{{#if a}}\n</li>\n")]).unwrap_err();
    let Error::Template { template, line, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((template.as_str(), *line > 1), ("card", true), "{error}");
    assert!(error.to_string().contains("templates/card.hbs"), "{error}");
}

#[test]
fn a_name_the_page_does_not_have_is_an_error_with_its_line() {
    let theme = with(&[("templates/card.hbs", b"<li>\n{{titel}}</li>")]).unwrap();
    let error = theme
        .render("card", &json!({ "title": "児童手当" }))
        .unwrap_err();
    let Error::Render { template, line, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((template.as_str(), *line), ("card", 2), "{error}");

    let theme = with(&[("templates/card.hbs", b"{{asset \"gone.png\"}}")]).unwrap();
    let error = theme.render("card", &json!({})).unwrap_err();
    assert!(error.to_string().contains("assets/gone.png"), "{error}");
}

#[test]
fn what_is_not_text_or_lies_elsewhere_is_said() {
    let error = with(&[("templates/card.hbs", b"\xff\xfe")]).unwrap_err();
    assert!(matches!(error, Error::NotText { .. }), "{error}");
    let error = with(&[("style.css", b"")]).unwrap_err();
    assert!(matches!(error, Error::Misplaced { .. }), "{error}");
    let error = Theme::load(&Overrides::new(["assets/x.png".to_owned()], |_| {
        Err(io::ErrorKind::PermissionDenied.into())
    }));
    assert!(matches!(error, Err(Error::Read { .. })));
    // What editors and file managers leave behind is no part of a theme.
    with(&[(".DS_Store", b""), ("templates/.card.hbs.swp", b"{{")]).unwrap();
}

#[test]
fn helpers_write_addresses_icons_and_telephone_numbers() {
    let theme = with(&[(
        "templates/x.hbs",
        b"{{tel phone}} {{icon \"cal\"}} {{asset \"style.css\"}}",
    )]);
    let html = theme
        .unwrap()
        .render("x", &json!({ "phone": "+81 (0)00-12" }))
        .unwrap();
    assert!(
        html.starts_with("+8100012 <svg aria-hidden=\"true\"><use href=\"/assets/"),
        "{html}"
    );
}

#[test]
fn pages_speak_the_words_of_their_language() {
    let theme = with(&[
        (
            "templates/words.hbs",
            "{{w \"対象者\"}}|{{wt \"場所\"}}|{{w \"定員 {n}人\" n=n}}|{{dated text datetime}}|{{w \"ない言葉\"}}".as_bytes(),
        ),
        ("words/fr.yaml", "対象者: Pour <qui>\n".as_bytes()),
    ])
    .unwrap();
    let data = json!({ "n": 30, "text": "令和8年12月25日（金曜日）午後5時", "datetime": "2026-12-25T17:00" });
    let said = |lang: &str| theme.render_parts_in(lang, "words", &data, &[]).unwrap();
    let japanese = "対象者|場所|定員 30人|令和8年12月25日（金曜日）午後5時|ない言葉";
    assert_eq!(said("ja"), japanese);
    assert_eq!(said("tlh"), japanese, "a language nobody translated");
    assert_eq!(
        said("en"),
        "Who it is for|Place|Places: 30|2026-12-25 17:00|ない言葉"
    );
    let easy = said("ja-easy");
    assert!(
        easy.starts_with("だれのため|場所|定員 30人|令和8年12月25日"),
        "{easy}"
    );
    assert_eq!(said("fr").split('|').next(), Some("Pour &lt;qui&gt;"));
    assert!(matches!(
        with(&[("words/fr.yaml", b"- no")]),
        Err(Error::Words { .. })
    ));
}

#[test]
fn readings_stand_over_easy_words() {
    let theme = with(&[("templates/one.hbs", "{{w \"結果\"}}".as_bytes())]).unwrap();
    let easy = theme
        .render_parts_in("ja-easy", "one", &json!({}), &[])
        .unwrap();
    assert_eq!(
        easy,
        "<ruby>結果<rp>（</rp><rt>けっか</rt><rp>）</rp></ruby>"
    );
}
