//! The description of the content JSON, for programs that read it.

use kairan_content::Kind;
use serde_json::{Map, Value, json};

use crate::error::Result;

pub(super) fn json(title: &str, origin: &str) -> Result<Vec<u8>> {
    let mut paths = Map::new();
    for kind in Kind::ALL {
        let folder = format!("/data/v1/{}", kind.plural());
        let (one, list) = (kind.label(), format!("{}の一覧（新しい順）", kind.label()));
        paths.insert(
            format!("{folder}/{{id}}.json"),
            get(one, "Document", &[id()]),
        );
        paths.insert(format!("{folder}/index.json"), get(&list, "Listing", &[]));
        paths.insert(
            format!("{folder}/page/{{page}}.json"),
            get(&list, "Listing", &[page()]),
        );
    }
    let others = [
        (
            "taxonomy.json",
            "分類・タグ・地区・担当課・ライフイベント",
            "Taxonomy",
        ),
        (
            "changes/latest.json",
            "公開・更新・取り下げの記録（新しい順）",
            "Listing",
        ),
        ("emergency.json", "いま出ている緊急のお知らせ", "Listing"),
    ];
    for (name, summary, schema) in others {
        paths.insert(format!("/data/v1/{name}"), get(summary, schema, &[]));
    }
    let changes = "公開・更新・取り下げの記録（50件ずつ）";
    paths.insert(
        "/data/v1/changes/page/{page}.json".to_owned(),
        get(changes, "Listing", &[page()]),
    );
    Ok(serde_json::to_vec(&json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{title} 公開データ"),
            "version": "1",
            "description": "静的なJSONファイルです。一覧は新しい順で、next に1つ前のページの場所があります。時刻は日本時間です。",
        },
        "servers": [{ "url": origin }],
        "paths": paths,
        "components": { "schemas": {
            "Listing": {
                "type": "object",
                "required": ["items", "next"],
                "properties": {
                    "items": { "type": "array", "items": { "type": "object" } },
                    "next": { "type": ["string", "null"], "description": "1つ前のページの場所" },
                },
            },
            "Document": { "type": "object", "required": ["id", "kind", "slug", "title", "summary"] },
            "Taxonomy": {
                "type": "object",
                "required": ["categories", "facets", "areas", "departments", "life_events"],
            },
        } },
    }))?)
}

fn get(summary: &str, schema: &str, parameters: &[Value]) -> Value {
    json!({ "get": {
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": summary,
                "content": { "application/json": {
                    "schema": { "$ref": format!("#/components/schemas/{schema}") },
                } },
            },
            "404": { "description": "公開されていません" },
        },
    } })
}

fn id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

fn page() -> Value {
    json!({ "name": "page", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } })
}
