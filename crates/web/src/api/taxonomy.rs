//! `/api/v1/taxonomy`: the same object as `/data/v1/taxonomy.json`.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_site::{ObjectKey, Site};

use super::answer::bytes;
use super::endpoints::TAXONOMY;
use super::query::Query;
use crate::app::App;
use crate::error::{Error, Result};

pub(crate) async fn taxonomy(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    Query::of(&request, &TAXONOMY)?;
    let (theme, now) = (app.ctx.theme.clone(), app.ctx.clock.now_jst());
    let object = app
        .ask(move |catalogue| {
            let site = Site::new(theme, catalogue.site())?;
            Ok(site.render(&ObjectKey::Taxonomy, catalogue, now)?)
        })
        .await?
        .ok_or(Error::NotFound)?;
    Ok(bytes(&request, object.bytes))
}
