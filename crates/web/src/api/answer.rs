//! JSON with an ETag.
//!
//! A tag has two parts: what an answer is made from (`Version`), known before it is made, and the digest of its bytes. By
//! the first an unchanged answer costs one question to the database; by the second it is still known as unchanged where
//! something else was published meanwhile.

use actix_web::http::header::{self, EntityTag, IfNoneMatch};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use kairan_db::{publications, site};
use serde::Serialize;
use sha2::Digest as _;

use crate::app::App;
use crate::error::Result;

/// A page of a list.
#[derive(Serialize)]
pub(super) struct Listing<T> {
    pub(super) items: Vec<T>,
    /// To be sent as `cursor`; `null` at the end.
    pub(super) next: Option<String>,
}

/// What an answer is made from: what is published, the settings of the site, what was asked for, and this program.
pub(super) struct Version(String);

impl Version {
    /// As of now.
    pub(super) async fn of(app: &App, request: &HttpRequest) -> Result<Self> {
        let (last, hash) = app
            .ctx
            .read(|c| Ok((publications::last(c)?, site::current_hash(c)?)))
            .await?;
        let hash = hash.map_or_else(String::new, |(_, hash)| hash);
        let program = env!("CARGO_PKG_VERSION");
        let from = format!("{program} {last} {hash} {}", request.uri());
        Ok(Self(digest(from.as_bytes(), 16)))
    }

    /// 304 where the reader has what would be made from this.
    pub(super) fn unchanged(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let IfNoneMatch::Items(tags) = request.get_header::<IfNoneMatch>()? else {
            return None;
        };
        let same = |tag: &&EntityTag| tag.tag().split('-').next() == Some(self.0.as_str());
        let tag = tags.iter().find(same)?;
        let mut answer = HttpResponse::NotModified();
        Some(tagged(&mut answer, EntityTag::new_weak(tag.tag().to_owned())).finish())
    }

    /// The answer made from this, or 304 where the reader has it.
    pub(super) fn json(
        &self,
        request: &HttpRequest,
        value: &impl Serialize,
    ) -> Result<HttpResponse> {
        Ok(answer(request, &self.0, serde_json::to_vec(value)?))
    }
}

/// An answer that is made from other things than a [`Version`] knows.
pub(super) fn json(request: &HttpRequest, value: &impl Serialize) -> Result<HttpResponse> {
    Ok(bytes(request, serde_json::to_vec(value)?))
}

/// The same of JSON that is written already.
pub(super) fn bytes(request: &HttpRequest, json: Vec<u8>) -> HttpResponse {
    answer(request, "0", json)
}

fn answer(request: &HttpRequest, version: &str, json: Vec<u8>) -> HttpResponse {
    let digest = digest(&json, 32);
    // Weak: compression on the way changes the bytes.
    let tag = EntityTag::new_weak(format!("{version}-{digest}"));
    let same = |known: &EntityTag| known.tag().rsplit('-').next() == Some(digest.as_str());
    let known = match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(same),
        None => false,
    };
    if known {
        return tagged(&mut HttpResponse::NotModified(), tag).finish();
    }
    tagged(&mut HttpResponse::Ok(), tag)
        .content_type("application/json; charset=utf-8")
        .body(json)
}

fn tagged(answer: &mut HttpResponseBuilder, tag: EntityTag) -> &mut HttpResponseBuilder {
    answer
        .insert_header(header::ETag(tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
}

fn digest(bytes: &[u8], digits: usize) -> String {
    let digest = hex::encode(sha2::Sha256::digest(bytes));
    digest.chars().take(digits).collect()
}
