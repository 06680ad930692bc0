//! 取り下げ: the page goes, and what stands in its place is chosen: a page that says why, a way to another document, or nothing.

use kairan_content::Kind;
use kairan_db::releases::ReleaseKind;
use kairan_db::staff::Role;
use kairan_db::withdrawals::{self, Way, Withdrawal};
use kairan_db::{AnyConnection, documents, editions, live};
use kairan_site::ObjectKey;
use serde_json::json;

use super::case::typed;
use super::{Actor, Refusal};
use crate::publish::{Options, create, withdrawal};
use crate::{Context, Result, object_name};

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// How a document is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// The document.
    pub document: String,
    /// The edition readers saw when that was decided; `None` where any may go.
    pub edition: Option<i64>,
    /// What stands there afterwards.
    pub way: Way,
    /// Why: shown to readers on a banner, kept for staff otherwise.
    pub reason: String,
    /// For [`Way::Redirect`]: id of a published document.
    pub target: Option<String>,
}

/// Takes a document down. Returns the number of the release.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn withdraw(ctx: &Context, actor: &Actor, wish: Withdraw) -> Result<i64> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let reason = typed(&wish.reason, LONGEST)?.ok_or(Refusal::NeedsReason)?;
        let document = documents::get(c, &wish.document)?;
        actor.must(Role::Publisher, document.owner.as_deref())?;
        let row = live::get(c, &document.id)?.ok_or(Refusal::NotPublished)?;
        if wish.edition.is_some_and(|seen| seen != row.edition_id) {
            return Err(Refusal::Stale.into());
        }
        let target = match (wish.way, &wish.target) {
            (Way::Redirect, Some(target)) if *target != document.id => {
                live::get(c, target)?.ok_or(Refusal::NoTarget)?;
                Some(target.clone())
            }
            (Way::Redirect, _) => return Err(Refusal::NoTarget.into()),
            _ => None,
        };
        let title = editions::get(c, row.edition_id)?.title;
        let note = Withdrawal {
            document_id: document.id.clone(),
            kind: row.kind,
            slug: row.slug,
            lang: row.lang,
            title,
            way: wish.way,
            reason: reason.clone(),
            target,
            staff: actor.id().to_owned(),
            withdrawn_at: now,
        };
        withdrawals::put(c, &note)?;
        let (kind, options) = (ReleaseKind::Withdraw, Options::default());
        let chosen = [withdrawal(document.id.clone())];
        let release = create(c, kind, &options, &actor.key(), &chosen, now)?;
        let detail = json!({
            "release": release, "way": wish.way.as_str(), "target": note.target, "reason": reason,
        });
        actor.record(c, "document.withdraw", &document.id, &detail, now)?;
        Ok(release)
    })
    .await
}

/// The document that was withdrawn from this path (`/articles/…/`) and is not there any more: to be answered with 410.
///
/// # Errors
/// Those of the database.
pub fn gone_at(c: &mut AnyConnection, path: &str) -> kairan_db::Result<Option<Withdrawal>> {
    let name = format!("{}/index.html", path.trim_matches('/'));
    let Some(ObjectKey::Document(address)) = object_name::parse(&name) else {
        return Ok(None);
    };
    let kind: Kind = address.kind;
    if live::by_slug(c, kind.as_str(), &address.slug)?.is_some() {
        return Ok(None);
    }
    withdrawals::at(c, kind.as_str(), &address.slug)
}
