use crate::said::{Said, size_text};

/// Why a file is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}", self.what(), self.advice())]
pub enum Rejected {
    /// No bytes.
    Empty,
    /// More bytes than allowed.
    TooLarge {
        /// Its bytes.
        size: u64,
        /// The bytes allowed.
        most: u64,
    },
    /// More pixels than allowed, by the image's header.
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The pixels allowed.
        most: u64,
    },
    /// A document that unfolds to more bytes than allowed.
    UnfoldsTooFar,
    /// A GIF, PNG or WebP that moves.
    Animated,
    /// SVG
    Svg,
    /// An image in a format that browsers or we cannot show.
    OtherImage(&'static str),
    /// A program for any machine.
    Program,
    /// HTML, XML, or a script.
    WebPage,
    /// ZIP and other archives.
    Archive,
    /// An Office file with macros.
    Macros,
    /// A file that asks for a password or restricts what may be done with it.
    Locked,
    /// Word, Excel, PowerPoint of before 2007; 一太郎.
    OldOffice,
    /// A PDF that does something, or carries other files; what it holds.
    ActivePdf(&'static str),
    /// Text in Shift_JIS, UTF-16, ….
    NotUtf8,
    /// A file that cannot be read to its end.
    Damaged,
    /// Anything else.
    Unknown,
}

impl Rejected {
    /// A stable word for programs: the JSON answer, the audit log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::TooManyPixels { .. } => "too-many-pixels",
            Self::UnfoldsTooFar => "unfolds-too-far",
            Self::Animated => "animated",
            Self::Svg => "svg",
            Self::OtherImage(_) => "other-image",
            Self::Program => "program",
            Self::WebPage => "web-page",
            Self::Archive => "archive",
            Self::Macros => "macros",
            Self::Locked => "locked",
            Self::OldOffice => "old-office",
            Self::ActivePdf(_) => "active-pdf",
            Self::NotUtf8 => "not-utf8",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
        }
    }

    /// What happened.
    #[must_use]
    pub fn what(&self) -> Said {
        match self {
            Self::Empty => Said::plain("ファイルの中身が空です。"),
            Self::TooLarge { size, most } => Said::with(
                "ファイルが大きすぎます（{size}）。置けるのは {most} までです。",
                [("size", size_text(*size)), ("most", size_text(*most))],
            ),
            Self::TooManyPixels {
                width,
                height,
                most,
            } => Said::with(
                "画像の縦横が大きすぎます（{width}×{height} ピクセル）。置けるのは {most} 万画素までです。",
                [
                    ("width", width.to_string()),
                    ("height", height.to_string()),
                    ("most", (most / 10_000).to_string()),
                ],
            ),
            Self::UnfoldsTooFar => {
                Said::plain("開くと中身が極端に大きくなるファイルなので、置けません。")
            }
            Self::Animated => Said::plain("動く画像は置けません。"),
            Self::Svg => Said::plain(
                "SVG 画像は置けません。プログラムを入れられる形式で、見る人に危険が及ぶことがあります。",
            ),
            Self::OtherImage(format) => Said::with(
                "{format} の画像は置けません。見られないブラウザーがあります。",
                [("format", (*format).to_owned())],
            ),
            Self::Program => {
                Said::plain("ファイルの中身がプログラムです。名前にかかわらず置けません。")
            }
            Self::WebPage => Said::plain(
                "ファイルの中身がウェブページやスクリプトです。名前にかかわらず置けません。",
            ),
            Self::Archive => Said::plain("ZIP などの圧縮ファイルは置けません。"),
            Self::Macros => Said::plain("マクロの入った Office ファイルは置けません。"),
            Self::Locked => Said::plain("パスワードか編集・印刷の制限がかかっています。"),
            Self::OldOffice => Said::plain(
                "古い形式の Office ファイル（.doc .xls .ppt）や一太郎のファイルは置けません。",
            ),
            Self::ActivePdf(what) => Said::with(
                "PDF に{what}が入っています。",
                [("what", (*what).to_owned())],
            ),
            Self::NotUtf8 => Said::plain("文字コードが UTF-8 ではありません。"),
            Self::Damaged => Said::plain("ファイルが壊れているか、途中で切れています。"),
            Self::Unknown => Said::plain("この種類のファイルは置けません。"),
        }
    }

    /// What the sender can do.
    #[must_use]
    pub fn advice(&self) -> Said {
        Said::plain(match self {
            Self::Empty | Self::Damaged => {
                "もとのファイルが開けることを確かめて、もう一度選んでください。"
            }
            Self::TooLarge { .. } => {
                "画像は縮小し、PDF は「最小サイズ」で保存し直すか、分けてください。"
            }
            Self::TooManyPixels { .. } => {
                "長い辺を2,400ピクセルくらいに縮小して保存し直してください。"
            }
            Self::UnfoldsTooFar => "使っていないシートや画像を消して、保存し直してください。",
            Self::Animated => {
                "動きで読みにくくなる人がいます。1枚の静止画（JPEG か PNG）にしてください。"
            }
            Self::Svg => {
                "PNG に書き出してください。長い辺が2,000ピクセルほどあればきれいに見えます。"
            }
            Self::OtherImage(_) => {
                "JPEG か PNG で保存し直してください（iPhone の写真は、設定の「カメラ」→「フォーマット」→「互換性優先」で JPEG になります）。"
            }
            Self::Program => {
                "心当たりのないファイルなら、開かずに情報システムの担当へ知らせてください。"
            }
            Self::WebPage => "文章は記事の本文に書き、配る書類は PDF にしてください。",
            Self::Archive => {
                "中のファイルを1つずつ置いてください。スマートフォンでは圧縮ファイルを開けない人がいます。"
            }
            Self::Macros => {
                "「名前を付けて保存」で、マクロなしの形式（.docx .xlsx .pptx）を選んで保存し直してください。"
            }
            Self::Locked => {
                "制限を外して保存し直してください。制限があると、読み上げソフトで読めないことがあります。"
            }
            Self::OldOffice => {
                "Word・Excel・PowerPoint では .docx .xlsx .pptx で、一太郎では PDF で保存し直してください。"
            }
            Self::ActivePdf(_) => {
                "もとの文書から PDF を作り直すか、「印刷」で「PDF に保存」を選ぶと取り除けます。"
            }
            Self::NotUtf8 => {
                "Excel では「CSV UTF-8（コンマ区切り）」、メモ帳では文字コード「UTF-8」を選んで保存し直してください。"
            }
            Self::Unknown => {
                "置けるのは、画像（JPEG・PNG・WebP）、PDF、Word・Excel・PowerPoint、OpenDocument、CSV、テキスト、カレンダー（ics）です。"
            }
        })
    }
}
