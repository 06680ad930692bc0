//! 訂正: to exactly those whom the first notice reached, at the same contact points.

use kairan_db::{
    notices::{self, NewNotice, NoticeKind, NoticeState},
    time::{jst_from_utc, utc_from_jst},
};
use kairan_delivery::compose::Content;

use super::jobs::enqueue_materialise;
use crate::{Context, Error, Result};

/// Decides a correction of a notice: `text` says what was wrong and what is right. Matching is not run again; consent is looked at
/// again. Returns the new notice's id.
///
/// # Errors
/// An empty text, a notice that reached nobody yet because it is still being written down, and those of the database.
pub fn correct(context: &Context, notice_id: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 {
        return Err(Error::Refused(
            "訂正の内容を 1〜500 文字で書いてください（何が誤りで、正しくは何か）".to_owned(),
        ));
    }
    let now = context.clock.now();
    let first = context.db.read(|c| notices::get(c, notice_id))?;
    if first.state == NoticeState::Materialising || first.kind == NoticeKind::Correction {
        return Err(Error::Refused(format!(
            "お知らせ {notice_id} はまだ宛先を書き出しているか、それ自体が訂正です。元のお知らせの書き出しが終わってから、元の ID を指定してください"
        )));
    }
    let mut content: Content =
        serde_json::from_str(&first.content).map_err(|source| Error::Stored {
            what: "お知らせ",
            source,
        })?;
    content.correction = Some(text.to_owned());
    content.lead = None;
    let said = serde_json::to_string(&content).unwrap_or_default();
    let wall = jst_from_utc(now);
    let quiet = context
        .notices
        .quiet
        .filter(|_| first.urgency != "emergency");
    let not_before = quiet.map_or(now, |quiet| utc_from_jst(quiet.next_allowed(wall)));
    let id = ulid::Ulid::new().to_string();
    context.db.write(|c| {
        let before = notices::of_document(c, &first.document_id)?
            .iter()
            .filter(|one| one.kind == NoticeKind::Correction)
            .count();
        let new = NewNotice {
            id: id.clone(),
            document_id: first.document_id.clone(),
            edition_id: first.edition_id.clone(),
            round: first.round,
            occasion: format!("correction:{}", before + 1),
            kind: NoticeKind::Correction,
            corrects: Some(first.id.clone()),
            rule: first.rule.clone(),
            on_date: wall.date(),
            since_date: None,
            changed_since: None,
            content: said.clone(),
            channels: first.channels.join(","),
            urgency: first.urgency.clone(),
            not_before,
            stale_after: None,
            widen: String::new(),
        };
        notices::create(c, &new, now)?;
        enqueue_materialise(c, &id, kairan_content::Urgency::Important, now)
    })?;
    Ok(id)
}
