//! The account as CSV, by reason: to be kept with the papers of a matter.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use kairan_db::notices;
use serde_json::json;

use super::account::{Account, reasons};
use crate::admin::guard::{Publish, Staff};
use crate::app::App;
use crate::error::{Error, Result};

/// By which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

/// Numbers and reasons; nobody's name, key or address.
pub(crate) async fn export(
    app: web::Data<App>,
    staff: Staff<Publish>,
    path: web::Path<String>,
) -> Result<HttpResponse> {
    let id = path.into_inner();
    let wanted = id.clone();
    let (notice, account, missed) = app
        .ctx
        .read(move |c| {
            let (notice, account) = notices::account(c, &wanted)?;
            Ok((notice, account, notices::not_reached(c, &wanted)?))
        })
        .await?;
    staff
        .audit(&app, "notice.export", &format!("notice:{id}"), json!({}))
        .await?;
    let words = app.words(Some(&staff.who));
    let view = Account::new(words, &notice, &account, &missed);
    let mut table = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Error::internal(&error);
    let heading = [words.get("区分"), words.get("理由"), words.get("人数")];
    table.write_record(heading).map_err(failed)?;
    let people = &account.people;
    let sums = [
        (words.get("対象"), people.matched),
        (words.get("届いた"), people.pushed),
        (
            words.get("届かなかった"),
            people.inbox_only + people.not_reached,
        ),
        (words.get("確認中"), people.in_doubt),
        (words.get("これから"), people.open),
    ];
    for (label, count) in sums {
        table
            .write_record([label, "", &count.to_string()])
            .map_err(failed)?;
    }
    for reason in reasons(words, &missed) {
        let kind = if reason.own {
            words.get("ご本人の希望どおり")
        } else {
            words.get("届けられなかった")
        };
        let count = reason.count.to_string();
        table
            .write_record([kind, &reason.label, &count])
            .map_err(failed)?;
    }
    let bytes = table
        .into_inner()
        .map_err(|error| Error::internal(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| Error::internal(&error))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"notice-{}.csv\"", view.id),
        ))
        .body(format!("{BOM}{text}")))
}
