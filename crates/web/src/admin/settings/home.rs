//! `/admin/settings`: where administrators find what they look after, and what the emergency banner shows now.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::Settings;
use kairan_pipeline::site_data;
use kairan_site::ObjectKey;
use serde::{Deserialize, Serialize};

use crate::admin::Screen;
use crate::admin::guard::{Administer, Staff};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct View {
    banner: Vec<Shown>,
    /// `[site]` of kairan.toml, to be read only.
    basics: Settings,
}

/// A document in the banner.
#[derive(Serialize, Deserialize)]
struct Shown {
    id: String,
    title: String,
    summary: String,
}

/// The list that the site publishes of it.
#[derive(Deserialize)]
struct Listing {
    items: Vec<Shown>,
}

/// The page.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
) -> Result<HttpResponse> {
    let theme = Arc::clone(&app.ctx.theme);
    let current = app.ctx.ask(move |c| site_data::current(c, &theme)).await?;
    let now = app.ctx.clock.now_jst();
    let basics = current.data.settings.clone();
    // Exactly what readers are shown, by the same rules.
    let banner = app
        .ask(move |catalogue| {
            let rendered = current.site.render(&ObjectKey::Emergency, catalogue, now)?;
            let rendered = rendered.ok_or(Error::Internal)?;
            Ok(serde_json::from_slice::<Listing>(&rendered.bytes)?.items)
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let screen = Screen::new("settings/home", words.get("設定"));
    app.screen(&request, Some(&staff.who), screen, &View { banner, basics })
        .await
}
