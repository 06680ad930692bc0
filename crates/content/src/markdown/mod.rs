//! Markdown → HTML and plain text: CommonMark, tables, footnotes, ふりがな; raw HTML sanitised.

mod anchors;
mod escape;
mod footnotes;
pub(crate) mod ruby;
mod sanitise;
mod writer;

use pulldown_cmark::{Options, Parser};

pub use anchors::Anchors;
pub use escape::escape;
pub(crate) use sanitise::{MAX_TAGS, is_allowed_address};

/// Where a link of a body leads on the published site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTarget {
    /// The address to write.
    pub url: String,
    /// What kind of file it is and how large, for the note behind the link.
    pub file: Option<FileInfo>,
}

/// What is said about a file behind its link: （PDF：359KB）.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Its kind, such as `PDF`.
    pub kind: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl FileInfo {
    /// Of a file name and a size.
    #[must_use]
    pub fn of(name: &str, bytes: u64) -> Self {
        Self {
            kind: file_kind(name).to_owned(),
            bytes,
        }
    }
}

impl std::fmt::Display for FileInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}", self.kind, size_text(self.bytes))
    }
}

/// Where an image of a body is on the published site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageTarget {
    /// The address to write.
    pub url: String,
    /// Width and height in pixels, where they are known; they keep the page from jumping.
    pub size: Option<(u32, u32)>,
}

/// Knows where links and images of a body lead.
pub trait Resolver {
    /// A link's target; `None` leaves the address as it was written.
    fn link(&mut self, target: &str) -> Option<LinkTarget>;
    /// An image's target; `None` leaves the address as it was written.
    fn image(&mut self, target: &str) -> Option<ImageTarget>;
}

/// Leaves every address as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct AsWritten;

impl Resolver for AsWritten {
    fn link(&mut self, _target: &str) -> Option<LinkTarget> {
        None
    }

    fn image(&mut self, _target: &str) -> Option<ImageTarget> {
        None
    }
}

/// A heading of a body, for a table of contents.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// The name in its address.
    pub id: String,
    /// Its text, without readings.
    pub text: String,
}

/// A rendered body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// Safe HTML. Classes used: `table-scroll`, `align-left|center|right`, `footnotes`, `footnote-ref`,
    /// `footnote-back`, `file-note`.
    pub html: String,
    /// Plain text without addresses: for search and for summaries.
    pub text: String,
    /// Its headings in order.
    pub headings: Vec<Heading>,
}

/// Renders a body. Linear in its length; HTML is sanitised only where the body has some of its own.
pub fn render(body: &str, resolver: &mut dyn Resolver) -> Rendered {
    let source = ruby::hide_bars(body);
    writer::Writer::new(resolver, writer::Style::Page).run(parser(&source))
}

/// The body as plain text for a mail: addresses behind their links, readings in brackets.
pub fn mail_text(body: &str, resolver: &mut dyn Resolver) -> String {
    let source = ruby::hide_bars(body);
    writer::Writer::new(resolver, writer::Style::Mail)
        .run(parser(&source))
        .text
}

/// The parser every reader of a body uses.
pub(crate) fn parser(source: &str) -> Parser<'_> {
    Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
}

/// What staff and citizens call a kind of file, by its extension: PDF, Word, Excel, ….
#[must_use]
pub fn file_kind(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is = |known: &str| extension.eq_ignore_ascii_case(known);
    let kinds: [(&[&str], &str); 11] = [
        (&["pdf"], "PDF"),
        (&["doc", "docx"], "Word"),
        (&["xls", "xlsx"], "Excel"),
        (&["ppt", "pptx"], "PowerPoint"),
        (&["odt", "ods", "odp"], "OpenDocument"),
        (&["csv"], "CSV"),
        (&["ics"], "カレンダー"),
        (&["zip"], "ZIP"),
        (&["txt"], "テキスト"),
        (&["jpg", "jpeg", "png", "gif", "webp", "svg"], "画像"),
        (&["mp3", "mp4", "m4a", "webm", "wav"], "動画・音声"),
    ];
    kinds
        .iter()
        .find(|(extensions, _)| extensions.iter().any(|known| is(known)))
        .map_or("ファイル", |(_, kind)| kind)
}

/// A size as cities write it: 359KB, 1.2MB.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    match bytes {
        0..1024 => "1KB".to_owned(),
        1024..1_048_576 => format!("{}KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes.saturating_mul(10) / 1_048_576;
            format!("{}.{}MB", tenths / 10, tenths % 10)
        }
    }
}
