//! `/admin/`: what waits for me, and how things stand.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use kairan_db::editing::{self, Filter, Order, Page, Row, Stage};
use kairan_db::notices::{self, Account};
use kairan_db::staff::Role;
use kairan_db::{live, time};
use serde::Serialize;

use super::row::{Around, RowView};
use super::when;
use crate::admin::Screen;
use crate::admin::documents::{people::People, when::lately};
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

/// Lines of one box.
const BOX: i64 = 8;
/// Days in which an end counts as near.
const NEAR: i64 = 14;

#[derive(Serialize)]
struct Count {
    href: &'static str,
    icon: &'static str,
    label: String,
    n: i64,
    hot: bool,
}

/// A review that waits for me.
#[derive(Serialize)]
struct Turn {
    id: String,
    title: String,
    from: String,
    at: String,
    note: Option<String>,
}

/// A draft that came back.
#[derive(Serialize)]
struct Returned {
    #[serde(flatten)]
    row: RowView,
    by: String,
    answer: Option<String>,
    comments: usize,
}

#[derive(Serialize)]
struct Ending {
    id: String,
    title: String,
    left: String,
    what: String,
}

#[derive(Serialize)]
struct Sending {
    id: String,
    title: String,
    done: i64,
    people: i64,
    paused: bool,
}

#[derive(Serialize)]
struct Figure {
    label: String,
    n: i64,
    href: String,
}

#[derive(Serialize)]
struct View {
    today: String,
    counts: Vec<Count>,
    turns: Vec<Turn>,
    returned: Vec<Returned>,
    waiting: Vec<RowView>,
    drafts: Vec<RowView>,
    soon: Vec<RowView>,
    ending: Vec<Ending>,
    sending: Vec<Sending>,
    figures: Vec<Figure>,
    departments: Vec<Figure>,
    may_write: bool,
}

struct Known {
    turns: Vec<(editing::Review, String)>,
    returned: Vec<(Row, Option<editing::Review>, usize)>,
    waiting: Vec<Row>,
    drafts: Vec<Row>,
    soon: Vec<Row>,
    closing: Vec<(live::Live, chrono::NaiveDateTime)>,
    review: Vec<Row>,
    sending: Vec<(notices::Notice, Account, String)>,
    tally: editing::Tally,
    errors: i64,
    departments: Vec<(String, i64)>,
    people: People,
    mine: [i64; 4],
    live: i64,
}

