//! まもなく締切: what closes in the next days. Changes with time alone.

use chrono::{Duration, NaiveDateTime};
use serde::Serialize;

use super::when::{Left, SOON_DAYS, When, left};
use super::{Page, Section, Site};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::rendered::Until;

/// One deadline that is near.
#[derive(Serialize)]
pub(crate) struct ClosingRow {
    path: String,
    title: String,
    label: Option<String>,
    note: Option<String>,
    closes: When,
    left: Option<Left>,
}

#[derive(Serialize)]
struct ClosingView {
    rows: Vec<ClosingRow>,
    soon_days: i64,
}

impl Site {
    pub(crate) fn closing_soon(
        &self,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<String> {
        let rows = closing_rows(catalogue, now, usize::MAX, until)?;
        let main = self.theme.render(
            "closing-soon",
            &ClosingView {
                rows,
                soon_days: SOON_DAYS,
            },
        )?;
        self.page(&Page {
            section: Section::Other,
            title: Some("まもなく締め切り"),
            description: "締め切りが近い手続きと催しを、近い順に並べています。",
            path: Some("/closing-soon/"),
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
    }
}

/// The `limit` nearest of the open deadlines that are まもなく締切.
pub(crate) fn closing_rows(
    catalogue: &dyn Catalogue,
    now: NaiveDateTime,
    limit: usize,
    until: &mut Until,
) -> Result<Vec<ClosingRow>> {
    let horizon = super::when::soon_horizon(now);
    let mut near = Vec::new();
    for card in catalogue.closing(now, horizon)? {
        for (at, deadline) in card.deadlines.iter().enumerate() {
            let end = deadline.closes.end();
            if end <= now || end > horizon {
                continue;
            }
            if let Some(opens) = deadline.opens.map(|opens| opens.start())
                && opens > now
            {
                // It opens and closes within the days shown: it appears when it opens.
                near.push((end, card.id.clone(), at, Some(opens), card.clone()));
                continue;
            }
            near.push((end, card.id.clone(), at, None, card.clone()));
        }
    }
    near.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    let mut rows = Vec::new();
    for (end, _, at, opens, card) in near {
        if rows.len() == limit {
            break;
        }
        if let Some(opens) = opens {
            until.at(opens);
            continue;
        }
        let Some(deadline) = card.deadlines.get(at) else {
            continue;
        };
        until.at(end);
        rows.push(ClosingRow {
            path: card.path.clone(),
            title: card.title.clone(),
            label: deadline.label.clone(),
            note: deadline.note.clone(),
            closes: When::near_end(&deadline.closes),
            left: Some(left(deadline, now, until)),
        });
    }
    if rows.len() < limit {
        until.maybe(next_entry(catalogue, horizon)?);
    }
    Ok(rows)
}

/// The instant at which the next of the deadlines beyond `horizon` is both open and まもなく締切.
fn next_entry(catalogue: &dyn Catalogue, horizon: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
    let mut first: Option<NaiveDateTime> = None;
    let mut seen = horizon;
    while let Some(end) = catalogue.next_closing(seen)? {
        let begins = super::when::soon_begins(end);
        // Those that end later cannot enter before this one's days begin.
        if first.is_some_and(|first| first <= begins) {
            break;
        }
        for card in catalogue.closing(end - Duration::seconds(1), end)? {
            for deadline in card
                .deadlines
                .iter()
                .filter(|deadline| deadline.closes.end() == end)
            {
                let opens = deadline
                    .opens
                    .map_or(begins, |opens| opens.start().max(begins));
                if opens < end {
                    first = Some(first.map_or(opens, |first| first.min(opens)));
                }
            }
        }
        seen = end;
    }
    Ok(first)
}
