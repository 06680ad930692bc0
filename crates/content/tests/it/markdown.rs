//! Bodies as HTML and as text.

use kairan_content::markdown::{
    AsWritten, FileInfo, ImageTarget, LinkTarget, Resolver, mail_text, render, size_text,
};

fn html(body: &str) -> String {
    render(body, &mut AsWritten).html
}

#[test]
fn readings() {
    assert_eq!(
        html("{児童手当|じどうてあて}です。"),
        "<p><ruby>児童手当<rp>（</rp><rt>じどうてあて</rt><rp>）</rp></ruby>です。</p>\n"
    );
    assert_eq!(
        html("`{漢字|かんじ}` [a](/b?{x|c})"),
        "<p><code>{漢字|かんじ}</code> <a href=\"/b?{x|c}\">a</a></p>\n"
    );
    let table = html("| {額|がく} | x |\n|--|--:|\n| {円|えん} | 1 |\n");
    assert!(table.contains("<th scope=\"col\"><ruby>額"), "{table}");
    assert!(
        table.contains("<td class=\"align-right\">1</td>"),
        "{table}"
    );
    let rendered = render("{児童手当|じどうてあて}です。", &mut AsWritten);
    assert_eq!(rendered.text, "児童手当です。");
    assert_eq!(
        mail_text("{児童手当|じどうてあて}です。", &mut AsWritten),
        "児童手当（じどうてあて）です。"
    );
}

#[test]
fn headings_have_japanese_names() {
    let rendered = render(
        "## 申込方法\n\n### 窓口\n\n## 申込方法\n\n# 大見出し\n",
        &mut AsWritten,
    );
    let named: Vec<(u8, &str)> = rendered
        .headings
        .iter()
        .map(|heading| (heading.level, heading.id.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            (2, "申込方法"),
            (3, "窓口"),
            (2, "申込方法-2"),
            (2, "大見出し")
        ]
    );
    assert!(
        rendered
            .html
            .starts_with("<h2 id=\"申込方法\">申込方法</h2>"),
        "{}",
        rendered.html
    );
}

#[test]
fn footnotes_are_numbered_as_referred_to() {
    let html =
        html("本文[^b]と[^a]と[^b]。\n\n[^a]: ふたつめ\n[^b]: ひとつめ\n[^c]: だれも見ない\n");
    assert!(
        html.contains("<a href=\"#fn-1\" id=\"fnref-1\" aria-label=\"注1\">1</a>"),
        "{html}"
    );
    let first = html.find("ひとつめ").expect("there");
    assert!(first < html.find("ふたつめ").expect("there"), "{html}");
    assert!(!html.contains("だれも見ない"), "{html}");
    assert_eq!(html.matches("id=\"fnref-1\"").count(), 1);
}

#[test]
fn tables_without_a_head_have_none() {
    let html = html("|  |  |\n|--|--|\n| 0歳 | 15,000円 |\n");
    assert!(!html.contains("thead"), "{html}");
    assert!(html.contains("<tbody>\n<tr><td>0歳</td>"), "{html}");
}

#[test]
fn raw_html_is_sanitised() {
    let html = html(
        "前\n\n<div onclick=\"x()\"><script>alert(1)</script><b style=\"color:red\">太字</b>\
        <a href=\"javascript:x\">a</a><iframe src=\"//e\"></iframe></div>\n\n![図](files/a.png)\n\n{漢|かん}\n",
    );
    for bad in ["script", "onclick", "style", "javascript", "iframe"] {
        assert!(!html.contains(bad), "{bad}: {html}");
    }
    for good in ["<b>太字</b>", "loading=\"lazy\"", "<ruby>漢"] {
        assert!(html.contains(good), "{good}: {html}");
    }
}

#[test]
fn sanitising_leaves_our_own_html_as_it_is() {
    let body = "## 申込方法\n\n| 額 | x |\n|:--|--:|\n| 円 | 1 |\n\n{児童|じどう}[^1] ![図](files/a.png) [a](/b/#申込方法) <https://example.lg.jp/>\n\n[^1]: 注\n";
    let plain = html(body);
    let cleaned = html(&format!("{body}\n<br>\n"));
    let normal = |text: &str| {
        text.replace("<br>", "")
            .replace("<tbody>\n", "<tbody>")
            .replace('\n', "")
    };
    assert_eq!(normal(&cleaned), normal(&plain));
}

#[test]
fn dangerous_addresses_are_not_linked() {
    assert_eq!(html("[開く](javascript:alert%281%29)"), "<p>開く</p>\n");
    assert_eq!(html("[開く](<JaVa script:x>)"), "<p>開く</p>\n");
    assert_eq!(html("![図](data:text/html,x)"), "<p>図</p>\n");
    assert_eq!(
        html("[電話](tel:0561123456)"),
        "<p><a href=\"tel:0561123456\">電話</a></p>\n"
    );
    assert_eq!(
        html("[a](/b\"onclick=x)"),
        "<p><a href=\"/b&quot;onclick=x\">a</a></p>\n"
    );
}

struct Site;

impl Resolver for Site {
    fn link(&mut self, target: &str) -> Option<LinkTarget> {
        (target == "files/a.pdf").then(|| LinkTarget {
            url: "/files/abc/a.pdf".to_owned(),
            file: Some(FileInfo::of("a.pdf", 367_001)),
        })
    }

    fn image(&mut self, target: &str) -> Option<ImageTarget> {
        (target == "files/a.png").then(|| ImageTarget {
            url: "/files/abc/a.png".to_owned(),
            size: Some((640, 480)),
        })
    }
}

#[test]
fn files_say_what_they_are() {
    let rendered = render(
        "[申請書](files/a.pdf)と![窓口の写真](files/a.png)",
        &mut Site,
    );
    assert_eq!(
        rendered.html,
        "<p><a href=\"/files/abc/a.pdf\">申請書<span class=\"file-note\">（PDF：359KB）</span></a>と\
         <img src=\"/files/abc/a.png\" alt=\"窓口の写真\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\"></p>\n"
    );
    assert_eq!(rendered.text, "申請書（PDF：359KB）と窓口の写真");
    let said = render("[申請書（PDF：1MB）](files/a.pdf)", &mut Site).html;
    assert!(!said.contains("file-note"), "{said}");
    assert_eq!(
        [size_text(1), size_text(367_001), size_text(1_300_000)],
        ["1KB", "359KB", "1.2MB"]
    );
}

#[test]
fn text_for_mail() {
    let body = "## 申込方法\n\n[申請書](files/a.pdf)を、\n窓口へ**お持ち**ください。\n\n- 通帳\n- 印鑑\n    - 実印\n\n1. 一つ\n2. 二つ\n\n| 年齢 | 額 |\n|--|--|\n| 0歳 | 15,000円 |\n";
    assert_eq!(
        mail_text(body, &mut Site),
        "申込方法\n申請書（PDF：359KB） /files/abc/a.pdf を、窓口へお持ちください。\n\n・通帳\n・印鑑\n　・実印\n\n1. 一つ\n2. 二つ\n\n年齢 / 額\n0歳 / 15,000円"
    );
}
