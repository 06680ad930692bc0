//! The filters of a list, as they stand in its address.

use chrono::{Duration, NaiveDateTime};
use kairan_content::{Kind, SiteData};
use kairan_db::editing::{Filter, Order, Stage};
use serde::Serialize;

use crate::admin::documents::head::Badge;
use crate::admin::words::Language;

/// Lines of a page.
pub(super) const PER_PAGE: i64 = 50;
/// Days without a change after which something live counts as stale.
pub(super) const STALE_DAYS: i64 = 365;

/// What the address asks for. What it does not know it leaves out: an old bookmark still opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) view: String,
    pub(super) state: Option<Stage>,
    pub(super) kind: Option<Kind>,
    pub(super) category: String,
    pub(super) owner: String,
    pub(super) sort: Option<Order>,
    pub(super) page: i64,
}

impl Asked {
    pub(super) fn read(pairs: &[(String, String)]) -> Self {
        let one = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, value)| value.trim())
        };
        Self {
            q: one("q").chars().take(200).collect(),
            view: one("view").to_owned(),
            state: one("state").parse().ok(),
            kind: Kind::parse(one("kind")),
            category: one("category").to_owned(),
            owner: one("owner").to_owned(),
            sort: one("sort").parse().ok(),
            page: one("page").parse().unwrap_or(1).clamp(1, 100_000),
        }
    }

    /// The same list on another page, as an address.
    pub(super) fn address(&self, path: &str, page: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let state = self.state.map_or("", Stage::as_str);
        let kind = self.kind.map_or("", Kind::as_str);
        let sort = self.sort.map_or("", Order::as_str);
        for (name, value) in [
            ("q", self.q.as_str()),
            ("view", &self.view),
            ("state", state),
            ("kind", kind),
            ("category", &self.category),
            ("owner", &self.owner),
            ("sort", sort),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        let query = query.finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// As the database takes it. `me` is the actor of whoever asks.
    pub(super) fn filter<'a>(&'a self, me: &'a str, now: NaiveDateTime) -> Filter<'a> {
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        let mut filter = Filter {
            kind: self.kind.map(Kind::as_str),
            category: some(&self.category),
            owner: some(&self.owner),
            ..Filter::default()
        };
        if let Some(state) = self.state {
            filter.stages = of(state);
        }
        narrow(&mut filter, &self.view, me, now);
        filter
    }
}

/// What a view adds to a filter.
pub(super) fn narrow<'a>(filter: &mut Filter<'a>, view: &str, me: &'a str, now: NaiveDateTime) {
    match view {
        "mine" => filter.editor = Some(me),
        "errors" => filter.in_error = true,
        "review" => filter.review_before = Some(now),
        "stale" => {
            filter.live = Some(true);
            filter.unchanged_since = Some(now - Duration::days(STALE_DAYS));
        }
        _ => {}
    }
}

/// One stage as a filter borrows it.
fn of(stage: Stage) -> &'static [Stage] {
    let at = Stage::ALL.iter().position(|one| *one == stage).unwrap_or(0);
    Stage::ALL.get(at..=at).unwrap_or(Stage::ALL)
}

#[derive(Debug, Serialize)]
pub(super) struct Choice {
    value: String,
    label: String,
    selected: bool,
}

/// The controls of the filter form.
#[derive(Debug, Serialize)]
pub(super) struct Controls {
    q: String,
    view: String,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    owners: Vec<Choice>,
    categories: Vec<Choice>,
    sorts: Vec<Choice>,
    /// Whether anything is filtered.
    narrowed: bool,
}

impl Controls {
    pub(super) fn new(asked: &Asked, site: &SiteData, words: &Language) -> Self {
        let choice = |value: &str, label: String, selected: bool| Choice {
            value: value.to_owned(),
            label,
            selected,
        };
        let states = Stage::ALL
            .iter()
            .map(|one| {
                choice(
                    one.as_str(),
                    Badge::of(words, *one).label().to_owned(),
                    asked.state == Some(*one),
                )
            })
            .collect();
        let kinds = Kind::ALL
            .into_iter()
            .map(|one| {
                choice(
                    one.as_str(),
                    words.kind(one).to_owned(),
                    asked.kind == Some(one),
                )
            })
            .collect();
        let owners = site
            .departments
            .iter()
            .map(|one| choice(&one.key, one.name.clone(), asked.owner == one.key))
            .collect();
        let mut categories = Vec::new();
        for category in &site.categories {
            let key = &category.key;
            categories.push(choice(key, category.label.clone(), asked.category == *key));
            for child in &category.children {
                let path = format!("{key}/{}", child.key);
                let selected = asked.category == path;
                categories.push(choice(&path, format!("　{}", child.label), selected));
            }
        }
        let sorts = vec![
            choice(
                "updated",
                words.get("新しく変えた順").to_owned(),
                asked.sort == Some(Order::Updated),
            ),
            choice(
                "created",
                words.get("新しく作った順").to_owned(),
                asked.sort == Some(Order::Created),
            ),
        ];
        let plain = Asked {
            view: asked.view.clone(),
            page: asked.page,
            ..Asked::default()
        };
        Self {
            q: asked.q.clone(),
            view: asked.view.clone(),
            states,
            kinds,
            owners,
            categories,
            sorts,
            narrowed: *asked != plain,
        }
    }
}
