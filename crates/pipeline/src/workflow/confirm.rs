//! 二人の確認: before many people are told, two have looked at how many, one of them the one who publishes.
//!
//! A confirmation belongs to one text (its hash): any change of the text asks for it again.

use chrono::NaiveDateTime;
use kairan_content::{Document, SiteData};
use kairan_db::editing::{self, Outcome};
use kairan_db::editions::EditionState;
use kairan_db::staff::Role;
use kairan_db::time::jst_from_utc;
use kairan_db::{AnyConnection, editions, notices};
use serde_json::json;

use super::case::{Case, site};
use super::{Actor, At, Refusal};
use crate::drafts::{self, Save};
use crate::notify::{self, Reach};
use crate::{Context, Error, Result};

/// Whom publishing a text would tell, and what has to be confirmed before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    /// Whom it reaches; nobody where `tells` is false.
    pub reach: Reach,
    /// Whether publishing it tells anybody: it has a notice of a round that nobody was told.
    pub tells: bool,
    /// Whether its round was told already.
    pub told_before: bool,
    /// More than the installation lets one person tell.
    pub above: bool,
    /// Ids of staff who have looked at it besides its author: who approved it, who typed the number.
    pub looked: Vec<String>,
    /// Of them, who typed the number.
    pub typed: Vec<String>,
}

impl Need {
    /// Whether `who` may publish it now; `forced` where it cannot wait.
    ///
    /// # Errors
    /// [`Refusal::NotConfirmed`], [`Refusal::SecondPerson`].
    pub fn allows(&self, who: &str, forced: bool) -> Result<()> {
        if !self.above {
            return Ok(());
        }
        if !self.typed.iter().any(|one| one == who) {
            return Err(Refusal::NotConfirmed(self.reach.matched).into());
        }
        // In an emergency one person is enough; it is looked at afterwards.
        if !forced && self.looked.len() < 2 {
            return Err(Refusal::SecondPerson(self.reach.matched).into());
        }
        Ok(())
    }
}

/// Whom publishing the open text of a document would tell, and who has confirmed that. Costs a count, and a look at a few
/// thousand people at most.
///
/// # Errors
/// [`Refusal::Stale`] where nothing is open; those of the database.
pub fn need(
    c: &mut AnyConnection,
    ctx: &Context,
    document: &str,
    now: NaiveDateTime,
) -> Result<Need> {
    let row = kairan_db::documents::get(c, document)?;
    let edition = editions::open(c, document)?.ok_or(Refusal::Stale)?;
    let case = Case {
        document: row,
        edition,
    };
    let site = site(c, ctx)?;
    let text = case.text(c, &site)?;
    of(c, ctx, &case, &site, text.as_ref(), now)
}

/// As [`need`], of the text of an edition that was read already, be it open or published.
///
/// # Errors
/// Those of the database.
pub fn need_of(
    c: &mut AnyConnection,
    ctx: &Context,
    (document, edition): (&kairan_db::documents::Document, &editions::Edition),
    site: &SiteData,
    text: Option<&Document>,
    now: NaiveDateTime,
) -> Result<Need> {
    let case = Case {
        document: document.clone(),
        edition: edition.clone(),
    };
    of(c, ctx, &case, site, text, now)
}

/// Whether the round that a notice names was told already: then publishing its text tells nobody.
///
/// # Errors
/// Those of the database.
pub fn told_before(
    c: &mut AnyConnection,
    document: &str,
    wish: &kairan_content::Notice,
) -> Result<bool> {
    let round = i32::try_from(wish.round).unwrap_or(i32::MAX);
    let told = notices::latest_round(c, document)?;
    Ok(told.is_some_and(|told| told >= round))
}

pub(super) fn of(
    c: &mut AnyConnection,
    ctx: &Context,
    case: &Case,
    site: &SiteData,
    text: Option<&Document>,
    now: NaiveDateTime,
) -> Result<Need> {
    let Some((text, wish)) = text.and_then(|text| Some((text, text.notice.as_ref()?))) else {
        return Ok(Need::default());
    };
    let told_before = told_before(c, &case.document.id, wish)?;
    let reach = notify::reach(c, site, text, jst_from_utc(now).date())?;
    let tells = !told_before && reach.rule.is_some();
    let above = tells && reach.matched > i64::from(ctx.notices.confirm_above());
    let mut need = Need {
        tells,
        told_before,
        above,
        reach,
        ..Need::default()
    };
    let author = |id: &str| case.edition.author == format!("staff:{id}");
    let review = editing::latest_review(c, case.edition.id)?;
    let approved = review.filter(|one| one.outcome.as_deref() == Some(Outcome::Approved.as_str()));
    need.looked = approved
        .and_then(|one| one.decided_by)
        .into_iter()
        .collect();
    for one in editing::confirmations(c, case.edition.id, &case.edition.source_hash)? {
        // Registrations come in while staff decide: a tenth more is still what was looked at.
        let enough = need.reach.matched <= one.people + one.people / 10;
        if enough {
            need.typed.push(one.staff.clone());
            if !author(&one.staff) && !need.looked.contains(&one.staff) {
                need.looked.push(one.staff);
            }
        }
    }
    Ok(need)
}

