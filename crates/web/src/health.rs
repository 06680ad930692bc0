//! Whether the process lives, whether it can work, what it has counted.

use actix_web::{HttpResponse, web};
use kairan_db::SchemaState;
use serde_json::json;

use crate::app::App;
use crate::error::{Error, Result};

/// `/healthz`: the process answers.
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(json!({ "status": "ok" }))
}

/// `/readyz`: the database is there with this program's schema, and the store answers.
pub(crate) async fn ready(app: web::Data<App>) -> HttpResponse {
    let db = app.ctx.db.clone();
    let database = match tokio::task::spawn_blocking(move || db.schema_state()).await {
        Ok(Ok(SchemaState::Current)) => "ok".to_owned(),
        Ok(Ok(SchemaState::Behind(missing))) => format!("migrations missing: {}", missing.len()),
        Ok(Ok(SchemaState::Ahead(version))) => format!("migrated by a newer version: {version}"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: database");
            "unreachable".to_owned()
        }
        Err(error) => {
            tracing::warn!(%error, "not ready: database");
            "broken".to_owned()
        }
    };
    let storage = match app.ctx.store.head("index.html").await {
        Ok(_) => "ok",
        Err(error) => {
            tracing::warn!(%error, "not ready: storage");
            "unreachable"
        }
    };
    let good = database == "ok" && storage == "ok";
    let mut answer = if good {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    answer
        .insert_header(("Cache-Control", "no-store"))
        .json(json!({
            "status": if good { "ok" } else { "unready" },
            "database": database,
            "storage": storage,
        }))
}

/// `/metrics`
pub(crate) async fn metrics(app: web::Data<App>) -> Result<HttpResponse> {
    let (jobs, messages, stopped) = app
        .ctx
        .read(|c| {
            Ok((
                kairan_db::jobs::counts(c)?,
                kairan_db::notices::message_counts(c)?,
                kairan_db::citizens::suppressed_counts(c)?,
            ))
        })
        .await?;
    let jobs: Vec<_> = jobs
        .into_iter()
        .map(|(state, count)| (state.as_str().to_owned(), count))
        .collect();
    let text = app
        .metrics
        .text(&jobs, &messages, &stopped)
        .map_err(|error| Error::internal(&error))?;
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(text))
}
