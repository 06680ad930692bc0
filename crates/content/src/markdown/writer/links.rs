//! Links and images.

use std::fmt::Write as _;

use super::super::escape::{escape, escape_address};
use super::super::{ruby, sanitise};
use super::{Style, Writer};

pub(super) struct OpenLink {
    /// Whether an `<a>` was written.
    open: bool,
    /// What to say about the file behind it.
    note: Option<String>,
    /// The address, for mails.
    url: String,
    /// Where its text began.
    text: usize,
}

pub(super) struct OpenImage {
    url: String,
    size: Option<(u32, u32)>,
    title: String,
    pub(super) alt: String,
}

impl Writer<'_> {
    pub(super) fn open_link(&mut self, target: &str, title: &str) {
        let target = ruby::show_bars(target);
        let resolved = self.resolver.link(&target);
        let url = resolved.as_ref().map_or(&*target, |link| &link.url);
        let open = sanitise::is_allowed_address(url);
        if open {
            self.html.push_str("<a href=\"");
            escape_address(url, &mut self.html);
            if !title.is_empty() {
                self.html.push_str("\" title=\"");
                escape(title, &mut self.html);
            }
            self.html.push_str("\">");
        }
        self.links.push(OpenLink {
            open,
            url: url.to_owned(),
            note: resolved
                .and_then(|link| link.file)
                .map(|file| file.to_string()),
            text: self.text.len(),
        });
    }

    pub(super) fn close_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let words = self.text.get(link.text..).unwrap_or_default();
        let says_kind = words.contains("KB") || words.contains("MB");
        if let Some(note) = link.note.filter(|_| !says_kind) {
            self.html.push_str("<span class=\"file-note\">（");
            escape(&note, &mut self.html);
            self.html.push_str("）</span>");
            let _infallible = write!(self.text, "（{note}）");
        }
        if link.open {
            self.html.push_str("</a>");
            if self.style == Style::Mail && !link.url.starts_with('#') {
                let shown = self
                    .text
                    .get(link.text..)
                    .is_some_and(|words| words == link.url);
                if !shown {
                    let _infallible = write!(self.text, " {} ", link.url);
                }
            }
        }
    }

    pub(super) fn open_image(&mut self, target: &str, title: &str) {
        let target = ruby::show_bars(target);
        let resolved = self.resolver.image(&target);
        let size = resolved.as_ref().and_then(|image| image.size);
        let url = resolved.map_or_else(|| target.into_owned(), |image| image.url);
        let title = title.to_owned();
        self.image = Some(OpenImage {
            url,
            size,
            title,
            alt: String::new(),
        });
    }

    pub(super) fn close_image(&mut self) {
        let Some(image) = self.image.take() else {
            return;
        };
        if !sanitise::is_allowed_address(&image.url) {
            escape(&image.alt, &mut self.html);
            self.text.push_str(&image.alt);
            return;
        }
        self.html.push_str("<img src=\"");
        escape_address(&image.url, &mut self.html);
        self.html.push_str("\" alt=\"");
        escape(&image.alt, &mut self.html);
        self.html.push('"');
        if let Some((width, height)) = image.size {
            let _infallible = write!(self.html, " width=\"{width}\" height=\"{height}\"");
        }
        if !image.title.is_empty() {
            self.html.push_str(" title=\"");
            escape(&image.title, &mut self.html);
            self.html.push('"');
        }
        self.html.push_str(" loading=\"lazy\" decoding=\"async\">");
        self.text.push_str(&image.alt);
    }
}
