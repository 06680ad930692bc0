//! What a notice says, made once when it is decided.

use chrono::NaiveDateTime;
use kairan_audience::Labels;
use kairan_content::{
    Area, Document, Reminder, SiteData,
    dates::{moment_text, period_text},
    state::Reception,
};
use kairan_delivery::compose::Content;

/// Why a notice is sent now.
pub(super) enum Occasion {
    Publish,
    Reminder(Reminder),
}

/// The frozen content of a notice about a document, at an instant (JST).
pub(super) fn content(
    document: &Document,
    site: &SiteData,
    url: &str,
    occasion: &Occasion,
    now: NaiveDateTime,
) -> Content {
    let department = site.department(&document.contact);
    let open = document
        .deadlines
        .iter()
        .filter(|one| Reception::of(one, now) != Reception::Closed);
    Content {
        site: site.settings.title.clone(),
        lang: if document.lang == "ja-easy" {
            "ja".to_owned()
        } else {
            document.lang.clone()
        },
        lead: match occasion {
            Occasion::Reminder(reminder) => Some(lead(*reminder)),
            _ => None,
        },
        title: document.title.clone(),
        summary: document.summary.clone(),
        target: document.target.as_ref().map(|target| target.text.clone()),
        deadlines: open
            .take(5)
            .map(|one| match &one.label {
                Some(label) => format!("{label}　{}", period_text(one)),
                None => period_text(one),
            })
            .collect(),
        survey: document
            .notice
            .as_ref()
            .and_then(|notice| notice.survey.as_ref())
            .map(|survey| match survey.closes {
                Some(closes) => format!("{}（{}まで）", survey.question, moment_text(closes)),
                None => survey.question.clone(),
            }),
        department: department.map(|one| one.name.clone()),
        phone: department.and_then(|one| one.phone.clone()),
        url: url.to_owned(),
        correction: None,
    }
}

fn lead(reminder: Reminder) -> String {
    if reminder.hours.is_multiple_of(24) {
        format!("受付の終了まで、あと{}日です。", reminder.hours / 24)
    } else {
        format!("受付の終了まで、あと{}時間です。", reminder.hours)
    }
}

/// Names of everything rules speak of, for explanations.
pub(super) fn labels(site: &SiteData) -> Labels {
    fn walk<'a>(areas: &'a [Area], out: &mut Vec<(&'a str, &'a str)>) {
        for area in areas {
            out.push((&area.key, &area.label));
            walk(&area.children, out);
        }
    }
    let mut areas = Vec::new();
    walk(&site.areas, &mut areas);
    Labels::new(&site.profile, areas)
}
