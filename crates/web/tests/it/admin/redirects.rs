//! 転送: the list, one added and taken away, many imported.

use kairan_db::staff::{Grant, Role};

use super::desk::Desk;
use super::page;
use crate::house::{House, between};

const LIST: &str = "/admin/redirects";

#[tokio::test]
async fn an_old_address_is_entered_listed_and_taken_away() {
    let house = House::new().await;
    let grants = [Grant::everywhere(Role::Administrator)];
    let mut desk = Desk::of(&house, "管理 花子", &grants).await;
    let html = desk.browser.page(LIST).await;
    assert!(html.contains("まだ転送はありません"), "{html}");

    let wrong = [("from", "/form.pdf"), ("to", "https://other.example.jp/")];
    let answer = desk.browser.send(LIST, &wrong).await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(html.contains("PDFなどのファイルは転送できません"), "{html}");
    assert!(html.contains("value=\"/form.pdf\""));
    // Both fields say what is wrong with them, and 設定 is where this is.
    let wrong = [("from", "kosodate/teate.html?id=1"), ("to", "nowhere")];
    let html = desk.browser.send(LIST, &wrong).await.text().await.unwrap();
    for (id, words) in [
        ("from", "「?」や「#」"),
        ("to", "行き先の記事が見つからない"),
    ] {
        let said = between(&html, &format!("id=\"{id}-m\""), "</p>");
        assert!(said.contains(words), "{html}");
    }
    assert!(
        html.contains("href=\"/admin/settings\" aria-current"),
        "{html}"
    );

    let right = [
        ("from", "/kosodate.html"),
        ("to", "https://other.example.jp/"),
    ];
    assert_eq!(desk.browser.send(LIST, &right).await.status(), 303);
    let html = desk
        .browser
        .page(&format!("{LIST}?q=kosodate&why=hand"))
        .await;
    assert!(
        html.contains("<code>/kosodate.html</code>") && html.contains("管理 花子"),
        "{html}"
    );
    let html = desk.browser.page(&format!("{LIST}?state=dead")).await;
    assert!(html.contains("当てはまる転送はありません"));
    let csv = desk.browser.page("/admin/redirects.csv").await;
    assert!(
        csv.contains("/kosodate.html,https://other.example.jp/"),
        "{csv}"
    );

    let ask = format!("{LIST}/remove?path=/kosodate.html");
    assert!(desk.browser.page(&ask).await.contains("外さないでください"));
    let path = [("path", "/kosodate.html")];
    let gone = format!("{LIST}/remove");
    assert_eq!(desk.browser.send(&gone, &path).await.status(), 303);
    assert_eq!(desk.browser.get(&ask).await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn a_table_says_what_becomes_of_each_line_before_it_is_taken() {
    let house = House::new().await;
    let grants = [Grant::everywhere(Role::Administrator)];
    let mut desk = Desk::of(&house, "管理 花子", &grants).await;
    let place = "/admin/redirects/import";
    let table = "from,to\r\n/a.html,https://other.example.jp/a\r\n/b.html,\r\n";
    let fields = [("table", table), ("do", "check")];
    let answer = desk.browser.send(place, &fields).await;
    assert_eq!(answer.status(), 200);
    let html = answer.text().await.unwrap();
    assert!(
        html.contains("1件の転送を加えられます") && html.contains("行き先がありません"),
        "{html}"
    );
    let listed = desk.browser.page(LIST).await;
    assert!(!listed.contains("/a.html"));
    let answer = desk
        .press(place, &page::form(&html, "table-form"), "save")
        .await;
    let html = answer.text().await.unwrap();
    assert!(html.contains("1件の転送を加えました"), "{html}");
    // What was not taken stands there again, and only that.
    let left = between(&html, "id=\"table\"", "</textarea>");
    assert!(
        left.contains("/b.html,") && !left.contains("/a.html,https"),
        "{left}"
    );
    assert!(
        desk.browser
            .page(LIST)
            .await
            .contains("<code>/a.html</code>")
    );
    let nothing = [("table", " "), ("do", "check")];
    assert_eq!(desk.browser.send(place, &nothing).await.status(), 422);
    house.close().await;
}
