//! Who is who among the documents of a site.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::FileRead;
use crate::front;
use crate::model::{Document, Kind};
use crate::read::{is_slug, kind_of_path};
use crate::suggest::did_you_mean;

/// How many broken references get a suggestion.
const MOST_SUGGESTIONS: usize = 200;

/// Documents by id, slug and old slug. Values are positions in the list of files.
#[derive(Default)]
pub(super) struct Index<'a> {
    pub(super) by_id: HashMap<&'a str, Vec<usize>>,
    pub(super) by_slug: HashMap<(Kind, &'a str, &'a str), Vec<usize>>,
    pub(super) by_alias: HashMap<(Kind, &'a str, &'a str), Vec<usize>>,
    pub(super) variants: HashMap<(&'a str, &'a str), Vec<usize>>,
    kinds_of_slug: HashMap<&'a str, Vec<(Kind, usize)>>,
    /// Kind and slug of files whose front matter cannot be read: they exist, so what refers to them is right.
    ghosts: HashSet<(Kind, String)>,
    asked: Cell<usize>,
}

/// What a reference leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    One(usize),
    /// A document that cannot be read now.
    Ghost,
    Several,
    None,
}

impl<'a> Index<'a> {
    pub(super) fn of(files: &'a [FileRead]) -> Self {
        let mut index = Self::default();
        for (at, file) in files.iter().enumerate() {
            match &file.document {
                Some(document) => index.add(document, at),
                None => index.ghosts.extend(ghost(file)),
            }
        }
        index
    }

    fn add(&mut self, document: &'a Document, at: usize) {
        let lang = document.lang.as_str();
        if let Some(id) = &document.id {
            self.by_id.entry(id).or_default().push(at);
        }
        self.by_slug
            .entry((document.kind, lang, &document.slug))
            .or_default()
            .push(at);
        self.kinds_of_slug
            .entry(&document.slug)
            .or_default()
            .push((document.kind, at));
        for alias in &document.aliases {
            self.by_alias
                .entry((document.kind, lang, alias))
                .or_default()
                .push(at);
        }
        if let Some(original) = &document.translates {
            self.variants.entry((original, lang)).or_default().push(at);
        }
    }

    /// The document a slug, an id or `kind/slug` names; `kind` where only one kind can be meant. Of variants with
    /// one slug, the one of the same language, else the first.
    pub(super) fn find(
        &self,
        reference: &str,
        kind: Option<Kind>,
        lang: &str,
        files: &[FileRead],
    ) -> Found {
        if let Some([at, ..]) = self.by_id.get(reference).map(Vec::as_slice) {
            return Found::One(*at);
        }
        let (kind, slug) = match reference.split_once('/') {
            Some((word, slug)) => {
                match Kind::parse(word).filter(|k| kind.is_none_or(|kind| kind == *k)) {
                    Some(kind) => (Some(kind), slug),
                    None => return Found::None,
                }
            }
            None => (kind, reference),
        };
        let named = self.kinds_of_slug.get(slug).map_or(&[][..], Vec::as_slice);
        let fitting: Vec<(Kind, usize)> = named
            .iter()
            .copied()
            .filter(|(of, _)| kind.is_none_or(|kind| kind == *of))
            .collect();
        let Some((first_kind, first)) = fitting.first().copied() else {
            let ghost = match kind {
                Some(kind) => self.ghosts.contains(&(kind, slug.to_owned())),
                None => Kind::ALL
                    .into_iter()
                    .any(|kind| self.ghosts.contains(&(kind, slug.to_owned()))),
            };
            // The id of a file that cannot be read is not known.
            let maybe_id = !self.ghosts.is_empty() && crate::read::is_id(reference);
            return if ghost || maybe_id {
                Found::Ghost
            } else {
                Found::None
            };
        };
        if fitting.iter().any(|(of, _)| *of != first_kind) {
            return Found::Several;
        }
        let same_lang = fitting.iter().find(|(_, at)| {
            files
                .get(*at)
                .and_then(|file| file.document.as_ref())
                .is_some_and(|d| d.lang == lang)
        });
        Found::One(same_lang.map_or(first, |(_, at)| *at))
    }

    /// Whether an address names a file that cannot be read now.
    pub(super) fn is_ghost(&self, kind: Kind, slug: &str) -> bool {
        self.ghosts.contains(&(kind, slug.to_owned()))
    }

    pub(super) fn has_ghosts(&self) -> bool {
        !self.ghosts.is_empty()
    }

    /// Slugs of one kind or of all.
    pub(super) fn slugs(&self, kind: Option<Kind>) -> impl Iterator<Item = &'a str> {
        self.kinds_of_slug
            .iter()
            .filter(move |(_, of)| of.iter().any(|(of, _)| kind.is_none_or(|kind| kind == *of)))
            .map(|(slug, _)| *slug)
    }

    /// 「もしかして」 among many. Only so often: each asks every document there is.
    pub(super) fn near<'c, I>(&self, word: &str, among: impl FnOnce() -> I) -> String
    where
        I: Iterator<Item = &'c str>,
    {
        let asked = self.asked.get();
        if asked >= MOST_SUGGESTIONS {
            return String::new();
        }
        self.asked.set(asked + 1);
        did_you_mean(word, among())
    }
}

/// Kind and slug of a file that cannot be read: what its lines say, else its folder and name.
fn ghost(file: &FileRead) -> Vec<(Kind, String)> {
    let Some(kind) = kind_of_path(&file.path) else {
        return Vec::new();
    };
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let mut slugs = vec![name.strip_suffix(".md").unwrap_or(name).to_owned()];
    let text = String::from_utf8_lossy(&file.head);
    let end = front::find(&text).map_or(text.len().min(4096), |split| split.front.end);
    for line in text.lines().take_while({
        let mut read = 0;
        move |line| {
            read += line.len() + 1;
            read <= end + 1
        }
    }) {
        if let Some(slug) = line.strip_prefix("slug:") {
            let slug = slug.trim().trim_matches(['"', '\'']);
            if is_slug(slug) {
                slugs.push(slug.to_owned());
            }
        }
    }
    slugs.into_iter().map(|slug| (kind, slug)).collect()
}
