//! Events of the parser → the tree.

use std::borrow::Cow;
use std::collections::HashSet;

use granit_parser::{Event, Parser, ScalarStyle};

use super::{Entry, Node, Value, fault};
use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// What one file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How deep it may nest.
    pub depth: usize,
    /// How many values it may have.
    pub nodes: usize,
}

impl Limits {
    /// For the front matter of a document.
    pub const DOCUMENT: Self = Self {
        depth: 64,
        nodes: 20_000,
    };
    /// For the files of a site: taxonomy, profile.
    pub const SITE: Self = Self {
        depth: 64,
        nodes: 200_000,
    };
}

/// Reads YAML that begins at byte `base` of its file; `None`, and a problem noted, where it cannot be read.
/// A text without any value gives an empty mapping.
#[must_use]
pub fn read<'a>(
    text: &'a str,
    base: usize,
    limits: Limits,
    report: &mut Report,
) -> Option<Node<'a>> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        disallow_directives: true,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
    };
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        nodes: 0,
        refused: None,
        report,
    };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                // What follows an alias on its line is part of the same mistake.
                let at = error.marker().byte_offset().unwrap_or(0);
                let same = builder.refused.and_then(|from| text.get(from - base..at));
                if same.is_none_or(|between| between.contains('\n')) {
                    fault::explain(text, base, &error, builder.report);
                }
                return None;
            }
        };
        let range = span.byte_range().unwrap_or_default();
        let span = Span::new(range.start + base, range.end + base);
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents > 1 {
                builder.report.add(
                    codes::YAML_SYNTAX,
                    span,
                    "YAML の区切り（「---」や「...」）が途中にあります。",
                    "1つのファイルには1つのまとまりだけを書いてください。",
                );
                return None;
            }
        }
        builder.take(event, span);
        if builder.nodes > limits.nodes {
            builder.report.add(
                codes::TOO_MANY_NODES,
                span,
                format!("項目が{}個を超えています。", limits.nodes),
                "ファイルを分けるか、いらない項目を消してください。",
            );
            return None;
        }
    }
    let empty = || Node {
        value: Value::Map(Vec::new()),
        span: Span::new(base, base),
    };
    Some(builder.root.unwrap_or_else(empty))
}

struct Builder<'a, 'r> {
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    nodes: usize,
    /// Where the last alias or anchor was refused.
    refused: Option<usize>,
    report: &'r mut Report,
}

enum Open<'a> {
    List {
        start: usize,
        items: Vec<Node<'a>>,
    },
    Map {
        start: usize,
        entries: Vec<Entry<'a>>,
        key: Option<(Cow<'a, str>, Span)>,
    },
}

impl<'a> Builder<'a, '_> {
    fn take(&mut self, event: Event<'a>, span: Span) {
        if let Some(tag) = event.tag().filter(|tag| tag.is_custom()) {
            self.report.add(
                codes::YAML_SYNTAX,
                span,
                format!("「{tag}」は YAML のタグとして読まれます。"),
                "「!」で始まる値は \"…\" で囲んでください。",
            );
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                self.put(Node {
                    value: Value::Scalar { text, plain },
                    span,
                });
            }
            Event::SequenceStart(..) => {
                self.open.push(Open::List {
                    start: span.start,
                    items: Vec::new(),
                });
            }
            Event::MappingStart(..) => {
                self.open.push(Open::Map {
                    start: span.start,
                    entries: Vec::new(),
                    key: None,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse(span, "*");
                self.put(Node {
                    value: Value::Scalar {
                        text: Cow::Borrowed(""),
                        plain: true,
                    },
                    span,
                });
            }
            Event::Anchor(..) => self.refuse(span, "&"),
            _ => {}
        }
    }

    fn refuse(&mut self, span: Span, sign: &str) {
        self.refused = Some(span.start);
        self.report.add(
            codes::YAML_ALIAS,
            span,
            format!("「{sign}」で始まる値は YAML の別名（アンカー）として読まれます。"),
            format!("文字として書くときは \"{sign}…\" のように引用符で囲んでください。別名は使えません。"),
        );
    }

    fn close(&mut self, end: Span) {
        let node = match self.open.pop() {
            Some(Open::List { start, items }) => {
                let last = items.last().map_or(start, |item| item.span.end);
                Node {
                    span: Span::new(start, end.end.max(last)),
                    value: Value::List(items),
                }
            }
            Some(Open::Map { start, entries, .. }) => {
                let first = entries
                    .first()
                    .map_or(start, |entry| entry.key_span.start.min(start));
                let last = entries
                    .last()
                    .map_or(start, |entry| entry.node.span.end.max(entry.key_span.end));
                let entries = self.without_repeats(entries);
                // A block's end event stands at the next token; the last value says where it really ends.
                let end = if end.end > end.start {
                    end.end.max(last)
                } else {
                    last
                };
                Node {
                    span: Span::new(first, end),
                    value: Value::Map(entries),
                }
            }
            None => return,
        };
        self.put(node);
    }

    fn put(&mut self, node: Node<'a>) {
        self.nodes += 1;
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                Some((name, key_span)) => entries.push(Entry {
                    key: name,
                    key_span,
                    node,
                }),
                None => {
                    let span = node.span;
                    let name = if let Value::Scalar { text, .. } = node.value {
                        text
                    } else {
                        self.report.add(
                            codes::WRONG_TYPE,
                            span,
                            "項目の名前に、一覧やまとまりは使えません。",
                            "「名前: 値」の形で書いてください。「{」や「[」で始まる値は \"…\" で囲みます。",
                        );
                        Cow::Borrowed("")
                    };
                    *key = Some((name, span));
                }
            },
        }
    }

    fn without_repeats(&mut self, entries: Vec<Entry<'a>>) -> Vec<Entry<'a>> {
        let mut seen: HashSet<&str> = HashSet::with_capacity(entries.len());
        let first: Vec<bool> = entries
            .iter()
            .map(|entry| seen.insert(&entry.key))
            .collect();
        if first.iter().all(|first| *first) {
            return entries;
        }
        let (kept, repeated): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .zip(first)
            .partition(|(_, first)| *first);
        for (entry, _) in repeated {
            self.report.add(
                codes::DUPLICATE_KEY,
                entry.key_span,
                format!("「{}」が2回書かれています。", entry.key),
                "どちらか1つを消してください。",
            );
        }
        kept.into_iter().map(|(entry, _)| entry).collect()
    }
}
