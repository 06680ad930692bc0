//! Forms with files, part by part as they arrive: at most one file is in memory, and never more of it than may be kept.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use futures::StreamExt as _;
use kairan_media::Rejected;
use tokio::time::timeout;

use crate::admin::Posted;
use crate::app::App;
use crate::error::{Error, Result};

/// Bytes of a text field.
const TEXT: usize = 10_000;
/// Fields and files of one form.
const PARTS: usize = 40;
/// What is read past a limit before the connection is given up: a browser shows our answer only after it has sent
/// everything.
const PATIENCE: u64 = 300_000_000;
/// How long to wait for the next bytes.
const SILENCE: Duration = Duration::from_secs(30);

const BROKEN: Error = Error::BadRequest(
    "ファイルの送信が途中で切れました。通信の状態を確かめて、もう一度選んでください。",
);
const TOO_MUCH: Error =
    Error::BadRequest("一度に送れる量を超えています。ファイルを分けて送ってください。");

/// A form on its way in.
pub(super) struct Form<'a> {
    app: &'a App,
    request: &'a HttpRequest,
    parts: Multipart,
    pairs: Vec<(String, String)>,
    count: usize,
    checked: bool,
    received: u64,
}

/// A file of the form: its bytes, or why they were not kept.
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) bytes: Result<Vec<u8>, Rejected>,
}

impl<'a> Form<'a> {
    pub(super) fn new(app: &'a App, request: &'a HttpRequest, parts: Multipart) -> Self {
        Self {
            app,
            request,
            parts,
            pairs: Vec::new(),
            count: 0,
            checked: false,
            received: 0,
        }
    }

    /// The next file of at most `most` bytes; `None` at the end. No file is read before the form's token, which stands
    /// first in our forms, was looked at.
    pub(super) async fn next(&mut self, most: u64) -> Result<Option<Sent>> {
        while let Some(mut part) = self.part().await? {
            let Some(given) = part.content_disposition().cloned() else {
                return Err(BROKEN);
            };
            let name = given.get_name().unwrap_or_default().to_owned();
            let Some(file) = given.get_filename() else {
                let text = self
                    .read(&mut part, TEXT as u64)
                    .await?
                    .map_err(|_| TOO_MUCH)?;
                let text = String::from_utf8(text).map_err(|_| BROKEN)?;
                self.pairs.push((name, text));
                continue;
            };
            if !self.checked {
                Posted::checked(self.app, self.request, self.pairs.clone())?;
                self.checked = true;
            }
            let file = file.to_owned();
            let bytes = self.read(&mut part, most).await?;
            // What browsers send where nobody chose a file.
            if file.is_empty() && bytes.as_ref().is_ok_and(Vec::is_empty) {
                continue;
            }
            return Ok(Some(Sent { name: file, bytes }));
        }
        Ok(None)
    }

    /// The fields, after the last file.
    pub(super) fn posted(self) -> Result<Posted> {
        Posted::checked(self.app, self.request, self.pairs)
    }

    async fn part(&mut self) -> Result<Option<Field>> {
        self.count += 1;
        if self.count > PARTS {
            return Err(TOO_MUCH);
        }
        match timeout(SILENCE, self.parts.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(part))) => Ok(Some(part)),
            Ok(Some(Err(_))) | Err(_) => Err(BROKEN),
        }
    }

    /// The bytes of a part; what is more than `most` is counted and dropped as it comes.
    async fn read(&mut self, part: &mut Field, most: u64) -> Result<Result<Vec<u8>, Rejected>> {
        let mut bytes = Vec::new();
        let mut size = 0;
        loop {
            let piece = match timeout(SILENCE, part.next()).await {
                Ok(None) => break,
                Ok(Some(Ok(piece))) => piece,
                Ok(Some(Err(_))) | Err(_) => return Err(BROKEN),
            };
            size += piece.len() as u64;
            self.received += piece.len() as u64;
            if self.received > PATIENCE {
                return Err(TOO_MUCH);
            }
            if size <= most {
                bytes.extend_from_slice(&piece);
            } else {
                bytes = Vec::new();
            }
        }
        Ok(if size <= most {
            Ok(bytes)
        } else {
            Err(Rejected::TooLarge { size, most })
        })
    }
}
