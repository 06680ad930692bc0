//! `/api/v1/changes`: what happened to documents, for programs that follow.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_site::Change;
use serde::Serialize;

use super::answer::json;
use super::endpoints::CHANGES;
use super::query::{Query, cursor};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(Serialize)]
struct Followed {
    /// Oldest first.
    items: Vec<Change>,
    next: Option<String>,
    /// To be sent as `since` next time.
    since: u32,
}

pub(crate) async fn changes(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    let query = Query::of(&request, &CHANGES)?;
    let limit = u32::try_from(query.limit()?).unwrap_or(1);
    let since = match (query.text("since"), query.cursor("changes")?) {
        (Some(_), Some(_)) => {
            return Err(Error::parameter(
                "cursor",
                "since と cursor は、どちらか1つにしてください。",
            ));
        }
        (Some(text), None) => text
            .parse()
            .map_err(|_| Error::parameter("since", "0以上の整数にしてください。"))?,
        (None, cursor) => cursor.unwrap_or(0),
    };
    let followed = app
        .ask(move |catalogue| {
            let last = catalogue.last_change()?;
            let end = since.saturating_add(limit).min(last);
            let mut items = if since < end {
                catalogue.changes(since + 1, end)?
            } else {
                Vec::new()
            };
            items.sort_by_key(|change| change.seq);
            Ok(Followed {
                items,
                next: (end < last).then(|| cursor("changes", end)),
                since: end.max(since),
            })
        })
        .await?;
    json(&request, &followed)
}
