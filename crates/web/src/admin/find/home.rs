//! `/admin/`: what waits for me, and how things stand.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use kairan_db::editing::{Row, Stage};
use kairan_db::notices;
use kairan_db::staff::Role;
use kairan_db::time;
use serde::Serialize;

use super::row::{Around, RowView};
use super::waiting::known;
use super::when;
use crate::admin::Screen;
use crate::admin::documents::when::lately;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

#[derive(Serialize)]
struct Count {
    href: &'static str,
    icon: &'static str,
    label: String,
    n: i64,
    hot: bool,
    /// Whose are counted.
    scope: String,
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

/// A publication that stopped: it would tell more than was confirmed.
#[derive(Serialize)]
struct Stopped {
    id: String,
    title: String,
    people: i64,
    at: String,
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
    held: Vec<Stopped>,
    returned: Vec<Returned>,
    ready: Vec<RowView>,
    waiting: Vec<RowView>,
    drafts: Vec<RowView>,
    soon: Vec<RowView>,
    ending: Vec<Ending>,
    sending: Vec<Sending>,
    figures: Vec<Figure>,
    departments: Vec<Figure>,
    may_write: bool,
}

/// The dashboard.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
) -> Result<HttpResponse> {
    let now = app.ctx.clock.now();
    let me = staff.who.clone();
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
    let held = known.held.into_iter().map(|one| Stopped {
        at: lately(words, one.at, now),
        id: one.document,
        title: one.title,
        people: one.people,
    });
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
    let [back, drafts, in_review] = known.mine;
    let errors = known.errors;
    let turn_count = i64::try_from(turns.len()).unwrap_or(i64::MAX);
    let count = |href, icon, label: &str, n, mine| Count {
        href,
        icon,
        label: words.get(label).to_owned(),
        n,
        hot: false,
        scope: if mine {
            words.get("自分の").to_owned()
        } else {
            words.get("全体の").to_owned()
        },
    };
    let first = if reviewer {
        count("#turn", "check", words.get("承認の依頼"), turn_count, true)
    } else {
        count("#back", "back", words.get("差し戻し"), back, true)
    };
    let counts = vec![
        Count {
            hot: first.n > 0,
            ..first
        },
        count(
            "/admin/documents?view=mine&state=in_review",
            "clock",
            words.get("承認待ち"),
            in_review,
            true,
        ),
        count(
            "/admin/documents?view=mine&state=draft",
            "pencil",
            words.get("下書き"),
            drafts,
            true,
        ),
        count(
            "#soon",
            "cal",
            words.get("まもなく公開"),
            of(Stage::Approved) + of(Stage::Scheduled),
            false,
        ),
        count(
            "/admin/documents?view=errors",
            "alert",
            words.get("直すところあり"),
            errors,
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
        held: held.collect(),
        returned,
        ready: rows(known.ready),
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

/// The title on a card of a list.
fn title_of(card: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Titled {
        title: String,
    }
    serde_json::from_str::<Titled>(card).map_or_else(|_| String::new(), |card| card.title)
}
