//! 脚注, numbered in the order they are first referred to, gathered at the end.

use std::collections::HashMap;
use std::fmt::Write as _;

/// The footnotes of one body.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    numbers: HashMap<String, usize>,
    notes: HashMap<String, String>,
    order: Vec<String>,
}

impl Footnotes {
    /// Writes a reference.
    pub(super) fn refer(&mut self, label: &str, out: &mut String) -> usize {
        let next = self.order.len() + 1;
        let number = *self.numbers.entry(label.to_owned()).or_insert(next);
        let first = number == next;
        if first {
            self.order.push(label.to_owned());
        }
        let id = if first {
            format!(" id=\"fnref-{number}\"")
        } else {
            String::new()
        };
        let _infallible = write!(
            out,
            "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id} aria-label=\"注{number}\">{number}</a></sup>"
        );
        number
    }

    /// Keeps what a footnote says.
    pub(super) fn define(&mut self, label: String, html: String) {
        self.notes.entry(label).or_insert(html);
    }

    /// Writes those that were referred to.
    pub(super) fn finish(&self, out: &mut String) {
        if self.order.is_empty() {
            return;
        }
        out.push_str("<section class=\"footnotes\" aria-label=\"注\">\n<ol>\n");
        for (at, label) in self.order.iter().enumerate() {
            let number = at + 1;
            let html = self.notes.get(label).map_or("", String::as_str);
            let _infallible = writeln!(
                out,
                "<li id=\"fn-{number}\">{html}<a class=\"footnote-back\" href=\"#fnref-{number}\" aria-label=\"本文の注{number}へ戻る\">↩</a></li>"
            );
        }
        out.push_str("</ol>\n</section>\n");
    }
}
