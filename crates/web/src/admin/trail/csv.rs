//! The log as CSV: piece by piece, however long it is, as Excel reads it.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use futures::stream;
use kairan_db::audit::AuditEvent;
use serde_json::json;

use super::filter::{Asked, Filter};
use super::page;
use crate::admin::guard::{Administer, Staff};
use crate::admin::names;
use crate::app::App;
use crate::error::{Error, Result};

/// Events read at a time.
const PIECE: i64 = 1_000;
/// By which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

/// What the filters leave. That it was taken out is itself an event.
pub(crate) async fn export(
    app: web::Data<App>,
    staff: Staff<Administer>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let filter = asked
        .filter(words)
        .map_err(|error| Error::parameter("from", error))?;
    staff
        .audit(&app, "audit.export", "audit", json!({}))
        .await?;
    let header = line(&["id", "at", "actor", "action", "subject", "detail", "origin"])?;
    let start = Some((app.get_ref().clone(), filter, format!("{BOM}{header}")));
    let pieces = stream::try_unfold(start, |state| async move {
        let Some((app, filter, head)) = state else {
            return Ok::<_, Error>(None);
        };
        piece(app, filter, head).await.map(Some)
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ))
        .streaming(pieces))
}

type State = Option<(App, Filter, String)>;

async fn piece(app: App, mut filter: Filter, mut text: String) -> Result<(web::Bytes, State)> {
    let events = page(&app, filter.clone(), PIECE).await?;
    for event in &events {
        text.push_str(&row(event)?);
    }
    let full = i64::try_from(events.len()).unwrap_or_default() == PIECE;
    let next = events.last().filter(|_| full).map(|last| {
        filter.before = Some(last.id);
        (app, filter, String::new())
    });
    Ok((web::Bytes::from(text), next))
}

fn row(event: &AuditEvent) -> Result<String> {
    line(&[
        &event.id.to_string(),
        &names::instant(event.at),
        &event.actor,
        &event.action,
        &event.subject,
        &event.detail,
        &event.origin,
    ])
}

fn line(fields: &[&str]) -> Result<String> {
    let failed = |error: &dyn std::fmt::Display| Error::internal(error);
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer
        .write_record(fields.iter().map(|field| harmless(field)))
        .map_err(|error| failed(&error))?;
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

/// A spreadsheet must not take a field for a formula.
fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_no_formula_and_keeps_its_line() {
        let text = line(&["=1+1", "a,b", "改\n行"]).unwrap();
        assert_eq!(text, "'=1+1,\"a,b\",\"改\n行\"\r\n");
    }
}
