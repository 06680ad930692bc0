//! What a term of each file has, as its reader in `kairan-content` takes it.

/// How a field of a term is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// One line.
    Text,
    /// A telephone number.
    Tel,
    /// A mail address.
    Email,
    /// One text a line.
    Lines,
    /// One choice a line: its key and what people see. Once it is there each is a term of its own, so only a new term asks for it.
    Options,
    /// A rule of the audience language (YAML).
    Rule,
    /// Yes, or left out.
    Flag,
    /// One of these words; it cannot be changed once people have answered, so only a new term asks for it.
    Choice(&'static [(&'static str, &'static str)]),
}

/// One field of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermField {
    /// The key in the file; empty for a term that is a list itself.
    pub key: &'static str,
    /// In plain Japanese; the key of its other languages.
    pub label: &'static str,
    /// What to write, in a sentence; empty where the label says it.
    pub help: &'static str,
    /// How it is written.
    pub control: Control,
    /// Whether a term without it is refused.
    pub required: bool,
}

/// One level of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Level {
    /// What a term of this level is called.
    pub name: &'static str,
    /// Its fields, without its key.
    pub fields: &'static [TermField],
    /// The key under which it holds the terms of the next level.
    pub inner: Option<&'static str>,
}

/// The form of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// The key of the list; `None` where the file is the list.
    pub list: Option<&'static str>,
    /// From the outermost level on.
    pub levels: &'static [Level],
}

const fn field(
    key: &'static str,
    label: &'static str,
    help: &'static str,
    control: Control,
    required: bool,
) -> TermField {
    TermField {
        key,
        label,
        help,
        control,
        required,
    }
}

const LABEL: TermField = field(
    "label",
    "表示される言葉",
    "市民と職員に見える言葉です。",
    Control::Text,
    true,
);

const DESCRIPTION: TermField = field(
    "description",
    "説明",
    "一覧のページの上に出る一文です。",
    Control::Text,
    false,
);

/// 目的
pub const CATEGORIES: Shape = Shape {
    list: None,
    levels: &[
        Level {
            name: "大きな分類",
            fields: &[LABEL, DESCRIPTION],
            inner: Some("children"),
        },
        Level {
            name: "分類",
            fields: &[LABEL, DESCRIPTION],
            inner: None,
        },
    ],
};

/// タグ
pub const TAGS: Shape = Shape {
    list: None,
    levels: &[
        Level {
            name: "タグのまとまり",
            fields: &[LABEL],
            inner: Some("tags"),
        },
        Level {
            name: "タグ",
            fields: &[
                LABEL,
                field(
                    "matches",
                    "だれのことか",
                    "当てはまる人の決まりを、ほかのタグにならって書きます。話題だけを表すタグは空のままにします。",
                    Control::Rule,
                    false,
                ),
            ],
            inner: None,
        },
    ],
};

const POSTAL: TermField = field(
    "postal",
    "郵便番号",
    "1行に1つ、000-0000 のように書きます。登録した人の地区を郵便番号から選べます。",
    Control::Lines,
    false,
);

/// 地区
pub const AREAS: Shape = Shape {
    list: None,
    levels: &[
        Level {
            name: "地区",
            fields: &[LABEL, POSTAL],
            inner: Some("children"),
        },
        Level {
            name: "町",
            fields: &[LABEL, POSTAL],
            inner: Some("children"),
        },
    ],
};

/// 部署
pub const DEPARTMENTS: Shape = Shape {
    list: None,
    levels: &[Level {
        name: "部署",
        fields: &[
            field("name", "名前", "部と課の名前です。", Control::Text, true),
            field("phone", "電話番号", "", Control::Tel, false),
            field("fax", "ファクス番号", "", Control::Tel, false),
            field("email", "メールアドレス", "", Control::Email, false),
            field("address", "所在地", "", Control::Text, false),
            field(
                "hours",
                "開いている時間",
                "休みの日も書きます。",
                Control::Text,
                false,
            ),
        ],
        inner: None,
    }],
};

/// ライフイベント
pub const LIFE_EVENTS: Shape = Shape {
    list: None,
    levels: &[Level {
        name: "ライフイベント",
        fields: &[LABEL],
        inner: None,
    }],
};

/// 検索の言いかえ
pub const SYNONYMS: Shape = Shape {
    list: None,
    levels: &[Level {
        name: "言いかえ",
        fields: &[field(
            "",
            "同じ意味の言葉",
            "1行に1つ、2つ以上書きます。",
            Control::Lines,
            true,
        )],
        inner: None,
    }],
};

/// 市民に聞くこと
pub const PROFILE: Shape = Shape {
    list: Some("fields"),
    levels: &[
        Level {
            name: "聞くこと",
            fields: &[
                field("label", "聞く言葉", "", Control::Text, true),
                field(
                    "help",
                    "説明",
                    "答える人が迷わないための一文です。",
                    Control::Text,
                    false,
                ),
                field(
                    "type",
                    "答え方",
                    "",
                    Control::Choice(&[
                        ("flag", "はい・いいえ"),
                        ("choice", "一つ選ぶ"),
                        ("choices", "いくつでも選ぶ"),
                        ("date", "日付"),
                        ("birth-date", "生まれた日"),
                        ("people", "家族（生まれた日と、当てはまること）"),
                    ]),
                    true,
                ),
                field(
                    "options",
                    "選択肢",
                    "「一つ選ぶ」か「いくつでも選ぶ」のときに、1行に1つ、キーと言葉を空白で区切って書きます（例：toho 徒歩）。あとから加えることもできます。",
                    Control::Options,
                    false,
                ),
                field(
                    "sensitive",
                    "配慮の要る項目にする",
                    "答える人に、ほかとは別に同意をもらいます。",
                    Control::Flag,
                    false,
                ),
            ],
            inner: Some("options"),
        },
        Level {
            name: "選択肢",
            fields: &[LABEL],
            inner: None,
        },
    ],
};

impl Shape {
    /// The level at a depth; towns may hold towns.
    #[must_use]
    pub fn level(&self, depth: usize) -> &'static Level {
        let last = self.levels.len().saturating_sub(1);
        // Every shape above has a level.
        &self.levels[depth.min(last)]
    }

    /// Whether its terms have no key, and are found by their number.
    #[must_use]
    pub fn is_keyless(&self) -> bool {
        self.level(0)
            .fields
            .first()
            .is_some_and(|field| field.key.is_empty())
    }
}
