//! What waits for me, the list and its filters, changes to many documents at once.

use kairan_db::editions;
use kairan_db::staff::{Grant, Role};
use kairan_pipeline::workflow::{self, Actor, At};

use super::desk::{Desk, Pairs};
use super::page;
use crate::house::House;

fn faq(slug: &str, title: &str, owner: &str, more: &str) -> String {
    format!(
        "---\nkind: faq # 種別\nslug: {slug}\ntitle: {title}\nsummary: 一覧の試験です。\ncategory: childcare\ncontact: {owner}\n{more}---\n{title}に答えます。\n"
    )
}

#[tokio::test]
async fn the_list_is_narrowed_by_its_address() {
    for house in House::each().await {
        let mut desk = Desk::author(&house, "さがす人").await;
        let hydrangea = house
            .draft(&faq("ajisai", "紫陽花の見ごろ", "kodomo-katei", ""))
            .await;
        let broken = house
            .draft(&faq(
                "kowareta",
                "壊れた質問",
                "kodomo-katei",
                "colour: red\n",
            ))
            .await;
        let all = desk.browser.page("/admin/documents").await;
        assert!(all.contains(&hydrangea) && all.contains(&broken), "{all}");
        // Words of the body are found as well as words of the title.
        let found = desk.browser.page("/admin/documents?q=紫陽花").await;
        assert!(found.contains(&hydrangea) && !found.contains(&broken));
        let errors = desk.browser.page("/admin/documents?view=errors").await;
        assert!(errors.contains(&broken) && !errors.contains(&hydrangea));
        let drafts = "/admin/documents?state=draft&kind=faq&owner=kodomo-katei&category=childcare";
        assert!(desk.browser.page(drafts).await.contains(&hydrangea));
        let mine = desk.browser.page("/admin/documents?view=mine").await;
        assert!(!mine.contains(&hydrangea), "the command line wrote it");
        let none = desk.browser.page("/admin/documents?state=published").await;
        assert!(!none.contains(&hydrangea) && none.contains("当てはまる記事はありません"));
        // What the address does not know is left out rather than refused.
        let odd = desk
            .browser
            .page("/admin/documents?state=%3Cb%3E&page=-3&zzz=1")
            .await;
        assert!(odd.contains(&hydrangea) && !odd.contains("<b>"));
        let csv = desk.browser.page("/admin/documents.csv?q=紫陽花").await;
        assert!(csv.contains("紫陽花の見ごろ") && !csv.contains("壊れた質問"));
        house.close().await;
    }
}

#[tokio::test]
async fn the_first_screen_shows_what_is_mine() {
    let house = House::new().await;
    let mut desk = Desk::author(&house, "書く人").await;
    let mut other = Desk::author(&house, "別の人").await;
    let id = house
        .draft(&faq("kakikake", "書きかけの質問", "kodomo-katei", ""))
        .await;
    // It becomes theirs with their first change.
    let mut form = desk.form(&id).await;
    for (name, value) in &mut form {
        if name == "summary" {
            *value = "書きかけです。".to_owned();
        }
    }
    desk.save(&id, &form).await;
    let home = desk.browser.page("/admin/").await;
    assert!(
        home.contains("きょうの仕事") && home.contains(&id),
        "{home}"
    );
    let others = other.browser.page("/admin/").await;
    assert!(!others.contains("書きかけの質問"));
    let links = desk.browser.page("/admin/links").await;
    assert!(links.contains("リンク切れはありません"));
    let dead = house
        .draft(&faq(
            "kire",
            "切れた質問",
            "kodomo-katei",
            "related: [nai-mono]\n",
        ))
        .await;
    let links = desk.browser.page("/admin/links").await;
    assert!(links.contains(&dead) && links.contains("nai-mono"));
    house.close().await;
}

#[tokio::test]
async fn many_drafts_change_at_once_each_with_its_result() {
    for house in House::each().await {
        let mut desk = Desk::author(&house, "まとめる人").await;
        let mine = house
            .draft(&faq("watashi", "わたしの", "kodomo-katei", ""))
            .await;
        let theirs = house
            .draft(&faq("yoso", "よその", "hoken-nenkin", ""))
            .await;
        let chosen = [
            ("op", "owner"),
            ("id", mine.as_str()),
            ("id", theirs.as_str()),
        ];
        let asked = desk.browser.send("/admin/documents/bulk", &chosen).await;
        let asked = asked.text().await.unwrap();
        assert!(
            asked.contains("わたしの") && asked.contains("よその"),
            "{asked}"
        );
        let before = house.source(&mine).await;
        let with = [&chosen[..], &[("owner", "hoken-nenkin")]].concat();
        let done = desk.browser.send("/admin/documents/bulk/do", &with).await;
        let done = done.text().await.unwrap();
        assert!(done.contains("1件を変えました"), "{done}");
        assert!(done.contains("担当の部署が違うため"), "{done}");
        let after = house.source(&mine).await;
        assert!(after.contains("owner: hoken-nenkin"), "{after}");
        let rest: String = after
            .lines()
            .filter(|line| !line.starts_with("owner:"))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(rest, before, "nothing else changed");
        assert!(!house.source(&theirs).await.contains("owner:"));
        let nothing = desk
            .browser
            .send("/admin/documents/bulk", &[("op", "owner")])
            .await;
        assert_eq!(nothing.status(), 303);
        let back = desk.browser.page("/admin/documents").await;
        assert!(back.contains("記事が選ばれていません"), "{back}");
        // Whoever must not see the log sees what was done in the history of the document.
        let history = desk.browser.page(&format!("/admin/documents/{mine}")).await;
        assert!(history.contains("ほかの記事とまとめて変えた"), "{history}");
        house.close().await;
    }
}

