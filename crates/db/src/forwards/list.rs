use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use crate::connection::on;
use crate::words::words;
use crate::{AnyConnection, Result};

words! {
    /// Why an address leads elsewhere.
    Why {
        /// The slug of a document changed.
        Slug = "slug",
        /// A document was withdrawn, and another named.
        Withdrawal = "withdrawal",
        /// Entered by hand.
        Hand = "hand",
    }
}

/// Which; everything that is set has to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// A part of the old address, of the new one or of the title.
    pub text: Option<&'a str>,
    /// For this reason.
    pub why: Option<Why>,
    /// Lead to documents that are not published.
    pub dead: bool,
}

/// An address that leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Row {
    /// See [`Why`].
    #[diesel(sql_type = Text)]
    pub why: String,
    /// Kind of the address of a document; empty where it was entered by hand.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its language.
    #[diesel(sql_type = Text)]
    pub lang: String,
    /// Its slug; the whole address where it was entered by hand.
    #[diesel(sql_type = Text)]
    pub place: String,
    /// The document it leads to.
    #[diesel(sql_type = Nullable<Text>)]
    pub document_id: Option<String>,
    /// Its title.
    #[diesel(sql_type = Nullable<Text>)]
    pub title: Option<String>,
    /// Or the address.
    #[diesel(sql_type = Nullable<Text>)]
    pub url: Option<String>,
    /// Whether readers get somewhere.
    #[diesel(sql_type = Bool)]
    pub alive: bool,
    /// UTC
    #[diesel(sql_type = Timestamp)]
    pub since: NaiveDateTime,
    /// Who; empty where nobody did it on purpose.
    #[diesel(sql_type = Text)]
    pub who: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const EVERY: &str = "FROM (
        SELECT 'slug' AS why, r.kind AS kind, d.lang AS lang, r.slug AS place, r.document_id AS document_id,
            NULL AS url, r.created_at AS since, '' AS who
        FROM redirects r JOIN documents d ON d.id = r.document_id
        UNION ALL
        SELECT 'withdrawal', w.kind, w.lang, w.slug, w.target, NULL, w.withdrawn_at, w.staff
        FROM withdrawals w WHERE w.way = 'redirect'
        UNION ALL
        SELECT 'hand', '', '', f.path, f.document_id, f.url, f.created_at, f.created_by FROM forwards f
    ) x
    LEFT JOIN documents t ON t.id = x.document_id
    LEFT JOIN live l ON l.document_id = x.document_id
    WHERE ($1 = '' OR x.why = $1)
    AND ($2 = '' OR lower(x.place) LIKE $2 ESCAPE '!' OR lower(t.title) LIKE $2 ESCAPE '!'
        OR lower(t.slug) LIKE $2 ESCAPE '!' OR lower(x.url) LIKE $2 ESCAPE '!')
    AND ($3 = '' OR (x.url IS NULL AND l.document_id IS NULL))";

/// A page of the addresses that lead elsewhere, newest first, and how many there are in all. Cost grows with their number.
///
/// # Errors
/// Those of the database.
pub fn list(
    c: &mut AnyConnection,
    filter: &Filter<'_>,
    offset: i64,
    limit: i64,
) -> Result<(Vec<Row>, i64)> {
    let why = filter.why.map_or("", Why::as_str);
    let text = filter.text.map(like).unwrap_or_default();
    let dead = if filter.dead { "yes" } else { "" };
    let count = format!("SELECT COUNT(*) AS n {EVERY}");
    let rows = format!(
        "SELECT x.why, x.kind, x.lang, x.place, x.document_id, t.title AS title, x.url,
            (x.url IS NOT NULL OR l.document_id IS NOT NULL) AS alive, x.since, x.who
        {EVERY} ORDER BY x.since DESC, x.why, x.kind, x.place LIMIT $4 OFFSET $5"
    );
    let total: Count = on!(
        c,
        diesel::sql_query(&count)
            .bind::<Text, _>(why)
            .bind::<Text, _>(&text)
            .bind::<Text, _>(dead)
            .get_result(c)?
    );
    let rows = on!(
        c,
        diesel::sql_query(&rows)
            .bind::<Text, _>(why)
            .bind::<Text, _>(&text)
            .bind::<Text, _>(dead)
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(offset)
            .load(c)?
    );
    Ok((rows, total.n))
}

/// A pattern for texts that hold this one.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
