//! What documents say of each other and of files: references, collisions, links.

use std::collections::HashSet;

use super::FileRead;
use super::index::{Found, Index};
use super::site_files::SiteParts;
use super::targets::Targets;
use crate::context::Context;
use crate::diagnostic::{Code, codes};
use crate::front;
use crate::model::{Document, Kind};
use crate::place::Span;
use crate::source::SourceEntry;
use crate::yaml::{self, Limits};

/// A problem of one file, at a JSON pointer into its front matter or at a place in its body.
struct Problem {
    file: usize,
    code: Code,
    at: At,
    message: String,
    fix: String,
}

enum At {
    Pointer(String),
    Place(Span),
}

/// Notes every problem between files in the reports of the files that have it.
pub(super) fn check(
    files: &mut [FileRead],
    attachments: &[SourceEntry],
    parts: &SiteParts,
    cx: &Context<'_>,
) {
    let mut problems = Vec::new();
    {
        let files: &[FileRead] = files;
        let index = Index::of(files);
        let on_disk: HashSet<&str> = attachments
            .iter()
            .map(|entry| entry.path.as_str())
            .collect();
        collisions(files, &index, &mut problems);
        let targets = Targets::new(files, &index, &on_disk, parts.lang(), cx);
        for (at, file) in files.iter().enumerate() {
            if let Some(document) = &file.document {
                let mut refs = References {
                    files,
                    index: &index,
                    at,
                    document,
                    problems: &mut problems,
                };
                refs.check(&on_disk);
            }
            for link in &file.body.links {
                if let Some((code, message, fix)) = targets.broken(link, file) {
                    problems.push(Problem {
                        file: at,
                        code,
                        at: At::Place(link.at),
                        message,
                        fix,
                    });
                }
            }
        }
    }
    place(files, problems);
}

/// Puts problems into reports. Front matter is read again here, for the few files that have one.
fn place(files: &mut [FileRead], mut problems: Vec<Problem>) {
    problems.sort_by_key(|problem| problem.file);
    let mut rest = problems.into_iter().peekable();
    while let Some(first) = rest.peek().map(|problem| problem.file) {
        let Some(file) = files.get_mut(first) else {
            return;
        };
        let source = std::str::from_utf8(&file.head).unwrap_or_default();
        let split = front::find(source);
        let front = split
            .and_then(|split| source.get(split.front.start..split.front.end))
            .unwrap_or_default();
        let start = split.map_or(0, |split| split.front.start);
        let root = yaml::read(
            front,
            start,
            Limits::DOCUMENT,
            &mut crate::diagnostic::Report::default(),
        );
        while let Some(problem) = rest.next_if(|problem| problem.file == first) {
            let span = match problem.at {
                At::Place(span) => span,
                At::Pointer(pointer) => root
                    .as_ref()
                    .map_or(Span::new(start, start), |root| root.place_at(&pointer)),
            };
            file.report
                .add(problem.code, span, problem.message, problem.fix);
        }
    }
}

fn others(files: &[FileRead], all: &[usize], but: usize) -> String {
    let names: Vec<&str> = all
        .iter()
        .filter(|at| **at != but)
        .filter_map(|at| files.get(*at))
        .map(|file| file.path.as_str())
        .take(3)
        .collect();
    let more = if all.len() > 4 { "など" } else { "" };
    format!("{}{more}", names.join("、"))
}

