//! JSON with an ETag.

use actix_web::http::header::{self, EntityTag, IfNoneMatch};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use serde::Serialize;

use crate::error::Result;

/// A page of a list.
#[derive(Serialize)]
pub(super) struct Listing<T> {
    pub(super) items: Vec<T>,
    /// To be sent as `cursor`; `null` at the end.
    pub(super) next: Option<String>,
}

/// The answer, or 304 where the reader has it.
pub(super) fn json(request: &HttpRequest, value: &impl Serialize) -> Result<HttpResponse> {
    Ok(bytes(request, serde_json::to_vec(value)?))
}

/// The same of JSON that is written already.
pub(super) fn bytes(request: &HttpRequest, json: Vec<u8>) -> HttpResponse {
    use sha2::Digest as _;
    let digest = hex::encode(sha2::Sha256::digest(&json));
    // Weak: compression on the way changes the bytes.
    let tag = EntityTag::new_weak(digest.chars().take(32).collect());
    let known = match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(items)) => items.iter().any(|item| item.weak_eq(&tag)),
        None => false,
    };
    let mut answer = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header(header::ETag(tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    if known {
        return answer.finish();
    }
    answer
        .content_type("application/json; charset=utf-8")
        .body(json)
}