/// Refuses where more would be told than one person may decide.
pub(super) fn enforce(
    c: &mut AnyConnection,
    ctx: &Context,
    actor: &Actor,
    case: &Case,
    forced: bool,
    now: NaiveDateTime,
) -> Result<Need> {
    let site = site(c, ctx)?;
    let text = case.text(c, &site)?;
    let need = of(c, ctx, case, &site, text.as_ref(), now)?;
    need.allows(actor.id(), forced)?;
    Ok(need)
}

/// Confirms by typing the number of people. Half-width, full-width, with or without commas and 人.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn confirm(ctx: &Context, actor: &Actor, at: At, number: &str) -> Result<()> {
    let (own, actor, number) = (ctx.clone(), actor.clone(), read_number(number));
    ctx.transact(move |c| {
        let now = own.clock.now();
        let case = Case::for_step(c, &at, &actor, Role::Publisher, EditionState::OPEN)?;
        let site = site(c, &own)?;
        let text = case.text(c, &site)?;
        let need = of(c, &own, &case, &site, text.as_ref(), now)?;
        if !need.tells {
            return Err(Refusal::TellsNobody.into());
        }
        let people = need.reach.matched;
        // Who registers while the number is typed does not make it wrong.
        let close = number.is_some_and(|number| (number - people).abs() <= people / 100);
        if !close {
            return Err(Refusal::WrongNumber.into());
        }
        let (id, hash) = (case.edition.id, &case.edition.source_hash);
        editing::confirm(c, id, hash, actor.id(), people, now)?;
        let detail = json!({ "edition": id, "people": people, "source": hash });
        actor.record(c, "document.confirm", &case.document.id, &detail, now)
    })
    .await
}

/// もう一度知らせる: raises the round of an approved text by one, and nothing else of it. Whatever was confirmed has to be
/// confirmed again.
///
/// # Errors
/// [`Refusal`]; those of the database.
pub async fn raise_round(ctx: &Context, actor: &Actor, at: At) -> Result<()> {
    let (own, actor) = (ctx.clone(), actor.clone());
    ctx.transact(move |c| {
        let now = own.clock.now();
        let mut case = Case::for_step(c, &at, &actor, Role::Publisher, &[EditionState::Approved])?;
        let site = site(c, &own)?;
        let text = case.text(c, &site)?;
        let Some(wish) = text.and_then(|text| text.notice) else {
            return Err(Refusal::TellsNobody.into());
        };
        let source = editions::source(c, case.edition.id)?;
        // Above whatever was told, also where the text is an older one.
        let told = notices::latest_round(c, &case.document.id)?.unwrap_or(0);
        let next = wish.round.max(u32::try_from(told).unwrap_or(0)) + 1;
        let source = with_round(&source, &wish, next)?;
        let author = case.edition.author.clone();
        case.advance(c, EditionState::Draft, None, now)?;
        let save = Save {
            edition: case.edition.id,
            revision: case.edition.revision,
            source: &source,
            // Its author stays: what the publisher changes is not what it says.
            author: &author,
            reason: editing::Reason::Save,
            name: Some("もう一度知らせる"),
        };
        case.edition = drafts::save(c, &site, &save, now)?.edition;
        case.advance(c, EditionState::Approved, None, now)?;
        let detail = json!({ "edition": case.edition.id, "round": next });
        actor.record(c, "document.tell-again", &case.document.id, &detail, now)
    })
    .await
}

fn with_round(source: &str, wish: &kairan_content::Notice, next: u32) -> Result<String> {
    let there = kairan_content::patch::set_value(source, "notice.round", &json!(next));
    there
        .or_else(|_| {
            let mut whole = json!(wish);
            if let Some(map) = whole.as_object_mut() {
                map.insert("round".to_owned(), json!(next));
            }
            kairan_content::patch::set_value(source, "notice", &whole)
        })
        .map_err(|error| Error::Refused(error.to_string()))
}

/// A number as people type it.
fn read_number(text: &str) -> Option<i64> {
    let digits: String = text
        .trim()
        .trim_end_matches('人')
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '　'))
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read_number;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for text in ["1284", " 1,284 ", "１２８４", "１，２８４人", "1284人"] {
            assert_eq!(read_number(text), Some(1284), "{text}");
        }
        for text in ["", "千", "12 84円", "-"] {
            assert_eq!(read_number(text), None, "{text}");
        }
    }
}
