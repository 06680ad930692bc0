//! Names and values a browser posted → rows.
//!
//! `{name}.join` says that rows were shown. A group posts `{name}.0.join`, a condition `{name}.0.1.about` and its values.
//! `rows::act` adds `{name}.2.new` or `{name}.0.2.new`; what the new one asks is chosen beside its button, in
//! `{name}.add` or `{name}.0.add`.

use unicode_normalization::UnicodeNormalization;

use super::{About, Condition, Join, RowGroup, Rows};
use crate::dates::read_date;
use crate::values::Posted;

impl Rows {
    /// The rows that were posted; `None` where none were shown.
    pub(crate) fn posted(posted: &Posted<'_>, name: &str) -> Option<Self> {
        let join = posted.one(&format!("{name}.join"))?;
        let groups = posted
            .numbers(name)
            .into_iter()
            .filter_map(|number| group(posted, name, number));
        Some(Self {
            join: Join::parse(&join).unwrap_or_default(),
            groups: groups.collect(),
        })
    }
}

/// A group without a condition is none.
fn group(posted: &Posted<'_>, above: &str, number: usize) -> Option<RowGroup> {
    let name = format!("{above}.{number}");
    if posted.one(&format!("{name}.new")).is_some() {
        return chosen(posted, above).map(RowGroup::of);
    }
    let join = posted.one(&format!("{name}.join")).unwrap_or_default();
    let rows: Vec<Condition> = posted
        .numbers(&name)
        .into_iter()
        .filter_map(|number| condition(posted, &name, number))
        .collect();
    (!rows.is_empty()).then(|| RowGroup {
        join: Join::parse(&join).unwrap_or_default(),
        rows,
    })
}

/// What a new condition is to ask.
fn chosen(posted: &Posted<'_>, name: &str) -> Option<About> {
    About::parse(&posted.one(&format!("{name}.add"))?)
}

fn condition(posted: &Posted<'_>, above: &str, number: usize) -> Option<Condition> {
    let name = format!("{above}.{number}");
    let one = |column: &str| posted.one(&format!("{name}.{column}"));
    let Some(about) = one("about") else {
        one("new")?;
        return chosen(posted, above).map(Condition::new);
    };
    let about = About::parse(&about)?;
    let typed = |column: &str| -> String {
        let text = one(column).unwrap_or_default();
        text.trim().nfkc().collect()
    };
    let keys = posted.all(&format!("{name}.keys")).unwrap_or_default();
    let as_of = match one("as_of").unwrap_or_default().as_str() {
        DATE => {
            let date = one("date").unwrap_or_default();
            match read_date(&date) {
                Some(day) => day.format("%Y-%m-%d").to_string(),
                // Still to be chosen: kept, so that it is complained of.
                None if date.trim().is_empty() => DATE.to_owned(),
                None => date.trim().to_owned(),
            }
        }
        word => word.to_owned(),
    };
    Some(Condition {
        not: one("not").is_some_and(|word| !word.is_empty()) && about != About::Everyone,
        from: typed("from"),
        to: typed("to"),
        keys: keys
            .iter()
            .filter(|key| !key.is_empty())
            .map(|key| (*key).to_owned())
            .collect(),
        through: about.may_go_through() && one("through").is_some_and(|word| !word.is_empty()),
        as_of: if about.has_day() {
            as_of
        } else {
            String::new()
        },
        about,
    })
}

/// What stands in `as_of` while a day of one's own is chosen beside it.
pub(super) const DATE: &str = "date";
