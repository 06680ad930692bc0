//! What waits for a member of staff, and how things stand, as the database knows it.

use chrono::{Duration, NaiveDateTime};
use kairan_db::editing::{self, Filter, Order, Page, Row, Stage};
use kairan_db::notices;
use kairan_db::staff::{Account, Role};
use kairan_db::{AnyConnection, Result, documents, editions, live};

use kairan_pipeline::workflow::{self, Held};

use crate::admin::documents::people::People;

/// Lines of one box.
const BOX: i64 = 8;
/// Approved documents that are looked through for those one may publish.
const LOOKED_THROUGH: i64 = 200;
/// Days in which an end counts as near.
const NEAR: i64 = 14;

/// What the database knows of it.
pub(super) struct Known {
    pub(super) turns: Vec<(editing::Review, String)>,
    pub(super) returned: Vec<(Row, Option<editing::Review>, usize)>,
    /// Approved: they may publish it.
    pub(super) ready: Vec<Row>,
    pub(super) waiting: Vec<Row>,
    pub(super) drafts: Vec<Row>,
    pub(super) soon: Vec<Row>,
    pub(super) closing: Vec<(live::Live, NaiveDateTime)>,
    pub(super) review: Vec<Row>,
    pub(super) held: Vec<Held>,
    pub(super) sending: Vec<(notices::Notice, notices::Account, String)>,
    pub(super) tally: editing::Tally,
    pub(super) errors: i64,
    pub(super) departments: Vec<(String, i64)>,
    pub(super) people: People,
    pub(super) mine: [i64; 3],
    pub(super) live: i64,
}

/// Asks for all of it, in one snapshot.
pub(super) fn known(
    c: &mut AnyConnection,
    me: &Account,
    departments: &[String],
    now: NaiveDateTime,
) -> Result<Known> {
    let some = |limit| Page { offset: 0, limit };
    let author = format!("staff:{}", me.id);
    let mine = |stages: &'static [Stage]| Filter {
        editor: Some(&author),
        stages,
        ..Filter::default()
    };
    let mut turns = Vec::new();
    for review in editing::reviews_for(c, &me.id, BOX)? {
        let title = documents::get(c, &review.document_id)?.title;
        turns.push((review, title));
    }
    let (back, back_count) =
        editing::list(c, &mine(&[Stage::Returned]), Order::Updated, some(BOX))?;
    let mut returned = Vec::new();
    for row in back {
        let edition = editions::open(c, &row.id)?;
        let review = match edition {
            Some(edition) => editing::latest_review(c, edition.id)?,
            None => None,
        };
        let comments = editing::comments(c, &row.id, true)?.len();
        returned.push((row, review, comments));
    }
    let (waiting, waiting_count) =
        editing::list(c, &mine(&[Stage::InReview]), Order::Updated, some(BOX))?;
    let (drafts, draft_count) =
        editing::list(c, &mine(&[Stage::Draft]), Order::Updated, some(BOX))?;
    let held = workflow::held(c, BOX, now)?;
    let approved = Filter {
        stages: &[Stage::Approved],
        ..Filter::default()
    };
    let mut ready = Vec::new();
    if me.may(Role::Publisher, None) {
        (ready, _) = editing::list(c, &approved, Order::Updated, some(LOOKED_THROUGH))?;
        ready.retain(|row| {
            // What was stopped is told of in its own box.
            me.may(Role::Publisher, row.owner.as_deref())
                && held.iter().all(|one| one.document != row.id)
        });
        ready.truncate(usize::try_from(BOX).unwrap_or_default());
    }
    let scheduled = Filter {
        stages: &[Stage::Scheduled, Stage::Approved],
        ..Filter::default()
    };
    let (soon, _) = editing::list(c, &scheduled, Order::Updated, some(BOX))?;
    let due = Filter {
        review_before: Some(now),
        ..Filter::default()
    };
    let (review, _) = editing::list(c, &due, Order::Updated, some(BOX))?;
    let closing = live::closing_between(c, now, now + Duration::days(NEAR), BOX)?;
    let mut sending = Vec::new();
    for notice in notices::list_open(c)?.into_iter().take(5) {
        let title =
            documents::find(c, &notice.document_id)?.map_or_else(String::new, |one| one.title);
        let (notice, account) = notices::account(c, &notice.id)?;
        sending.push((notice, account, title));
    }
    let in_error = Filter {
        in_error: true,
        ..Filter::default()
    };
    let (_, errors) = editing::list(c, &in_error, Order::Updated, some(0))?;
    let mut by_department = Vec::with_capacity(departments.len());
    for key in departments {
        let of = Filter {
            owner: Some(key),
            ..Filter::default()
        };
        by_department.push((
            key.clone(),
            editing::list(c, &of, Order::Updated, some(0))?.1,
        ));
    }
    Ok(Known {
        held,
        ready,
        turns,
        returned,
        waiting,
        drafts,
        soon,
        closing,
        review,
        sending,
        tally: editing::tally(c, &Filter::default())?,
        errors,
        departments: by_department,
        people: People::load(c)?,
        mine: [back_count, draft_count, waiting_count],
        live: live::count(c)?,
    })
}
