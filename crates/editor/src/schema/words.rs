//! What staff call the keys, where they stand in the form, and what helps to fill them.

use kairan_content::Kind;

use super::{Mode, SectionId, Shape};

/// What is known of a key beside its type.
pub(crate) struct Words {
    pub(crate) section: SectionId,
    /// What it is called; `None` for a key nobody has named yet.
    pub(crate) label: Option<String>,
    pub(crate) help: &'static str,
    /// Where the type does not say how it is chosen.
    pub(super) shape: Option<Shape>,
}

/// Keys in the order in which they are written, by the path of their mapping; `form`: paths in the order of the form.
pub(super) fn order(path: &str) -> &'static [&'static str] {
    match path {
        "" => &[
            "kind",
            "id",
            "slug",
            "aliases",
            "title",
            "summary",
            "category",
            "tags",
            "life_events",
            "target",
            "period",
            "result",
            "sessions",
            "fee",
            "organiser",
            "address",
            "hours",
            "place",
            "deadline",
            "anytime",
            "apply",
            "documents",
            "attachments",
            "legal_basis",
            "contact",
            "faqs",
            "related",
            "notice",
            "publish_at",
            "expires_at",
            "review_by",
            "owner",
            "updated",
            "lang",
            "translates",
        ],
        "target" => &["text", "when"],
        "notice" => &["channels", "on", "reminders", "round", "urgency", "survey"],
        "notice.survey" => &["question", "choices", "closes"],
        "updated" => &["at", "note", "major"],
        "period" | "deadline" | "deadline[]" => &["label", "opens", "closes", "note"],
        "apply" | "apply[]" => &[
            "via", "system", "url", "label", "place", "hours", "phone", "address", "email", "note",
        ],
        "attachments" | "attachments[]" => &["file", "label"],
        "sessions" | "sessions[]" => &["starts", "ends", "place", "capacity"],
        "form" => &[
            "title",
            "summary",
            "category",
            "target.text",
            "tags",
            "life_events",
            "target.when",
            "sessions",
            "fee",
            "organiser",
            "address",
            "hours",
            "place",
            "period.label",
            "period.opens",
            "period.closes",
            "period.note",
            "result",
            "deadline",
            "anytime",
            "apply",
            "documents",
            "attachments",
            "legal_basis",
            "contact",
            "faqs",
            "related",
            "notice",
            "notice.channels",
            "notice.urgency",
            "notice.on",
            "notice.reminders",
            "notice.round",
            "notice.survey.question",
            "notice.survey.choices",
            "notice.survey.closes",
            "publish_at",
            "expires_at",
            "review_by",
            "owner",
            "updated.at",
            "updated.note",
            "updated.major",
            "slug",
            "aliases",
            "lang",
            "translates",
            "kind",
            "id",
        ],
        _ => &[],
    }
}

/// What is known of the key at a path; of a column of rows, as `apply[].via`.
pub(crate) fn words_of(path: &str) -> Words {
    let found = TABLE.iter().find(|row| row.0 == path);
    let section = match path.split(['.', '[']).next().unwrap_or(path) {
        "title" | "summary" | "category" => SectionId::Heading,
        "target" | "tags" | "life_events" => SectionId::Who,
        "deadline" | "anytime" | "apply" | "documents" | "attachments" | "legal_basis"
        | "sessions" | "fee" | "organiser" | "address" | "hours" | "place" | "period"
        | "result" => SectionId::When,
        "contact" | "faqs" | "related" => SectionId::Contact,
        "notice" => SectionId::Notice,
        "publish_at" | "expires_at" | "review_by" | "owner" | "updated" | "slug" | "aliases"
        | "lang" | "translates" | "kind" | "id" => SectionId::Publish,
        _ => SectionId::Other,
    };
    Words {
        section,
        label: found.map(|row| row.1.to_owned()),
        help: found.map_or("", |row| row.2),
        shape: shape(path),
    }
}

