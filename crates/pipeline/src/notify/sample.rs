//! What a matched reader will see, before anybody is told: the words of the notice, and why, of somebody without a name.

use chrono::NaiveDateTime;
use kairan_audience::{Verdict, evaluate_with};
use kairan_content::{Document, SiteData};
use kairan_db::AnyConnection;
use kairan_db::audience::{self, Selection};
use kairan_db::citizens;
use kairan_db::time::jst_from_utc;
use kairan_delivery::compose::Content;

use super::reasons::Reasons;
use super::words::{self, Occasion, labels};
use crate::Result;

/// Of so many candidates one that matches is looked for.
const LOOKED_AT: u32 = 50;

/// What the notice of a text says when it is published now (UTC).
pub(crate) fn said(document: &Document, site: &SiteData, url: &str, now: NaiveDateTime) -> Content {
    words::content(document, site, url, &Occasion::Publish, jst_from_utc(now))
}

/// Why somebody who matches today is told, clause by clause. Nothing else of that person is read or kept; where nobody
/// matches, the rule itself.
pub(crate) fn reasons(
    c: &mut AnyConnection,
    document: &Document,
    site: &SiteData,
    now: NaiveDateTime,
) -> Result<Vec<String>> {
    let Some(rule) = kairan_content::audience(document, site) else {
        return Ok(Vec::new());
    };
    let (areas, why) = (site.area_tree(), Reasons::new(site, labels(site)));
    let on = jst_from_utc(now).date();
    let selection = Selection {
        rule: &rule,
        on,
        areas: &areas,
        since: None,
    };
    let keys = audience::prepare(c, &selection)?.page(c, None, LOOKED_AT)?;
    for (_, facts) in citizens::facts(c, &keys)? {
        let outcome = evaluate_with(&rule, &facts, on, &areas, why.labels());
        if outcome.verdict == Verdict::Yes {
            return Ok(why.told(&rule, &outcome));
        }
    }
    Ok(vec![rule.describe(why.labels())])
}
