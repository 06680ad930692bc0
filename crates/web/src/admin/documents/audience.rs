//! この条件に合う登録者: how many people a text would tell, while tags are picked.

use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use kairan_content::{Document, SiteData};
use kairan_db::AnyConnection;
use kairan_editor::FormValues;
use kairan_pipeline::notify::{self, Reach};
use kairan_pipeline::workflow;
use serde::Serialize;

use super::head::{Telling, grouped};
use super::keep::{RULE, Sent, Written};
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
    pub(super) fn new(words: &Language, counted: &Counted) -> Self {
        let nobody = Reach::default();
        let (reach, told) = (counted.reach.as_ref().unwrap_or(&nobody), counted.told);
        let n = grouped(reach.matched);
        let rule = reach.rule.as_deref().map(|rule| words.tell(rule));
        let why = match &rule {
            _ if counted.reach.is_none() => words
                .get("対象者のくわしい条件が書きかけなので、まだ数えられません")
                .to_owned(),
            None => words
                .get("タグも条件もないので、だれにも知らせません（ページは公開されます）")
                .to_owned(),
            Some(rule) if !told => words.say(
                "{rule}（お知らせを送る設定にはなっていません）",
                &[("rule", rule)],
            ),
            Some(rule) => rule.clone().into_owned(),
        };
        Self {
            matched: reach.matched,
            telling: counted.telling().words(words),
            live: words.say("この条件に合う登録者 {n}人", &[("n", &n)]),
            // Nobody is another thing than not known yet.
            n: counted.reach.as_ref().map_or("―".to_owned(), |_| n),
            mail: grouped(reach.mail),
            line: grouped(reach.line),
            inbox_only: grouped(reach.inbox_only),
            estimated: reach.estimated,
            none: reach.matched == 0,
            why,
        }
    }
}

/// How many a text would tell.
pub(super) struct Counted {
    /// `None`: its rule is not finished.
    reach: Option<Reach>,
    /// Whether the text asks for a notice at all.
    told: bool,
    /// Whether that notice went out already.
    sent: bool,
}

impl Counted {
    /// Whom a text would tell; nobody where it cannot be read.
    pub(super) fn of(
        c: &mut AnyConnection,
        site: &SiteData,
        id: &str,
        text: &str,
        document: Option<&Document>,
        today: NaiveDate,
    ) -> kairan_pipeline::Result<Self> {
        let wish = document.and_then(|one| one.notice.as_ref());
        let told = wish.is_some();
        let sent = match wish {
            Some(wish) => workflow::told_before(c, id, wish)?,
            None => false,
        };
        let reach = match document {
            // Without its rule it would be counted by its tags, which may mean many more.
            Some(document) if unfinished(text, document) => None,
            Some(document) => Some(notify::reach(c, site, document, today)?),
            None => Some(Reach::default()),
        };
        Ok(Self { reach, told, sent })
    }

    /// Whom publishing it tells; nobody while the rule is not finished.
    pub(super) fn telling(&self) -> Telling {
        match &self.reach {
            _ if self.sent => Telling::Sent,
            Some(reach) if self.told => Telling::People(reach.matched),
            None if self.told => Telling::People(0),
            _ => Telling::Nobody,
        }
    }
}

/// Whether a text has a rule that cannot be read.
fn unfinished(text: &str, document: &Document) -> bool {
    let read = document
        .target
        .as_ref()
        .is_some_and(|one| one.when.is_some());
    !read && !FormValues::read(text).text(RULE).trim().is_empty()
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
    let counted = app
        .ctx
        .ask(move |c| {
            let opened = Opened::load(c, &id)?;
            let written = Written::read(c, &opened, &sent)?;
            let text = written.text.unwrap_or(written.base);
            let document = read(&opened, &text, &site, today);
            Counted::of(c, &site, &id, &text, document.as_ref(), today)
        })
        .await?;
    let words = app.words(Some(&staff.who));
    Ok(HttpResponse::Ok().json(ReachView::new(words, &counted)))
}
