//! From a form as it was sent to a draft: the one revision check, and joining what two people wrote at once.

use chrono::NaiveDateTime;
use kairan_content::SiteData;
use kairan_db::AnyConnection;
use kairan_db::audit::By;
use kairan_db::editing::{self, Reason};
use kairan_db::editions::{self, Edition};
use kairan_editor::{ApplyError, FormValues, Merged, apply, merge};
use kairan_pipeline::drafts::{self, Save};
use serde_json::json;

use super::opened::{Opened, text_at};
use crate::admin::Posted;
use crate::app::App;
use crate::error::{Error, Result};

/// A form of the edit page: its fields, and the text it was made over.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) edition: i64,
    pub(super) revision: i64,
    pub(super) pairs: Vec<(String, String)>,
    /// Whether the rule is written as a text: its rows were not shown, or are to be left.
    pub(super) by_text: bool,
}

/// 対象者のくわしい条件, and the buttons that turn it from rows to a text and back.
pub(super) const RULE: &str = "target.when";
pub(super) const AS_TEXT: &str = "text:target.when";
pub(super) const AS_ROWS: &str = "rows:target.when";

impl Sent {
    pub(super) fn of(posted: &Posted) -> Result<Self> {
        let number = |name| {
            posted.number(name).ok_or(Error::BadRequest(
                "どの版に書いたものか分かりません。編集の画面を開き直してください。",
            ))
        };
        Ok(Self {
            edition: number("edition")?,
            revision: number("revision")?,
            pairs: posted.pairs().to_vec(),
            by_text: match posted.one("do") {
                AS_TEXT => true,
                AS_ROWS => false,
                _ => {
                    let has = |name: &str| posted.pairs().iter().any(|(key, _)| key == name);
                    has(RULE) && !has(&format!("{RULE}.join"))
                }
            },
        })
    }
}

/// A sent form as a text.
pub(super) struct Written {
    /// What the form was made over; where nobody knows any more, the text of now.
    pub(super) base: String,
    pub(super) base_known: bool,
    pub(super) values: FormValues,
    /// The base with what was changed in the form.
    pub(super) text: Result<String, ApplyError>,
}

impl Written {
    pub(super) fn read(
        c: &mut AnyConnection,
        opened: &Opened,
        sent: &Sent,
    ) -> kairan_db::Result<Self> {
        let base = text_at(c, &opened.document.id, sent.edition, sent.revision)?;
        let base_known = base.is_some();
        let base = base.unwrap_or_else(|| opened.source.clone());
        let before = FormValues::read(&base);
        let values = FormValues::posted(&before, &sent.pairs);
        let text = apply(&base, &before, &values);
        Ok(Self {
            base,
            base_known,
            values,
            text,
        })
    }
}

/// What became of a form.
pub(super) enum Kept {
    /// The draft says it now. `merged`: together with what somebody else wrote meanwhile.
    Saved { errors: usize, merged: bool },
    /// The draft says it already.
    Same { errors: usize },
    /// Somebody else wrote into the same fields meanwhile. What was sent waits as an autosave.
    Clash(Box<Clash>),
    /// A mistake in the front matter keeps a value from being written; nothing was.
    Refused(ApplyError),
    /// It waits for a review or for its hour, and is not to change. What was sent waits as an autosave.
    Locked,
}

/// Two texts over one base.
pub(super) struct Clash {
    /// The draft with the other text.
    pub(super) edition: Edition,
    pub(super) base: String,
    pub(super) mine: String,
    pub(super) theirs: String,
    /// Fields that both changed, differently.
    pub(super) fields: Vec<String>,
}

/// Who saves what, and why.
#[derive(Debug, Clone)]
pub(super) struct Keep {
    pub(super) document: String,
    pub(super) sent: Sent,
    pub(super) by: By,
    pub(super) reason: Reason,
    pub(super) name: Option<String>,
}

/// How often a save is tried that somebody else's came before in the very same moment.
const TRIES: usize = 4;

