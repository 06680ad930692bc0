//! ファイル: uploads as browsers send them, and what staff may do with files.

use kairan_db::audit::By;
use kairan_db::documents;
use kairan_db::editions::{self, DraftText};
use kairan_db::live::{self, Link, Publication};
use kairan_db::staff::{Grant, Role};
use kairan_db::testing::staff_at_work;
use kairan_db::uploads::{self, Upload};
use kairan_db::{sha256_hex, site};
use reqwest::{Client, Response, header, redirect};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{House, between};

const EDGE: &str = "----a-form";
/// A PDF with text, tags and a title: nothing to note.
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 3 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 3 >>\nendobj\n4 0 obj\n<< /Type /Font >>\nendobj\n5 0 obj\n<< /Title (A) /Producer (B) >>\nendobj\n%%EOF\n";

/// Somebody at a browser.
struct Desk<'a> {
    house: &'a House,
    cookie: String,
    token: String,
    key: String,
    client: Client,
}

impl<'a> Desk<'a> {
    async fn of(house: &'a House, role: Role) -> Self {
        let grant = Grant {
            role,
            department: kairan_db::staff::EVERYWHERE.to_owned(),
        };
        let now = house.ctx.clock.now();
        let (account, session) = house
            .ctx
            .write(move |c| {
                Ok(staff_at_work(
                    c,
                    "田中 花子",
                    std::slice::from_ref(&grant),
                    now,
                ))
            })
            .await
            .unwrap();
        let cookie = format!("kairan_staff={session}");
        let page = house.get_with("/admin/files/new", "cookie", &cookie).await;
        assert_eq!(page.status(), 200);
        let set = page.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = format!("{cookie}; {}", set.split(';').next().unwrap());
        let html = page.text().await.unwrap();
        Self {
            house,
            cookie,
            token: between(&html, "name=\"csrf_token\" value=\"", "\""),
            key: format!("staff:{}", account.id),
            client: Client::builder()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Response {
        self.house.get_with(path, "cookie", &self.cookie).await
    }

    async fn page(&self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status(), 200, "{path}");
        page.text().await.unwrap()
    }

    async fn post(&self, path: &str, body: Vec<u8>, accept: &str) -> Response {
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.client
            .post(self.house.url(path))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT, accept)
            .body(body)
            .send()
            .await
            .unwrap()
    }

    async fn send(&self, path: &str, files: &[(&str, &[u8])]) -> Response {
        self.post(path, form(&self.token, files), "text/html").await
    }

