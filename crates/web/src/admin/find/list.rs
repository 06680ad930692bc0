//! `/admin/documents`: every document, narrowed by what stands in the address.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use kairan_content::Kind;
use kairan_db::editing::{self, Filter, Order, Page, Row};
use kairan_db::{AnyConnection, live, staff};
use serde::Serialize;

use super::filters::{Asked, Controls, PER_PAGE, narrow};
use super::row::{Around, RowView, department};
use super::{search, when};
use crate::admin::Screen;
use crate::admin::documents::{head::Badge, people::People};
use crate::admin::guard::{Read, Staff};
use crate::app::App;
use crate::error::Result;

const PATH: &str = "/admin/documents";
/// Lines of an export.
const MOST: i64 = 100_000;

type Query = web::Query<Vec<(String, String)>>;

#[derive(Serialize)]
struct Tab {
    href: String,
    label: String,
    count: i64,
    current: bool,
}

#[derive(Serialize)]
struct View {
    tabs: Vec<Tab>,
    controls: Controls,
    rows: Vec<RowView>,
    total: i64,
    first: i64,
    last: i64,
    previous: Option<String>,
    next: Option<String>,
    export: String,
    may_write: bool,
    may_publish: bool,
}

/// (key, words)
const VIEWS: [(&str, &str); 5] = [
    ("", "すべて"),
    ("mine", "自分が書いたもの"),
    ("errors", "直すところあり"),
    ("review", "見直す日を過ぎた"),
    ("stale", "1年以上変えていない"),
];

pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    pub(super) total: i64,
    pub(super) people: People,
    pub(super) closes: BTreeMap<String, NaiveDateTime>,
    counts: Vec<i64>,
}

/// A page of the list.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Read>,
    query: Query,
) -> Result<HttpResponse> {
    let asked = Asked::read(&query);
    let offset = (asked.page - 1) * PER_PAGE;
    let page = Page {
        offset,
        limit: PER_PAGE,
    };
    let found = find(&app, &asked, &staff.who.id, page, true).await?;
    let (site, words) = (app.site().await?, app.words(Some(&staff.who)));
    let around = Around {
        words,
        site: &site,
        now: app.ctx.clock.now(),
        people: &found.people,
        closes: &found.closes,
    };
    let tabs = VIEWS
        .into_iter()
        .zip(&found.counts)
        .map(|((key, label), count)| {
            let one = Asked {
                view: key.to_owned(),
                ..Asked::default()
            };
            Tab {
                href: one.address(PATH, 1),
                label: words.get(label).to_owned(),
                count: *count,
                current: asked.view == key,
            }
        })
        .collect();
    let shown = i64::try_from(found.rows.len()).unwrap_or(i64::MAX);
    let view = View {
        tabs,
        controls: Controls::new(&asked, &site, words),
        total: found.total,
        first: if shown == 0 { 0 } else { offset + 1 },
        last: offset + shown,
        previous: (asked.page > 1).then(|| asked.address(PATH, asked.page - 1)),
        next: (offset + shown < found.total).then(|| asked.address(PATH, asked.page + 1)),
        export: asked.address("/admin/documents.csv", 1),
        may_write: staff.may(staff::Role::Author, None),
        may_publish: staff.who.may(staff::Role::Publisher, None),
        rows: found
            .rows
            .into_iter()
            .map(|row| RowView::new(row, &around))
            .collect(),
    };
    let screen = Screen::new("find/list", words.get("記事"));
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// The same list as CSV: 統計情報, to be worked with elsewhere.
pub(crate) async fn export(
    app: web::Data<App>,
    staff: Staff<Read>,
    query: Query,
) -> Result<HttpResponse> {
    let asked = Asked::read(&query);
    let page = Page {
        offset: 0,
        limit: MOST,
    };
    let found = find(&app, &asked, &staff.who.id, page, false).await?;
    let (site, words) = (app.site().await?, app.words(Some(&staff.who)));
    let now = app.ctx.clock.now();
    let mut out = csv::Writer::from_writer(Vec::new());
    let heads = [
        "id",
        "種類",
        "題名",
        "状態",
        "担当",
        "分類",
        "言語",
        "公開中",
        "直すところ",
        "締切",
        "更新",
    ];
    let mut lines = vec![heads.map(str::to_owned).to_vec()];
    for row in &found.rows {
        let closes = found.closes.get(&row.id);
        lines.push(vec![
            row.id.clone(),
            Kind::parse(&row.kind).map_or_else(|| row.kind.clone(), |one| one.label().to_owned()),
            row.title.clone(),
            Badge::of(words, row.stage).label().to_owned(),
            department(&site, row.owner.as_deref()),
            row.category.clone().unwrap_or_default(),
            row.lang.clone(),
            if row.live { "1" } else { "0" }.to_owned(),
            row.errors.to_string(),
            closes.map_or_else(String::new, |at| when::instant(words, now, *at)),
            crate::admin::names::instant(row.updated_at),
        ]);
    }
    for line in lines {
        out.write_record(line.iter().map(|cell| harmless(cell)))
            .map_err(|error| crate::error::Error::internal(&error))?;
    }
    let bytes = out
        .into_inner()
        .map_err(|error| crate::error::Error::internal(&error))?;
    // The mark lets spreadsheets see that this is UTF-8.
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"documents.csv\"",
        ))
        .body(["\u{feff}".as_bytes(), &bytes].concat()))
}