/// Runs `work` in a transaction; again where it clashed with another in between its question and its write.
pub(super) async fn writing<T: Send + 'static>(
    app: &App,
    work: impl Fn(&mut AnyConnection) -> kairan_pipeline::Result<T> + Clone + Send + 'static,
) -> kairan_pipeline::Result<T> {
    let mut tries = 1;
    loop {
        match app.ctx.transact(work.clone()).await {
            Err(error) if was_late(&error) && tries < TRIES => tries += 1,
            result => return result,
        }
    }
}

/// Somebody else saved first, or opened the draft that both were about to open.
fn was_late(error: &kairan_pipeline::Error) -> bool {
    let twice = matches!(error, kairan_pipeline::Error::Db(error) if error.is_unique_violation());
    twice || drafts::is_conflict(error)
}

/// Saves a form. Over a text that has changed meanwhile both are joined where they touch different fields; otherwise
/// nothing is saved and both are handed back. In a transaction of its own.
pub(super) fn keep(
    c: &mut AnyConnection,
    site: &SiteData,
    keep: &Keep,
    now: NaiveDateTime,
) -> kairan_pipeline::Result<Kept> {
    let Keep {
        document, sent, by, ..
    } = keep;
    let opened = Opened::load(c, document)?;
    let written = Written::read(c, &opened, sent)?;
    let mine = match written.text {
        Ok(text) => text,
        Err(error) => return Ok(Kept::Refused(error)),
    };
    if mine == opened.source && keep.name.is_none() {
        editing::clear_autosave(c, sent.edition, &by.key)?;
        let errors = errors(&drafts::problems(c, site, document, &mine, now)?);
        return Ok(Kept::Same { errors });
    }
    if !opened.is_writable() {
        editing::put_autosave(c, sent.edition, &by.key, sent.revision, &mine, now)?;
        return Ok(Kept::Locked);
    }
    let draft = drafts::open(c, document, &by.key, now)?;
    let theirs = editions::source(c, draft.id)?;
    let untouched = written.base_known && written.base == theirs;
    let (text, merged) = if untouched || mine == theirs {
        (mine, false)
    } else {
        let joined = if written.base_known {
            merge(&written.base, &mine, &theirs)
        } else {
            // Without the base nobody can tell who changed what: everything that differs is asked.
            Merged::Conflict {
                fields: differing(&mine, &theirs),
            }
        };
        match joined {
            Merged::Clean(text) => (text, true),
            Merged::Conflict { fields } => {
                editing::put_autosave(c, sent.edition, &by.key, sent.revision, &mine, now)?;
                return Ok(Kept::Clash(Box::new(Clash {
                    edition: draft,
                    base: written.base,
                    mine,
                    theirs,
                    fields,
                })));
            }
        }
    };
    let saved = save(c, site, keep, &draft, &text, now)?;
    if sent.edition != draft.id {
        editing::clear_autosave(c, sent.edition, &by.key)?;
    }
    Ok(Kept::Saved {
        errors: errors(&saved.problems),
        merged,
    })
}

/// Saves a text into a draft and says so in the audit log.
pub(super) fn save(
    c: &mut AnyConnection,
    site: &SiteData,
    keep: &Keep,
    draft: &Edition,
    text: &str,
    now: NaiveDateTime,
) -> kairan_pipeline::Result<drafts::Saved> {
    let saved = drafts::save(
        c,
        site,
        &Save {
            edition: draft.id,
            revision: draft.revision,
            source: text,
            author: &keep.by.key,
            reason: keep.reason,
            name: keep.name.as_deref(),
        },
        now,
    )?;
    let detail = json!({
        "edition": saved.edition.id,
        "revision": saved.edition.revision,
        "reason": keep.reason.as_str(),
    });
    let subject = format!("document:{}", keep.document);
    keep.by.record(c, "document.save", &subject, &detail, now)?;
    Ok(saved)
}

/// The outermost fields in which two texts differ.
pub(super) fn differing(mine: &str, theirs: &str) -> Vec<String> {
    FormValues::read(mine).changed_from(&FormValues::read(theirs))
}

fn errors(problems: &[kairan_content::Diagnostic]) -> usize {
    problems.iter().filter(|problem| problem.is_error()).count()
}
