//! Ending log-ins elsewhere.

use actix_web::{HttpResponse, web};
use kairan_db::staff;
use serde_json::json;

use crate::admin::Posted;
use crate::admin::guard::{Own, Staff};
use crate::app::App;
use crate::error::Result;

/// Ends one log-in (`id`), or all but this one (`others`).
pub(crate) async fn end(
    app: web::Data<App>,
    staff: Staff<Own>,
    posted: Posted,
) -> Result<HttpResponse> {
    let one = posted.find("id").map(str::to_owned);
    let (who, current, by) = (staff.who.id.clone(), staff.session.id.clone(), staff.by());
    let now = app.ctx.clock.now();
    let ended = app
        .ctx
        .write(move |c| {
            let ended = match &one {
                Some(id) => usize::from(staff::revoke(c, &who, id)?),
                None => staff::revoke_all(c, &who, Some(&current))?,
            };
            if ended > 0 {
                let detail = json!({ "sessions": ended });
                by.record(
                    c,
                    "staff.end-sessions",
                    &format!("staff:{who}"),
                    &detail,
                    now,
                )?;
            }
            Ok(ended)
        })
        .await?;
    let words = app.words(Some(&staff.who));
    let said = words.say(
        "{n} か所のログインを終わらせました。",
        &[("n", &ended.to_string())],
    );
    Ok(app.go("/admin/account", &said))
}
