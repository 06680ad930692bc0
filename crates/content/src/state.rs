//! What follows from a document and an instant: 期日あり, 電子申請, 受付前, 受付中, まもなく締切, 受付終了.
//!
//! Pages in a reader's browser work the same out again from opens and closes, so the rules are few: a deadline
//! is open from `opens.start()` up to but without `closes.end()`, and closing soon in the last seven days of that.

use chrono::{Duration, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::model::{ApplyVia, Deadline, Document};

/// まもなく締切: this long before the end.
pub const SOON: Duration = Duration::days(7);

/// Whether applications are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reception {
    /// まもなく締切: open, for at most seven days more.
    ClosingSoon,
    /// 受付中
    Open,
    /// 受付前
    Before,
    /// 受付終了
    Closed,
}

impl Reception {
    /// What it is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Before => "受付前",
            Self::Open => "受付中",
            Self::ClosingSoon => "まもなく締切",
            Self::Closed => "受付終了",
        }
    }

    /// Of one deadline at an instant (JST).
    #[must_use]
    pub fn of(deadline: &Deadline, at: NaiveDateTime) -> Self {
        let end = deadline.closes.end();
        if end <= at {
            Self::Closed
        } else if deadline.opens.is_some_and(|opens| at < opens.start()) {
            Self::Before
        } else if end - at <= SOON {
            Self::ClosingSoon
        } else {
            Self::Open
        }
    }
}

/// The derived states of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct States {
    /// 期日あり
    pub has_deadline: bool,
    /// 電子申請
    pub online: bool,
    /// Whether applications are taken; of several deadlines, the one that matters most to a reader now.
    /// `None` where the document takes none.
    pub reception: Option<Reception>,
}

/// The periods of a document: its deadlines, or the one of a パブリックコメント.
pub fn periods(document: &Document) -> impl Iterator<Item = &Deadline> {
    document.deadlines.iter().chain(&document.period)
}

/// The states of a document at an instant (JST).
#[must_use]
pub fn states(document: &Document, at: NaiveDateTime) -> States {
    const ORDER: [Reception; 4] = [
        Reception::ClosingSoon,
        Reception::Open,
        Reception::Before,
        Reception::Closed,
    ];
    let now: Vec<Reception> = periods(document)
        .map(|deadline| Reception::of(deadline, at))
        .collect();
    let reception = ORDER.into_iter().find(|state| now.contains(state));
    States {
        has_deadline: !now.is_empty(),
        online: document
            .apply
            .iter()
            .any(|apply| apply.via == ApplyVia::Online),
        reception: reception.or(document.anytime.then_some(Reception::Open)),
    }
}

/// The next instant (JST) after `at` at which the states differ; `None` where they stay.
#[must_use]
pub fn next_change(document: &Document, at: NaiveDateTime) -> Option<NaiveDateTime> {
    let now = states(document, at);
    let mut instants: Vec<NaiveDateTime> = periods(document)
        .flat_map(|deadline| {
            let end = deadline.closes.end();
            [
                deadline.opens.map(|opens| opens.start()),
                Some(end - SOON),
                Some(end),
            ]
        })
        .flatten()
        .filter(|instant| *instant > at)
        .collect();
    instants.sort_unstable();
    instants
        .into_iter()
        .find(|instant| states(document, *instant) != now)
}
