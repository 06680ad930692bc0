//! まとめて変える・進める: one change of many texts, or one step of many documents, with its effect shown before it is made
//! and a result for each.

mod change;
mod step;

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::documents;
use serde::Serialize;

use self::change::CHANGES;
use self::step::Step;
use super::row::department;
use crate::admin::guard::{Staff, Write};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

/// Documents at once.
const MOST: usize = 200;

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    owner: String,
    /// What a step would do, or why it cannot be taken.
    effect: String,
    /// Whether it can.
    able: bool,
    /// What the reader decides by: the revision, or the edition that is live.
    seen: i64,
}

#[derive(Serialize)]
struct Confirm {
    op: &'static str,
    /// Whether documents go a step on, instead of getting another text.
    step: bool,
    count: usize,
    /// What the button says, with how many.
    button: String,
    /// Whom a publication would tell: the sum over all documents, or nothing.
    people: Option<String>,
    lines: Vec<Line>,
    departments: Vec<Choice>,
    tags: Vec<Choice>,
    reviewers: Vec<Choice>,
}

#[derive(Serialize)]
struct Outcome {
    id: String,
    title: String,
    done: bool,
    words: String,
}

#[derive(Serialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
    done: usize,
    step: bool,
}

/// Shows what is meant and what it does, and asks with what. Nothing changes yet.
pub(crate) async fn confirm(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    posted: Posted,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    if posted.all("id").next().is_none() {
        let said =
            words.get("記事が選ばれていません。左の欄で選んでから、「次へ」を押してください。");
        return Ok(app.go("/admin/documents", said));
    }
    let ids = chosen(&posted)?;
    let site = app.site().await?;
    let mut view = Confirm {
        op: "",
        step: false,
        count: 0,
        button: String::new(),
        people: None,
        lines: Vec::new(),
        departments: Vec::new(),
        tags: Vec::new(),
        reviewers: Vec::new(),
    };
    if let Some(step) = Step::parse(posted.one("op")) {
        (view.op, view.step) = (step.as_str(), true);
        step::look(&app, &staff, step, ids, &mut view).await?;
    } else {
        let op = CHANGES.into_iter().find(|op| *op == posted.one("op"));
        view.op = op.ok_or(UNCHOSEN)?;
        let found = app
            .ctx
            .read(move |c| {
                ids.iter()
                    .map(|id| documents::find(c, id))
                    .collect::<kairan_db::Result<Vec<_>>>()
            })
            .await?;
        let lines = found.into_iter().flatten().map(|one| Line {
            owner: department(&site, one.owner.as_deref()),
            id: one.id,
            title: one.title,
            effect: String::new(),
            able: true,
            seen: 0,
        });
        view.lines = lines.collect();
    }
    view.count = view.lines.iter().filter(|line| line.able).count();
    view.button = words.say(
        match view.op {
            "submit" => "{n}件の承認を依頼する",
            "publish" => "{n}件を公開する",
            "schedule" => "{n}件の公開を予約する",
            "withdraw" => "{n}件を取り下げる",
            _ => "{n}件の下書きを変える",
        },
        &[("n", &view.count.to_string())],
    );
    let departments = site.departments.iter().map(|one| Choice {
        value: one.key.clone(),
        label: one.name.clone(),
    });
    view.departments = departments.collect();
    let tags = site.facets.iter().flat_map(|facet| {
        facet.tags.iter().map(|tag| Choice {
            value: tag.key.clone(),
            label: format!("{}：{}", facet.label, tag.label),
        })
    });
    view.tags = tags.collect();
    let title = match view.step {
        true => words.get("まとめて進める"),
        false => words.get("まとめて変える"),
    };
    let screen = Screen::new("find/bulk", title);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// Makes the change, or takes the step, for each document by itself.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    posted: Posted,
) -> Result<HttpResponse> {
    let ids = chosen(&posted)?;
    let words = app.words(Some(&staff.who));
    let (outcomes, step) = match Step::parse(posted.one("op")) {
        Some(step) => (step::take(&app, &staff, step, &posted, ids).await?, true),
        None => (change::make(&app, &staff, &posted, ids).await?, false),
    };
    let view = Outcomes {
        done: outcomes.iter().filter(|one| one.done).count(),
        outcomes,
        step,
    };
    let title = match step {
        true => words.get("まとめて進めた結果"),
        false => words.get("まとめて変えた結果"),
    };
    let screen = Screen::new("find/bulk-done", title);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

const UNCHOSEN: Error = Error::BadRequest("何をどう変えるかが選ばれていません。");

fn chosen(posted: &Posted) -> Result<Vec<String>> {
    let ids: Vec<String> = posted.all("id").map(str::to_owned).collect();
    match ids.len() {
        0 => Err(Error::BadRequest(
            "記事が選ばれていません。一覧に戻り、左の欄で選んでください。",
        )),
        n if n > MOST => Err(Error::BadRequest("一度に変えられるのは200件までです。")),
        _ => Ok(ids),
    }
}
