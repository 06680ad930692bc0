//! `/admin/taxonomy/{file}/term`: one 分類, タグ, 部署… as a form. What it makes is the text of the file, which then goes
//! the way of every change: its effect is shown, and only what was shown is saved.

mod desk;
mod view;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_editor::terms::{self, Shape};
use kairan_pipeline::settings::{self, Part};
use serde::Deserialize;

use super::change::{Sent, answer};
use super::effect;
use crate::admin::guard::{Administer, Staff};
use crate::admin::{Posted, Screen};
use crate::app::App;
use crate::error::{Error, Result};

pub(super) use desk::{Change, Desk, Wish};

/// The form of a part's file; `None` for one that is changed as a text alone.
pub(super) fn shape(part: Part) -> Option<&'static Shape> {
    Some(match part {
        Part::Categories => &terms::CATEGORIES,
        Part::Tags => &terms::TAGS,
        Part::Areas => &terms::AREAS,
        Part::Departments => &terms::DEPARTMENTS,
        Part::LifeEvents => &terms::LIFE_EVENTS,
        Part::Synonyms => &terms::SYNONYMS,
        Part::Profile => &terms::PROFILE,
        Part::Menu => return None,
    })
}

/// Which term is meant.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Address {
    /// One that there is.
    #[serde(default)]
    at: String,
    /// The one that a new term goes into; empty for the outermost level.
    #[serde(default)]
    below: String,
}

/// The form of one term, or of a new one.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    key: web::Path<String>,
    address: web::Query<Address>,
) -> Result<HttpResponse> {
    let (part, shape) = known(&key)?;
    let now = app.ctx.ask(move |c| settings::read(c, part)).await?;
    let desk = Desk::new(part, shape, &now.text, address.into_inner())?;
    let view = desk.view(app.words(Some(&staff.who)), None, None, &[]);
    view.show(&app, &request, &staff, StatusCode::OK).await
}

/// `do=check` shows what the change does; so do `up`, `down` and `remove`. With `back` the form is there again, as it was sent.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let (part, shape) = known(&key)?;
    let now = app.ctx.ask(move |c| settings::read(c, part)).await?;
    let address = Address {
        at: posted.one("at").to_owned(),
        below: posted.one("below").to_owned(),
    };
    let desk = Desk::new(part, shape, &now.text, address)?;
    let words = app.words(Some(&staff.who));
    let stale = desk.was() != posted.one("was");
    if stale || posted.one("do") == "back" {
        let view = desk.view(words, Some(&posted), None, &[]);
        let status = match stale {
            true => StatusCode::CONFLICT,
            false => StatusCode::OK,
        };
        return view.show(&app, &request, &staff, status).await;
    }
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let change = match desk.edited(&now.text, &posted) {
        Ok(change) => change,
        Err(refused) => {
            let said = refused.to_string();
            let said = words.get(&said);
            let view = desk.view(words, Some(&posted), Some(said), &[]);
            return view.show(&app, &request, &staff, wrong).await;
        }
    };
    let check = settings::check(&app.ctx, part, change.text.clone()).await?;
    let mistakes = desk.mistakes(&change, &check);
    if !mistakes.is_empty() {
        let view = desk.view(words, Some(&posted), None, &mistakes);
        return view.show(&app, &request, &staff, wrong).await;
    }
    let mut errors = check.problems.iter().filter(|one| one.is_error());
    if !change.removes() && errors.any(|one| one.file == part.path()) {
        // Elsewhere in the file, which only its text shows.
        let sent = Sent {
            text: change.text,
            over: now.hash.clone(),
            checked: None,
        };
        return answer(&app, &request, &staff, part, sent, now).await;
    }
    let site = app.site().await?;
    let status = match check.refuses() {
        true => wrong,
        false => StatusCode::OK,
    };
    let view = effect::View::new(words, &site, &desk, change, check, &now, &posted);
    let heading = view.heading.clone();
    let screen = Screen::new("settings/effect", &heading).status(status);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

fn known(key: &str) -> Result<(Part, &'static Shape)> {
    let part = Part::parse(key).ok_or(Error::NotFound)?;
    Ok((part, shape(part).ok_or(Error::NotFound)?))
}

#[cfg(test)]
mod tests {
    use kairan_editor::terms::Control;

    use super::*;
    use crate::admin::words::Languages;

    #[test]
    fn every_field_of_every_term_has_english() {
        let languages = Languages::embedded().unwrap();
        let english = languages.of("en");
        let mut missing = Vec::new();
        for part in Part::ALL {
            for level in shape(part).into_iter().flat_map(|shape| shape.levels) {
                let fields = level.fields.iter();
                let choices = fields.clone().flat_map(|field| match field.control {
                    Control::Choice(all) => all,
                    _ => &[],
                });
                let words = fields
                    .flat_map(|field| [field.label, field.help])
                    .chain(choices.map(|(_, label)| *label))
                    .chain([level.name]);
                missing.extend(words.filter(|word| !word.is_empty() && english.get(word) == *word));
            }
        }
        for refused in [
            terms::Refused::Unreadable,
            terms::Refused::Missing,
            terms::Refused::Taken,
            terms::Refused::NoKey,
            terms::Refused::Entangled,
        ] {
            let said = refused.to_string();
            assert_ne!(english.get(&said), said, "{said}");
        }
        assert!(missing.is_empty(), "{missing:?}");
    }
}