fn shape(path: &str) -> Option<Shape> {
    let long = |max| Shape::Text {
        max: Some(max),
        mode: Mode::Text,
        long: true,
    };
    let short = |mode| Shape::Text {
        max: Some(300),
        mode,
        long: false,
    };
    Some(match path {
        "title" => long(kairan_content::MAX_TITLE),
        "summary" => long(kairan_content::MAX_SUMMARY),
        "target.text" | "result" => long(300),
        "category" => Shape::Category,
        "tags" => Shape::Tags,
        "life_events" => Shape::LifeEvents,
        "contact" | "owner" => Shape::Department,
        "faqs" => Shape::References(Some(Kind::Faq)),
        "related" => Shape::References(None),
        "lang" => Shape::Choice(pairs(&LANGUAGES)),
        "notice.reminders" => Shape::Lines,
        "apply[].email" => short(Mode::Email),
        "apply[].phone" => short(Mode::Tel),
        _ => return None,
    })
}

pub(super) fn pairs(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words
        .iter()
        .map(|(word, label)| ((*word).to_owned(), (*label).to_owned()))
        .collect()
}

/// Languages a form offers; any other that a document has is offered too.
const LANGUAGES: [(&str, &str); 11] = [
    ("ja", "日本語"),
    ("ja-easy", "やさしい日本語"),
    ("en", "英語 English"),
    ("zh-hans", "中国語（簡体字）简体中文"),
    ("zh-hant", "中国語（繁体字）繁體中文"),
    ("ko", "韓国語 한국어"),
    ("vi", "ベトナム語 Tiếng Việt"),
    ("pt", "ポルトガル語 Português"),
    ("es", "スペイン語 Español"),
    ("tl", "タガログ語 Tagalog"),
    ("ne", "ネパール語 नेपाली"),
];

/// What a word of the schema is called.
pub(super) fn label_of(word: &str) -> &str {
    match word {
        "online" => "電子申請",
        "counter" => "窓口",
        "post" => "郵送",
        "phone" => "電話",
        "mail" => "メール",
        "form" => "申込フォーム",
        "line" => "LINE",
        "publish" => "公開したときに一度だけ",
        "match" => "公開したあとで対象になった方にも",
        "normal" => "通常",
        "important" => "重要（関心の設定によらず届きます）",
        "emergency" => "緊急（関心の設定によらず届きます）",
        other => other,
    }
}

