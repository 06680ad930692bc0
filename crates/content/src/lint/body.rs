//! The body: one pass over its Markdown, with the place of everything.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::easy::{self, Sentence};
use super::links::{Links, OpenLink};
use super::{html, images, style};
use crate::diagnostic::{Report, codes};
use crate::markdown::ruby::{self, Piece};
use crate::markdown::{self, Anchors};
use crate::place::Span;

/// What kind of prose it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Prose {
    /// Japanese: style is looked at.
    pub(crate) japanese: bool,
    /// やさしい日本語: sentences are short, kanji have readings.
    pub(crate) easy: bool,
}

/// What other checks need to know of a body.
#[derive(Debug, Default)]
pub(crate) struct BodyFacts {
    /// Links and images that lead to this site.
    pub(crate) links: Vec<BodyLink>,
    /// The names of its headings.
    pub(crate) anchors: Vec<String>,
}

/// A link or image that leads to this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyLink {
    pub(crate) target: String,
    pub(crate) at: Span,
    pub(crate) image: bool,
}

/// Looks at a body that begins at byte `base` of its file.
pub(crate) fn body(source: &str, base: usize, prose: Prose, report: &mut Report) -> BodyFacts {
    let hidden = ruby::hide_bars(source);
    let mut pass = Pass {
        source,
        base,
        prose,
        report,
        facts: BodyFacts::default(),
        anchors: Anchors::default(),
        links: Links::default(),
        heading: None,
        level: 1,
        image: None,
        in_code: false,
        paragraph: Paragraph::default(),
        head: None,
        raw_tags: 0,
        sentence: Sentence::default(),
    };
    for (event, range) in markdown::parser(&hidden).into_offset_iter() {
        pass.event(event, range);
    }
    pass.finish()
}

struct Pass<'a> {
    source: &'a str,
    base: usize,
    prose: Prose,
    report: &'a mut Report,
    facts: BodyFacts,
    anchors: Anchors,
    links: Links,
    heading: Option<String>,
    level: u8,
    image: Option<(String, String, Range<usize>)>,
    in_code: bool,
    paragraph: Paragraph,
    /// The words of the head row of a table.
    head: Option<String>,
    raw_tags: usize,
    sentence: Sentence,
}

/// Whether a paragraph is nothing but bold.
#[derive(Default)]
struct Paragraph {
    open: bool,
    strong: bool,
    bold: usize,
    plain: usize,
}

