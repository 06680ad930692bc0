//! What a log-in needs when it comes back from the provider: sealed, in the database, so that it is good once and has room
//! for what somebody was writing.

use actix_web::HttpRequest;
use kairan_db::seal::Place;
use kairan_db::staff;
use serde::{Deserialize, Serialize};

use crate::admin::login::Onward;
use crate::app::App;
use crate::csrf;
use crate::error::{Error, Result};

/// The longest form that is kept while somebody is at the provider, in bytes, sealed: whoever is not logged in yet should
/// not fill the database.
pub(super) const LARGEST: usize = 1024 * 1024;

/// A log-in on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) onward: Onward,
    /// Whose account is to be linked, instead of somebody logging in.
    pub(super) link: Option<String>,
}

const fn place(state: &str) -> Place<'_> {
    Place {
        table: "staff_sign_ons",
        row: state,
        purpose: "flow",
    }
}

/// Keeps it for this browser under its state.
pub(super) async fn keep(app: &App, request: &HttpRequest, state: &str, flow: &Flow) -> Result<()> {
    let browser = csrf::browser(request).ok_or(Error::Internal)?;
    let sealed = app
        .ctx
        .keys
        .seal(place(state), &serde_json::to_vec(flow)?)
        .map_err(|error| Error::internal(&error))?;
    let (state, now) = (state.to_owned(), app.ctx.clock.now());
    app.ctx
        .write(move |c| {
            staff::purge_sign_ons(c, now)?;
            staff::keep_sign_on(c, &state, &browser, &sealed, now)
        })
        .await?;
    Ok(())
}

/// Takes it, once. `None` for a state that is unknown, used, over, or another browser's.
pub(super) async fn take(
    app: &App,
    request: &HttpRequest,
    state: Option<&str>,
) -> Result<Option<Flow>> {
    let (Some(state), Some(browser)) = (state, csrf::browser(request)) else {
        return Ok(None);
    };
    let (own, now) = (state.to_owned(), app.ctx.clock.now());
    let sealed = app
        .ctx
        .write(move |c| staff::take_sign_on(c, &own, &browser, now))
        .await?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = app.ctx.keys.open(place(state), &sealed);
    let plain = plain.map_err(|error| Error::internal(&error))?;
    Ok(Some(serde_json::from_slice(&plain)?))
}
