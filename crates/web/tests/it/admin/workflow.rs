//! From the author's hands to readers, through the screens.

use kairan_db::staff::{Grant, Role};
use reqwest::Response;

use super::desk::Desk;
use crate::house::{House, between};

const KODOMO: &str = "kodomo-katei";

async fn reviewer(house: &House) -> Desk<'_> {
    Desk::of(house, "鈴木 課長", &[Grant::of(Role::Reviewer, KODOMO)]).await
}

async fn publisher(house: &House) -> Desk<'_> {
    Desk::of(house, "高橋 公開", &[Grant::everywhere(Role::Publisher)]).await
}

/// An article that points at nothing else, with a notice.
const ARTICLE: &str = "---\nkind: article\nslug: teate\ntitle: 児童手当\nsummary: 児童手当の申込みのご案内です。\n\
category: money/child-allowance\ntarget: { text: お子さんを育てている方, when: { child: { age: \"0..15\" } } }\nanytime: true\n\
contact: kodomo-katei\nnotice: { channels: [mail, line], round: 1 }\n---\n\n## 手続き\n\n窓口でお受けします。\n";

/// A draft by this author.
async fn draft(house: &House, author: &mut Desk<'_>) -> String {
    let id = house.draft(ARTICLE).await;
    let mut pairs = author.form(&id).await;
    super::page::set(&mut pairs, "title", "児童手当の申込み");
    author.save(&id, &pairs).await;
    id
}

fn place(id: &str, screen: &str) -> String {
    format!("/admin/documents/{id}/{screen}")
}

/// Sends a form of a screen, over the revision it shows.
async fn act(
    desk: &mut Desk<'_>,
    id: &str,
    screen: &str,
    to: &str,
    fields: &[(&str, &str)],
) -> Response {
    let html = desk.browser.page(&place(id, screen)).await;
    let revision = html
        .contains("name=\"revision\"")
        .then(|| between(&html, "name=\"revision\" value=\"", "\""));
    let mut all: Vec<(&str, &str)> = revision
        .iter()
        .map(|one| ("revision", one.as_str()))
        .collect();
    all.extend_from_slice(fields);
    desk.browser.send(&place(id, to), &all).await
}

async fn submit(author: &mut Desk<'_>, id: &str, to: &str) -> Response {
    let fields = [("reviewer", to), ("note", "持ち物を足しました")];
    act(author, id, "submit", "submit", &fields).await
}

#[track_caller]
fn went(answer: &Response, to: &str) {
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], to);
}

