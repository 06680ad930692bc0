use kairan_media::{Kind, Rejected};

use crate::sent;

#[test]
fn text_is_kept_as_it_came() {
    let csv = "\u{feff}町名,人口\r\n北町,1234\r\n";
    let kept = sent("人口 2026.CSV", csv.as_bytes()).unwrap();
    assert_eq!(
        (kept.kind, kept.name.as_str()),
        (Kind::Csv, "人口-2026.csv")
    );
    assert_eq!(kept.bytes, csv.as_bytes());
    // Signatures of two letters do not make a program or an image of it.
    for text in ["BMI,値\n22,普通\n", "MZの話\n", "PK戦の結果\n"] {
        assert_eq!(
            sent("a.txt", text.as_bytes()).unwrap().kind,
            Kind::Text,
            "{text}"
        );
    }
    let dates = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
    assert_eq!(sent("行事.txt", dates.as_bytes()).unwrap().name, "行事.ics");
}

#[test]
fn shift_jis_says_how_to_save() {
    let sjis = b"\x92\xac\x96\xbc,\x90l\x8c\xfb\r\n";
    let rejected = sent("人口.csv", sjis).unwrap_err();
    assert_eq!(rejected, Rejected::NotUtf8);
    assert!(rejected.to_string().contains("CSV UTF-8"));
    let wide: Vec<u8> = "\u{feff}町名"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(sent("人口.csv", &wide), Err(Rejected::NotUtf8));
}

#[test]
fn web_pages_and_scripts_are_refused_under_any_name() {
    for page in [
        "<!DOCTYPE html><title>x</title>",
        "\n  <html><body>",
        "お知らせ <script>alert(1)</script>",
        "\u{feff}<?xml version=\"1.0\"?><a/>",
        "<?php system($_GET[0]);",
        "#!/bin/sh\nrm -rf /\n",
        "@ECHO OFF\r\nformat c:",
    ] {
        for name in ["a.txt", "a.csv", "a.jpg", "a"] {
            assert_eq!(
                sent(name, page.as_bytes()),
                Err(Rejected::WebPage),
                "{page} as {name}"
            );
        }
    }
    for name in ["a.js", "a.HTML", "a.ps1", "a.bat", "a.vbs"] {
        assert_eq!(sent(name, b"alert(1)"), Err(Rejected::WebPage), "{name}");
    }
    assert_eq!(sent("a.md", b"# a"), Err(Rejected::Unknown));
    assert_eq!(sent("a.pdf", b"not a pdf"), Err(Rejected::Damaged));
}
