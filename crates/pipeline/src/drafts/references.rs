//! What a text says of other documents and of files, held against the database.

use kairan_content::diagnostic::codes;
use kairan_content::{Code, Diagnostic, Document, Kind, SiteData, is_id};
use kairan_db::{AnyConnection, addresses, documents, site};

use super::read::Read;
use crate::Result;
use crate::catalogue::FILE;

pub(super) fn problems(
    c: &mut AnyConnection,
    _site: &SiteData,
    document_id: &str,
    document: &Document,
    read: &Read<'_>,
) -> Result<Vec<Diagnostic>> {
    let mut found = Vec::new();
    let kind = document.kind.as_str();
    if let Some(holder) = addresses::holder(c, kind, &document.slug)?
        && holder != document_id
    {
        let other = documents::find(c, &holder)?.map_or(holder, |other| other.title);
        found.push(read.problem(
            codes::SLUG_COLLIDES,
            "slug",
            format!(
                "このアドレス「{}」は「{other}」が使っています。",
                document.slug
            ),
            "別の英数字のアドレスにしてください。",
        ));
    }
    for (at, name) in document.faqs.iter().enumerate() {
        if resolve(c, name, Some(Kind::Faq))?.is_none() {
            found.push(read.problem(
                codes::UNKNOWN_FAQ,
                &format!("faqs[{at}]"),
                format!("よくある質問「{name}」が見つかりません。"),
                "一覧から選び直すか、外してください。",
            ));
        }
    }
    for (at, name) in document.related.iter().enumerate() {
        if resolve(c, name, None)?.is_none() {
            found.push(read.problem(
                codes::UNKNOWN_RELATED,
                &format!("related[{at}]"),
                format!("関連する文書「{name}」が見つかりません。"),
                "一覧から選び直すか、外してください。",
            ));
        }
    }
    if let Some(original) = &document.translates
        && documents::find(c, original)?.is_none()
    {
        found.push(read.problem(
            codes::UNKNOWN_TRANSLATED,
            "translates",
            "翻訳元の文書が見つかりません。".to_owned(),
            "翻訳元を選び直してください。",
        ));
    }
    files(c, document, read, &mut found)?;
    Ok(found)
}

fn files(
    c: &mut AnyConnection,
    document: &Document,
    read: &Read<'_>,
    found: &mut Vec<Diagnostic>,
) -> Result<()> {
    let links = super::read::links(document, read.site_lang());
    let wanted: Vec<&str> = links
        .iter()
        .filter(|link| link.role == FILE)
        .map(|link| link.target.as_str())
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let known = site::files(c, &wanted)?;
    for path in wanted {
        if known.iter().any(|file| file.path == path) {
            continue;
        }
        let attached = document
            .attachments
            .iter()
            .position(|attachment| attachment.file == path);
        let (code, field) = match attached {
            Some(at) => (codes::UNKNOWN_FILE, format!("attachments[{at}].file")),
            None => (codes::BODY_FILE_MISSING, "body".to_owned()),
        };
        let mut problem = read.problem(
            code,
            &field,
            format!("ファイル「{path}」がありません。"),
            "ファイルを追加するか、名前を直してください。",
        );
        if attached.is_none()
            && let Some(at) = read.source.find(path)
        {
            (problem.line, problem.column) = place(read.source, at);
        }
        found.push(problem);
    }
    Ok(())
}

/// The document that an id, a slug, or `kind/slug` means; `of` where only one kind may be meant.
pub(crate) fn resolve(
    c: &mut AnyConnection,
    name: &str,
    of: Option<Kind>,
) -> Result<Option<String>> {
    if is_id(name) {
        return Ok(documents::find(c, name)?.map(|document| document.id));
    }
    let (kind, slug) = match name.split_once('/') {
        Some((kind, slug)) => (Kind::parse(kind), slug),
        None => (of, name),
    };
    for one in Kind::ALL {
        if kind.is_none_or(|kind| kind == one)
            && let Some(holder) = addresses::holder(c, one.as_str(), slug)?
        {
            return Ok(Some(holder));
        }
    }
    Ok(None)
}

impl Read<'_> {
    fn problem(&self, code: Code, field: &str, message: String, fix: &str) -> Diagnostic {
        let at = self.spans.get(field).map_or(0, |span| span.start);
        let (line, column) = place(self.source, at);
        Diagnostic {
            line,
            column,
            field: Some(field.to_owned()),
            ..Diagnostic::of_file(code, &self.path, message, fix.to_owned())
        }
    }
}

/// Line and column of a byte, both from 1.
fn place(source: &str, at: usize) -> (u32, u32) {
    let before = source.get(..at).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (number(line), number(column))
}