#[tokio::test]
async fn many_documents_take_a_step_each_with_its_result() {
    for house in House::each().await {
        let mut author = Desk::author(&house, "まとめる人").await;
        let reviewer = Desk::of(&house, "課長", &[Grant::everywhere(Role::Reviewer)]).await;
        let mut publisher = Desk::of(&house, "公開", &[Grant::everywhere(Role::Publisher)]).await;
        let mut ids = Vec::new();
        for (slug, owner) in [
            ("ichi", "kodomo-katei"),
            ("ni", "kodomo-katei"),
            ("san", "hoken-nenkin"),
        ] {
            ids.push(house.draft(&faq(slug, slug, owner, "")).await);
        }
        let [first, second, third] = [0, 1, 2].map(|at: usize| ids[at].as_str());
        let chosen = |op| [("op", op), ("id", first), ("id", second), ("id", third)];

        let html = look(&mut author, &chosen("submit")).await;
        assert!(
            html.contains("承認待ちになり") && html.contains("進められません"),
            "{html}"
        );
        let mut pairs = page::form(&html, "bulk");
        assert_eq!(pairs.iter().filter(|(name, _)| name == "id").count(), 2);
        page::set(&mut pairs, "reviewer", &reviewer.who.id);
        let done = take(&mut author, &pairs).await;
        assert!(done.contains("2件を進めました"), "{done}");
        let again = take(&mut author, &pairs).await;
        assert!(again.contains("0件を進めました"), "{again}");
        let approver = actor(&reviewer);
        for id in [first, second] {
            workflow::approve(&house.ctx, &approver, at(&house, id).await, "")
                .await
                .unwrap();
        }

        // The second changes after it was looked at: the first goes all the same.
        let html = look(&mut publisher, &chosen("publish")).await;
        assert!(html.contains("だれにも知らせません"), "{html}");
        let pairs = page::form(&html, "bulk");
        assert_eq!(pairs.iter().filter(|(name, _)| name == "id").count(), 2);
        workflow::reopen(&house.ctx, &actor(&author), at(&house, second).await)
            .await
            .unwrap();
        let done = take(&mut publisher, &pairs).await;
        assert!(done.contains("1件を進めました"), "{done}");
        assert!(done.contains("この文書が変わりました"), "{done}");

        let html = look(&mut author, &[("op", "submit"), ("id", second)]).await;
        let mut pairs = page::form(&html, "bulk");
        page::set(&mut pairs, "reviewer", &reviewer.who.id);
        take(&mut author, &pairs).await;
        workflow::approve(&house.ctx, &approver, at(&house, second).await, "")
            .await
            .unwrap();
        let html = look(&mut publisher, &[("op", "schedule"), ("id", second)]).await;
        let mut pairs = page::form(&html, "bulk");
        page::set(&mut pairs, "date", "2001-01-01");
        let past = take(&mut publisher, &pairs).await;
        assert!(past.contains("公開する日時が過ぎています"), "{past}");
        page::set(&mut pairs, "date", "2099-01-01");
        let done = take(&mut publisher, &pairs).await;
        assert!(done.contains("1件を進めました"), "{done}");
        let html = look(&mut publisher, &[("op", "withdraw"), ("id", second)]).await;
        assert!(html.contains("この文書は公開されていません"), "{html}");
        // An author sees no way to publish, and cannot take one either.
        let html = look(&mut author, &[("op", "publish"), ("id", second)]).await;
        assert!(html.contains("必要な役割がありません"), "{html}");
        house.close().await;
    }
}

async fn look(desk: &mut Desk<'_>, fields: &[(&str, &str)]) -> String {
    let answer = desk.browser.send("/admin/documents/bulk", fields).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn take(desk: &mut Desk<'_>, pairs: &Pairs) -> String {
    let fields: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (&**a, &**b)).collect();
    let answer = desk.browser.post("/admin/documents/bulk/do", &fields).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

fn actor(desk: &Desk<'_>) -> Actor {
    Actor {
        who: desk.who.clone(),
        origin: "192.0.2.7".to_owned(),
    }
}

async fn at(house: &House, id: &str) -> At {
    let document = id.to_owned();
    let open = house
        .ctx
        .read(move |c| editions::open(c, &document))
        .await
        .unwrap();
    At {
        document: id.to_owned(),
        revision: open.unwrap().revision,
    }
}
