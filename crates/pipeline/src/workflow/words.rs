//! The letters to staff, in the language they chose.

use kairan_content::SiteData;
use kairan_db::staff::Account;
use kairan_delivery::compose::Letter;

use crate::Context;

/// What a letter tells.
pub(super) enum News<'a> {
    /// 承認の依頼, with a word.
    Submitted(Option<&'a str>),
    /// The request now is theirs.
    Reassigned(Option<&'a str>),
    /// 差し戻し, with a word and how many comments.
    Returned(Option<&'a str>, usize),
    /// 承認
    Approved(Option<&'a str>),
    /// A schedule that stopped by itself: it would tell so many.
    Held(i64),
}

/// A letter about a document. `screen` is below `/admin/documents/{id}/`.
pub(super) fn letter(
    ctx: &Context,
    site: &SiteData,
    to: &Account,
    from: &Account,
    document: (&str, &str),
    news: &News<'_>,
) -> Letter {
    let (id, title) = document;
    let english = to.lang == "en";
    let say = |ja: &'static str, en: &'static str| if english { en } else { ja };
    let fill = |text: &str| {
        text.replace("{city}", &site.settings.title)
            .replace("{title}", title)
            .replace("{from}", &from.name)
    };
    let (subject, first, word, screen, button) = match news {
        News::Submitted(word) | News::Reassigned(word) => (
            say(
                "【{city}】承認のお願い：{title}",
                "[{city}] For your approval: {title}",
            ),
            match news {
                News::Reassigned(_) => say(
                    "「{title}」の承認が、{from}さんの操作であなたに引きつがれました。",
                    "{from} has passed the approval of “{title}” on to you.",
                ),
                _ => say(
                    "{from}さんから「{title}」の承認の依頼が届きました。",
                    "{from} asks you to approve “{title}”.",
                ),
            },
            *word,
            "review",
            say("変わったところを見る", "See what changed"),
        ),
        News::Returned(word, _) => (
            say("【{city}】差し戻し：{title}", "[{city}] Sent back: {title}"),
            say(
                "{from}さんが「{title}」を差し戻しました。直したら、もう一度承認を依頼してください。",
                "{from} has sent “{title}” back. Mend it and submit it again.",
            ),
            *word,
            "edit",
            say("直す", "Mend it"),
        ),
        News::Approved(word) => (
            say(
                "【{city}】承認されました：{title}",
                "[{city}] Approved: {title}",
            ),
            say(
                "{from}さんが「{title}」を承認しました。公開担当が日時を決めると公開されます。",
                "{from} has approved “{title}”. It goes live when a publisher sets the time.",
            ),
            *word,
            "plan",
            say("公開の画面を開く", "Open the publishing screen"),
        ),
        News::Held(_) => (
            say(
                "【{city}】公開を止めました：{title}",
                "[{city}] Publication stopped: {title}",
            ),
            say(
                "予約の時刻になりましたが、知らせる人が{n}人に増え、確かめた人数を超えたので、「{title}」の公開を止めました。まだだれにも送っていません。人数を2人で確かめて、公開し直してください。",
                "The hour has come, but “{title}” would now tell {n} people, more than was confirmed, so it was not published and nobody was told. Have two people confirm the number, and publish it again.",
            ),
            None,
            "plan",
            say("公開の画面を開く", "Open the publishing screen"),
        ),
    };
    let mut paragraphs = vec![
        fill(&say("{name}さん", "Dear {name},").replace("{name}", &to.name)),
        fill(first),
    ];
    if let News::Held(people) = news {
        for text in &mut paragraphs {
            *text = text.replace("{n}", &people.to_string());
        }
    }
    if let Some(word) = word {
        paragraphs.push(format!("「{word}」"));
    }
    if let News::Returned(_, comments @ 1..) = news {
        let line = say(
            "項目へのコメントが{n}件あります。",
            "There are {n} comments on fields.",
        );
        paragraphs.push(line.replace("{n}", &comments.to_string()));
    }
    paragraphs.push(
        say(
            "リンクを開くとログインの画面が出ます。ログインすると、そのままこの文書に進みます。",
            "The link asks you to log in and then leads to the document.",
        )
        .to_owned(),
    );
    let home = ctx.app_url.trim_end_matches('/');
    Letter {
        to: to.mail.clone(),
        subject: fill(subject),
        paragraphs,
        link: Some((
            button.to_owned(),
            format!("{home}/admin/documents/{id}/{screen}"),
        )),
    }
}
