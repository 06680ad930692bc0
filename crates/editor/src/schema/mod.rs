//! What a form has: the keys of `content-schema/v1`, in the words and the order of staff.

mod read;
mod words;

use std::sync::LazyLock;

use kairan_content::Kind;
use serde::Serialize;

use words::order;
pub(crate) use words::words_of;

/// A section of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionId {
    /// 見出しと概要
    Heading,
    /// だれに知らせますか
    Who,
    /// いつまでに、どうやって
    When,
    /// 問合せ先と、よくある質問
    Contact,
    /// 本文
    Body,
    /// お知らせ
    Notice,
    /// 公開の設定
    Publish,
    /// そのほかの項目: what the document has and the form does not know.
    Other,
}

impl SectionId {
    /// Every section, in order.
    pub const ALL: [Self; 8] = [
        Self::Heading,
        Self::Who,
        Self::When,
        Self::Contact,
        Self::Body,
        Self::Notice,
        Self::Publish,
        Self::Other,
    ];
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A text on one line; `long` for some lines.
    Text {
        max: Option<usize>,
        mode: Mode,
        long: bool,
    },
    /// One of these words, with their labels.
    Choice(Vec<(String, String)>),
    Category,
    Department,
    /// Keys of tags, by facet.
    Tags,
    LifeEvents,
    /// Some of these words.
    Chips(Vec<(String, String)>),
    Moment,
    Flag,
    /// 「お知らせを送る」: whether the mapping is there.
    Presence,
    Number {
        min: i64,
        max: i64,
    },
    /// Texts, one a line.
    Lines,
    /// Other documents; of one kind, where only one can be meant.
    References(Option<Kind>),
    Rows(Vec<Spec>),
    Rule,
    /// The Markdown behind the front matter.
    Body,
    /// Shown, never changed here.
    Fixed,
    /// Anything else, as YAML.
    Raw,
}

/// What a short text holds, for keyboards and hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Words.
    Text,
    /// A web address.
    Url,
    /// A mail address.
    Email,
    /// A telephone number.
    Tel,
}

/// One field of a form, or one column of its rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spec {
    /// Keys from the outermost on: `target.text`. In rows, the column alone.
    pub(crate) path: String,
    pub(crate) section: SectionId,
    pub(crate) label: String,
    pub(crate) help: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

static SPECS: LazyLock<Vec<Vec<Spec>>> =
    LazyLock::new(|| Kind::ALL.into_iter().map(read::specs).collect());

/// The fields of a kind, in the order of the form.
pub(crate) fn specs(kind: Kind) -> &'static [Spec] {
    let at = Kind::ALL.iter().position(|one| *one == kind).unwrap_or(0);
    SPECS.get(at).map_or(&[], Vec::as_slice)
}

/// The field of a kind at a path.
pub(crate) fn spec(kind: Kind, path: &str) -> Option<&'static Spec> {
    specs(kind).iter().find(|spec| spec.path == path)
}

/// Where a key stands among its sisters when it is written anew; unknown keys come last.
pub(crate) fn rank(path: &str, key: &str) -> usize {
    let order = order(path);
    order
        .iter()
        .position(|known| *known == key)
        .unwrap_or(order.len())
}

/// The keys a schema has, as it names them; for tests.
#[must_use]
pub fn schema_keys(kind: Kind) -> Vec<String> {
    read::keys(kind)
}

/// The paths a form of a kind has, in order.
#[must_use]
pub fn form_paths(kind: Kind) -> Vec<&'static str> {
    specs(kind).iter().map(|spec| spec.path.as_str()).collect()
}
