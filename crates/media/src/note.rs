use crate::said::{Said, size_text};

/// What the sender of an accepted file should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// An image was scaled down from this width and height.
    Scaled(u32, u32),
    /// An image is kept in another format than it came in.
    Converted,
    /// An image whose kept bytes are many.
    Heavy(u64),
    /// A PDF without any font: a scanned page, which cannot be read aloud or searched.
    PdfWithoutText,
    /// A PDF without structure: read aloud in any order.
    PdfWithoutTags,
    /// A PDF without a title: screens show its file name.
    PdfWithoutTitle,
}

/// From here on an image makes a page slow on a telephone.
pub(crate) const HEAVY: u64 = 1_500_000;

impl Note {
    /// The sentence.
    #[must_use]
    pub fn said(&self) -> Said {
        match self {
            Self::Scaled(width, height) => Said::with(
                "大きな画像なので、縦横を縮めました（もとは {width}×{height} ピクセル）。",
                [("width", width.to_string()), ("height", height.to_string())],
            ),
            Self::Converted => {
                Said::plain("どのブラウザーでも見られるように、画像の形式を変えました。")
            }
            Self::Heavy(size) => Said::with(
                "画像が {size} あり、表示に時間がかかります。写真なら JPEG で保存し直すと小さくなります。",
                [("size", size_text(*size))],
            ),
            Self::PdfWithoutText => Said::plain(
                "文字の情報がない PDF です（スキャンした紙など）。読み上げも検索もできません。もとの文書から PDF を作り直してください。",
            ),
            Self::PdfWithoutTags => Said::plain(
                "見出しなどの構造（タグ）がない PDF です。読み上げの順番が乱れることがあります。Word などでは「アクセシビリティ用の文書構造タグ」を付けて保存してください。",
            ),
            Self::PdfWithoutTitle => Said::plain(
                "題名のない PDF です。開いた人にはファイル名が見えます。もとの文書の「プロパティ」で題名を付けて保存してください。",
            ),
        }
    }
}
