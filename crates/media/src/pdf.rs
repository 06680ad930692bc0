//! What a PDF is made of, as far as names in it tell. It is not rendered, and nothing in it is run.
//!
//! Names are looked for in the bytes as they stand and in the object streams (compressed objects), with a budget for
//! what these unfold to. A parser would have to keep every object of a file made to be large.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::{Note, Rejected};

/// Bytes that all object streams of a file may unfold to. A form of a hundred pages has about one MB.
const UNFOLDED: usize = 64_000_000;
/// Bytes looked at around a name for the dictionary it stands in.
const DICTIONARY: usize = 4_096;

const SCRIPT: &str = "プログラム（JavaScript）";
const LAUNCH: &str = "ほかのプログラムを動かす指示";
const FILES: &str = "ほかのファイル";
const MEDIA: &str = "動画や音声";
const HIDDEN: &str = "中を確かめられない部分";

/// What [`Rejected::ActivePdf`] finds in a PDF: texts that other languages keep words for.
pub const ACTIVE: [&str; 5] = [SCRIPT, LAUNCH, FILES, MEDIA, HIDDEN];

/// What is known of a PDF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PdfFacts {
    /// Pages, where the file tells.
    pub pages: Option<u32>,
    /// Whether it holds a font, and so text that can be read aloud and found.
    pub text: bool,
    /// Whether it has a structure of headings and paragraphs.
    pub tagged: bool,
    /// Whether it has a title.
    pub title: bool,
}

impl PdfFacts {
    pub(crate) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if !self.text {
            // Without text there is nothing to tag.
            notes.push(Note::PdfWithoutText);
        } else if !self.tagged {
            notes.push(Note::PdfWithoutTags);
        }
        if !self.title {
            notes.push(Note::PdfWithoutTitle);
        }
        notes
    }
}

pub(crate) fn look(bytes: &[u8]) -> Result<PdfFacts, Rejected> {
    // The end is where readers begin; some writers add a few bytes after it.
    if memmem::rfind(bytes, b"%%EOF").is_none() {
        return Err(Rejected::Damaged);
    }
    let mut facts = PdfFacts {
        title: memmem::find(bytes, b"dc:title").is_some(),
        ..PdfFacts::default()
    };
    let streams = names(bytes, &mut facts)?;
    let mut budget = UNFOLDED;
    for at in streams {
        let Some(inside) = unfold(bytes, at, budget)? else {
            continue;
        };
        budget = budget.saturating_sub(inside.len());
        names(&inside, &mut facts)?;
    }
    Ok(facts)
}

/// Reads every name; returns where object streams are spoken of.
fn names(bytes: &[u8], facts: &mut PdfFacts) -> Result<Vec<usize>, Rejected> {
    let mut streams = Vec::new();
    for slash in memchr::memchr_iter(b'/', bytes) {
        let name = name(bytes.get(slash + 1..).unwrap_or_default());
        match name.as_slice() {
            b"JavaScript" => return Err(Rejected::ActivePdf(SCRIPT)),
            b"Launch" => return Err(Rejected::ActivePdf(LAUNCH)),
            b"EmbeddedFile" | b"EmbeddedFiles" => return Err(Rejected::ActivePdf(FILES)),
            b"RichMedia" => return Err(Rejected::ActivePdf(MEDIA)),
            b"Encrypt" if reference_follows(bytes, slash + 8) => return Err(Rejected::Locked),
            b"ObjStm" => streams.push(slash),
            b"Font" => facts.text = true,
            b"StructTreeRoot" => facts.tagged = true,
            b"Pages" => facts.pages = facts.pages.max(page_count(bytes, slash)),
            b"Producer" | b"Creator" | b"CreationDate" => {
                facts.title |= has_title(bytes, slash);
            }
            _ => {}
        }
    }
    Ok(streams)
}

/// The name at the beginning of `bytes`, with `#41` read as `A`; longer names than any of ours are cut.
fn name(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|_| name.len() < 20) {
        match byte {
            b'#' => {
                let hex = bytes.get(at + 1..at + 3).unwrap_or_default();
                let mut value = [0];
                if hex::decode_to_slice(hex, &mut value).is_ok() {
                    at += 2;
                    name.extend(value);
                } else {
                    name.push(b'#');
                }
            }
            byte if byte.is_ascii_whitespace() || b"\0()<>[]{}/%".contains(byte) => break,
            byte => name.push(*byte),
        }
        at += 1;
    }
    name
}

/// Whether `12 0 R` or a dictionary follows: the name alone may be anything.
fn reference_follows(bytes: &[u8], at: usize) -> bool {
    let after = bytes.get(at..).unwrap_or_default().trim_ascii_start();
    after.starts_with(b"<<") || after.first().is_some_and(u8::is_ascii_digit)
}

/// The innermost dictionary around a place, as far as its marks are near.
fn dictionary(bytes: &[u8], at: usize) -> &[u8] {
    let before = bytes
        .get(at.saturating_sub(DICTIONARY)..at)
        .unwrap_or_default();
    let after = bytes
        .get(at..bytes.len().min(at + DICTIONARY))
        .unwrap_or_default();
    let from =
        memmem::rfind(before, b"<<").map_or(at - before.len(), |found| at - before.len() + found);
    let to = memmem::find(after, b">>").map_or(at + after.len(), |found| at + found);
    bytes.get(from..to).unwrap_or_default()
}

/// `/Count` of a node of the page tree. The root counts every page below it.
fn page_count(bytes: &[u8], at: usize) -> Option<u32> {
    let around = dictionary(bytes, at);
    let count = memmem::find(around, b"/Count")?;
    let digits: String = around
        .get(count + 6..)?
        .trim_ascii_start()
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    digits.parse().ok()
}

/// A title that is not empty, in the dictionary that tells of the file.
fn has_title(bytes: &[u8], at: usize) -> bool {
    let around = dictionary(bytes, at);
    memmem::find(around, b"/Title").is_some_and(|found| {
        let value = around
            .get(found + 6..)
            .unwrap_or_default()
            .trim_ascii_start();
        !value.starts_with(b"()") && !value.starts_with(b"<>")
    })
}

/// The object stream whose dictionary is at `at`, unfolded; `None` where the name was no dictionary's.
fn unfold(bytes: &[u8], at: usize, budget: usize) -> Result<Option<Vec<u8>>, Rejected> {
    let near = bytes
        .get(at..bytes.len().min(at + DICTIONARY))
        .unwrap_or_default();
    let Some(found) = memmem::find(near, b"stream") else {
        return Ok(None);
    };
    let before = bytes
        .get(at.saturating_sub(DICTIONARY)..at)
        .unwrap_or_default();
    let from = at - before.len() + memmem::rfind(before, b"obj").unwrap_or(0);
    let described = bytes.get(from..at + found).unwrap_or_default();
    let data = bytes.get(at + found + 6..).unwrap_or_default();
    let data = data.strip_prefix(b"\r").unwrap_or(data);
    let data = data.strip_prefix(b"\n").unwrap_or(data);
    if memmem::find(described, b"/Filter").is_none() {
        // As it stands, it was read already.
        return Ok(None);
    }
    if memmem::find(described, b"FlateDecode").is_none() {
        return Err(Rejected::ActivePdf(HIDDEN));
    }
    let mut inside = Vec::new();
    ZlibDecoder::new(data)
        .take(budget as u64 + 1)
        .read_to_end(&mut inside)
        .map_err(|_| Rejected::Damaged)?;
    if inside.len() > budget {
        return Err(Rejected::UnfoldsTooFar);
    }
    Ok(Some(inside))
}
