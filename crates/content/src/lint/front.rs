//! Front matter beyond its form: style of its texts, ages, notices.

use super::{ages, notices, style};
use crate::audience::audience_in;
use crate::context::Context;
use crate::diagnostic::{Report, codes};
use crate::model::Document;
use crate::place::Span;
use crate::yaml::{Node, Value};

/// Looks at a document whose front matter could be read.
pub(crate) fn front(
    document: &Document,
    root: &Node<'_>,
    source: &str,
    cx: &Context<'_>,
    report: &mut Report,
) {
    if document.lang.starts_with("ja") {
        for key in ["title", "summary"] {
            if let Some(entry) = root.get(key) {
                prose(&entry.node, source, report);
            }
        }
        if let Some(text) = root
            .get("target")
            .and_then(|target| target.node.get("text"))
        {
            prose(&text.node, source, report);
        }
        edges(root, report);
    }
    let audience = cx
        .terms
        .tags
        .as_ref()
        .and_then(|tags| audience_in(document, tags));
    let when = document
        .target
        .as_ref()
        .and_then(|target| target.when.as_ref());
    let target = root.get("target");
    if let (Some(target), Some(rule)) = (&document.target, &audience)
        && let Some(text) = root
            .get("target")
            .and_then(|target| target.node.get("text"))
    {
        ages::compare(&target.text, rule, text.place(), report);
    }
    // A rule of the author's own was checked where it was read.
    if let (None, Some(rule), Some((profile, areas))) = (when, &audience, &cx.audience)
        && document.tags.len() > 1
    {
        let at = root
            .get("tags")
            .or(target)
            .map_or(root.span, |entry| entry.place());
        for problem in rule.check(profile, areas) {
            if problem.code == kairan_audience::ProblemCode::NobodyMatches {
                report.add(
                    codes::AUDIENCE_EMPTY_TAGS,
                    at,
                    "付けたタグのすべてに当てはまる人がいません。",
                    "タグを見直すか、target.when に条件を書いてください。",
                );
                break;
            }
        }
    }
    if let Some(notice) = &document.notice {
        let known = cx.terms.tags.is_some();
        notices::check(
            document,
            notice,
            audience.as_ref().filter(|_| known),
            known,
            root,
            cx.today,
            report,
        );
    }
}

/// Style of one text. Where it is written as it is read, problems stand at their very character.
fn prose(node: &Node<'_>, source: &str, report: &mut Report) {
    let Some(text) = node.text() else { return };
    let written = source
        .get(node.span.start..node.span.end)
        .unwrap_or_default();
    let span = match written.find(text) {
        Some(at) => Span::new(node.span.start + at, node.span.start + at + text.len()),
        None => node.span,
    };
    style::prose(style::Run { text, span }, report);
}

fn edges(root: &Node<'_>, report: &mut Report) {
    let Value::Map(entries) = &root.value else {
        return;
    };
    for entry in entries {
        if let Some(text) = entry.node.text()
            && (text.starts_with(['\u{3000}', ' ']) || text.ends_with(['\u{3000}', ' ']))
        {
            report.add(
                codes::EDGE_SPACE,
                entry.place(),
                format!("「{}」の前か後に空白があります。", entry.key),
                "空白を消してください。",
            );
        }
    }
}
