//! N: what a notice would run into.

use chrono::{Duration, NaiveDate};
use kairan_audience::Rule;

use crate::diagnostic::{Report, codes};
use crate::model::{Document, Notice, NoticeChannel, Urgency};
use crate::place::Span;
use crate::yaml::Node;

/// LINE: quick replies under one message.
const LINE_CHOICES: usize = 13;
/// LINE: characters on one quick reply.
const LINE_CHOICE: usize = 20;
/// Where the subject of a mail is cut on a telephone, with some room.
const MAIL_SUBJECT: usize = 40;

/// Looks at the notice of a document; `known` where the site's tags are known and so the audience is.
pub(super) fn check(
    document: &Document,
    notice: &Notice,
    audience: Option<&Rule>,
    known: bool,
    root: &Node<'_>,
    today: Option<NaiveDate>,
    report: &mut Report,
) {
    let at = |path: &str| root.place_at(path);
    let line = notice.channels.contains(&NoticeChannel::Line);
    if let Some(survey) = &notice.survey {
        choices(&survey.choices, line, &at, report);
        if let (Some(closes), Some(expires)) = (survey.closes, document.expires_at)
            && closes.end() > expires.end()
        {
            report.add(
                codes::SURVEY_AFTER_EXPIRY,
                at("/notice/survey/closes"),
                "アンケートの期限の前に、公開が終わります。",
                "expires_at を後にするか、アンケートの期限を早くしてください。",
            );
        }
    }
    match audience {
        None if known => report.add(
            codes::NOBODY_TOLD,
            at("/notice"),
            "お知らせの相手がいません（対象者の条件も、人を表すタグもありません）。",
            "tags か target.when を書いてください。全員に送るときは target.when に { everyone: true } と書きます。",
        ),
        Some(Rule::Everyone) if notice.urgency == Urgency::Normal => report.add(
            codes::EVERYONE_TOLD,
            at("/target/when"),
            "登録した全員に送られます。",
            "必要な人に絞れるときは、タグか target.when で絞ってください。このままでよければ、直さなくてかまいません。",
        ),
        _ => {}
    }
    reminders(document, notice, root, report);
    let title = document.title.chars().count();
    if title > MAIL_SUBJECT && notice.channels.contains(&NoticeChannel::Mail) {
        report.add(
            codes::TITLE_LONG_FOR_MAIL,
            at("/title"),
            format!("件名が{title}文字あり、メールの一覧で途中までしか見えません。"),
            format!("{MAIL_SUBJECT}文字までにするか、大事な言葉を前に書いてください。"),
        );
    }
    if document.summary.trim() == document.title.trim() {
        report.add(
            codes::SUMMARY_REPEATS_TITLE,
            at("/summary"),
            "概要が件名と同じです。",
            "だれが、何を、いつまでにするかを書いてください。",
        );
    }
    if notice.urgency == Urgency::Emergency && notice.channels.is_empty() {
        report.add(
            codes::EMERGENCY_INBOX_ONLY,
            at("/notice/urgency"),
            "緊急のお知らせですが、メールでも LINE でも送られません。",
            "channels: [mail, line] を書いてください。",
        );
    }
    times(document, today, &at, report);
}

fn choices(choices: &[String], line: bool, at: &dyn Fn(&str) -> Span, report: &mut Report) {
    if !line {
        return;
    }
    if choices.len() > LINE_CHOICES {
        report.add(
            codes::TOO_MANY_CHOICES,
            at("/notice/survey/choices"),
            format!(
                "選択肢が{}個あり、LINE では送れません（{LINE_CHOICES}個まで）。",
                choices.len()
            ),
            "選択肢を減らすか、channels から line を外してください。",
        );
    }
    for (index, choice) in choices.iter().enumerate() {
        let length = choice.chars().count();
        if length > LINE_CHOICE {
            report.add(
                codes::CHOICE_TOO_LONG,
                at(&format!("/notice/survey/choices/{index}")),
                format!("選択肢が{length}文字あり、LINE では送れません（{LINE_CHOICE}文字まで）。"),
                "短くするか、channels から line を外してください。",
            );
        }
    }
}

fn reminders(document: &Document, notice: &Notice, root: &Node<'_>, report: &mut Report) {
    if notice.reminders.is_empty() {
        return;
    }
    let at = |path: &str| root.place_at(path);
    if root.get("deadline").is_none() {
        report.add(
            codes::REMINDER_WITHOUT_DEADLINE,
            at("/notice/reminders"),
            "リマインダーがありますが、申込期日がありません。",
            "deadline を書くか、reminders を消してください。",
        );
        return;
    }
    for (index, reminder) in notice.reminders.iter().enumerate() {
        let before = Duration::hours(i64::from(reminder.hours));
        let early = document.deadlines.iter().any(|deadline| {
            deadline
                .opens
                .is_some_and(|opens| deadline.closes.end() - before < opens.start())
        });
        if early {
            report.add(
                codes::REMINDER_BEFORE_OPENS,
                at(&format!("/notice/reminders/{index}")),
                format!("リマインダー（{reminder}）が、受付の始まる前に届きます。"),
                "もっと期日に近いリマインダーにしてください。",
            );
        }
    }
}

fn times(
    document: &Document,
    today: Option<NaiveDate>,
    at: &dyn Fn(&str) -> Span,
    report: &mut Report,
) {
    let Some(last) = document
        .deadlines
        .iter()
        .map(|deadline| deadline.closes.end())
        .max()
    else {
        return;
    };
    if let Some(expires) = document.expires_at.filter(|expires| expires.end() < last) {
        report.add(
            codes::EXPIRES_BEFORE_CLOSES,
            at("/expires_at"),
            format!("申込期日の前（{expires}）に公開が終わります。"),
            "expires_at を申込期日より後にしてください。",
        );
    }
    if let Some(today) = today.filter(|today| last <= today.and_time(chrono::NaiveTime::MIN)) {
        report.add(
            codes::DATE_PASSED,
            at("/deadline"),
            format!("申込期日が{today}より前です。"),
            "期日を直すか、お知らせ（notice）を消してください。",
        );
    }
}
