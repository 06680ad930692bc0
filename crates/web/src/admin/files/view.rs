//! A file as screens and scripts read it.

use std::collections::HashMap;

use kairan_content::SiteData;
use kairan_db::staff;
use kairan_db::uploads::{FOLDER, Listed, Use};
use kairan_media::{Kind, size_text};
use serde::Serialize;

use crate::admin::names;
use crate::admin::words::Language;
use crate::app::App;
use crate::error::Result;

/// One file. Sizes in pixels and bytes stand beside the texts made from them.
#[derive(Debug, Serialize)]
pub(super) struct FileView {
    /// `files/…`, as Markdown and front matter write it.
    pub(super) path: String,
    /// The path below `files/`.
    pub(super) name: String,
    /// Its screen.
    pub(super) href: String,
    /// Its bytes.
    pub(super) raw: String,
    pub(super) content_type: String,
    pub(super) kind: String,
    pub(super) image: bool,
    pub(super) width: Option<i64>,
    pub(super) height: Option<i64>,
    pub(super) pages: Option<i64>,
    pub(super) size: i64,
    pub(super) size_text: String,
    pub(super) used: usize,
    pub(super) updated: String,
    pub(super) by: Option<String>,
    pub(super) original_name: Option<String>,
    /// What to write into a body to show it or link to it. An image needs its description put between the brackets.
    pub(super) markdown: String,
}

/// Names of staff by their key.
pub(super) type People = HashMap<String, String>;

pub(super) async fn people(app: &App) -> Result<People> {
    let all = app.ctx.read(staff::list).await?;
    let named = |account: staff::Account| (format!("staff:{}", account.id), account.name);
    Ok(all.into_iter().map(named).collect())
}

impl FileView {
    pub(super) fn of(words: &Language, people: &People, file: Listed) -> Self {
        let name = below(&file.path).to_owned();
        let href = format!("/admin/files/{}", segment(&name));
        let image = file.content_type.starts_with("image/");
        let label = Kind::ALL
            .iter()
            .find(|kind| kind.content_type() == file.content_type)
            .map(|kind| words.get(kind.label()).to_owned());
        let kind = label.unwrap_or_else(|| {
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            extension.to_uppercase()
        });
        Self {
            raw: format!("{href}/raw"),
            markdown: markdown(&file.path, image, ""),
            kind,
            image,
            width: file.dimensions.map(|(width, _)| width),
            height: file.dimensions.map(|(_, height)| height),
            pages: file.pages,
            size: file.size,
            size_text: size_text(u64::try_from(file.size).unwrap_or_default()),
            used: file.used,
            updated: names::instant(file.updated_at),
            by: file
                .uploaded_by
                .map(|key| people.get(&key).cloned().unwrap_or(key)),
            original_name: file.original_name,
            content_type: file.content_type,
            path: file.path,
            name,
            href,
        }
    }
}

/// A document that uses a file.
#[derive(Debug, Serialize)]
pub(super) struct UseView {
    href: String,
    title: String,
    owner: Option<String>,
    live: bool,
}

impl UseView {
    pub(super) fn of(words: &Language, site: &SiteData, used: Use) -> Self {
        Self {
            href: format!("/admin/documents/{}/edit", used.document_id),
            title: used.title,
            owner: used.owner.map(|key| names::department(words, site, &key)),
            live: used.live,
        }
    }
}

/// The part of a path below `files/`.
fn below(path: &str) -> &str {
    path.strip_prefix(FOLDER).unwrap_or(path)
}

/// What to write into a body; `text` is the description of an image, or the words of a link.
pub(super) fn markdown(path: &str, image: bool, text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    // Names of ours need no brackets; those of a site folder may.
    let target = if path.contains([' ', '(', ')', '<', '>']) {
        format!("<{}>", path.replace('<', "%3C").replace('>', "%3E"))
    } else {
        path.to_owned()
    };
    if image {
        return format!("![{escaped}]({target})");
    }
    if escaped.is_empty() {
        let stem = below(path)
            .rsplit_once('.')
            .map_or(below(path), |(stem, _)| stem);
        escaped = stem.to_owned();
    }
    format!("[{escaped}]({target})")
}

/// A text as one segment of an address.
pub(super) fn segment(text: &str) -> String {
    let bytes = url::form_urlencoded::byte_serialize(text.as_bytes());
    bytes.collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_means_the_file_whatever_it_is_called() {
        assert_eq!(
            markdown("files/地図.png", true, "[案内]図"),
            "![\\[案内\\]図](files/地図.png)"
        );
        assert_eq!(
            markdown("files/様式 1.pdf", false, ""),
            "[様式 1](<files/様式 1.pdf>)"
        );
        assert_eq!(
            segment("a b/様式+1.pdf"),
            "a%20b%2F%E6%A7%98%E5%BC%8F%2B1.pdf"
        );
    }
}
