use crate::{Note, PdfFacts};

/// How much a file may ask of us and of its readers.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of any file.
    pub file: u64,
    /// Bytes of an image as it comes.
    pub image: u64,
    /// Pixels of an image as it comes. Decoding takes about four bytes for each.
    pub pixels: u64,
    /// Longest side of an image as it is kept, in pixels; larger ones are scaled down.
    pub side: u32,
    /// Bytes that an Office file may unfold to.
    pub unfolded: u64,
}

impl Default for Limits {
    /// 20 MB a file, 10 MB and 50 million pixels an image (what telephones take), 2,400 pixels on the long side.
    fn default() -> Self {
        Self {
            file: 20_000_000,
            image: 10_000_000,
            pixels: 50_000_000,
            side: 2_400,
            unfolded: 300_000_000,
        }
    }
}

/// A file as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// A name for addresses and Markdown, with the extension of its type: `児童手当-認定請求書.pdf`. Not unique; see
    /// [`numbered`](crate::numbered).
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What is kept: an image made anew, anything else as it came.
    pub bytes: Vec<u8>,
    /// SHA-256 of `bytes`, in hexadecimal digits.
    pub sha256: String,
    /// Width and height in pixels, of an image.
    pub dimensions: Option<(u32, u32)>,
    /// What is known of a PDF.
    pub pdf: Option<PdfFacts>,
    /// What the sender should know.
    pub notes: Vec<Note>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $extension:literal $content_type:literal $label:literal,)+) => {
        /// A type of file that is kept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $name,)+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The extension of its names, without a dot.
            #[must_use]
            pub const fn extension(self) -> &'static str {
                match self { $(Self::$name => $extension,)+ }
            }

            /// As served.
            #[must_use]
            pub const fn content_type(self) -> &'static str {
                match self { $(Self::$name => $content_type,)+ }
            }

            /// As staff call it.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

kinds! {
    /// A photograph.
    Jpeg "jpg" "image/jpeg" "画像（JPEG）",
    /// A drawing, a map, a screenshot.
    Png "png" "image/png" "画像（PNG）",
    /// PDF
    Pdf "pdf" "application/pdf" "PDF",
    /// Word without macros.
    Docx "docx" "application/vnd.openxmlformats-officedocument.wordprocessingml.document" "Word",
    /// Excel without macros.
    Xlsx "xlsx" "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" "Excel",
    /// PowerPoint without macros.
    Pptx "pptx" "application/vnd.openxmlformats-officedocument.presentationml.presentation" "PowerPoint",
    /// OpenDocument text.
    Odt "odt" "application/vnd.oasis.opendocument.text" "OpenDocument（文書）",
    /// OpenDocument spreadsheet.
    Ods "ods" "application/vnd.oasis.opendocument.spreadsheet" "OpenDocument（表）",
    /// OpenDocument presentation.
    Odp "odp" "application/vnd.oasis.opendocument.presentation" "OpenDocument（スライド）",
    /// Open data.
    Csv "csv" "text/csv; charset=utf-8" "CSV",
    /// Plain text.
    Text "txt" "text/plain; charset=utf-8" "テキスト",
    /// Dates for a calendar.
    Calendar "ics" "text/calendar; charset=utf-8" "カレンダー（ics）",
}

impl Kind {
    /// Whether it is shown in a page, and needs alternative text there.
    #[must_use]
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// The kind whose names end with this extension (lower case, without a dot).
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.extension() == extension)
    }
}
