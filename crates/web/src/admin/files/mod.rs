//! `/admin/files` (ファイル): images and documents that articles show and hand out. Each is looked at before it is kept,
//! says where it is used, and cannot be removed while it is.

mod change;
mod form;
mod list;
mod one;
mod upload;
mod view;

pub(crate) use change::{remove, replace};
pub(crate) use list::list;
pub(crate) use one::{page, raw};
pub(crate) use upload::{page as upload_page, send as upload};

use actix_web::HttpRequest;
use actix_web::http::header;
use kairan_media::Said;

use super::words::Language;

/// A sentence in the language of the reader.
fn say(words: &Language, said: &Said) -> String {
    let values: Vec<(&str, &str)> = said
        .values
        .iter()
        .map(|(name, value)| (*name, words.get(value)))
        .collect();
    words.say(said.text, &values)
}

/// Whether a script of a page asks, and wants data.
fn wants_json(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kairan_media::{Note, Rejected};

    #[test]
    fn what_is_said_of_files_has_english() {
        let english = include_str!("../../../../../themes/admin/words/en.yaml");
        let english: BTreeMap<String, String> = serde_yaml::from_str(english).unwrap();
        let rejected = [
            Rejected::Empty,
            Rejected::TooLarge { size: 1, most: 1 },
            Rejected::TooManyPixels {
                width: 1,
                height: 1,
                most: 1,
            },
            Rejected::UnfoldsTooFar,
            Rejected::Animated,
            Rejected::Svg,
            Rejected::OtherImage("HEIC"),
            Rejected::Program,
            Rejected::WebPage,
            Rejected::Archive,
            Rejected::Macros,
            Rejected::Locked,
            Rejected::OldOffice,
            Rejected::ActivePdf("動画や音声"),
            Rejected::NotUtf8,
            Rejected::Damaged,
            Rejected::Unknown,
        ];
        let notes = [
            Note::Scaled(1, 1),
            Note::Converted,
            Note::Heavy(1),
            Note::PdfWithoutText,
            Note::PdfWithoutTags,
            Note::PdfWithoutTitle,
        ];
        let said = rejected
            .iter()
            .flat_map(|one| [one.what().text, one.advice().text])
            .chain(notes.iter().map(|note| note.said().text))
            .chain(kairan_media::ACTIVE)
            .chain(kairan_media::Kind::ALL.iter().map(|kind| kind.label()));
        let missing: Vec<_> = said
            .filter(|text| !text.is_ascii() && !english.contains_key(*text))
            .collect();
        assert!(missing.is_empty(), "without English: {missing:#?}");
    }
}
