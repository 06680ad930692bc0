//! The words of links.

use std::collections::HashMap;

use crate::diagnostic::{Report, codes};
use crate::markdown::file_kind;
use crate::place::Span;

/// A link being read.
pub(super) struct OpenLink {
    pub(super) target: String,
    /// Where its address is written.
    pub(super) at: Span,
    span: Span,
    /// Written as `<https://…>`.
    auto: bool,
    words: String,
    has_image: bool,
}

impl OpenLink {
    pub(super) fn new(target: String, span: Span, at: Span, auto: bool) -> Self {
        Self {
            target,
            at,
            span,
            auto,
            words: String::new(),
            has_image: false,
        }
    }
}

/// The links of a body.
#[derive(Default)]
pub(super) struct Links {
    open: Option<OpenLink>,
    /// Where the last link led and ended; forgotten once other words came.
    last: Option<(String, usize)>,
    /// Where the same words led before.
    by_words: HashMap<String, String>,
    /// Words that led to several places, with the place of the second.
    differing: Vec<(String, Span)>,
}

const HERE: [&str; 10] = [
    "こちら",
    "ここ",
    "こちらから",
    "ここから",
    "詳細",
    "詳しくはこちら",
    "くわしくはこちら",
    "リンク",
    "クリック",
    "こちらをクリック",
];

impl Links {
    pub(super) fn open(&mut self, link: OpenLink) {
        self.open = Some(link);
    }

    /// Words that were read.
    pub(super) fn words(&mut self, words: &str) {
        match &mut self.open {
            Some(link) => link.words.push_str(words),
            None if !words.trim().is_empty() => self.last = None,
            None => {}
        }
    }

    /// An image that was read: its description is words of the link around it.
    pub(super) fn image(&mut self, alt: &str) {
        match &mut self.open {
            Some(link) => {
                link.has_image = true;
                link.words.push_str(alt);
            }
            None => self.last = None,
        }
    }

    /// The end of a block: links on both sides are not neighbours.
    pub(super) fn gap(&mut self) {
        self.last = None;
    }

    /// Whether a text is the address of the open link itself, and so no prose.
    pub(super) fn is_address(&self, text: &str) -> bool {
        self.open
            .as_ref()
            .is_some_and(|link| link.auto || link.target == text || text.contains("://"))
    }

    /// The end of the open link.
    pub(super) fn close(&mut self, report: &mut Report) -> Option<OpenLink> {
        let link = self.open.take()?;
        let words = link.words.trim();
        if words.is_empty() {
            // An image without alternative text is reported as such.
            if !link.has_image {
                report.add(
                    codes::LINK_EMPTY,
                    link.span,
                    "リンクに文字がありません。",
                    "行き先が分かる文を [ ] の中に書いてください。",
                );
            }
        } else if HERE.contains(&words.trim_end_matches(['。', '！', '>', '»', '（', '）'])) {
            report.add(
                codes::LINK_HERE,
                link.span,
                format!("リンクの文が「{words}」だけで、行き先が分かりません。"),
                "「児童手当の手続き」のように、行き先の名前を書いてください。",
            );
        } else if !link.auto && (words.starts_with("http://") || words.starts_with("https://")) {
            report.add(
                codes::LINK_IS_URL,
                link.span,
                "リンクの文が URL です。",
                "URL の代わりに、行き先の名前を書いてください。",
            );
        }
        self.compare(&link, report);
        outside_file(&link, report);
        Some(link)
    }

    fn compare(&mut self, link: &OpenLink, report: &mut Report) {
        let words = link.words.trim();
        if let Some((target, end)) = &self.last
            && *target == link.target
            && link.span.start.saturating_sub(*end) <= 3
        {
            report.add(
                codes::ADJACENT_LINKS,
                link.span,
                "同じ行き先のリンクが並んでいます。",
                "1つのリンクにまとめてください。",
            );
        }
        self.last = Some((link.target.clone(), link.span.end));
        if words.is_empty() {
            return;
        }
        match self.by_words.get(words) {
            Some(target) if *target != link.target => {
                self.differing.push((words.to_owned(), link.span));
            }
            Some(_) => {}
            None => drop(self.by_words.insert(words.to_owned(), link.target.clone())),
        }
    }

    /// Notes words that lead to several places.
    pub(super) fn finish(self, report: &mut Report) {
        for (words, span) in self.differing {
            if HERE.contains(&words.as_str()) {
                continue;
            }
            report.add(
                codes::SAME_TEXT_OTHER_TARGET,
                span,
                format!("「{words}」というリンクが、前と違う場所を指しています。"),
                "行き先ごとに違う文にしてください。",
            );
        }
    }
}

/// A file elsewhere: its kind and size must be in the words, since nothing here knows them.
fn outside_file(link: &OpenLink, report: &mut Report) {
    let outside = link.target.starts_with("https://") || link.target.starts_with("http://");
    let path = link.target.split(['?', '#']).next().unwrap_or_default();
    let file = path
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map(|(_, path)| path);
    let kind = file_kind(file.unwrap_or_default());
    if !outside || !matches!(kind, "PDF" | "Word" | "Excel" | "PowerPoint") {
        return;
    }
    let words = &link.words;
    if !words.contains(kind) || !(words.contains("KB") || words.contains("MB")) {
        report.add(
            codes::FILE_WITHOUT_SIZE,
            link.span,
            format!("ほかのサイトの{kind}へのリンクに、種類と大きさがありません。"),
            format!("「申請書（{kind}：359KB）」のように、リンクの文に書いてください。"),
        );
    }
}
