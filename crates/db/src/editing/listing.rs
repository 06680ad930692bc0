use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::Stage;
use crate::schema::documents;
use crate::words::words;
use crate::{AnyConnection, Result};

words! {
    /// How a list is ordered.
    Order {
        /// Changed last, first.
        Updated = "updated",
        /// Made last, first.
        Created = "created",
    }
}

/// Which documents; everything that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// One of these stages.
    pub stages: &'a [Stage],
    /// `article`, …
    pub kind: Option<&'a str>,
    /// 目的, with everything below it.
    pub category: Option<&'a str>,
    /// 担当: key of a department.
    pub owner: Option<&'a str>,
    /// Who saved the newest text.
    pub editor: Option<&'a str>,
    /// Language.
    pub lang: Option<&'a str>,
    /// These documents alone: what a full-text search found.
    pub among: Option<&'a [String]>,
    /// A part of the title.
    pub title: Option<&'a str>,
    /// With problems that block publishing.
    pub in_error: bool,
    /// 見直す日 before this, UTC.
    pub review_before: Option<NaiveDateTime>,
    /// Not changed since, UTC: stale.
    pub unchanged_since: Option<NaiveDateTime>,
    /// Readers see an edition of it.
    pub live: Option<bool>,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct Row {
    /// ULID
    pub id: String,
    /// `article`, …
    pub kind: String,
    /// Slug of the newest edition.
    pub slug: String,
    /// Language.
    pub lang: String,
    /// 件名
    pub title: String,
    /// 担当
    pub owner: Option<String>,
    /// Where it is on its way.
    #[diesel(deserialize_as = String)]
    pub stage: Stage,
    /// 目的
    pub category: Option<String>,
    /// Who saved the newest text.
    pub editor: Option<String>,
    /// Problems that block publishing.
    pub errors: i64,
    /// 見直す日, UTC.
    pub review_by: Option<NaiveDateTime>,
    /// Of a scheduled edition, UTC.
    pub publish_at: Option<NaiveDateTime>,
    /// Readers see an edition of it.
    pub live: bool,
    /// UTC
    pub created_at: NaiveDateTime,
    /// UTC
    pub updated_at: NaiveDateTime,
}

/// Which lines of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Lines before it.
    pub offset: i64,
    /// At most so many.
    pub limit: i64,
}

/// How many documents are in each stage.
pub type Tally = Vec<(Stage, i64)>;

type Boxed<'a> = documents::BoxedQuery<'a, <AnyConnection as Connection>::Backend>;

/// A page of the list, and how many lines it has in all. Cost grows with the documents that the most selective index
/// leaves.
///
/// # Errors
/// Those of the database.
pub fn list(
    c: &mut AnyConnection,
    filter: &Filter<'_>,
    order: Order,
    page: Page,
) -> Result<(Vec<Row>, i64)> {
    let total = narrow(documents::table.into_boxed(), filter)
        .select(count_star())
        .first(c)?;
    let query = narrow(documents::table.into_boxed(), filter);
    let query = match order {
        Order::Updated => query.order((documents::updated_at.desc(), documents::id.desc())),
        Order::Created => query.order((documents::created_at.desc(), documents::id.desc())),
    };
    let rows = query
        .offset(page.offset)
        .limit(page.limit)
        .select(Row::as_select())
        .load(c)?;
    Ok((rows, total))
}

/// How many documents are in each stage, of those the filter leaves.
///
/// # Errors
/// Those of the database.
pub fn tally(c: &mut AnyConnection, filter: &Filter<'_>) -> Result<Tally> {
    let mut counts = Vec::with_capacity(Stage::ALL.len());
    for stage in Stage::ALL {
        let stages = [*stage];
        let one = Filter {
            stages: &stages,
            ..filter.clone()
        };
        let count = narrow(documents::table.into_boxed(), &one)
            .select(count_star())
            .first(c)?;
        counts.push((*stage, count));
    }
    Ok(counts)
}

fn narrow<'a>(mut query: Boxed<'a>, filter: &Filter<'a>) -> Boxed<'a> {
    if !filter.stages.is_empty() {
        let words: Vec<_> = filter.stages.iter().map(|stage| stage.as_str()).collect();
        query = query.filter(documents::stage.eq_any(words));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(documents::kind.eq(kind));
    }
    if let Some(category) = filter.category {
        // `money/` up to but not including `money0`: everything below, by the index.
        let (from, to) = (format!("{category}/"), format!("{category}0"));
        query = query.filter(
            documents::category
                .eq(category)
                .or(documents::category.ge(from).and(documents::category.lt(to))),
        );
    }
    if let Some(owner) = filter.owner {
        query = query.filter(documents::owner.eq(owner));
    }
    if let Some(editor) = filter.editor {
        query = query.filter(documents::editor.eq(editor));
    }
    if let Some(lang) = filter.lang {
        query = query.filter(documents::lang.eq(lang));
    }
    if let Some(among) = filter.among {
        query = query.filter(documents::id.eq_any(among));
    }
    if let Some(title) = filter.title {
        let escaped = title
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        query = query.filter(documents::title.like(format!("%{escaped}%")).escape('\\'));
    }
    if filter.in_error {
        query = query.filter(documents::errors.gt(0));
    }
    if let Some(before) = filter.review_before {
        query = query.filter(documents::review_by.lt(before));
    }
    if let Some(since) = filter.unchanged_since {
        query = query.filter(documents::updated_at.lt(since));
    }
    if let Some(live) = filter.live {
        query = query.filter(documents::live.eq(live));
    }
    query
}