#[tokio::test]
async fn a_text_goes_to_its_reviewer_and_back_and_is_scheduled() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let mut reviewer = reviewer(&house).await;
    let mut publisher = publisher(&house).await;
    let id = draft(&house, &mut author).await;
    let html = author.browser.page(&place(&id, "submit")).await;
    assert!(
        html.contains("鈴木 課長") && !html.contains("山田 太郎</label>"),
        "{html}"
    );
    let boss = reviewer.who.id.clone();
    went(
        &submit(&mut author, &id, &boss).await,
        &format!("/admin/documents/{id}"),
    );

    assert_eq!(house.deliver().await, 1);
    let letter = house.letter().await;
    assert!(
        letter.contains(&format!("/admin/documents/{id}/review")),
        "{letter}"
    );

    let html = reviewer.browser.page(&place(&id, "review")).await;
    for words in [
        "持ち物を足しました",
        "新しい記事の内容",
        "児童手当の申込み",
        "市民に見えるページ",
        "差し戻す",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let said = act(
        &mut reviewer,
        &id,
        "review",
        "review",
        &[("do", "return"), ("word", "")],
    )
    .await;
    assert_eq!(said.status(), 422);
    // It is said where the word is written, and that is where one goes on.
    let html = said.text().await.unwrap();
    let missing = html.split("id=\"why\"").nth(1).unwrap();
    assert!(missing.contains("どこを直してほしいか") && !html.contains("id=\"problem\""));
    assert!(missing.contains("aria-invalid=\"true\" autofocus"));
    let remark = [("field", "title"), ("comment", "年度を入れてください")];
    let answer = act(&mut reviewer, &id, "review", "review/comment", &remark).await;
    assert_eq!(answer.status(), 303);
    let html = reviewer.browser.page(&place(&id, "review")).await;
    assert!(html.contains("年度を入れてください"));
    let back = [("do", "return"), ("word", "もう少しです")];
    let answer = act(&mut reviewer, &id, "review", "review", &back).await;
    went(&answer, &format!("/admin/documents/{id}"));
    let html = author.browser.page(&place(&id, "edit")).await;
    assert!(html.contains("差し戻し") && html.contains("年度を入れてください"));
    // Who sent it back and why stands above the form, and with the comments.
    assert!(html.contains("鈴木 課長さんが差し戻しました"), "{html}");
    assert_eq!(html.matches("<p>もう少しです</p>").count(), 2);

    submit(&mut author, &id, &boss).await;
    let answer = act(&mut reviewer, &id, "review", "review", &[("do", "approve")]).await;
    went(&answer, &format!("/admin/documents/{id}"));

    // It is the next thing to do for whoever may publish it, and for nobody else.
    let elsewhere = Desk::of(&house, "別の課", &[Grant::of(Role::Publisher, "zeimu")]).await;
    let home = publisher.browser.page("/admin/").await;
    assert!(home.contains("公開する日時を決める") && home.contains(&place(&id, "plan")));
    for mut desk in [elsewhere, author] {
        let home = desk.browser.page("/admin/").await;
        assert!(home.contains("あなたを待っているものはありません"));
        assert!(!home.contains("公開する日時を決める"));
    }

    let html = publisher.browser.page(&place(&id, "plan")).await;
    for words in [
        "公開すると、こうなります",
        "まだ、だれにも送っていません",
        // Nobody is registered here.
        "知らせるときの文面",
        "/articles/teate/",
        "いま公開する",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    let past = [("do", "schedule"), ("date", "2026-11-30"), ("time", "9:00")];
    let answer = act(&mut publisher, &id, "plan", "plan", &past).await;
    assert_eq!(answer.status(), 422);
    let html = answer.text().await.unwrap();
    assert!(html.contains("公開する日時が過ぎています") && html.contains("2026-11-30"));
    let nine = [
        ("do", "schedule"),
        ("date", "令和8年12月2日"),
        ("time", "午前9時"),
    ];
    went(
        &act(&mut publisher, &id, "plan", "plan", &nine).await,
        &place(&id, "plan"),
    );
    let html = publisher.browser.page(&place(&id, "plan")).await;
    assert!(html.contains("令和8年12月2日（水曜日）午前9時") && html.contains("予約を取り消す"));
    went(
        &act(&mut publisher, &id, "plan", "plan", &[("do", "unschedule")]).await,
        &place(&id, "plan"),
    );
    went(
        &act(&mut publisher, &id, "plan", "plan", &[("do", "publish")]).await,
        &place(&id, "progress"),
    );
    let html = publisher.browser.page(&place(&id, "progress")).await;
    assert!(html.contains("ページを作る") && html.contains("data-refresh"));
    house.close().await;
}

#[tokio::test]
async fn what_was_told_already_is_not_said_to_tell_anybody_again() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let mut reviewer = reviewer(&house).await;
    let mut publisher = publisher(&house).await;
    let id = draft(&house, &mut author).await;
    let seal = |words: &str| format!("<b>お知らせ</b>{words}</span>");
    let html = author.browser.page(&place(&id, "edit")).await;
    assert!(html.contains(&seal("0人")), "{html}");
    super::notices::notice_of(&house, &id).await;
    let boss = reviewer.who.id.clone();
    submit(&mut author, &id, &boss).await;
    let html = reviewer.browser.page(&place(&id, "review")).await;
    assert!(html.contains("もう送りました。公開しても、だれにも届きません。"));
    let screens = [
        html,
        publisher.browser.page(&place(&id, "plan")).await,
        author.browser.page(&place(&id, "edit")).await,
        author.browser.page(&format!("/admin/documents/{id}")).await,
    ];
    for html in screens {
        assert!(html.contains(&seal("送りました")), "{html}");
        assert!(!html.contains("実際に届くもの") && !html.contains("知らせるときの文面"));
    }
    house.close().await;
}

