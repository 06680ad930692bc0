//! 変わるページ: what publishing would make, by the very plan of the release, undone before anybody sees it.

use std::collections::BTreeMap;

use kairan_db::editions::{self, EditionState, Step};
use kairan_db::releases::{self, ReleaseDocument, ReleaseKind};
use kairan_site::ObjectKey;
use serde::Serialize;

use crate::publish::{Options, PUBLISH, create, planned};
use crate::{Context, Error, Result, object_name, transaction};

/// Kinds of what is made anew, as staff think of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The document's own page.
    Own,
    /// トップページ
    Top,
    /// 目的, 対象, ライフイベント: lists.
    Lists,
    /// Pages of other documents that name it.
    Others,
    /// カレンダー
    Calendar,
    /// Files it names.
    Files,
    /// What programs read: search, feeds, content JSON.
    Machines,
}

/// What publishing would make anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// How many objects.
    pub count: usize,
    /// Their addresses by group, at most a few of each, and how many there are.
    pub groups: BTreeMap<Group, (usize, Vec<String>)>,
}

/// Of each group so many addresses are named.
const NAMED: usize = 6;

/// What publishing the open edition of a document would make anew. Costs what planning costs; nothing is written.
///
/// # Errors
/// Those of the database and of planning.
pub fn touched(ctx: &Context, document: &str) -> Result<Touched> {
    let now = ctx.clock.now();
    let mut names: Option<Vec<String>> = None;
    let outcome = transaction::write(&ctx.db, |c| {
        let Some(open) = editions::open(c, document)? else {
            names = Some(Vec::new());
            return Ok(());
        };
        if open.state != EditionState::Approved {
            let step = Step {
                to: EditionState::Approved,
                publish_at: None,
                note: None,
            };
            editions::advance(c, open.id, open.revision, &step, now)?;
        }
        let chosen = [ReleaseDocument {
            document_id: document.to_owned(),
            edition_id: Some(open.id),
            action: PUBLISH.to_owned(),
        }];
        let (kind, options) = (ReleaseKind::Publish, Options::default());
        let id = create(c, kind, &options, "preview", &chosen, now)?;
        let release = releases::get(c, id)?;
        names = Some(planned(c, ctx, &release, now)?);
        // Undone: the release never was.
        Err(Error::Refused(String::new()))
    });
    match (names, outcome) {
        (Some(names), _) => Ok(group(ctx, document, &names)),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Ok(Touched::default()),
    }
}

fn group(ctx: &Context, document: &str, names: &[String]) -> Touched {
    let own = ctx
        .db
        .read(|c| kairan_db::documents::find(c, document))
        .ok()
        .flatten();
    let mut touched = Touched {
        count: names.len(),
        ..Touched::default()
    };
    for name in names {
        let group = match object_name::parse(name) {
            Some(ObjectKey::Document(address)) => {
                let mine = own.as_ref().is_some_and(|own| {
                    own.slug == address.slug && own.kind == address.kind.as_str()
                });
                if mine { Group::Own } else { Group::Others }
            }
            Some(ObjectKey::Top) => Group::Top,
            Some(ObjectKey::ListNewest(_) | ObjectKey::ListPage(..) | ObjectKey::ClosingSoon) => {
                Group::Lists
            }
            Some(ObjectKey::Calendar | ObjectKey::CalendarMonth(_)) => Group::Calendar,
            Some(ObjectKey::File(..)) => Group::Files,
            _ => Group::Machines,
        };
        let entry = touched.groups.entry(group).or_default();
        entry.0 += 1;
        if entry.1.len() < NAMED {
            let path = name.strip_suffix("index.html").unwrap_or(name);
            entry.1.push(format!("/{path}"));
        }
    }
    touched
}
