//! Events of the Markdown parser → HTML and plain text, in one pass.

mod links;

use std::fmt::Write as _;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::escape::escape;
use super::footnotes::Footnotes;
use super::ruby::{self, Piece};
use super::sanitise::{self, MAX_TAGS};
use super::{Anchors, Heading, Rendered, Resolver};
use links::{OpenImage, OpenLink};

/// What the plain text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Search and summaries: words alone.
    Page,
    /// A mail: with addresses and readings.
    Mail,
}

/// What is being written.
pub(super) struct Writer<'r> {
    resolver: &'r mut dyn Resolver,
    style: Style,
    html: String,
    text: String,
    headings: Vec<Heading>,
    anchors: Anchors,
    footnotes: Footnotes,
    /// Where the open heading began, in HTML and in text.
    heading: Option<(usize, usize)>,
    links: Vec<OpenLink>,
    image: Option<OpenImage>,
    footnote: Option<(String, usize, usize)>,
    lists: Vec<Option<u64>>,
    table: Table,
    in_code: bool,
    raw_tags: usize,
    /// Whether HTML of the author's own was written.
    has_raw: bool,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    /// Where the head row began, in HTML and in text.
    head: (usize, usize),
}

impl<'r> Writer<'r> {
    pub(super) fn new(resolver: &'r mut dyn Resolver, style: Style) -> Self {
        Self {
            resolver,
            style,
            html: String::new(),
            text: String::new(),
            headings: Vec::new(),
            anchors: Anchors::default(),
            footnotes: Footnotes::default(),
            heading: None,
            links: Vec::new(),
            image: None,
            footnote: None,
            lists: Vec::new(),
            table: Table::default(),
            in_code: false,
            raw_tags: 0,
            has_raw: false,
        }
    }

    pub(super) fn run(mut self, parser: Parser<'_>) -> Rendered {
        for event in parser {
            self.event(event);
        }
        self.footnotes.finish(&mut self.html);
        let html = if self.has_raw {
            sanitise::clean(&self.html)
        } else {
            self.html
        };
        let text = self.text.trim_end().to_owned();
        Rendered {
            html,
            text,
            headings: self.headings,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.prose(&text),
            Event::Code(code) => {
                let code = ruby::show_bars(&code);
                self.open_close("<code>", "</code>", &code);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.raw(&html),
            Event::FootnoteReference(label) if self.image.is_none() => {
                let number = self.footnotes.refer(&label, &mut self.html);
                if self.style == Style::Mail {
                    let _infallible = write!(self.text, "（注{number}）");
                }
            }
            Event::SoftBreak => self.line_break("\n", ""),
            Event::HardBreak => self.line_break("<br>\n", "\n"),
            Event::Rule => {
                self.html.push_str("<hr>\n");
                self.block();
            }
            _ => {}
        }
    }

    fn open_close(&mut self, open: &str, close: &str, text: &str) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        self.html.push_str(open);
        escape(text, &mut self.html);
        self.html.push_str(close);
        self.text.push_str(text);
    }

    fn line_break(&mut self, html: &str, text: &str) {
        match &mut self.image {
            Some(image) => image.alt.push(' '),
            None => {
                self.html.push_str(html);
                self.text.push_str(text);
                // Japanese lines join without a space, words of other scripts with one.
                if text.is_empty() && self.text.ends_with(|c: char| c.is_ascii_graphic()) {
                    self.text.push(' ');
                }
            }
        }
    }

    fn prose(&mut self, text: &str) {
        if self.in_code {
            let text = ruby::show_bars(text);
            escape(&text, &mut self.html);
            self.text.push_str(&text);
            return;
        }
        if let Some(image) = &mut self.image {
            for (_, piece) in ruby::pieces(text) {
                match piece {
                    Piece::Text(text) => image.alt.push_str(&ruby::show_bars(text)),
                    Piece::Ruby { base, .. } => image.alt.push_str(base),
                }
            }
            return;
        }
        if !ruby::may_have(text) {
            escape(text, &mut self.html);
            self.text.push_str(text);
            return;
        }
        for (_, piece) in ruby::pieces(text) {
            match piece {
                Piece::Text(text) => {
                    let text = ruby::show_bars(text);
                    escape(&text, &mut self.html);
                    self.text.push_str(&text);
                }
                Piece::Ruby { base, reading } => {
                    self.html.push_str("<ruby>");
                    escape(base, &mut self.html);
                    self.html.push_str("<rp>（</rp><rt>");
                    escape(reading, &mut self.html);
                    self.html.push_str("</rt><rp>）</rp></ruby>");
                    self.text.push_str(base);
                    if self.style == Style::Mail {
                        let _infallible = write!(self.text, "（{reading}）");
                    }
                }
            }
        }
    }

