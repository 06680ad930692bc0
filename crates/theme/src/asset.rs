use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// A static file of the theme. Its address holds a hash of its bytes.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Path below `assets/`, such as `style.css`.
    pub name: String,
    /// The first 16 hexadecimal digits of the SHA-256 of the bytes.
    pub hash: String,
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The value for the `Content-Type` header.
    pub content_type: &'static str,
}

impl Asset {
    pub(crate) fn new(name: String, bytes: Cow<'static, [u8]>) -> Self {
        let digest = Sha256::digest(&bytes);
        let hash = hex::encode(digest.get(..8).unwrap_or_default());
        Self {
            content_type: content_type(&name),
            name,
            hash,
            bytes,
        }
    }

    /// Root-relative address: `/assets/0123456789abcdef/style.css`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/assets/{}/{}", self.hash, self.name)
    }
}

/// The `Content-Type` for a file name, by its extension.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odp" => "application/vnd.oasis.opendocument.presentation",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}
