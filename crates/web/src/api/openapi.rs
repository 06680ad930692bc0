//! `/api/v1/openapi.json`, from the table that checks the queries.

use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::Kind;
use serde_json::{Map, Value, json};

use super::answer;
use super::endpoints::{ALL, COUNT_VIEW, ELIGIBILITY, Endpoint, OPENAPI};
use super::query::Query;
use crate::app::App;
use crate::error::Result;

pub(crate) async fn openapi(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    Query::of(&request, &OPENAPI)?;
    let site = app.site().await?;
    let mut paths = Map::new();
    for endpoint in ALL {
        for (path, fixed) in written_out(endpoint) {
            let methods = paths.entry(path).or_insert_with(|| json!({}));
            methods[endpoint.method] = operation(endpoint, fixed);
        }
    }
    let description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{} API", site.settings.title),
            "version": "1",
            "description": "公開中の文書を読むための API です。一覧は {\"items\":[…],\"next\":…} の形で、next を cursor に入れると続きを読めます。時刻は日本時間です。",
        },
        "servers": [{ "url": app.app_address("api/v1") }],
        "paths": paths,
        "components": { "schemas": schemas() },
    });
    answer::json(&request, &description)
}

/// `{kind}` is written out: each kind has an address of its own.
fn written_out(endpoint: &Endpoint) -> Vec<(String, bool)> {
    if !endpoint.path.contains("{kind}") {
        return vec![(endpoint.path.to_owned(), false)];
    }
    let named = endpoint.path.contains("{name}");
    let path = |kind: Kind| endpoint.path.replace("{kind}", kind.plural());
    Kind::ALL.map(|kind| (path(kind), named)).into()
}

fn operation(endpoint: &Endpoint, named: bool) -> Value {
    let mut parameters: Vec<Value> = endpoint
        .parameters
        .iter()
        .map(|parameter| {
            let schema: Value = serde_json::from_str(parameter.schema).unwrap_or_default();
            json!({ "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema })
        })
        .collect();
    if named {
        parameters.push(json!({
            "name": "name", "in": "path", "required": true,
            "description": "id または slug", "schema": { "type": "string" },
        }));
    }
    let problem = |about: &str| {
        json!({
            "description": about,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let mut operation = json!({
        "summary": endpoint.about,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": endpoint.about,
                "content": { "application/json": {
                    "schema": { "$ref": format!("#/components/schemas/{}", endpoint.answer) },
                } },
            },
            "400": problem("パラメーターか本文が正しくありません"),
        },
    });
    if named {
        operation["responses"]["404"] = problem("公開されていません");
        operation["responses"]["308"] = json!({ "description": "slug が変わりました" });
    }
    let body = match endpoint.path {
        _ if endpoint.method != "post" => None,
        path if path == ELIGIBILITY.path => Some("EligibilityRequest"),
        path if path == COUNT_VIEW.path => Some("ViewRequest"),
        _ => None,
    };
    if let Some(body) = body {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{body}") } } },
        });
    }
    if endpoint.answer == COUNT_VIEW.answer {
        operation["responses"] = json!({
            "204": { "description": "数えました" },
            "400": problem("本文が正しくありません"),
            "404": problem("公開されていません"),
            "429": problem("続けての送信が多すぎます"),
        });
    }
    operation
}

fn schemas() -> Value {
    let listing = |items: Value| {
        json!({
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": { "type": "array", "items": items },
                "next": { "type": ["string", "null"], "description": "続きがあるときだけ。cursor に入れる" },
            },
        })
    };
    let object = |required: &[&str]| json!({ "type": "object", "required": required });
    json!({
        "Document": object(&["id", "kind", "slug", "url", "title", "summary", "category", "target", "deadlines", "apply", "html"]),
        "Summary": object(&["id", "kind", "slug", "lang", "url", "title", "summary", "category", "tags", "anytime", "deadlines", "online"]),
        "Summaries": listing(json!({ "$ref": "#/components/schemas/Summary" })),
        "Hits": listing(object(&["id", "kind", "url", "title", "summary", "score"])),
        "Changes": listing(object(&["seq", "action", "kind", "id", "path", "edition"])),
        "Verdicts": listing(object(&["id", "kind", "title", "url", "verdict"])),
        "Views": listing(object(&["id", "kind", "title", "url", "views"])),
        "ViewRequest": {
            "type": "object",
            "required": ["id"],
            "properties": { "id": { "type": "string", "description": "文書の id" } },
            "additionalProperties": false,
        },
        "Taxonomy": object(&["categories", "facets", "areas", "departments", "life_events"]),
        "OpenApi": object(&["openapi", "info", "paths"]),
        "EligibilityRequest": {
            "type": "object",
            "required": ["profile"],
            "properties": {
                "profile": { "type": "object", "description": "答えていない項目は書かない。「ない」は null か空の一覧" },
                "on": { "type": ["string", "null"], "format": "date", "description": "この日として判断する。既定は今日" },
            },
            "additionalProperties": false,
        },
        "Problem": {
            "type": "object",
            "required": ["title", "status", "detail"],
            "properties": {
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "parameter": { "type": "string", "description": "正しくないパラメーター" },
            },
        },
    })
}
