//! A change to one part: checked and shown first, then saved.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::sha256_hex;
use kairan_pipeline::settings::{self, Outcome, Part};

use super::one::{CheckView, Form, show};
use crate::admin::Posted;
use crate::admin::guard::{Administer, Staff};
use crate::app::App;
use crate::error::{Error, Result};

/// `do=check` shows what the change does; `do=save` makes it, if this very text was shown.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Administer>,
    key: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse> {
    let part = Part::parse(&key).ok_or(Error::NotFound)?;
    let text = posted.find("text").ok_or(Error::BadRequest(
        "送られた内容を読み取れませんでした。前のページからやり直してください。",
    ))?;
    let now = app.ctx.ask(move |c| settings::read(c, part)).await?;
    let sent = Sent {
        text: with_line_ends(&now.text, text),
        over: posted.one("over").to_owned(),
        checked: (posted.one("do") == "save").then(|| posted.one("checked").to_owned()),
    };
    answer(&app, &request, &staff, part, sent, now).await
}

/// A file as it is to be.
pub(super) struct Sent {
    /// The whole text.
    pub(super) text: String,
    /// The version it was written over.
    pub(super) over: String,
    /// The text whose effect was shown, if it is to be saved now.
    pub(super) checked: Option<String>,
}

/// Shows what a change does, or makes it where this very text was shown.
pub(super) async fn answer(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    part: Part,
    sent: Sent,
    now: settings::Version,
) -> Result<HttpResponse> {
    let Sent {
        text,
        over,
        checked,
    } = sent;
    if over != now.hash {
        return both(app, request, staff, part, text, now).await;
    }
    let hash = sha256_hex(text.as_bytes());
    if checked.as_ref() != Some(&hash) {
        let check = settings::check(&app.ctx, part, text.clone()).await?;
        let status = status(check.refuses());
        let form = Form {
            text,
            over,
            check: Some(CheckView::new(part, check, hash)),
            theirs: None,
        };
        return show(app, request, &staff.who, part, Some(form), status).await;
    }
    let place = format!("/admin/taxonomy/{}", part.key());
    let words = app.words(Some(&staff.who));
    let saved = settings::save(&app.ctx, part, over.clone(), text.clone(), staff.by()).await?;
    match saved {
        Outcome::Saved(_) => Ok(app.go(
            &place,
            words.get("保存しました。いま、サイトのすべてのページを新しい内容で作り直しています。"),
        )),
        Outcome::Unchanged => Ok(app.go(
            &place,
            words.get("前と同じ内容なので、何も変えていません。"),
        )),
        Outcome::Stale(theirs) => both(app, request, staff, part, text, theirs).await,
        Outcome::Refused(check) => {
            let form = Form {
                text,
                over,
                check: Some(CheckView::new(part, *check, hash)),
                theirs: None,
            };
            show(app, request, &staff.who, part, Some(form), status(true)).await
        }
    }
}

fn status(refused: bool) -> StatusCode {
    if refused {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

/// Somebody changed the file meanwhile: both texts, 409. What is sent next is written over theirs.
async fn both(
    app: &App,
    request: &HttpRequest,
    staff: &Staff<Administer>,
    part: Part,
    text: String,
    theirs: settings::Version,
) -> Result<HttpResponse> {
    let form = Form {
        text,
        over: theirs.hash,
        check: None,
        theirs: Some(theirs.text),
    };
    show(
        app,
        request,
        &staff.who,
        part,
        Some(form),
        StatusCode::CONFLICT,
    )
    .await
}

/// The text with the line ends of the file: browsers send others.
fn with_line_ends(file: &str, sent: &str) -> String {
    let plain = sent.replace("\r\n", "\n");
    if file.contains("\r\n") {
        plain.replace('\n', "\r\n")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_the_line_ends_of_its_file() {
        assert_eq!(with_line_ends("a\nb\n", "a\r\nc\r\n"), "a\nc\n");
        assert_eq!(with_line_ends("a\r\nb\r\n", "a\r\nc\r\n"), "a\r\nc\r\n");
        assert_eq!(with_line_ends("", "a\r\n"), "a\n");
    }
}