impl Pass<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(range.start, range.end).shifted(self.base)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) if self.in_code => drop(text),
            Event::Text(text) => self.text(&text, range),
            Event::Code(code) => {
                self.words(&code);
                self.sentence.code(&code);
            }
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            Event::Html(text) | Event::InlineHtml(text) => {
                let span = self.span(&range);
                self.raw_tags += memchr::memchr_iter(b'<', text.as_bytes()).count();
                if self.raw_tags > markdown::MAX_TAGS {
                    return;
                }
                html::raw(&text, span, self.report);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.paragraph = Paragraph {
                    open: true,
                    ..Paragraph::default()
                };
                self.sentence.end(self.report);
            }
            Tag::Item | Tag::TableCell => self.sentence.end(self.report),
            Tag::Heading { level, .. } => {
                self.sentence.end(self.report);
                self.start_heading(level as u8, &range);
            }
            Tag::Strong => self.paragraph.strong = true,
            Tag::CodeBlock(_) => self.in_code = true,
            Tag::TableHead => self.head = Some(String::new()),
            Tag::Link {
                dest_url,
                link_type,
                ..
            } => {
                let at = self.address(&dest_url, &range);
                let auto = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.links.open(OpenLink::new(
                    ruby::show_bars(&dest_url).into_owned(),
                    self.span(&range),
                    at,
                    auto,
                ));
            }
            Tag::Image { dest_url, .. } => {
                self.image = Some((
                    ruby::show_bars(&dest_url).into_owned(),
                    String::new(),
                    range,
                ));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                let paragraph = std::mem::take(&mut self.paragraph);
                if paragraph.open && paragraph.plain == 0 && (1..=40).contains(&paragraph.bold) {
                    self.report.add(
                        codes::BOLD_AS_HEADING,
                        self.span(&range),
                        "段落の全体が太字です。見出しとしては読み上げられません。",
                        "見出しのときは「## 」で始め、強調のときは大事な言葉だけを太字にしてください。",
                    );
                }
                self.links.gap();
            }
            TagEnd::Heading(_) => self.end_heading(&range),
            TagEnd::Strong => self.paragraph.strong = false,
            TagEnd::CodeBlock => self.in_code = false,
            TagEnd::TableHead
                if self
                    .head
                    .take()
                    .is_some_and(|words| words.trim().is_empty()) =>
            {
                self.report.add(
                    codes::TABLE_WITHOUT_HEADER,
                    self.span(&range),
                    "表の1行目（列の見出し）が空です。",
                    "1行目に「項目」「内容」のような列の見出しを書いてください。",
                );
            }
            TagEnd::Link => {
                if let Some(link) = self.links.close(self.report) {
                    self.local(link.target, link.at, false);
                }
            }
            TagEnd::Image => self.end_image(),
            _ => {}
        }
    }

    fn start_heading(&mut self, level: u8, range: &Range<usize>) {
        self.heading = Some(String::new());
        let span = self.span(range);
        if level == 1 {
            self.report.add(
                codes::HEADING_ONE,
                span,
                "本文に見出し1（#）があります。",
                "見出し1は件名に使います。「## 」から始めてください。",
            );
        } else if level > self.level + 1 {
            let expected = "#".repeat(usize::from(self.level) + 1);
            self.report.add(
                codes::HEADING_JUMP,
                span,
                format!("見出しが{}から{level}に飛んでいます。", self.level),
                format!("「{expected} 」にするか、間の段の見出しを加えてください。"),
            );
        }
        self.level = level;
    }

    fn end_heading(&mut self, range: &Range<usize>) {
        let words = self.heading.take().unwrap_or_default();
        if words.trim().is_empty() {
            self.report.add(
                codes::HEADING_EMPTY,
                self.span(range),
                "文字のない見出しがあります。",
                "見出しの文字を書くか、「#」の行を消してください。",
            );
        }
        self.facts.anchors.push(self.anchors.next(words.trim()));
        self.links.gap();
    }

    fn end_image(&mut self) {
        let Some((target, alt, range)) = self.image.take() else {
            return;
        };
        let at = self.address(&target, &range);
        images::alt(&target, alt.trim(), self.span(&range), self.report);
        self.links.image(alt.trim());
        self.local(target, at, true);
    }

    /// Keeps a link or image that leads to this site.
    fn local(&mut self, target: String, at: Span, image: bool) {
        if !markdown::is_allowed_address(&target) {
            self.report.add(
                codes::BAD_SCHEME,
                at,
                format!("「{target}」はリンクにできません。"),
                "https: か http:、mailto:、tel:、サイト内のアドレス（/articles/…/、files/…）を書いてください。",
            );
        } else if !target.contains(':') {
            self.facts.links.push(BodyLink { target, at, image });
        }
    }

    /// Where the address of a link or image is written.
    fn address(&self, target: &str, range: &Range<usize>) -> Span {
        let written = self.source.get(range.clone()).unwrap_or_default();
        let target = ruby::show_bars(target);
        match written.rfind(&*target).filter(|_| !target.is_empty()) {
            Some(at) => {
                Span::new(range.start + at, range.start + at + target.len()).shifted(self.base)
            }
            None => self.span(range),
        }
    }

    /// Words that are read but not prose: they belong to headings, links and table heads all the same.
    fn words(&mut self, words: &str) {
        if let Some((_, alt, _)) = &mut self.image {
            alt.push_str(words);
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.push_str(words);
        }
        if let Some(head) = &mut self.head {
            head.push_str(words);
        }
        self.links.words(words);
        if self.paragraph.open {
            let count = words.chars().filter(|c| !c.is_whitespace()).count();
            if self.paragraph.strong {
                self.paragraph.bold += count;
            } else {
                self.paragraph.plain += count;
            }
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if ruby::may_have(text) {
            for (at, piece) in ruby::pieces(text) {
                match piece {
                    Piece::Text(part) => {
                        let start = range.start + at;
                        self.run(part, start..start + part.len(), false);
                        if self.prose.japanese {
                            easy::unfinished_ruby(part, self.base + start, self.report);
                        }
                    }
                    Piece::Ruby { base, .. } => {
                        let start = range.start + at + 1;
                        self.run(base, start..start + base.len(), true);
                    }
                }
            }
        } else {
            self.run(text, range, false);
        }
    }

    /// One stretch of text; `read` where it has a reading.
    fn run(&mut self, text: &str, range: Range<usize>, read: bool) {
        let text = ruby::show_bars(text);
        self.words(&text);
        let is_address = self.links.is_address(&text);
        if self.image.is_some() || !self.prose.japanese || is_address {
            return;
        }
        let span = self.span(&range);
        style::prose(style::Run { text: &text, span }, self.report);
        if self.prose.easy {
            if !read {
                easy::kanji(&text, span, self.report);
            }
            self.sentence.text(&text, span, self.report);
        }
    }

    fn finish(mut self) -> BodyFacts {
        self.sentence.end(self.report);
        if self.raw_tags > markdown::MAX_TAGS {
            self.report.add(
                codes::HTML_TOO_MUCH,
                Span::new(self.base, self.base),
                format!("本文に HTML のタグが{}個あります。", self.raw_tags),
                format!(
                    "Markdown で書き直してください（{}個まで）。",
                    markdown::MAX_TAGS
                ),
            );
        }
        self.links.finish(self.report);
        self.facts
    }
}
