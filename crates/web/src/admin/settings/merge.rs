//! 部署をまとめる: which documents name a department, and then their drafts naming another.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_pipeline::settings::{self, MOST, Merged, Naming};
use serde::Serialize;

use crate::admin::guard::{Administer, Staff};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    from: Named,
    into: Named,
    /// Documents of the department; those of one step are listed.
    total: usize,
    now: usize,
    lines: Vec<Line>,
    done: bool,
    changed: usize,
}

#[derive(Serialize)]
struct Named {
    key: String,
    name: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    changed: bool,
    words: String,
}

/// Shows the documents that are meant; with `do=merge` changes their drafts.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    posted: Posted,
) -> Result<HttpResponse> {
    let site = app.site().await?;
    let named = |field| {
        let one = site.department(posted.one(field))?;
        Some(Named {
            key: one.key.clone(),
            name: one.name.clone(),
        })
    };
    let (Some(from), Some(into)) = (named("from"), named("into")) else {
        return Err(Error::BadRequest("部署が選ばれていません。"));
    };
    if from.key == into.key {
        return Err(Error::BadRequest(
            "同じ部署です。別の部署を選んでください。",
        ));
    }
    let words = app.words(Some(&staff.who));
    let found = settings::naming(&app.ctx, from.key.clone()).await?;
    let total = found.len();
    let done = posted.one("do") == "merge";
    let lines: Vec<Line> = if done {
        // Those that were shown, and none that came in between.
        let shown: Vec<String> = posted.all("id").take(MOST).map(str::to_owned).collect();
        let (a, b) = (from.key.clone(), into.key.clone());
        let merged = settings::merge(&app.ctx, a, b, shown, staff.by()).await?;
        let line = |(one, what)| line(words, one, Some(what));
        merged.into_iter().map(line).collect()
    } else {
        let found = found.into_iter().take(MOST);
        found.map(|one| line(words, one, None)).collect()
    };
    let view = View {
        from,
        into,
        total,
        now: lines.len(),
        changed: lines.iter().filter(|line| line.changed).count(),
        lines,
        done,
    };
    let screen = Screen::new("settings/merge", words.get("部署をまとめる"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

fn line(words: &Language, one: Naming, what: Option<Merged>) -> Line {
    let told = match what {
        None => "",
        Some(Merged::Changed) => words.get("下書きを変えました"),
        Some(Merged::UnderWay) => {
            words.get("承認待ちか公開予定です。下書きに戻してから変えてください")
        }
        Some(Merged::Unreadable) => {
            words.get("項目を読めないため、変えられません。編集画面で直してください")
        }
        Some(Merged::Unchanged) => words.get("すでにそうなっています"),
    };
    Line {
        id: one.document,
        title: one.title,
        changed: what == Some(Merged::Changed),
        words: told.to_owned(),
    }
}
