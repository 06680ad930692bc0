//! Every address of the API with its parameters: the one table that checks queries and describes them.

/// A parameter of a query.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// JSON Schema of its value.
    pub(super) schema: &'static str,
}

/// An address.
pub(super) struct Endpoint {
    pub(super) path: &'static str,
    pub(super) method: &'static str,
    pub(super) about: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// Name of the answer's schema.
    pub(super) answer: &'static str,
}

const LIMIT: Parameter = Parameter {
    name: "limit",
    about: "件数（1から100、既定は20）",
    schema: r#"{"type":"integer","minimum":1,"maximum":100,"default":20}"#,
};
const CURSOR: Parameter = Parameter {
    name: "cursor",
    about: "前の答えの next にあった値",
    schema: r#"{"type":"string"}"#,
};
const LANG: Parameter = Parameter {
    name: "lang",
    about: "言語（ja、en など）",
    schema: r#"{"type":"string"}"#,
};
const CATEGORY: Parameter = Parameter {
    name: "category",
    about: "目的の key（money、money/child-allowance など）",
    schema: r#"{"type":"string"}"#,
};
const TAG: Parameter = Parameter {
    name: "tag",
    about: "タグの key",
    schema: r#"{"type":"string"}"#,
};
const QUERY: Parameter = Parameter {
    name: "q",
    about: "探すことば。空白で区切るとすべてを含むもの",
    schema: r#"{"type":"string"}"#,
};
const KIND: Parameter = Parameter {
    name: "kind",
    about: "種別（article、event、faq など）",
    schema: r#"{"type":"string","enum":["article","event","faq","topic","news","page","facility","comment"]}"#,
};
const OPEN: Parameter = Parameter {
    name: "open",
    about: "1 なら、いま申し込めるものだけ",
    schema: r#"{"type":"string","enum":["1"]}"#,
};
const SINCE: Parameter = Parameter {
    name: "since",
    about: "この番号より後の変更を、古い順に。はじめは 0",
    schema: r#"{"type":"integer","minimum":0,"default":0}"#,
};

const DAYS: Parameter = Parameter {
    name: "days",
    about: "今日までの何日間か",
    schema: r#"{"type":"integer","enum":[7,30],"default":7}"#,
};

pub(super) const LIST: Endpoint = Endpoint {
    path: "/{kind}",
    method: "get",
    about: "種別ごとの一覧（新しい順）。本文は1件ずつ読む",
    parameters: &[LIMIT, CURSOR, LANG, CATEGORY, TAG],
    answer: "Summaries",
};
pub(super) const DOCUMENT: Endpoint = Endpoint {
    path: "/{kind}/{name}",
    method: "get",
    about: "1件。name は id または slug",
    parameters: &[LANG],
    answer: "Document",
};
pub(super) const SEARCH: Endpoint = Endpoint {
    path: "/search",
    method: "get",
    about: "ことばと条件で探す（よく合う順）",
    parameters: &[QUERY, KIND, CATEGORY, TAG, LANG, OPEN, LIMIT, CURSOR],
    answer: "Hits",
};
pub(super) const TAXONOMY: Endpoint = Endpoint {
    path: "/taxonomy",
    method: "get",
    about: "目的・タグ・地区・担当課・ライフイベント",
    parameters: &[],
    answer: "Taxonomy",
};
pub(super) const CHANGES: Endpoint = Endpoint {
    path: "/changes",
    method: "get",
    about: "公開・更新・取り下げの記録（古い順）",
    parameters: &[SINCE, CURSOR, LIMIT],
    answer: "Changes",
};
pub(super) const ELIGIBILITY: Endpoint = Endpoint {
    path: "/eligibility",
    method: "post",
    about: "プロフィールに当てはまる文書。送られた内容は保存しない",
    parameters: &[],
    answer: "Verdicts",
};
pub(super) const VIEWS: Endpoint = Endpoint {
    path: "/views",
    method: "get",
    about: "よく見られている文書（多い順）",
    parameters: &[DAYS, KIND, LIMIT],
    answer: "Views",
};
pub(super) const COUNT_VIEW: Endpoint = Endpoint {
    path: "/views",
    method: "post",
    about: "文書が見られたことを数える。だれが見たかは残さない",
    parameters: &[],
    answer: "Nothing",
};
pub(super) const OPENAPI: Endpoint = Endpoint {
    path: "/openapi.json",
    method: "get",
    about: "この説明",
    parameters: &[],
    answer: "OpenApi",
};

pub(super) const ALL: [&Endpoint; 9] = [
    &LIST,
    &DOCUMENT,
    &SEARCH,
    &TAXONOMY,
    &CHANGES,
    &ELIGIBILITY,
    &VIEWS,
    &COUNT_VIEW,
    &OPENAPI,
];
