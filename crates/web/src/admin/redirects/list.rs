//! `/admin/redirects`: the list, its filters in the address.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::Kind;
use kairan_db::forwards::{self, Filter, Row, Why};
use kairan_site::Address;
use serde::{Deserialize, Serialize};

use crate::admin::Screen;
use crate::admin::documents::people::People;
use crate::admin::documents::when::lately;
use crate::admin::guard::{Permission, Read, Staff};
use crate::admin::words::Language;
use crate::app::App;
use crate::error::{Error, Result};

/// Addresses on one page.
const PAGE: i64 = 50;
/// Addresses in one file.
const MOST: i64 = 100_000;
/// By which Excel knows UTF-8.
const BOM: &str = "\u{feff}";

/// The query of the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// A part of an address or of a title.
    #[serde(default)]
    q: String,
    /// `slug`, `withdrawal`, `hand`
    #[serde(default)]
    why: String,
    /// `dead`: leads to what is not published.
    #[serde(default)]
    state: String,
    /// From 1.
    page: Option<i64>,
}

/// What was typed and not taken.
#[derive(Default, Serialize)]
pub(super) struct Typed {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) wrong: bool,
    pub(super) from_problem: Option<String>,
    pub(super) to_problem: Option<String>,
}

#[derive(Serialize)]
struct View<'a> {
    lines: Vec<Line>,
    total: i64,
    first: i64,
    last: i64,
    asked: &'a Asked,
    filtered: bool,
    previous: Option<String>,
    next: Option<String>,
    may_change: bool,
    typed: Typed,
}

#[derive(Serialize)]
struct Line {
    from: String,
    /// The document or the address it leads to, in words.
    to: String,
    document: Option<String>,
    why: String,
    since: String,
    by: Option<String>,
    alive: bool,
    /// Entered by hand, and so to be taken away here.
    hand: bool,
}

/// The list.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse> {
    show(&app, &request, &staff, &asked, Typed::default()).await
}

pub(super) async fn show<P: Permission>(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<P>,
    asked: &Asked,
    typed: Typed,
) -> Result<HttpResponse> {
    let site = app.site().await?;
    let words = app.words(Some(&staff.who));
    let number = asked.page.unwrap_or(1).clamp(1, 1_000_000);
    let offset = (number - 1) * PAGE;
    let wanted = asked.clone();
    let ((rows, total), people) = app
        .ctx
        .read(move |c| {
            let found = forwards::list(c, &wanted.filter(), offset, PAGE)?;
            Ok((found, People::load(c)?))
        })
        .await?;
    let now = app.ctx.clock.now();
    let lines: Vec<Line> = rows
        .into_iter()
        .map(|row| Line {
            from: address(&row, &site.settings.lang),
            why: reason(words, &row.why).to_owned(),
            since: lately(words, row.since, now),
            by: (!row.who.is_empty()).then(|| people.name(words, &row.who)),
            to: row.title.or(row.url).unwrap_or_default(),
            document: row.document_id,
            alive: row.alive,
            hand: row.why == Why::Hand.as_str(),
        })
        .collect();
    let shown = i64::try_from(lines.len()).unwrap_or(PAGE);
    let status = match typed.wrong {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let view = View {
        total,
        first: if shown == 0 { 0 } else { offset + 1 },
        last: offset + shown,
        filtered: asked.filter() != Filter::default(),
        previous: (number > 1).then(|| asked.address(number - 1)),
        next: (offset + shown < total).then(|| asked.address(number + 1)),
        lines,
        asked,
        may_change: staff.who.is_administrator(),
        typed,
    };
    let screen = Screen::new("redirects/list", words.get("転送")).status(status);
    app.screen(request, Some(&staff.who), screen, &view).await
}

/// Root-relative.
fn address(row: &Row, site_lang: &str) -> String {
    match Kind::parse(&row.kind) {
        Some(kind) => Address {
            lang: (row.lang != site_lang).then(|| row.lang.clone()),
            kind,
            slug: row.place.clone(),
        }
        .path(),
        None => row.place.clone(),
    }
}

fn reason<'a>(words: &'a Language, why: &'a str) -> &'a str {
    match why {
        "slug" => words.get("記事のアドレスが変わった"),
        "withdrawal" => words.get("取り下げて、別の記事へ案内した"),
        "hand" => words.get("前のサイトのアドレス"),
        other => other,
    }
}

/// What was entered by hand, as the import takes it.
pub(crate) async fn export(app: web::Data<App>, _staff: Staff<Read>) -> Result<HttpResponse> {
    let filter = Filter {
        why: Some(Why::Hand),
        ..Filter::default()
    };
    let (rows, _) = app
        .ctx
        .read(move |c| forwards::list(c, &filter, 0, MOST))
        .await?;
    let mut file = csv::Writer::from_writer(BOM.as_bytes().to_vec());
    let written = std::iter::once(["from".to_owned(), "to".to_owned()]).chain(
        rows.into_iter()
            .map(|row| [row.place, row.document_id.or(row.url).unwrap_or_default()]),
    );
    for line in written {
        file.write_record(line)
            .map_err(|error| Error::internal(&error))?;
    }
    let bytes = file.into_inner().map_err(|error| Error::internal(&error))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"redirects.csv\"",
        ))
        .body(bytes))
}

impl Asked {
    fn filter(&self) -> Filter<'_> {
        let text = self.q.trim();
        Filter {
            text: (!text.is_empty()).then_some(text),
            why: self.why.parse().ok(),
            dead: self.state == "dead",
        }
    }

    /// The address of another page of the same list.
    fn address(&self, page: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("why", &self.why), ("state", &self.state)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &page.to_string());
        format!("/admin/redirects?{}", query.finish())
    }
}
