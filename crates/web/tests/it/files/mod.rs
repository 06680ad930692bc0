//! ファイル: uploads as browsers send them, and what staff may do with files.

mod kept;
mod sent;

use kairan_db::documents;
use kairan_db::editions::{self, DraftText};
use kairan_db::live::{self, Link, Publication};
use kairan_db::staff::{Grant, Role};
use kairan_db::testing::staff_at_work;
use reqwest::{Client, Response, header, redirect};
use serde_json::Value;

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
    include_bytes!("../../../../../examples/minori/files/hoken-center-map.png")
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
