//! 転送: addresses of the site before this one and where they lead, entered by hand, one or many at a time. What would lead
//! nowhere, in a circle or away from a page of the site is not taken.

mod address;
mod check;
mod problem;

use kairan_db::audit::By;
use kairan_db::forwards::{self, Forward};
use serde_json::json;

use crate::context::Context;
use crate::publish::forward;
use crate::{Result, site_data};

pub use problem::Problem;

/// Lines taken at once.
pub const MOST: usize = 2_000;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The old address, as typed.
    pub from: String,
    /// A document (id, slug, `kind/slug` or its address) or an address, as typed.
    pub to: String,
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was asked for.
    pub wish: Wish,
    /// What it means, or why it is not taken.
    pub outcome: std::result::Result<Way, Problem>,
    /// Where the old address is wrong: why what it leads to is not taken either.
    pub also: Option<Problem>,
}

/// An old address and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Root-relative.
    pub path: String,
    /// Where it leads.
    pub to: To,
    /// It leads there already.
    pub known: bool,
}

/// Where an old address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// A published document.
    Document {
        /// Its id.
        id: String,
        /// 件名
        title: String,
    },
    /// An address of this site, without its origin, or of another.
    Url(String),
}

/// Says of each wish what it means or why it is not taken; nothing is written. At most [`MOST`] are looked at.
///
/// # Errors
/// Those of the database.
pub async fn check(ctx: &Context, wishes: Vec<Wish>) -> Result<Vec<Line>> {
    let own = ctx.clone();
    ctx.ask(move |c| {
        let current = site_data::current(c, &own.theme)?;
        check::lines(c, &current.data, wishes)
    })
    .await
}

/// Takes the wishes that can be taken, and asks for their pages, in one transaction. With the number of the release, where
/// anything is new.
///
/// # Errors
/// Those of the database; nothing is written then.
pub async fn add(ctx: &Context, wishes: Vec<Wish>, by: By) -> Result<(Vec<Line>, Option<i64>)> {
    let own = ctx.clone();
    ctx.transact(move |c| {
        let now = own.clock.now();
        let current = site_data::current(c, &own.theme)?;
        let lines = check::lines(c, &current.data, wishes.clone())?;
        let mut new = Vec::new();
        for way in lines.iter().filter_map(|line| line.outcome.as_ref().ok()) {
            if way.known {
                continue;
            }
            let (document_id, url) = match &way.to {
                To::Document { id, .. } => (Some(id.clone()), None),
                To::Url(url) => (None, Some(url.clone())),
            };
            let row = Forward {
                path: way.path.clone(),
                document_id,
                url,
                created_at: now,
                created_by: by.key.clone(),
            };
            forwards::add(c, &row)?;
            let detail = json!({ "document": row.document_id, "url": row.url });
            let subject = format!("redirect:{}", row.path);
            by.record(c, "site.redirect", &subject, &detail, now)?;
            new.push(row.path);
        }
        let release = match new.is_empty() {
            true => None,
            false => Some(forward(c, new, &by.key, now)?),
        };
        Ok((lines, release))
    })
    .await
}

/// Takes an old address away: its page goes with the next release. Whether it was there.
///
/// # Errors
/// Those of the database.
pub async fn remove(ctx: &Context, path: String, by: By) -> Result<bool> {
    let own = ctx.clone();
    ctx.transact(move |c| {
        let now = own.clock.now();
        let Some(row) = forwards::get(c, &path)? else {
            return Ok(false);
        };
        forwards::remove(c, &path)?;
        let detail = json!({ "document": row.document_id, "url": row.url });
        let subject = format!("redirect:{path}");
        by.record(c, "site.redirect-removed", &subject, &detail, now)?;
        forward(c, vec![path.clone()], &by.key, now)?;
        Ok(true)
    })
    .await
}
