//! Files as they come: each for itself, so that one that is refused does not hold up the others.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_db::audit::By;
use kairan_db::uploads::{self, Kept, Upload};
use kairan_media::{Accepted, Limits, Rejected, accept, numbered, size_text};
use serde::Serialize;
use tokio::sync::Semaphore;

use super::form::{Form, Sent};
use super::view::{FileView, markdown, people};
use super::{say, wants_json};
use crate::admin::Screen;
use crate::admin::guard::{Staff, Write};
use crate::admin::words::Language;
use crate::app::App;
use crate::error::{Error, Result};

/// Files that are looked at at the same time: a large photograph takes some hundred MB while it is decoded.
static AT_WORK: Semaphore = Semaphore::const_new(2);

#[derive(Serialize, Default)]
struct View {
    most: String,
    image_most: String,
    accepted: String,
    files: Vec<Outcome>,
}

/// What became of one file.
#[derive(Serialize)]
struct Outcome {
    /// What the sender calls it.
    name: String,
    kept: Option<FileView>,
    /// Whether the same file was here before.
    known: bool,
    notes: Vec<String>,
    error: Option<Problem>,
}

#[derive(Serialize)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) what: String,
    pub(super) advice: String,
}

impl Problem {
    pub(super) fn of(words: &Language, rejected: &Rejected) -> Self {
        Self {
            code: rejected.code(),
            what: say(words, &rejected.what()),
            advice: say(words, &rejected.advice()),
        }
    }
}

impl View {
    fn new() -> Self {
        let limits = Limits::default();
        Self {
            most: size_text(limits.file),
            image_most: size_text(limits.image),
            accepted: accepted_extensions(),
            files: Vec::new(),
        }
    }
}

/// For the `accept` of a field: a help to choose, never a check.
pub(super) fn accepted_extensions() -> String {
    let kinds = kairan_media::Kind::ALL.iter();
    let mut extensions: Vec<String> = kinds.map(|kind| format!(".{}", kind.extension())).collect();
    extensions.extend([".jpeg", ".webp", ".gif"].map(str::to_owned));
    extensions.join(",")
}

/// The form.
pub(crate) async fn page(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
) -> Result<HttpResponse> {
    let title = app.words(Some(&staff.who)).get("ファイルを置く");
    let screen = Screen::new("files/upload", title);
    app.screen(&request, Some(&staff.who), screen, &View::new())
        .await
}

/// Takes the files of a form. A script gets `{files: […]}`; a person the file's screen, or what went wrong with which.
/// `alt` is put into the Markdown of the answer: the description belongs to the place where an image is shown.
pub(crate) async fn send(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff<Write>,
    parts: Multipart,
) -> Result<HttpResponse> {
    let words = app.words(Some(&staff.who));
    let people = people(&app).await?;
    let mut view = View::new();
    let mut form = Form::new(&app, &request, parts);
    while let Some(sent) = form.next(Limits::default().file).await? {
        let name = sent.name.clone();
        let outcome = match keep(&app, staff.by(), sent).await? {
            Ok((kept, accepted)) => {
                let path = kept.path;
                let listed = app.ctx.read(move |c| uploads::get(c, &path)).await?;
                Outcome {
                    kept: listed.map(|listed| FileView::of(words, &people, listed)),
                    known: kept.known,
                    notes: notes(words, &accepted),
                    name,
                    error: None,
                }
            }
            Err(rejected) => Outcome {
                name,
                kept: None,
                known: false,
                notes: Vec::new(),
                error: Some(Problem::of(words, &rejected)),
            },
        };
        view.files.push(outcome);
    }
    let posted = form.posted()?;
    for file in view.files.iter_mut().filter_map(|one| one.kept.as_mut()) {
        file.markdown = markdown(&file.path, file.image, posted.one("alt"));
    }
    let failed = view.files.is_empty() || view.files.iter().any(|one| one.error.is_some());
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    if wants_json(&request) {
        return Ok(HttpResponse::build(status).json(&view));
    }
    if let (
        [
            Outcome {
                kept: Some(file),
                notes,
                known,
                ..
            },
        ],
        false,
    ) = (view.files.as_slice(), failed)
        && notes.is_empty()
    {
        let said = if *known {
            words.get("同じファイルがもうあります。それを使ってください。")
        } else {
            words.get("ファイルを置きました。")
        };
        return Ok(app.go(&file.href, said));
    }
    if view.files.is_empty() {
        return Err(Error::BadRequest(
            "ファイルが選ばれていません。前のページに戻って選んでください。",
        ));
    }
    let screen = Screen::new("files/upload", words.get("ファイルを置く")).status(status);
    app.screen(&request, Some(&staff.who), screen, &view).await
}

/// Looks at a file and keeps it under a name of its own.
async fn keep(app: &App, by: By, sent: Sent) -> Result<Result<(Kept, Accepted), Rejected>> {
    let name = sent.name.clone();
    let accepted = match look(sent).await? {
        Ok(accepted) => accepted,
        Err(rejected) => return Ok(Err(rejected)),
    };
    let now = app.ctx.clock.now();
    let kept = app
        .ctx
        .write(move |c| {
            let upload = upload(&name, &accepted);
            let first = std::iter::once(accepted.name.clone());
            let names = first.chain((2..).map(|number| numbered(&accepted.name, number)));
            let kept = uploads::put(c, &upload, names, &by, now)?;
            Ok((kept, accepted.clone()))
        })
        .await?;
    Ok(Ok(kept))
}

/// What a file is, on a thread that may take its time.
pub(super) async fn look(sent: Sent) -> Result<Result<Accepted, Rejected>> {
    let bytes = match sent.bytes {
        Ok(bytes) => bytes,
        Err(rejected) => return Ok(Err(rejected)),
    };
    let turn = AT_WORK.acquire().await;
    let _turn = turn.map_err(|error| Error::internal(&error))?;
    web::block(move || accept(&sent.name, &bytes, &Limits::default()))
        .await
        .map_err(|error| Error::internal(&error))
}

pub(super) fn upload<'a>(original_name: &'a str, accepted: &'a Accepted) -> Upload<'a> {
    Upload {
        original_name,
        bytes: &accepted.bytes,
        sha256: &accepted.sha256,
        content_type: accepted.kind.content_type(),
        dimensions: accepted.dimensions,
        pages: accepted.pdf.as_ref().and_then(|pdf| pdf.pages),
    }
}

pub(super) fn notes(words: &Language, accepted: &Accepted) -> Vec<String> {
    accepted
        .notes
        .iter()
        .map(|note| say(words, &note.said()))
        .collect()
}