/// The dashboard.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
) -> Result<HttpResponse> {
    let now = app.ctx.clock.now();
    let me = staff.who.id.clone();
    let (site, words) = (app.site().await?, app.words(Some(&staff.who)));
    let keys: Vec<String> = site.departments.iter().map(|one| one.key.clone()).collect();
    let known = app.ctx.read(move |c| known(c, &me, &keys, now)).await?;
    let closes = BTreeMap::new();
    let around = Around {
        words,
        site: &site,
        now,
        people: &known.people,
        closes: &closes,
    };
    let name = |key: &str| known.people.name(words, key);
    let rows = |rows: Vec<Row>| -> Vec<RowView> {
        rows.into_iter()
            .map(|row| RowView::new(row, &around))
            .collect()
    };
    let turns: Vec<Turn> = known
        .turns
        .into_iter()
        .map(|(review, title)| Turn {
            id: review.document_id,
            title,
            from: name(&review.submitted_by),
            at: lately(words, review.submitted_at, now),
            note: review.note,
        })
        .collect();
    let returned: Vec<Returned> = known
        .returned
        .into_iter()
        .map(|(row, review, comments)| Returned {
            row: RowView::new(row, &around),
            by: review
                .as_ref()
                .and_then(|one| one.decided_by.as_deref())
                .map(name)
                .unwrap_or_default(),
            answer: review.and_then(|one| one.answer),
            comments,
        })
        .collect();
    let mut ending: Vec<Ending> = known
        .closing
        .iter()
        .map(|(one, at)| Ending {
            id: one.document_id.clone(),
            title: title_of(&one.card),
            left: when::left(words, now, *at - Duration::seconds(1)),
            what: words.get("受付が終わります").to_owned(),
        })
        .collect();
    ending.extend(known.review.into_iter().map(|row| Ending {
        id: row.id,
        title: row.title,
        left: words.get("見直す日です").to_owned(),
        what: words.get("中身が今も正しいか、確かめてください").to_owned(),
    }));
    let of = |stage: Stage| {
        let found = known.tally.iter().find(|(one, _)| *one == stage);
        found.map_or(0, |(_, n)| *n)
    };
    let sending: Vec<Sending> = known
        .sending
        .into_iter()
        .map(|(notice, account, title)| Sending {
            id: notice.id,
            title,
            done: account.people.matched - account.people.open,
            people: account.people.matched,
            paused: notice.state == notices::NoticeState::Paused,
        })
        .collect();
    let reviewer = staff.may(Role::Reviewer, None);
    let [back, drafts, in_review, mine_errors] = known.mine;
    let turn_count = i64::try_from(turns.len()).unwrap_or(i64::MAX);
    let count = |href, icon, label: &str, n, hot| Count {
        href,
        icon,
        label: words.get(label).to_owned(),
        n,
        hot,
    };
    let first = if reviewer {
        count(
            "#turn",
            "check",
            words.get("あなたの承認を待つもの"),
            turn_count,
            turn_count > 0,
        )
    } else {
        count("#back", "back", words.get("差し戻し"), back, back > 0)
    };
    let counts = vec![
        first,
        count(
            "/admin/documents?view=mine&state=in_review",
            "clock",
            words.get("承認待ち"),
            in_review,
            false,
        ),
        count(
            "/admin/documents?view=mine&state=draft",
            "pencil",
            words.get("下書き"),
            drafts,
            false,
        ),
        count(
            "/admin/documents?state=scheduled",
            "cal",
            words.get("まもなく公開"),
            of(Stage::Scheduled),
            false,
        ),
        count(
            "/admin/documents?view=errors",
            "alert",
            words.get("直すところあり"),
            mine_errors,
            false,
        ),
        count(
            "/admin/notices",
            "send",
            words.get("送信中"),
            i64::try_from(sending.len()).unwrap_or(0),
            false,
        ),
    ];
    let figure = |label: &str, n, href: &str| Figure {
        label: words.get(label).to_owned(),
        n,
        href: href.to_owned(),
    };
    let figures = vec![
        figure(
            words.get("公開中"),
            known.live,
            "/admin/documents?state=published",
        ),
        figure(
            words.get("承認待ち"),
            of(Stage::InReview),
            "/admin/documents?state=in_review",
        ),
        figure(
            words.get("下書き"),
            of(Stage::Draft) + of(Stage::Returned),
            "/admin/documents?state=draft",
        ),
        figure(
            words.get("取り下げ"),
            of(Stage::Withdrawn),
            "/admin/documents?state=withdrawn",
        ),
        figure(
            words.get("直すところあり"),
            known.errors,
            "/admin/documents?view=errors",
        ),
    ];
    let departments = known
        .departments
        .iter()
        .map(|(key, n)| Figure {
            label: super::row::department(&site, Some(key)),
            n: *n,
            href: format!("/admin/documents?owner={key}"),
        })
        .collect();
    let today = time::jst_from_utc(now).date();
    let view = View {
        today: when::day(words, today, today),
        counts,
        turns,
        returned,
        waiting: rows(known.waiting),
        drafts: rows(known.drafts),
        soon: rows(known.soon),
        ending,
        sending,
        figures,
        departments,
        may_write: staff.may(Role::Author, None),
    };
    let screen = Screen::new("find/home", words.get("きょうの仕事"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

fn known(
    c: &mut kairan_db::AnyConnection,
    me: &str,
    departments: &[String],
    now: chrono::NaiveDateTime,
) -> kairan_db::Result<Known> {
    let some = |limit| Page { offset: 0, limit };
    let author = format!("staff:{me}");
    let mine = |stages: &'static [Stage]| Filter {
        editor: Some(&author),
        stages,
        ..Filter::default()
    };
    let mut turns = Vec::new();
    for review in editing::reviews_for(c, me, BOX)? {
        let title = kairan_db::documents::get(c, &review.document_id)?.title;
        turns.push((review, title));
    }
    let (back, back_count) =
        editing::list(c, &mine(&[Stage::Returned]), Order::Updated, some(BOX))?;
    let mut returned = Vec::new();
    for row in back {
        let edition = kairan_db::editions::open(c, &row.id)?;
        let review = match edition {
            Some(edition) => editing::latest_review(c, edition.id)?,
            None => None,
        };
        let comments = editing::comments(c, &row.id, true)?.len();
        returned.push((row, review, comments));
    }
    let (waiting, waiting_count) =
        editing::list(c, &mine(&[Stage::InReview]), Order::Updated, some(BOX))?;
    let (drafts, draft_count) =
        editing::list(c, &mine(&[Stage::Draft]), Order::Updated, some(BOX))?;
    let scheduled = Filter {
        stages: &[Stage::Scheduled, Stage::Approved],
        ..Filter::default()
    };
    let (soon, _) = editing::list(c, &scheduled, Order::Updated, some(BOX))?;
    let due = Filter {
        review_before: Some(now),
        ..Filter::default()
    };
    let (review, _) = editing::list(c, &due, Order::Updated, some(BOX))?;
    let closing = live::closing_between(c, now, now + Duration::days(NEAR), BOX)?;
    let mut sending = Vec::new();
    for notice in notices::list_open(c)?.into_iter().take(5) {
        let title = kairan_db::documents::find(c, &notice.document_id)?
            .map_or_else(String::new, |one| one.title);
        let (notice, account) = notices::account(c, &notice.id)?;
        sending.push((notice, account, title));
    }
    let in_error = Filter {
        in_error: true,
        ..Filter::default()
    };
    let (_, errors) = editing::list(c, &in_error, Order::Updated, some(0))?;
    let mut by_department = Vec::with_capacity(departments.len());
    for key in departments {
        let of = Filter {
            owner: Some(key),
            ..Filter::default()
        };
        by_department.push((
            key.clone(),
            editing::list(c, &of, Order::Updated, some(0))?.1,
        ));
    }
    Ok(Known {
        turns,
        returned,
        waiting,
        drafts,
        soon,
        closing,
        review,
        sending,
        tally: editing::tally(c, &Filter::default())?,
        errors,
        departments: by_department,
        people: People::load(c)?,
        mine: [back_count, draft_count, waiting_count, errors],
        live: live::count(c)?,
    })
}

/// The title on a card of a list.
fn title_of(card: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Titled {
        title: String,
    }
    serde_json::from_str::<Titled>(card).map_or_else(|_| String::new(), |card| card.title)
}