    /// HTML of the author's own. Past the limit it is shown as text.
    fn raw(&mut self, html: &str) {
        if self.image.is_some() {
            return;
        }
        let html = ruby::show_bars(html);
        self.raw_tags += memchr::memchr_iter(b'<', html.as_bytes()).count();
        if self.raw_tags > MAX_TAGS {
            escape(&html, &mut self.html);
        } else {
            self.has_raw = true;
            self.html.push_str(&html);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if self.image.is_some() {
            return;
        }
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { .. } => {
                self.block();
                self.heading = Some((self.html.len(), self.text.len()));
            }
            Tag::BlockQuote(_) => self.html.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                self.in_code = true;
                let _language = matches!(kind, CodeBlockKind::Fenced(_));
                self.html.push_str("<pre><code>");
            }
            Tag::List(first) => {
                self.block();
                match first {
                    None => self.html.push_str("<ul>\n"),
                    Some(1) => self.html.push_str("<ol>\n"),
                    Some(first) => {
                        let _infallible = writeln!(self.html, "<ol start=\"{first}\">");
                    }
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.html.push_str("<li>");
                self.line();
                let depth = self.lists.len().saturating_sub(1).min(8);
                self.text.extend(std::iter::repeat_n('　', depth));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let _infallible = write!(self.text, "{number}. ");
                        *number = number.saturating_add(1);
                    }
                    _ => self.text.push('・'),
                }
            }
            Tag::FootnoteDefinition(label) => {
                self.footnote = Some((label.to_string(), self.html.len(), self.text.len()));
            }
            Tag::Table(alignments) => {
                self.block();
                self.table = Table {
                    alignments,
                    ..Table::default()
                };
                self.html.push_str("<div class=\"table-scroll\"><table>\n");
            }
            Tag::TableHead => {
                self.table.head = (self.html.len(), self.text.len());
                self.table.in_head = true;
                self.table.column = 0;
                self.html.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.html.push_str("<tr>");
                self.line();
            }
            Tag::TableCell => {
                let align = match self.table.alignments.get(self.table.column) {
                    Some(Alignment::Left) => " class=\"align-left\"",
                    Some(Alignment::Center) => " class=\"align-center\"",
                    Some(Alignment::Right) => " class=\"align-right\"",
                    _ => "",
                };
                let cell = if self.table.in_head {
                    "<th scope=\"col\""
                } else {
                    "<td"
                };
                let _infallible = write!(self.html, "{cell}{align}>");
                if self.table.column > 0 {
                    self.text.push_str(" / ");
                }
                self.table.column += 1;
            }
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Link {
                dest_url, title, ..
            } => self.open_link(&dest_url, &title),
            Tag::Image {
                dest_url, title, ..
            } => self.open_image(&dest_url, &title),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if self.image.is_some() {
            if tag == TagEnd::Image {
                self.close_image();
            }
            return;
        }
        match tag {
            TagEnd::Paragraph => {
                self.html.push_str("</p>\n");
                self.block();
            }
            TagEnd::Heading(level) => self.close_heading(level as u8),
            TagEnd::BlockQuote(_) => self.html.push_str("</blockquote>\n"),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.html.push_str("</code></pre>\n");
                self.block();
            }
            TagEnd::List(ordered) => {
                self.lists.pop();
                self.html
                    .push_str(if ordered { "</ol>\n" } else { "</ul>\n" });
                self.block();
            }
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => {
                if let Some((label, html, text)) = self.footnote.take() {
                    let note = self.html.split_off(html.min(self.html.len()));
                    self.footnotes.define(label, note);
                    if self.style == Style::Page {
                        self.block();
                    } else {
                        self.text.insert_str(text.min(self.text.len()), "注 ");
                    }
                }
            }
            TagEnd::Table => {
                self.html.push_str("</tbody></table></div>\n");
                self.block();
            }
            TagEnd::TableHead => {
                let (html, text) = self.table.head;
                self.table.in_head = false;
                // A head without a word would be read out as nothing.
                if self
                    .text
                    .get(text..)
                    .is_some_and(|head| head.trim_matches([' ', '/']).is_empty())
                {
                    self.html.truncate(html);
                    self.text.truncate(text);
                } else {
                    self.html.push_str("</tr></thead>\n");
                }
                self.html.push_str("<tbody>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                self.html
                    .push_str(if self.table.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Link => self.close_link(),
            _ => {}
        }
    }

    fn close_heading(&mut self, level: u8) {
        let Some((html, text)) = self.heading.take() else {
            return;
        };
        let words = self.text.get(text..).unwrap_or_default().trim().to_owned();
        let id = self.anchors.next(&words);
        // Level 1 is the title of the page.
        let level = level.max(2);
        let inner = self.html.split_off(html.min(self.html.len()));
        let _infallible = write!(self.html, "<h{level} id=\"");
        escape(&id, &mut self.html);
        let _infallible = writeln!(self.html, "\">{inner}</h{level}>");
        self.headings.push(Heading {
            level,
            id,
            text: words,
        });
        self.line();
    }

    /// Starts a new line of plain text.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Starts a new block of plain text: an empty line before it, closer inside lists.
    fn block(&mut self) {
        self.line();
        if self.lists.is_empty() && !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}
