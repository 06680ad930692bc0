//! The documents that the menu names, held against those of the folder.

use super::PATH;
use crate::check::FileRead;
use crate::check::index::{Found, Index};
use crate::diagnostic::{Diagnostic, Report, codes};
use crate::read::fields::items;
use crate::read::shapes;
use crate::yaml::{self, Limits};

/// What the menu names and the folder does not have. The file is read again, for its places; only where it names documents.
pub(in crate::check) fn unknown(text: &[u8], files: &[FileRead], lang: &str) -> Vec<Diagnostic> {
    let source = std::str::from_utf8(text).unwrap_or_default();
    let (inner, base) = source
        .strip_prefix('\u{feff}')
        .map_or((source, 0), |rest| (rest, 3));
    let mut report = Report::default();
    let Some(root) = yaml::read(inner, base, Limits::SITE, &mut Report::default()) else {
        return Vec::new();
    };
    let index = Index::of(files);
    let nodes = ["header", "footer"]
        .into_iter()
        .filter_map(|key| root.get(key))
        .flat_map(items);
    for node in nodes {
        let links = node.get("links").map_or(&[][..], items);
        for entry in std::iter::once(node)
            .chain(links)
            .filter_map(|node| node.get("document"))
        {
            let Some(reference) = entry.node.text() else {
                continue;
            };
            let near = || index.near(reference, || index.slugs(None));
            match index.find(reference, None, lang, files) {
                Found::One(_) | Found::Ghost => {}
                Found::Several => report.add(
                    codes::AMBIGUOUS_REFERENCE,
                    entry.place(),
                    format!("「{reference}」という slug の文書が、複数の種別にあります。"),
                    format!("「pages/{reference}」のように、種別を付けて書いてください。"),
                ),
                Found::None => report.add(
                    codes::UNKNOWN_MENU_DOCUMENT,
                    entry.place(),
                    format!("文書「{}」がありません。", shapes::shown(reference)),
                    format!(
                        "{}「pages/about」のような種別と slug か、id を書いてください。",
                        near()
                    ),
                ),
            }
        }
    }
    report.finish(PATH, text, |_| None)
}
