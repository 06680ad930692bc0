//! What is kept: replaced, removed and shown by those who may.

use kairan_db::audit::By;
use kairan_db::staff::Role;
use kairan_db::uploads::{self, Upload};
use kairan_db::{sha256_hex, site};

use super::{Desk, PDF, live_with, map};
use crate::house::{House, between};

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
