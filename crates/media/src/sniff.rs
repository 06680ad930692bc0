//! What a file is, from its bytes.

use image::ImageFormat;

use crate::{Kind, Rejected, text};

/// The families that are looked at further.
pub(crate) enum Sniffed {
    Picture(ImageFormat),
    Pdf,
    /// An Office file, if anything.
    Zip,
    Text(Kind),
}

/// The first bytes of everything that Office wrote before 2007 and of what it locks today.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub(crate) fn sniff(name: &str, bytes: &[u8]) -> Result<Sniffed, Rejected> {
    if bytes.starts_with(b"%PDF-") {
        return Ok(Sniffed::Pdf);
    }
    // Text before anything else: two letters are enough for some signatures (`BM`, `MZ`).
    if let Some(text) = text::read(bytes) {
        return text::look(name, text).map(Sniffed::Text);
    }
    if bytes.starts_with(COMPOUND) {
        // UTF-16, as names in such a file are.
        let locked = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";
        return Err(match memchr::memmem::find(bytes, locked) {
            Some(_) => Rejected::Locked,
            None => Rejected::OldOffice,
        });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Sniffed::Zip);
    }
    let Some(found) = infer::get(bytes) else {
        return Err(not_known(bytes));
    };
    match found.mime_type() {
        "image/jpeg" => Ok(Sniffed::Picture(ImageFormat::Jpeg)),
        "image/png" => Ok(Sniffed::Picture(ImageFormat::Png)),
        "image/webp" => Ok(Sniffed::Picture(ImageFormat::WebP)),
        "image/gif" => Ok(Sniffed::Picture(ImageFormat::Gif)),
        "image/heif" => Err(Rejected::OtherImage("HEIC")),
        "image/avif" => Err(Rejected::OtherImage("AVIF")),
        "image/tiff" => Err(Rejected::OtherImage("TIFF")),
        "image/bmp" => Err(Rejected::OtherImage("BMP")),
        "image/vnd.adobe.photoshop" => Err(Rejected::OtherImage("Photoshop")),
        "image/jp2" => Err(Rejected::OtherImage("JPEG 2000")),
        "text/html" | "text/xml" => Err(Rejected::WebPage),
        "text/x-shellscript" => Err(Rejected::WebPage),
        _ => Err(match found.matcher_type() {
            infer::MatcherType::App => Rejected::Program,
            infer::MatcherType::Archive => Rejected::Archive,
            _ => Rejected::Unknown,
        }),
    }
}

/// Text that is not UTF-8 is worth its own sentence: no other zero or control bytes than text has.
fn not_known(bytes: &[u8]) -> Rejected {
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let control =
        |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if utf16 || !bytes.iter().any(control) {
        Rejected::NotUtf8
    } else {
        Rejected::Unknown
    }
}
