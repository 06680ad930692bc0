//! What is sent: taken by its bytes, or refused in words.

use kairan_db::staff::Role;
use reqwest::header;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Desk, EDGE, PDF, form, map};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_kept_shown_and_offered_to_the_body() {
    for house in House::each().await {
        let desk = Desk::of(&house, Role::Author).await;
        let sent = desk
            .send("/admin/files/upload", &[("北町の地図.PNG", map())])
            .await;
        assert_eq!(sent.status(), 303);
        let place = sent.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            place,
            "/admin/files/%E5%8C%97%E7%94%BA%E3%81%AE%E5%9C%B0%E5%9B%B3.png"
        );
        let page = desk.page(&place).await;
        for shown in [
            "![](files/北町の地図.png)",
            "640×400",
            "どの記事にも使われていません",
            "田中 花子",
            "北町の地図.PNG",
        ] {
            assert!(page.contains(shown), "{shown} in {page}");
        }
        let list = desk.page("/admin/files").await;
        let thumb = format!("src=\"{place}/raw\"");
        assert!(list.contains(&thumb), "{thumb} in {list}");
        let raw = desk.get(&format!("{place}/raw")).await;
        assert_eq!(raw.status(), 200);
        let said = |name: &str| raw.headers()[name].to_str().unwrap();
        assert_eq!(said("content-type"), "image/png");
        assert_eq!(said("x-content-type-options"), "nosniff");
        assert!(said("content-security-policy").contains("sandbox"));
        assert!(said("content-disposition").starts_with("inline"));
        let tag = said("etag").to_owned();
        let again = format!("{}; x=1", desk.cookie);
        let again = desk
            .client
            .get(house.url(&format!("{place}/raw")))
            .header(header::COOKIE, again)
            .header(header::IF_NONE_MATCH, tag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), 304);

        // Sent twice, kept once; other bytes under the same name get a number.
        let again = desk
            .send("/admin/files/upload", &[("北町の地図.PNG", map())])
            .await;
        assert_eq!(again.headers()[header::LOCATION].to_str().unwrap(), place);
        let list = desk.page("/admin/files?q=%E5%9C%B0%E5%9B%B3").await;
        assert!(list.contains("1件のうち 1〜1件目"), "{list}");
        let none = desk.page("/admin/files?kind=pdf").await;
        assert!(none.contains("当てはまるファイルはありません"));
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_told_what_became_of_each_file() {
    let house = House::new().await;
    let desk = Desk::of(&house, Role::Author).await;
    let (status, answer) = desk.send_json(&[("map.png", map())]).await;
    assert_eq!(status, 200);
    let kept = &answer["files"][0]["kept"];
    assert_eq!(kept["path"], "files/map.png");
    assert_eq!(kept["content_type"], "image/png");
    assert_eq!(
        (kept["width"].as_i64(), kept["height"].as_i64()),
        (Some(640), Some(400))
    );
    assert_eq!(kept["markdown"], "![北町の\\[案内\\]図](files/map.png)");

    let program = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 100]].concat();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let files: [(&str, &[u8]); 3] = [
        ("photo.jpg", &program),
        ("logo.png", svg),
        ("様式.pdf", PDF),
    ];
    let (status, answer) = desk.send_json(&files).await;
    assert_eq!(status, 422);
    let code = |at: usize| answer["files"][at]["error"]["code"].as_str();
    assert_eq!(
        (code(0), code(1), code(2)),
        (Some("program"), Some("svg"), None)
    );
    assert!(
        answer["files"][1]["error"]["advice"]
            .as_str()
            .unwrap()
            .contains("PNG")
    );
    // One that is refused does not hold up the others.
    assert_eq!(answer["files"][2]["kept"]["pages"], 3);

    let list = desk
        .client
        .get(house.url("/admin/files?kind=pdf"))
        .header(header::COOKIE, &desk.cookie)
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .unwrap();
    let list: Value = list.json().await.unwrap();
    assert_eq!(
        (&list["total"], &list["files"][0]["path"]),
        (&1.into(), &"files/様式.pdf".into())
    );

    // People read the same on a page.
    let page = desk.send("/admin/files/upload", &files[..1]).await;
    assert_eq!(page.status(), 422);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("photo.jpg") && page.contains("プログラムです"),
        "{page}"
    );
    house.close().await;
}

/// The most memory that this process ever had, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_are_refused_in_words_and_never_held() {
    let house = House::new().await;
    let desk = Desk::of(&house, Role::Author).await;
    let before = peak();
    let head = form(&desk.token, &[("大きい.pdf", b"%PDF-1.7\n")]);
    let end = format!("\r\n--{EDGE}--\r\n").len();
    let (head, tail) = head.split_at(head.len() - end);
    let length = head.len() + 100_000_000 + tail.len();
    let address = house.address.trim_start_matches("http://");
    let mut line = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /admin/files/upload HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nContent-Type: multipart/form-data; boundary={EDGE}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        desk.cookie
    );
    line.write_all(request.as_bytes()).await.unwrap();
    line.write_all(head).await.unwrap();
    let piece = vec![b'0'; 1_000_000];
    for _ in 0..100 {
        line.write_all(&piece).await.unwrap();
    }
    line.write_all(tail).await.unwrap();
    let mut page = String::new();
    line.read_to_string(&mut page).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 422"), "{page}");
    assert!(
        page.contains("ファイルが大きすぎます（100.1 MB）。置けるのは 20 MB までです。"),
        "{page}"
    );
    assert!(page.contains("最小サイズ"));
    assert!(peak() - before < 80_000, "{} kB", peak() - before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_and_people_without_a_role_are_refused() {
    let house = House::new().await;
    let desk = Desk::of(&house, Role::Author).await;
    let body = form("another token", &[("map.png", map())]);
    let answer = desk.post("/admin/files/upload", body, "text/html").await;
    assert_eq!(answer.status(), 403);
    let after = [form(&desk.token, &[]), Vec::new()].concat();
    let answer = desk.post("/admin/files/upload", after, "text/html").await;
    assert_eq!(answer.status(), 400, "no file was chosen");
    let nobody = house.get("/admin/files").await;
    assert_eq!(nobody.status(), 303);
    let raw = house.get("/admin/files/map.png/raw").await;
    assert_eq!(raw.status(), 303);
    let list = desk.page("/admin/files").await;
    assert!(
        list.contains("まだファイルはありません"),
        "nothing was kept"
    );
    assert_eq!(desk.get("/admin/files/none.png").await.status(), 404);
    house.close().await;
}