/// A cell that a spreadsheet would take for a formula is made a text.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Asks the database, and the full text where words are given.
pub(super) async fn find(
    app: &App,
    asked: &Asked,
    me: &str,
    page: Page,
    count: bool,
) -> Result<Found> {
    let hits = if asked.q.is_empty() {
        None
    } else {
        search::search(app, &asked.q).await?
    };
    let (asked, me, now) = (asked.clone(), format!("staff:{me}"), app.ctx.clock.now());
    Ok(app
        .ctx
        .read(move |c| {
            let mut filter = asked.filter(&me, now);
            if hits.is_none() && !asked.q.is_empty() {
                filter.title = Some(&asked.q);
            }
            filter.among = hits.as_deref();
            let order = asked.sort.unwrap_or(Order::Updated);
            let (rows, total) = match &hits {
                // Best first, unless an order is asked for.
                Some(hits) if asked.sort.is_none() => ranked(c, &filter, hits, page)?,
                _ => editing::list(c, &filter, order, page)?,
            };
            let counts = if count {
                VIEWS
                    .iter()
                    .map(|(view, _)| counted(c, view, &me, now))
                    .collect::<kairan_db::Result<_>>()?
            } else {
                Vec::new()
            };
            let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            let closes = live::by_ids(c, &ids)?
                .into_iter()
                .filter_map(|one| Some((one.document_id, one.closes?)))
                .collect();
            Ok(Found {
                people: People::load(c)?,
                rows,
                total,
                closes,
                counts,
            })
        })
        .await?)
}

fn ranked(
    c: &mut AnyConnection,
    filter: &Filter<'_>,
    hits: &[String],
    page: Page,
) -> kairan_db::Result<(Vec<Row>, i64)> {
    let all = Page {
        offset: 0,
        limit: i64::MAX,
    };
    let (mut rows, total) = editing::list(c, filter, Order::Updated, all)?;
    let rank: HashMap<&str, usize> = hits
        .iter()
        .enumerate()
        .map(|(at, id)| (id.as_str(), at))
        .collect();
    rows.sort_by_key(|row| rank.get(row.id.as_str()).copied().unwrap_or(usize::MAX));
    let from = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let most = usize::try_from(page.limit).unwrap_or(usize::MAX);
    Ok((rows.into_iter().skip(from).take(most).collect(), total))
}

fn counted(
    c: &mut AnyConnection,
    view: &str,
    me: &str,
    now: NaiveDateTime,
) -> kairan_db::Result<i64> {
    let mut filter = Filter::default();
    narrow(&mut filter, view, me, now);
    let none = Page {
        offset: 0,
        limit: 0,
    };
    Ok(editing::list(c, &filter, Order::Updated, none)?.1)
}