fn collisions(files: &[FileRead], index: &Index<'_>, problems: &mut Vec<Problem>) {
    for ((kind, _, slug), all) in index.by_slug.iter().filter(|(_, all)| all.len() > 1) {
        for at in all {
            problems.push(Problem {
                file: *at,
                code: codes::SLUG_COLLIDES,
                at: At::Pointer("/slug".to_owned()),
                message: format!(
                    "{}の slug「{slug}」が {} と重なっています。",
                    kind.label(),
                    others(files, all, *at)
                ),
                fix:
                    "どちらかの slug を変えてください。公開したことがあるほうは変えないでください。"
                        .to_owned(),
            });
        }
    }
    for (id, all) in index.by_id.iter().filter(|(_, all)| all.len() > 1) {
        for at in all {
            problems.push(Problem {
                file: *at,
                code: codes::ID_COLLIDES,
                at: At::Pointer("/id".to_owned()),
                message: format!(
                    "id「{id}」が {} と重なっています。",
                    others(files, all, *at)
                ),
                fix: "写して作ったほうのファイルから、id の行を消してください。".to_owned(),
            });
        }
    }
    for ((kind, lang, alias), all) in &index.by_alias {
        let owners = index
            .by_slug
            .get(&(*kind, *lang, *alias))
            .map_or(&[][..], Vec::as_slice);
        for (nth, at) in all.iter().enumerate() {
            let other = owners
                .first()
                .or_else(|| all.iter().find(|other| *other != at));
            let repeated = all.iter().take(nth).any(|before| before == at);
            let Some(other) = other.filter(|_| !repeated) else {
                continue;
            };
            let position = files
                .get(*at)
                .and_then(|file| file.document.as_ref())
                .and_then(|document| document.aliases.iter().position(|known| known == alias));
            problems.push(Problem {
                file: *at,
                code: codes::ALIAS_COLLIDES,
                at: At::Pointer(format!("/aliases/{}", position.unwrap_or(0))),
                message: if other == at {
                    format!("aliases の「{alias}」は自分の slug です。")
                } else {
                    format!(
                        "aliases の「{alias}」が {} と重なっています。",
                        others(files, &[*other], *at)
                    )
                },
                fix: "aliases からこの値を消してください。".to_owned(),
            });
        }
    }
    for ((original, lang), all) in &index.variants {
        let source = index.by_id.get(original).and_then(|all| all.first());
        let same = source
            .and_then(|at| files.get(*at))
            .and_then(|file| file.document.as_ref());
        let clash = all.len() > 1 || same.is_some_and(|document| document.lang == *lang);
        for at in all.iter().filter(|at| clash && source != Some(*at)) {
            problems.push(Problem {
                file: *at,
                code: codes::VARIANT_COLLIDES,
                at: At::Pointer("/lang".to_owned()),
                message: format!("同じ文書の「{lang}」版がほかにもあります。"),
                fix: "lang を直すか、1つにまとめてください。".to_owned(),
            });
        }
    }
}

/// The references of one document.
struct References<'a, 'p> {
    files: &'a [FileRead],
    index: &'a Index<'a>,
    at: usize,
    document: &'a Document,
    problems: &'p mut Vec<Problem>,
}

impl References<'_, '_> {
    fn check(&mut self, on_disk: &HashSet<&str>) {
        let document = self.document;
        for (nth, reference) in document.faqs.iter().enumerate() {
            self.refer(
                reference,
                Some(Kind::Faq),
                codes::UNKNOWN_FAQ,
                format!("/faqs/{nth}"),
            );
        }
        for (nth, reference) in document.related.iter().enumerate() {
            self.refer(
                reference,
                None,
                codes::UNKNOWN_RELATED,
                format!("/related/{nth}"),
            );
        }
        if let Some(original) = &document.translates {
            self.original(original);
        }
        for (nth, attachment) in document.attachments.iter().enumerate() {
            if !on_disk.contains(attachment.file.as_str()) {
                let near = self
                    .index
                    .near(&attachment.file, || on_disk.iter().copied());
                self.add(
                    codes::UNKNOWN_FILE,
                    format!("/attachments/{nth}/file"),
                    format!("添付ファイル「{}」がありません。", attachment.file),
                    format!("{near}files/ にファイルを置くか、名前を直してください。"),
                );
            }
        }
    }

    fn add(&mut self, code: Code, pointer: String, message: String, fix: String) {
        self.problems.push(Problem {
            file: self.at,
            code,
            at: At::Pointer(pointer),
            message,
            fix,
        });
    }

    fn refer(&mut self, reference: &str, kind: Option<Kind>, code: Code, pointer: String) {
        match self
            .index
            .find(reference, kind, &self.document.lang, self.files)
        {
            Found::One(at) if at == self.at => self.itself(pointer),
            Found::One(_) | Found::Ghost => {}
            Found::Several => self.add(
                codes::AMBIGUOUS_REFERENCE,
                pointer,
                format!("「{reference}」という slug の文書が、複数の種別にあります。"),
                format!("「events/{reference}」のように、種別を付けて書いてください。"),
            ),
            Found::None => {
                let what = kind.map_or("関連の文書", Kind::label);
                let near = self.index.near(reference, || self.index.slugs(kind));
                self.add(
                    code,
                    pointer,
                    format!("{what}「{reference}」がありません。"),
                    format!("{near}slug か id を直すか、この行を消してください。"),
                );
            }
        }
    }

    fn original(&mut self, original: &str) {
        match self.index.by_id.get(original).map(Vec::as_slice) {
            Some([at, ..]) if *at == self.at => self.itself("/translates".to_owned()),
            Some(_) => {}
            None if self.index.has_ghosts() => {}
            None => self.add(
                codes::UNKNOWN_TRANSLATED,
                "/translates".to_owned(),
                format!("翻訳元の id「{original}」の文書がありません。"),
                "元の文書の id を確かめてください。".to_owned(),
            ),
        }
    }

    fn itself(&mut self, pointer: String) {
        self.add(
            codes::REFERS_TO_ITSELF,
            pointer,
            "自分自身を参照しています。".to_owned(),
            "この値を消してください。".to_owned(),
        );
    }
}
