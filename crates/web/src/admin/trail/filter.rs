//! Which events are asked for: in the address, so that a view of the log can be sent to somebody.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use kairan_db::audit::Trail;
use kairan_db::time::utc_from_jst;
use serde::{Deserialize, Serialize};

use crate::admin::words::Language;

/// The query of the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// 誰が
    pub(super) who: Option<String>,
    /// 何を: an action, or an area of them with its dot.
    pub(super) action: Option<String>,
    /// 何に
    pub(super) subject: Option<String>,
    /// 何日から (Japan)
    pub(super) from: Option<String>,
    /// 何日まで (Japan), that day included.
    pub(super) until: Option<String>,
    /// Older than this event.
    pub(super) before: Option<i64>,
}

/// The same, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    who: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    from: Option<NaiveDateTime>,
    until: Option<NaiveDateTime>,
    pub(super) before: Option<i64>,
}

impl Asked {
    /// Reads it; the error is what to say.
    pub(super) fn filter(&self, words: &Language) -> Result<Filter, String> {
        let given = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let day = |text: &Option<String>| match given(text) {
            None => Ok(None),
            Some(text) => text.parse::<NaiveDate>().map(Some).map_err(|_| {
                words.say(
                    "日付「{day}」を読めません。2026-12-01 のように入力してください。",
                    &[("day", &text)],
                )
            }),
        };
        let midnight = |day: NaiveDate| utc_from_jst(day.and_time(NaiveTime::MIN));
        Ok(Filter {
            who: given(&self.who),
            action: given(&self.action),
            subject: given(&self.subject),
            from: day(&self.from)?.map(midnight),
            until: day(&self.until)?
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(midnight),
            before: self.before,
        })
    }

    /// The address of the same view, at another page.
    pub(super) fn address(&self, path: &str, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("who", &self.who),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("until", &self.until),
        ] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                query.append_pair(name, value);
            }
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        let query = query.finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }
}

impl Filter {
    pub(super) fn trail(&self) -> Trail<'_> {
        Trail {
            subject: self.subject.as_deref(),
            actor: self.who.as_deref(),
            action: self.action.as_deref(),
            from: self.from,
            until: self.until,
            before: self.before,
        }
    }
}