    /// As a script of a page sends it.
    async fn send_json(&self, files: &[(&str, &[u8])]) -> (u16, Value) {
        let mut body = form(&self.token, files);
        body.splice(..0, part("alt", "北町の[案内]図").into_bytes());
        let answer = self
            .post("/admin/files/upload", body, "application/json")
            .await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn press(&self, path: &str) -> Response {
        let fields = [("csrf_token", self.token.as_str()), ("sure", "yes")];
        self.house
            .post(path, &fields, &[("cookie", &self.cookie)])
            .await
    }
}

fn part(name: &str, value: &str) -> String {
    format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn form(token: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = part("csrf_token", token).into_bytes();
    for (name, bytes) in files {
        body.extend(
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n")
                .into_bytes(),
        );
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{EDGE}--\r\n").into_bytes());
    body
}

fn map() -> &'static [u8] {
    include_bytes!("../../../../examples/minori/files/hoken-center-map.png")
}

/// A document that is live and shows a file; its id.
async fn live_with(house: &House, slug: &'static str, path: &'static str) -> String {
    let now = house.ctx.clock.now();
    let write = move |c: &mut kairan_db::AnyConnection| {
        let text = DraftText {
            kind: "article",
            slug,
            lang: "ja",
            translates: None,
            title: "児童手当の手続きについて",
            owner: Some("kodomo-katei"),
            source: slug,
            publish_at: None,
            expires_at: None,
        };
        let imported = documents::import(c, None, &text, "cli", now)?;
        let edition = editions::get(c, imported.edition_id)?;
        let link = Link {
            role: "file".to_owned(),
            target: path.to_owned(),
        };
        let publication = Publication {
            edition_id: edition.id,
            revision: edition.revision,
            card: "{}",
            opens: None,
            closes: None,
            listed_at: None,
            spans: &[],
            links: &[link],
            aliases: &[],
        };
        live::publish(c, &publication, now)?;
        Ok(imported.document_id)
    };
    house.ctx.write(write).await.unwrap()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn what_readers_see_is_replaced_by_those_who_publish_it() {
    for house in House::each().await {
        let author = Desk::of(&house, Role::Author).await;
        author
            .send("/admin/files/upload", &[("form.pdf", PDF)])
            .await;
        let id = live_with(&house, "jido-teate", "files/form.pdf").await;
        let page = author.page("/admin/files/form.pdf").await;
        assert!(page.contains("児童手当の手続きについて") && page.contains(&id));
        assert!(page.contains("その記事を公開できる人だけが差し替えられます"));
        let new = [PDF, b"% 2026\n%%EOF\n"].concat();
        let path = "/admin/files/form.pdf/replace";
        assert_eq!(author.send(path, &[("new.pdf", &new)]).await.status(), 403);

        let publisher = Desk::of(&house, Role::Publisher).await;
        let other = publisher.send(path, &[("map.png", map())]).await;
        assert_eq!(other.status(), 422);
        assert!(other.text().await.unwrap().contains("種類のちがうファイル"));
        let done = publisher.send(path, &[("new.pdf", &new)]).await;
        assert_eq!(done.status(), 303);
        let bytes = house
            .ctx
            .read(|c| site::file_bytes(c, "files/form.pdf"))
            .await
            .unwrap();
        assert_eq!(bytes.unwrap(), new);
        let releases = house
            .ctx
            .read(kairan_db::releases::unfinished)
            .await
            .unwrap();
        assert_eq!(releases.len(), 1, "the live page is made anew");
        let number = releases[0].id;
        let documents = house
            .ctx
            .read(move |c| kairan_db::releases::documents(c, number))
            .await
            .unwrap();
        assert_eq!(documents[0].document_id, id);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_nothing_uses_is_removed() {
    for house in House::each().await {
        let author = Desk::of(&house, Role::Author).await;
        let files: [(&str, &[u8]); 2] = [("form.pdf", PDF), ("map.png", map())];
        let sent = author.send("/admin/files/upload", &files).await;
        assert_eq!(sent.status(), 200, "several files are listed");
        live_with(&house, "jido-teate", "files/form.pdf").await;
        let used = author.press("/admin/files/form.pdf/remove").await;
        assert_eq!(used.status(), 422);
        let page = used.text().await.unwrap();
        assert!(page.contains("消せません") && page.contains("児童手当の手続きについて"));

        let other = Desk::of(&house, Role::Author).await;
        assert_ne!(other.key, author.key);
        assert_eq!(
            other.press("/admin/files/map.png/remove").await.status(),
            403
        );
        assert_eq!(
            author.press("/admin/files/map.png/remove").await.status(),
            303
        );
        assert_eq!(author.get("/admin/files/map.png").await.status(), 404);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_folder_are_reached_and_never_run() {
    let house = House::new().await;
    let desk = Desk::of(&house, Role::Author).await;
    let now = house.ctx.clock.now();
    let put = move |c: &mut kairan_db::AnyConnection| {
        let html = b"<script>alert(1)</script>";
        let sha256 = sha256_hex(html);
        let upload = Upload {
            original_name: "x",
            bytes: html,
            sha256: &sha256,
            content_type: "text/html; charset=utf-8",
            dimensions: None,
            pages: None,
        };
        let by = By {
            key: "cli".to_owned(),
            origin: String::new(),
        };
        uploads::put(c, &upload, ["a/様式 1.html".to_owned()], &by, now)
    };
    house.ctx.write(put).await.unwrap();
    let list = desk.page("/admin/files").await;
    let href = between(&list, "<a class=\"flat filename\" href=\"", "\"");
    assert_eq!(href, "/admin/files/a%2F%E6%A7%98%E5%BC%8F%201.html");
    assert!(
        desk.page(&href)
            .await
            .contains("[a/様式 1](&lt;files/a/様式 1.html&gt;)")
    );
    let raw = desk.get(&format!("{href}/raw")).await;
    let said = |name: &str| raw.headers()[name].to_str().unwrap();
    assert_eq!(said("content-type"), "application/octet-stream");
    assert!(said("content-disposition").starts_with("attachment"));
    assert_eq!(said("x-content-type-options"), "nosniff");
    house.close().await;
}