#[tokio::test]
async fn a_time_that_is_over_says_nothing_about_a_draft() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let yesterday = ARTICLE.replace("anytime:", "publish_at: 2026-11-30T09:00\nanytime:");
    let id = house.draft(&yesterday).await;
    let html = author.browser.page(&place(&id, "edit")).await;
    assert!(html.contains("<b>公開</b>まだです</span>"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn who_may_not_is_told_so_and_who_is_late_too() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let mut boss = reviewer(&house).await;
    let mut publisher = publisher(&house).await;
    let mut stranger = Desk::of(&house, "別の課", &[Grant::of(Role::Publisher, "zeimu")]).await;
    let id = draft(&house, &mut author).await;
    let to = boss.who.id.clone();
    submit(&mut author, &id, &to).await;
    let yes = [("do", "approve"), ("revision", "1")];
    assert_eq!(
        author
            .browser
            .send(&place(&id, "review"), &yes)
            .await
            .status(),
        403
    );
    let answer = act(&mut stranger, &id, "review", "review", &[("do", "approve")]).await;
    assert_eq!(answer.status(), 403);
    let late = boss.browser.send(&place(&id, "review"), &yes).await;
    assert_eq!(late.status(), 409);
    let text = late.text().await.unwrap();
    assert!(
        text.contains("画面を開いたあとに") && text.contains("承認する"),
        "{text}"
    );
    // A reviewer does not publish, an author neither confirms nor forces.
    for button in ["publish", "schedule", "force", "confirm", "again"] {
        let fields = [("do", button), ("revision", "1")];
        assert_eq!(
            boss.browser
                .send(&place(&id, "plan"), &fields)
                .await
                .status(),
            403
        );
        assert_eq!(
            author
                .browser
                .send(&place(&id, "plan"), &fields)
                .await
                .status(),
            403
        );
    }
    let answer = act(
        &mut publisher,
        &id,
        "plan",
        "plan",
        &[("do", "force"), ("reason", "")],
    )
    .await;
    assert_eq!(answer.status(), 422);
    for screen in ["", "/submit", "/review", "/plan", "/progress"] {
        let nowhere = format!("/admin/documents/01JD3M9QK5W3T8Z6B1N0R4V7YZ{screen}");
        assert_eq!(
            author.browser.get(&nowhere).await.status(),
            404,
            "{nowhere}"
        );
    }
    house.close().await;
}

#[tokio::test]
async fn the_overview_says_where_it_stands_and_what_can_be_done() {
    let house = House::new().await;
    let mut author = Desk::author(&house, "山田 太郎").await;
    let id = draft(&house, &mut author).await;
    let here = format!("/admin/documents/{id}");
    let html = author.browser.page(&here).await;
    for words in [
        "児童手当の申込み",
        "こども家庭課",
        "続きを書く",
        "保管する",
        "削除する",
        "まだ公開していません",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(
        author.browser.get(&format!("{here}/qr.svg")).await.status(),
        404
    );
    let text = author.browser.page(&format!("{here}/newsletter.txt")).await;
    assert!(text.starts_with("■児童手当の申込み"), "{text}");
    went(
        &author.browser.send(&format!("{here}/archive"), &[]).await,
        &here,
    );
    assert!(author.browser.page(&here).await.contains("保管"));
    went(
        &author.browser.send(&format!("{here}/restore"), &[]).await,
        &format!("{here}/edit"),
    );
    went(
        &author
            .browser
            .send(&format!("{here}/delete"), &[("sure", "on")])
            .await,
        "/admin/documents",
    );
    assert_eq!(author.browser.get(&here).await.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn what_was_withdrawn_is_gone_and_not_just_missing() {
    use kairan_db::withdrawals::{self, Way, Withdrawal};
    let house = House::new().await;
    let id = house.draft(ARTICLE).await;
    let note = Withdrawal {
        document_id: id,
        kind: "article".into(),
        slug: "withdrawn-one".into(),
        lang: "ja".into(),
        title: "前の手当".into(),
        way: Way::Gone,
        reason: "制度が終わったため".into(),
        target: None,
        staff: "x".into(),
        withdrawn_at: house.ctx.clock.now(),
    };
    house
        .ctx
        .write(move |c| withdrawals::put(c, &note))
        .await
        .unwrap();
    assert_eq!(house.get("/articles/withdrawn-one/").await.status(), 410);
    assert_eq!(house.get("/articles/never-there/").await.status(), 404);
    house.close().await;
}
