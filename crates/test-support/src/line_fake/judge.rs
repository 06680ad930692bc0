//! Handing each request to the judges that others wrote.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use serde_json::{Value, json};

/// What the judges object to, if anything.
pub(super) async fn ask(
    http: &reqwest::Client,
    judge: &str,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(), String> {
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    let question = json!({
        "method": "POST",
        "path": request.path(),
        "headers": headers,
        "body": String::from_utf8_lossy(body),
    });
    let address = format!("{}/judge", judge.trim_end_matches('/'));
    let answer = http
        .post(address)
        .json(&question)
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let verdict: Value = answer.json().await.map_err(|error| error.to_string())?;
    if verdict["ok"] == Value::Bool(true) {
        Ok(())
    } else {
        Err(format!("the judges object: {}", verdict["problems"]))
    }
}
