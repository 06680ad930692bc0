//! お知らせ配信

use crate::diagnostic::{Report, codes};
use crate::model::{Notice, NoticeChannel, NoticeOn, Reminder, Survey, Urgency};
use crate::yaml::Entry;

use super::fields::{Fields, SHORT, choice, items};

const NOTICE_KEYS: &[&str] = &["channels", "on", "reminders", "round", "urgency", "survey"];
const SURVEY_KEYS: &[&str] = &["question", "choices", "closes"];
const CHANNELS: &[(&str, NoticeChannel)] =
    &[("mail", NoticeChannel::Mail), ("line", NoticeChannel::Line)];
const ON: &[(&str, NoticeOn)] = &[("publish", NoticeOn::Publish), ("match", NoticeOn::Match)];
const URGENCY: &[(&str, Urgency)] = &[
    ("normal", Urgency::Normal),
    ("important", Urgency::Important),
    ("emergency", Urgency::Emergency),
];

pub(super) fn notice(entry: Option<&Entry<'_>>, report: &mut Report) -> Option<Notice> {
    let mut fields = Fields::of(&entry?.node, "notice", report)?;
    let mut channels = Vec::new();
    if let Some(entry) = fields.entry("channels") {
        for node in items(entry) {
            if let Some(channel) = choice(entry, node, CHANNELS, report)
                && !channels.contains(&channel)
            {
                channels.push(channel);
            }
        }
    }
    let on = fields
        .entry("on")
        .and_then(|entry| choice(entry, &entry.node, ON, report));
    let mut reminders = Vec::new();
    for (text, span) in fields.texts("reminders", report) {
        match Reminder::parse(&text) {
            Some(reminder) => reminders.push(reminder),
            None => report.add(
                codes::BAD_REMINDER,
                span,
                format!("リマインダー「{text}」は読めません。"),
                "7d（7日前）や 12h（12時間前）のように書いてください。",
            ),
        }
    }
    let round = match fields.entry("round") {
        Some(_) => fields.number("round", 1..=1_000_000, report),
        None => Some(1),
    };
    let urgency = fields
        .entry("urgency")
        .and_then(|e| choice(e, &e.node, URGENCY, report));
    let survey = survey(fields.entry("survey"), report);
    fields.finish(NOTICE_KEYS, report);
    Some(Notice {
        channels,
        on: on.unwrap_or_default(),
        reminders,
        round: round?,
        urgency: urgency.unwrap_or_default(),
        survey,
    })
}

fn survey(entry: Option<&Entry<'_>>, report: &mut Report) -> Option<Survey> {
    let entry = entry?;
    let mut fields = Fields::of(&entry.node, "survey", report)?;
    let question = fields.required_text("question", SHORT, report);
    let choices_at = fields.required("choices", report).map(Entry::place);
    let choices: Vec<String> = fields
        .texts("choices", report)
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    let closes = fields.moment("closes", report);
    fields.finish(SURVEY_KEYS, report);
    if let (Some(at), true) = (choices_at, choices.len() < 2) {
        report.add(
            codes::FEW_CHOICES,
            at,
            "アンケートの選択肢が2つありません。",
            "choices: [はい, いいえ] のように2つ以上書いてください。",
        );
    }
    Some(Survey {
        question: question?,
        choices,
        closes,
    })
}
