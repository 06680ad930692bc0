//! `/search`: results without JavaScript, from the published index.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::{NaiveDate, NaiveDateTime};
use kairan_content::{Kind, dates};
use kairan_index::{Hit, Window};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::finding::{DEEPEST, Wanted};

/// Results on a page.
const PAGE: usize = 20;

/// What the form sends. People follow old links: what is not understood is passed over.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    kind: String,
    category: String,
    tag: String,
    open: String,
    page: String,
}

#[derive(Serialize)]
struct View<'a> {
    q: &'a str,
    kinds: Vec<Choice>,
    categories: Vec<Choice>,
    tag: Option<String>,
    tag_label: Option<String>,
    open: bool,
    asked: bool,
    total: usize,
    relaxed: bool,
    hits: Vec<HitView>,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    selected: bool,
}

#[derive(Serialize)]
struct HitView {
    path: String,
    kind: &'static str,
    title: String,
    summary: String,
    published: String,
    published_iso: String,
    state: Option<State>,
}

#[derive(Serialize)]
struct State {
    class: &'static str,
    word: &'static str,
}

/// The results for what was asked; without anything, the form and where else to look.
pub(crate) async fn page(app: web::Data<App>, asked: web::Query<Asked>) -> Result<HttpResponse> {
    let frame = app.frame().await?;
    let data = &frame.data;
    let asked = asked.into_inner();
    let q = asked.q.trim();
    let known = |value: &str, known: bool| (known && !value.is_empty()).then(|| value.to_owned());
    let kind = known(&asked.kind, Kind::parse(&asked.kind).is_some());
    let category = known(
        &asked.category,
        !data.category_path(&asked.category).is_empty(),
    );
    let tag = data.tag(&asked.tag).map(|(_, tag)| tag);
    let open = asked.open == "1";
    let number = asked
        .page
        .parse::<usize>()
        .unwrap_or(1)
        .clamp(1, DEEPEST / PAGE);
    let wanted = Wanted {
        query: q.to_owned(),
        kind: kind.clone(),
        category: category.clone(),
        tag: tag.map(|tag| tag.key.clone()),
        lang: Some(data.settings.lang.clone()),
        open,
        offset: (number - 1) * PAGE,
        limit: PAGE,
    };
    let anything = !q.is_empty() || kind.is_some() || category.is_some() || tag.is_some() || open;
    let results = if anything {
        app.find(wanted).await?
    } else {
        kairan_index::Results::default()
    };
    let now = app.ctx.clock.now_jst();
    let to = |page: usize| {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        let kept = [
            ("q", q),
            ("kind", kind.as_deref().unwrap_or("")),
            ("category", category.as_deref().unwrap_or("")),
            ("tag", tag.map_or("", |tag| &tag.key)),
            ("open", if open { "1" } else { "" }),
        ];
        for (name, value) in kept.into_iter().filter(|(_, value)| !value.is_empty()) {
            address.append_pair(name, value);
        }
        address.append_pair("page", &page.to_string());
        format!("/search?{}", address.finish())
    };
    let choice = |value: &str, label: &str, chosen: Option<&str>| Choice {
        selected: chosen == Some(value),
        value: value.to_owned(),
        label: label.to_owned(),
    };
    let view = View {
        q,
        kinds: Kind::ALL
            .map(|k| choice(k.as_str(), k.label(), kind.as_deref()))
            .into(),
        categories: data
            .categories
            .iter()
            .map(|c| choice(&c.key, &c.label, category.as_deref()))
            .collect(),
        tag: tag.map(|tag| tag.key.clone()),
        tag_label: tag.map(|tag| tag.label.clone()),
        open,
        asked: anything,
        total: results.total,
        relaxed: results.relaxed,
        previous: (number > 1).then(|| to(number - 1)),
        next: (number * PAGE < results.total.min(DEEPEST)).then(|| to(number + 1)),
        hits: results
            .hits
            .into_iter()
            .map(|hit| shown(hit, now))
            .collect(),
    };
    let title = if q.is_empty() {
        "さがす".to_owned()
    } else {
        format!("「{q}」をさがした結果")
    };
    frame.answer(&app, StatusCode::OK, "search-results", &title, &view)
}

fn shown(hit: Hit, now: NaiveDateTime) -> HitView {
    let day = hit.published.date();
    // What was never dated has the start of time.
    let dated = day > NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or(day);
    HitView {
        kind: Kind::parse(&hit.kind).map_or("", Kind::label),
        published: if dated {
            dates::date_text(day)
        } else {
            String::new()
        },
        published_iso: day.to_string(),
        state: state(&hit.windows, now),
        path: hit.url,
        title: hit.title,
        summary: hit.summary,
    }
}

/// 受付前, 受付中, 受付終了 now; both ends of a window are included.
fn state(windows: &[Window], now: NaiveDateTime) -> Option<State> {
    let after = |window: &Window| window.closes.is_some_and(|closes| closes < now);
    let before = |window: &Window| window.opens.is_some_and(|opens| opens > now);
    let (class, word) = if windows.is_empty() {
        return None;
    } else if windows.iter().any(|w| !after(w) && !before(w)) {
        ("open", "受付中")
    } else if windows.iter().any(before) {
        ("before", "受付前")
    } else {
        ("closed", "受付終了")
    };
    Some(State { class, word })
}
