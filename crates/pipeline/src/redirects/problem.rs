/// Why an old address is not taken. Every sentence is also a key of the screens' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No address at all.
    NoFrom,
    /// An address of another site.
    Elsewhere,
    /// No `/` at its beginning.
    NoSlash,
    /// With `?` or `#`.
    Query,
    /// Signs no address has, or too long.
    Signs,
    /// A file that a browser does not show as a page.
    Extension,
    /// An address that documents have.
    OfDocuments,
    /// A page of the site stands there.
    Taken,
    /// It leads elsewhere already.
    Known,
    /// It is in the list twice.
    Twice,
    /// No place to lead to.
    NoTo,
    /// No published document, and no page of the site.
    NoTarget,
    /// No address that readers may be sent to.
    Unsafe,
    /// It leads to itself.
    Circle,
    /// It leads to another old address.
    Chain,
    /// More lines than are taken at once.
    TooMany,
}

impl Problem {
    /// Whether it is the place to lead to that is wrong, and not the old address.
    #[must_use]
    pub const fn is_of_target(self) -> bool {
        matches!(
            self,
            Self::NoTo | Self::NoTarget | Self::Unsafe | Self::Circle | Self::Chain
        )
    }

    /// The sentence for staff.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoFrom => "前のアドレスがありません。「/」で始まるアドレスを書いてください。",
            Self::Elsewhere => {
                "このサイトのアドレスではありません。「/」で始まるアドレスか、このサイトの https:// のアドレスを書いてください。"
            }
            Self::NoSlash => {
                "「/」で始まっていません。「/kosodate/teate.html」のように、「/」から書いてください。"
            }
            Self::Query => {
                "「?」や「#」の付いたアドレスは転送できません。その前までのアドレスを書いてください。"
            }
            Self::Signs => "アドレスに使えない文字があるか、長すぎます。",
            Self::Extension => {
                "「/」か「.html」「.htm」で終わるアドレスだけを転送できます。PDFなどのファイルは転送できません。"
            }
            Self::OfDocuments => {
                "記事のアドレスの形です。その記事の編集画面で、前のアドレス（aliases）に加えてください。"
            }
            Self::Taken => {
                "いまのサイトのページのアドレスです。転送すると、そのページが読めなくなります。"
            }
            Self::Known => {
                "このアドレスには、もう別の行き先があります。変えるときは、先に外してください。"
            }
            Self::Twice => "同じアドレスが、一覧の前の行にもあります。",
            Self::NoTo => "行き先がありません。",
            Self::NoTarget => "行き先の記事が見つからないか、まだ公開されていません。",
            Self::Unsafe => {
                "行き先は、このサイトの記事か、https:// で始まるアドレスにしてください。"
            }
            Self::Circle => "行き先が、同じアドレスです。",
            Self::Chain => "行き先が、別の転送のアドレスです。最後の行き先を書いてください。",
            Self::TooMany => {
                "一度に取り込めるのは2000行までです。残りは、もう一度取り込んでください。"
            }
        }
    }
}
