use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::uploads::{self, Family, Find, Page};
use serde::{Deserialize, Serialize};

use super::view::{FileView, people};
use super::wants_json;
use crate::admin::Screen;
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

/// Files on one page.
const PAGE: i64 = 50;

/// The query of the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// A part of the name.
    #[serde(default)]
    q: String,
    /// `image`, `pdf`, `other`
    #[serde(default)]
    kind: String,
    /// `no`: used by no document.
    #[serde(default)]
    used: String,
    /// From 1.
    page: Option<i64>,
}

#[derive(Serialize)]
struct View<'a> {
    files: Vec<FileView>,
    total: i64,
    first: i64,
    last: i64,
    asked: &'a Asked,
    filtered: bool,
    previous: Option<String>,
    next: Option<String>,
}

/// Every file, changed last first; as data for scripts that choose one.
pub(crate) async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let number = asked.page.unwrap_or(1).clamp(1, 1_000_000);
    let page = Page {
        offset: (number - 1) * PAGE,
        limit: PAGE,
    };
    let wanted = asked.clone();
    let (rows, total) = app
        .ctx
        .read(move |c| uploads::find(c, wanted.find(), page))
        .await?;
    let people = people(&app).await?;
    let files: Vec<FileView> = rows
        .into_iter()
        .map(|row| FileView::of(words, &people, row))
        .collect();
    let shown = i64::try_from(files.len()).unwrap_or(PAGE);
    let view = View {
        total,
        first: if shown == 0 { 0 } else { page.offset + 1 },
        last: page.offset + shown,
        filtered: asked.filters(),
        previous: (number > 1).then(|| asked.address(number - 1)),
        next: (page.offset + shown < total).then(|| asked.address(number + 1)),
        files,
        asked: &asked,
    };
    if wants_json(&request) {
        return Ok(HttpResponse::Ok().json(&view));
    }
    let screen = Screen::new("files/list", words.get("ファイル"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

impl Asked {
    fn find(&self) -> Find<'_> {
        let text = self.q.trim();
        Find {
            text: (!text.is_empty()).then_some(text),
            family: match self.kind.as_str() {
                "image" => Some(Family::Image),
                "pdf" => Some(Family::Pdf),
                "other" => Some(Family::Other),
                _ => None,
            },
            unused: self.used == "no",
        }
    }

    fn filters(&self) -> bool {
        self.find() != Find::default()
    }

    /// The address of another page of the same list.
    fn address(&self, page: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("kind", &self.kind), ("used", &self.used)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &page.to_string());
        format!("/admin/files?{}", query.finish())
    }
}
