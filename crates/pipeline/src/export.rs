//! 書き出し: the database back into a site folder, byte for byte.

use std::io;

use kairan_content::Kind;
use kairan_db::{documents, editions, site};

use crate::{Context, Error, Result};

/// Rows read at a time.
const PAGE: i64 = 200;

/// Hands every file of the site folder to `write`, path first: documents with their newest text, where they
/// stood when they were imported or at `content/{kind}s/{slug}.md`; settings, taxonomy, theme and attachments
/// as they came. Returns how many. Memory holds a page of documents.
///
/// # Errors
/// Those of the database, and [`Error::Refused`] with what `write` said.
pub fn export(
    ctx: &Context,
    write: &mut dyn FnMut(&str, &[u8]) -> io::Result<()>,
) -> Result<usize> {
    let mut count = 0;
    let mut write = |path: &str, bytes: &[u8]| -> Result<()> {
        count += 1;
        write(path, bytes)
            .map_err(|error| Error::Refused(format!("{path} を書き込めません: {error}")))
    };
    let mut after = String::new();
    loop {
        let page = ctx.db.read(|c| site::files_after(c, &after, PAGE))?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.path);
        for file in &page {
            let bytes = ctx.db.read(|c| site::file_bytes(c, &file.path))?;
            write(&file.path, &bytes.unwrap_or_default())?;
        }
    }
    let mut after = String::new();
    loop {
        let page = ctx.db.read(|c| documents::after(c, &after, PAGE))?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for document in &page {
            let source = ctx.db.read(|c| {
                // The text staff would go on with: an open edition, the published one, or the last there was.
                let edition = match editions::open(c, &document.id)? {
                    Some(open) => Some(open),
                    None => editions::published(c, &document.id)?,
                };
                let edition = match edition {
                    Some(edition) => Some(edition),
                    None => editions::history(c, &document.id, None, 1)?.pop(),
                };
                edition.map(|one| editions::source(c, one.id)).transpose()
            })?;
            if let Some(source) = source {
                write(&path(document), source.as_bytes())?;
            }
        }
    }
    Ok(count)
}

fn path(document: &documents::Document) -> String {
    match &document.path {
        Some(path) => path.clone(),
        None => {
            let folder = Kind::parse(&document.kind).map_or("pages", Kind::plural);
            format!("content/{folder}/{}.md", document.slug)
        }
    }
}
