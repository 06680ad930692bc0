//! 公開する前の確認: whom it tells, what they will read, what LINE costs.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};
use kairan_content::NoticeChannel;
use kairan_db::notices::{self, LineUse};
use kairan_db::time::{jst_from_utc, utc_from_jst};
use kairan_db::{AnyConnection, documents, editions};
use kairan_delivery::compose::{Content, Person, line_messages, notice_words};
use kairan_site::Live;
use serde::Serialize;
use serde_json::Value;

use super::Refusal;
use super::case::{Case, site};
use super::confirm::{self, Need};
use crate::notify;
use crate::{Context, Error, NoticeSettings, Result};

/// What a matched reader will see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// 件名 of the mail.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The LINE messages as they are sent, as JSON.
    pub line: Value,
    /// 対象になった理由, in the mail alone.
    pub reasons: Vec<String>,
}

/// What LINE costs this month (JST).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LineCost {
    /// Messages of the city's plan; `None`: not configured.
    pub quota: Option<i64>,
    /// Sent this month.
    pub sent: i64,
    /// Written down for other notices, and not sent yet.
    pub waiting: i64,
    /// What this one needs.
    pub now: i64,
    /// What is left afterwards; below zero: it does not suffice.
    pub left: Option<i64>,
    /// What the messages beyond the plan cost, in yen; `None`: not known.
    pub yen: Option<i64>,
}

/// What publishing the open text of a document will do, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Whom it tells, and who has to confirm it.
    pub need: Need,
    /// By which channels, beside the inbox.
    pub channels: Vec<NoticeChannel>,
    /// What they will read; `None` where the text has no notice.
    pub sample: Option<Sample>,
    /// What LINE costs, where it is one of the channels.
    pub line: Option<LineCost>,
}

/// Looks ahead. Costs a count, and a look at a few thousand people at most.
///
/// # Errors
/// [`Refusal::Stale`] where nothing is open; those of the database.
pub fn outlook(
    c: &mut AnyConnection,
    ctx: &Context,
    document: &str,
    now: NaiveDateTime,
) -> Result<Outlook> {
    let case = Case {
        document: documents::get(c, document)?,
        edition: editions::open(c, document)?.ok_or(Refusal::Stale)?,
    };
    let site = site(c, ctx)?;
    let text = case.text(c, &site)?;
    let need = confirm::of(c, ctx, &case, &site, text.as_ref(), now)?;
    let Some((text, wish)) = text
        .as_ref()
        .and_then(|text| Some((text, text.notice.as_ref()?)))
    else {
        return Ok(Outlook {
            need,
            channels: Vec::new(),
            sample: None,
            line: None,
        });
    };
    let live = Live::new(text.clone(), None, &site.settings.lang);
    let url = format!("{}{}", ctx.public_url.trim_end_matches('/'), live.card.path);
    let content = notify::said(text, &site, &url, now);
    let reasons = notify::reasons(c, text, &site, now)?;
    let channels = wish.channels.clone();
    let line = if channels.contains(&NoticeChannel::Line) {
        let wall = jst_from_utc(now);
        let first = NaiveDate::from_ymd_opt(wall.year(), wall.month(), 1).unwrap_or(wall.date());
        let used = notices::line_use(c, utc_from_jst(first.and_time(chrono::NaiveTime::MIN)))?;
        let now = if need.tells { need.reach.line } else { 0 };
        Some(cost(&ctx.notices, used, now))
    } else {
        None
    };
    Ok(Outlook {
        need,
        channels,
        sample: Some(sample(ctx, &content, reasons)?),
        line,
    })
}

fn cost(settings: &NoticeSettings, used: LineUse, now: i64) -> LineCost {
    let quota = settings.line_quota.map(i64::from);
    let taken = used.sent + used.waiting;
    let left = quota.map(|quota| quota - taken - now);
    let beyond = left.map(|left| (-left).clamp(0, now));
    let price = settings.line_price.map(i64::from);
    LineCost {
        quota,
        sent: used.sent,
        waiting: used.waiting,
        now,
        left,
        yen: match (beyond, price) {
            (Some(0), _) => Some(0),
            (Some(beyond), Some(price)) => Some(beyond * price),
            _ => None,
        },
    }
}

/// The words of a content for somebody without a name.
pub(super) fn sample(ctx: &Context, content: &Content, reasons: Vec<String>) -> Result<Sample> {
    let person = nobody(ctx, String::new(), reasons);
    let (subject, text) = notice_words(&ctx.theme, content, &person)
        .map_err(|error| Error::Refused(error.to_string()))?;
    Ok(Sample {
        subject,
        text,
        line: line_messages(content),
        reasons: person.reasons,
    })
}

/// A reader without links of their own.
pub(super) fn nobody(ctx: &Context, to: String, reasons: Vec<String>) -> Person {
    let page = format!("{}my/", ctx.app_url);
    Person {
        to,
        reasons,
        preferences_url: page.clone(),
        unsubscribe_url: page,
    }
}

/// What a correction of a notice would say.
///
/// # Errors
/// A template that cannot be used; a notice this version cannot read.
pub fn correction_sample(ctx: &Context, notice: &notices::Notice, text: &str) -> Result<Sample> {
    let mut content: Content =
        serde_json::from_str(&notice.content).map_err(|source| Error::Stored {
            what: "お知らせ",
            source,
        })?;
    content.correction = Some(text.to_owned());
    content.lead = None;
    let reasons = vec!["先のお知らせをお届けした方に、お送りしています。".to_owned()];
    sample(ctx, &content, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_line_costs_is_what_goes_beyond_the_plan() {
        let settings = NoticeSettings {
            line_quota: Some(5_000),
            line_price: Some(3),
            ..NoticeSettings::default()
        };
        let used = |sent, waiting| LineUse { sent, waiting };
        let fits = cost(&settings, used(1_000, 912), 640);
        assert_eq!((fits.left, fits.yen), (Some(2_448), Some(0)));
        let beyond = cost(&settings, used(4_900, 0), 640);
        assert_eq!((beyond.left, beyond.yen), (Some(-540), Some(1_620)));
        // What others had used up already is not this one's.
        let over = cost(&settings, used(6_000, 0), 640);
        assert_eq!(over.yen, Some(1_920));
        assert_eq!(cost(&NoticeSettings::default(), used(0, 0), 5).yen, None);
    }
}
