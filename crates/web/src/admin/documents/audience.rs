//! この条件に合う登録者: how many people a text would tell, while tags are picked.

use actix_web::{HttpResponse, web};
use kairan_pipeline::notify::{self, Reach};
use serde::Serialize;

use super::head::{grouped, telling};
use super::keep::{Sent, Written};
use super::opened::Opened;
use super::page::read;
use crate::admin::Posted;
use crate::admin::guard::{Staff, Write};
use crate::admin::words::Language;
use crate::app::App;
use crate::error::Result;

/// The numbers as the page shows them.
#[derive(Serialize)]
pub(super) struct ReachView {
    matched: i64,
    n: String,
    mail: String,
    line: String,
    inbox_only: String,
    /// The numbers by channel are estimates.
    estimated: bool,
    /// The rule, or why nobody is told.
    why: String,
    /// Nobody.
    none: bool,
    /// What the last of the four boxes of the head says.
    telling: String,
    /// To be read out once counting has come to rest.
    live: String,
}

impl ReachView {
    /// `told`: whether the text asks for a notice at all.
    pub(super) fn new(words: &Language, reach: &Reach, told: bool) -> Self {
        let n = grouped(reach.matched);
        let why = match &reach.rule {
            None => words
                .get("タグも条件もないので、だれにも知らせません（ページは公開されます）")
                .to_owned(),
            Some(rule) if !told => words.say(
                "{rule}（お知らせを送る設定にはなっていません）",
                &[("rule", rule)],
            ),
            Some(rule) => rule.clone(),
        };
        Self {
            matched: reach.matched,
            telling: telling(words, told.then_some(reach.matched)),
            live: words.say("この条件に合う登録者 {n}人", &[("n", &n)]),
            n,
            mail: grouped(reach.mail),
            line: grouped(reach.line),
            inbox_only: grouped(reach.inbox_only),
            estimated: reach.estimated,
            none: reach.matched == 0,
            why,
        }
    }
}

/// Counts for the form as it stands in the browser. Nothing is kept.
pub(crate) async fn count(
    app: web::Data<App>,
    staff: Staff<Write>,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let sent = Sent::of(&posted)?;
    let (site, today) = (app.site().await?, app.today());
    let (reach, told) = app
        .ctx
        .ask(move |c| {
            let opened = Opened::load(c, &id)?;
            let written = Written::read(c, &opened, &sent)?;
            let text = written.text.unwrap_or(written.base);
            Ok(match read(&opened, &text, &site, today) {
                Some(document) => (
                    notify::reach(c, &site, &document, today)?,
                    document.notice.is_some(),
                ),
                None => (Reach::default(), false),
            })
        })
        .await?;
    let words = app.words(Some(&staff.who));
    Ok(HttpResponse::Ok().json(ReachView::new(words, &reach, told)))
}