/// Path, label, help.
const TABLE: [(&str, &str, &str); 72] = [
    (
        "title",
        "題名",
        "検索の結果とメールの件名になります。40文字くらいまでが読みやすい長さです。",
    ),
    (
        "summary",
        "ひとことで言うと",
        "だれが、何を、いつまでにするか。一覧、メールの書き出し、LINEに使われます。",
    ),
    (
        "category",
        "分類（目的）",
        "市民が「目的から探す」で通る道です。",
    ),
    (
        "target.text",
        "対象者",
        "ページにそのまま出ます。例：0歳から高校生年代までの子を養育している方",
    ),
    (
        "target.when",
        "対象者のくわしい条件",
        "ふだんは空のままにします。書くと、タグの代わりにこの条件で届く人が決まります。",
    ),
    (
        "tags",
        "だれのための記事か（タグ）",
        "同じ行は「どれか」、ちがう行は「両方」です。",
    ),
    (
        "life_events",
        "ライフイベント",
        "出生や引っ越しなど、まとめページに載せるときに選びます。",
    ),
    (
        "deadline",
        "申込みの期日",
        "時刻を空にすると、その日いっぱいになります。過ぎると自動で「受付終了」に変わります。",
    ),
    ("anytime", "期日はありません（随時）", ""),
    ("apply", "申込方法", ""),
    ("documents", "必要なもの", "1行に1つ書きます。"),
    ("attachments", "添付ファイル", ""),
    ("legal_basis", "根拠になる法令", ""),
    ("sessions", "開催日時", ""),
    ("fee", "費用", "例：無料"),
    ("organiser", "主催", ""),
    ("address", "所在地", ""),
    (
        "hours",
        "開いている時間",
        "例：火曜日から土曜日の午前9時から午後5時まで",
    ),
    ("place", "行き方", "例：みのり駅から歩いて3分"),
    ("period", "募集期間", ""),
    ("period.label", "募集の名前", ""),
    ("period.opens", "募集のはじまり", ""),
    (
        "period.closes",
        "募集のおわり",
        "時刻を空にすると、その日いっぱいになります。",
    ),
    ("period.note", "募集期間の補足", "例：必着"),
    (
        "result",
        "結果",
        "意見の数と、どう生かしたか。募集が終わってから書きます。",
    ),
    (
        "contact",
        "問合せ先の部署",
        "電話や場所は、部署の一覧から自動で入ります。",
    ),
    ("faqs", "よくある質問", ""),
    ("related", "関連する記事", ""),
    ("notice", "市民にお知らせを送る", "受信箱にも必ず残ります。"),
    ("notice.channels", "送る方法", ""),
    ("notice.on", "送るとき", ""),
    (
        "notice.reminders",
        "期日の前のお知らせ",
        "1行に1つ。7d は7日前、12h は12時間前です。",
    ),
    (
        "notice.round",
        "お知らせの回",
        "数を増やすと、前に届いた方にも、もう一度届きます（新しい募集、毎年の届出）。",
    ),
    ("notice.urgency", "緊急度", ""),
    ("notice.survey", "アンケート", ""),
    (
        "notice.survey.question",
        "アンケートの質問",
        "使わないときは空にします。",
    ),
    (
        "notice.survey.choices",
        "アンケートの選択肢",
        "1行に1つ。LINEでは13個まで、1つ20文字までです。",
    ),
    ("notice.survey.closes", "アンケートの締切", ""),
    (
        "publish_at",
        "公開する日時",
        "空のときは、公開のボタンを押したときに公開されます。",
    ),
    (
        "expires_at",
        "公開を終える日時",
        "空のときは、ずっと公開されます。",
    ),
    (
        "review_by",
        "見直す日",
        "この日が近づくと、担当にお知らせします。",
    ),
    (
        "owner",
        "担当の部署",
        "直す責任のある部署です。問合せ先とちがうときに選びます。",
    ),
    ("updated", "更新", ""),
    ("updated.at", "更新日", ""),
    (
        "updated.note",
        "更新した内容",
        "例：郵送での申し込み方を追加しました",
    ),
    ("updated.major", "読む人に知らせたい大きな変更です", ""),
    (
        "slug",
        "アドレスの最後の部分",
        "半角の英小文字・数字・「-」。公開したあとは、なるべく変えません。",
    ),
    (
        "aliases",
        "前のアドレス",
        "1行に1つ。ここに来た人は、いまのページへ移ります。",
    ),
    ("lang", "ことば", "空のときは、サイトのことばです。"),
    ("translates", "訳した元の記事", ""),
    ("kind", "種別", ""),
    ("id", "文書の番号", ""),
    ("period[].label", "何の期日か", "例：7月入園"),
    ("period[].opens", "受付のはじまり", ""),
    ("period[].closes", "受付のおわり", ""),
    ("period[].note", "補足", "例：必着"),
    ("apply[].via", "方法", ""),
    ("apply[].system", "使うしくみ", "例：mynaportal"),
    (
        "apply[].url",
        "申請ページのアドレス",
        "https:// から書きます。",
    ),
    (
        "apply[].label",
        "ボタンのことば",
        "例：児童手当を電子申請する",
    ),
    ("apply[].place", "場所", ""),
    ("apply[].hours", "受付時間", ""),
    ("apply[].phone", "電話番号", ""),
    ("apply[].address", "宛先", ""),
    ("apply[].email", "メールアドレス", ""),
    ("apply[].note", "補足", ""),
    (
        "attachment[].file",
        "ファイル",
        "files/ から始まる名前です。",
    ),
    ("attachment[].label", "リンクのことば", "例：認定請求書"),
    ("session[].starts", "はじまり", ""),
    ("session[].ends", "おわり", ""),
    ("session[].place", "会場", ""),
    ("session[].capacity", "定員（人）", ""),
];
