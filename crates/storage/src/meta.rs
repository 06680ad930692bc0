use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Cache rule of what never changes under its name.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Cache rule of pages and data.
pub const SHORT_LIVED: &str = "max-age=60, stale-while-revalidate=600";
/// Cache rule of pointers: ask every time, with the ETag.
pub const NO_CACHE: &str = "no-cache";

/// What a reader is told beside the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Meta {
    /// Value of `Content-Type`.
    pub content_type: Cow<'static, str>,
    /// Value of `Cache-Control`.
    pub cache_control: Cow<'static, str>,
}

impl Meta {
    /// The content type by the name's extension and the caching by its shape. A folder keeps no metadata,
    /// so whoever serves a folder asks here, and writers to S3 ask here too: both give the same answer.
    ///
    /// * A content hash in the name (a folder of 16 or more hexadecimal digits, or a file name with such
    ///   a part of 8 or more before its extension, after `.` or `-`): [`IMMUTABLE`].
    /// * A file named `manifest`, `current`, `latest` or `emergency`: [`NO_CACHE`].
    /// * Everything else: [`SHORT_LIVED`].
    #[must_use]
    pub fn for_name(name: &str) -> Self {
        let cache = if is_hashed(name) {
            IMMUTABLE
        } else if is_pointer(name) {
            NO_CACHE
        } else {
            SHORT_LIVED
        };
        Self {
            content_type: content_type(name).into(),
            cache_control: cache.into(),
        }
    }

    /// The same with [`NO_CACHE`].
    #[must_use]
    pub fn no_cache(mut self) -> Self {
        self.cache_control = NO_CACHE.into();
        self
    }

    /// The same with [`IMMUTABLE`].
    #[must_use]
    pub fn immutable(mut self) -> Self {
        self.cache_control = IMMUTABLE.into();
        self
    }
}

fn file_name(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, file)| file)
}

fn stem_and_extension(file: &str) -> (&str, &str) {
    file.rsplit_once('.').unwrap_or((file, ""))
}

fn is_hex(text: &str, at_least: usize) -> bool {
    text.len() >= at_least && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_hashed(name: &str) -> bool {
    let (folders, file) = name.rsplit_once('/').unwrap_or(("", name));
    if folders.split('/').any(|folder| is_hex(folder, 16)) {
        return true;
    }
    let (stem, _) = stem_and_extension(file);
    match stem.rsplit_once(['.', '-']) {
        // Eight digits alone may be a date (20261201), so a short hash needs a letter.
        Some((_, last)) => {
            is_hex(last, 16) || (is_hex(last, 8) && last.bytes().any(|b| b.is_ascii_lowercase()))
        }
        None => is_hex(stem, 16),
    }
}

fn is_pointer(name: &str) -> bool {
    let (stem, _) = stem_and_extension(file_name(name));
    matches!(stem, "manifest" | "current" | "latest" | "emergency")
}

fn content_type(name: &str) -> &'static str {
    let file = file_name(name);
    match file {
        "feed.xml" => return "application/atom+xml; charset=utf-8",
        "feed.json" => return "application/feed+json; charset=utf-8",
        _ => {}
    }
    let (_, extension) = stem_and_extension(file);
    match extension.to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "geojson" => "application/geo+json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "vtt" => "text/vtt; charset=utf-8",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "ppt" => "application/vnd.ms-powerpoint",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "epub" => "application/epub+zip",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caching_follows_the_name() {
        for (name, cache) in [
            ("index.html", SHORT_LIVED),
            ("articles/jido-teate/index.html", SHORT_LIVED),
            (
                "data/v1/articles/01JD3M9QK5W3T8Z6B1N0R4V7YH.json",
                SHORT_LIVED,
            ),
            ("calendar/2026-12/index.html", SHORT_LIVED),
            ("news/notice-20261201.html", SHORT_LIVED),
            ("tags/facade/index.html", SHORT_LIVED),
            ("files/9f86d081884c7d65/20261201.pdf", IMMUTABLE),
            ("assets/style.9f86d081.css", IMMUTABLE),
            ("assets/app-0a1b2c3d4e5f6071.js", IMMUTABLE),
            ("search-index/segments/9f86d081884c7d659a2f.json", IMMUTABLE),
            ("search-index/9f86d081884c7d65/t0.json", IMMUTABLE),
            ("search-index/synonyms-9f86d081884c7d65.json", IMMUTABLE),
            ("search-index/manifest.json", NO_CACHE),
            ("data/v1/changes/latest.json", NO_CACHE),
            ("emergency.json", NO_CACHE),
        ] {
            assert_eq!(Meta::for_name(name).cache_control, cache, "{name}");
        }
    }

    #[test]
    fn content_type_follows_the_extension() {
        for (name, content_type) in [
            ("index.html", "text/html; charset=utf-8"),
            ("feed.xml", "application/atom+xml; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("calendar.ics", "text/calendar; charset=utf-8"),
            ("files/0f/認定請求書.PDF", "application/pdf"),
            ("LICENSE", "application/octet-stream"),
        ] {
            assert_eq!(Meta::for_name(name).content_type, content_type, "{name}");
        }
    }
}
