//! まとめる, キーを変える: which documents name a term, and then their drafts naming another, one there is or a new one.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::SiteData;
use kairan_pipeline::settings::{self, MOST, Merged, Naming, Outcome, Part, Terms};
use serde::Serialize;

use crate::admin::guard::{Administer, Staff};
use crate::admin::words::Language;
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    part: &'static str,
    part_label: String,
    from: Named,
    into: Named,
    /// The new key, where there is no such term yet.
    key: Option<String>,
    /// Documents of the term; those of one step are listed.
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
    /// Where it stands in the file.
    at: String,
}

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
    changed: bool,
    words: String,
}

/// Shows the documents that are meant; with `do=merge` changes their drafts, a new term first.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    file: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let part = Part::parse(&file).ok_or(Error::NotFound)?;
    let site = app.site().await?;
    let words = app.words(Some(&staff.who));
    let from = named(&site, part, posted.one("from")).ok_or(Error::BadRequest(NOT_CHOSEN))?;
    let key = posted.one("key").trim();
    let (into, key) = if key.is_empty() || part == Part::Departments {
        let into = named(&site, part, posted.one("into")).ok_or(Error::BadRequest(NOT_CHOSEN))?;
        (into, None)
    } else {
        (new_term(&site, part, &from, key)?, Some(key.to_owned()))
    };
    if from.key == into.key {
        return Err(Error::BadRequest(
            "同じものです。別のものを選んでください。",
        ));
    }
    let terms = Terms {
        part,
        from: from.key.clone(),
        into: into.key.clone(),
    };
    let found = settings::naming(&app.ctx, part, from.key.clone()).await?;
    let total = found.len();
    let done = posted.one("do") == "merge";
    let lines: Vec<Line> = if done {
        if key.is_some() && named(&site, part, &into.key).is_none() {
            copied(settings::copy(&app.ctx, &terms, staff.by()).await?)?;
        }
        // Those that were shown, and none that came in between.
        let shown: Vec<String> = posted.all("id").take(MOST).map(str::to_owned).collect();
        let merged = settings::merge(&app.ctx, terms, shown, staff.by()).await?;
        let line = |(one, what)| line(words, one, Some(what));
        merged.into_iter().map(line).collect()
    } else {
        let found = found.into_iter().take(MOST);
        found.map(|one| line(words, one, None)).collect()
    };
    let title = match key {
        Some(_) => words.get("キーを変える"),
        None => words.get("まとめる"),
    };
    let view = View {
        part: part.key(),
        part_label: super::label(words, part).to_owned(),
        from,
        into,
        key,
        total,
        now: lines.len(),
        changed: lines.iter().filter(|line| line.changed).count(),
        lines,
        done,
    };
    let screen = Screen::new("settings/merge", title);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

const NOT_CHOSEN: &str = "まとめるものが選ばれていません。前のページで選んでください。";

/// The term with this key or path.
fn named(site: &SiteData, part: Part, key: &str) -> Option<Named> {
    let name = match part {
        Part::Departments => site.department(key)?.name.clone(),
        Part::Categories => {
            let path = site.category_path(key);
            let labels: Vec<&str> = path.iter().map(|one| one.label.as_str()).collect();
            (!labels.is_empty()).then(|| labels.join("・"))?
        }
        Part::Tags => site.tag(key)?.1.label.clone(),
        Part::LifeEvents => site.life_event(key)?.label.clone(),
        Part::Areas | Part::Synonyms | Part::Profile | Part::Menu => return None,
    };
    let at = match part {
        Part::Tags => format!("{}/{key}", site.tag(key)?.0.key),
        _ => key.to_owned(),
    };
    let key = key.to_owned();
    Some(Named { key, name, at })
}

/// The same term under a key that is not taken.
fn new_term(site: &SiteData, part: Part, from: &Named, key: &str) -> Result<Named> {
    if !kairan_content::is_slug(key) {
        return Err(Error::BadRequest(
            "キーは、半角の英小文字・数字・「-」で1～80文字にしてください。",
        ));
    }
    let into = settings::beside(&from.key, key);
    // The second step of a change finds the copy of the first.
    let taken = named(site, part, &into).filter(|known| known.name != from.name);
    if taken.is_some() {
        return Err(Error::BadRequest(
            "そのキーは、もう別のものに使われています。まとめるときは、一覧から選んでください。",
        ));
    }
    Ok(Named {
        at: into.clone(),
        key: into,
        name: from.name.clone(),
    })
}

fn copied(outcome: Option<Outcome>) -> Result<()> {
    match outcome {
        Some(Outcome::Saved(_) | Outcome::Unchanged) => Ok(()),
        _ => Err(Error::BadRequest(
            "ファイルに新しいキーを加えられませんでした。「文のまま変える」で加えてから、まとめてください。",
        )),
    }
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
