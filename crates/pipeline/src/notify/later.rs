//! Notices that come after publishing: reminders, and people who come to match.

use kairan_content::{Document, Moment, NoticeOn, Reminder, state};
use kairan_db::{
    AnyConnection,
    notices::{self, MatchRun, NoticeKind},
    time::jst_from_utc,
};

use super::{
    decide::{Released, Run, round_of, schedule_match},
    jobs::enqueue_materialise,
    live_document, site_data,
    words::Occasion,
};
use crate::{Context, Result};

/// Reminds those who match today, where the live edition still has the deadline, the reminder and the round.
pub(super) fn remind(
    context: &Context,
    document_id: &str,
    round: i32,
    reminder: Reminder,
    closes: Moment,
) -> Result<()> {
    let now = context.clock.now();
    let occasion = format!("reminder:{reminder}:{closes}");
    Ok(context.db.write(|c| {
        let stands = |document: &Document| {
            document.deadlines.iter().any(|one| one.closes == closes)
                && closes.end() > jst_from_utc(now)
                && document.notice.as_ref().is_some_and(|wish| {
                    wish.reminders.contains(&reminder) && round_of(wish) == round
                })
        };
        let told = notices::of_document(c, document_id)?
            .iter()
            .any(|notice| notice.round == round && notice.occasion == occasion);
        if told {
            return Ok(());
        }
        let words = Occasion::Reminder(reminder);
        create(
            c,
            context,
            document_id,
            NoticeKind::Reminder,
            (&occasion, &words),
            None,
            stands,
        )
        .map(drop)
    })?)
}

/// Tells those who match today and did not on the last run; looks again tomorrow as long as the document takes part.
pub(super) fn match_run(context: &Context, document_id: &str) -> Result<()> {
    let now = context.clock.now();
    let today = jst_from_utc(now).date();
    Ok(context.db.write(|c| {
        let Some(last) = notices::last_run(c, document_id)? else {
            return Ok(());
        };
        // Done before, by this job or by one of a day that a worker missed.
        if last.date >= today {
            return Ok(());
        }
        let stands = |document: &Document| {
            let open = state::states(document, jst_from_utc(now)).reception
                != Some(state::Reception::Closed);
            let live = document
                .expires_at
                .is_none_or(|end| end.end() > jst_from_utc(now));
            open && live
                && document
                    .notice
                    .as_ref()
                    .is_some_and(|wish| wish.on == NoticeOn::Match && round_of(wish) == last.round)
        };
        let occasion = ("publish", &Occasion::Publish);
        if create(
            c,
            context,
            document_id,
            NoticeKind::Match,
            occasion,
            Some(last),
            stands,
        )? {
            let run = MatchRun {
                round: last.round,
                date: today,
                at: now,
            };
            notices::record_run(c, document_id, run)?;
            schedule_match(c, document_id, today, now)?;
        }
        Ok(())
    })?)
}

/// Decides a notice about the live edition, if it stands. Returns whether it does.
fn create(
    c: &mut AnyConnection,
    context: &Context,
    document_id: &str,
    kind: NoticeKind,
    (occasion, words): (&str, &Occasion),
    since: Option<MatchRun>,
    stands: impl Fn(&Document) -> bool,
) -> kairan_db::Result<bool> {
    let now = context.clock.now();
    let site = site_data(c)?;
    let Some((edition_id, document)) = live_document(c, &site, document_id)? else {
        return Ok(false);
    };
    if !stands(&document) {
        return Ok(false);
    }
    let (Some(wish), Some(rule)) = (
        document.notice.clone(),
        kairan_content::audience(&document, &site),
    ) else {
        return Ok(false);
    };
    let path = document.path(&site.settings.lang);
    let url = format!("{}{}", site.settings.url.trim_end_matches('/'), path);
    let released = Released {
        document_id: document_id.to_owned(),
        edition_id,
        document,
        url,
        no_notice: false,
        ahead: false,
    };
    let run = Run {
        released: &released,
        wish: &wish,
        rule: &rule,
        site: &site,
        settings: &context.notices,
        app_url: &context.app_url,
    };
    let mut notice = run.notice(kind, occasion.to_owned(), words, now);
    notice.since_date = since.map(|last| last.date);
    notice.changed_since = since.map(|last| last.at);
    notices::create(c, &notice, now)?;
    enqueue_materialise(c, &notice.id, wish.urgency, now)?;
    Ok(true)
}
