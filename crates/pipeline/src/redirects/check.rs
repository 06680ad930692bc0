//! Whether an old address may lead where somebody wants it to.

use std::collections::{HashMap, HashSet};

use kairan_content::SiteData;
use kairan_db::forwards::{self, Forward};
use kairan_db::{AnyConnection, documents, live, objects};
use kairan_site::ObjectKey;
use url::Url;

use super::address::{local, old};
use super::{Line, MOST, Problem, To, Way, Wish};
use crate::drafts::resolve;
use crate::{Result, object_name};

pub(super) fn lines(
    c: &mut AnyConnection,
    site: &SiteData,
    wishes: Vec<Wish>,
) -> Result<Vec<Line>> {
    let paths: Vec<_> = wishes
        .iter()
        .map(|wish| old(&wish.from, &site.settings))
        .collect();
    let good: Vec<&str> = paths.iter().flatten().map(String::as_str).collect();
    let names: Vec<String> = good.iter().map(|path| name(path)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let known = forwards::at(c, &good)?;
    let mut check = Check {
        site,
        published: objects::by_names(c, &names)?.into_keys().collect(),
        known: known
            .into_iter()
            .map(|one| (one.path.clone(), one))
            .collect(),
        asked: good.iter().map(|path| (*path).to_owned()).collect(),
        seen: HashSet::new(),
    };
    let mut lines = Vec::with_capacity(wishes.len());
    for (at, (wish, path)) in wishes.into_iter().zip(paths).enumerate() {
        let to = wish.to.trim();
        let mut also = None;
        let outcome = match path {
            _ if at >= MOST => Err(Problem::TooMany),
            Ok(path) => check.one(c, path, to)?,
            Err(problem) => {
                also = check.target(c, "", to)?.err();
                Err(problem)
            }
        };
        lines.push(Line {
            wish,
            outcome,
            also,
        });
    }
    Ok(lines)
}

fn name(path: &str) -> String {
    ObjectKey::Forward(path.to_owned()).object_name()
}

struct Check<'a> {
    site: &'a SiteData,
    /// Objects of the site under the names of old addresses.
    published: HashSet<String>,
    /// Old addresses that lead somewhere, among those asked for.
    known: HashMap<String, Forward>,
    /// Every old address of this list.
    asked: HashSet<String>,
    seen: HashSet<String>,
}

impl Check<'_> {
    fn one(
        &mut self,
        c: &mut AnyConnection,
        path: String,
        to: &str,
    ) -> Result<std::result::Result<Way, Problem>> {
        if !self.seen.insert(path.clone()) {
            return Ok(Err(Problem::Twice));
        }
        let to = match self.target(c, &path, to)? {
            Ok(to) => to,
            Err(problem) => return Ok(Err(problem)),
        };
        let known = self.known.get(&path);
        if let Some(known) = known {
            let same = match &to {
                To::Document { id, .. } => known.document_id.as_ref() == Some(id),
                To::Url(url) => known.url.as_ref() == Some(url),
            };
            if !same {
                return Ok(Err(Problem::Known));
            }
        } else if self.published.contains(&name(&path)) {
            return Ok(Err(Problem::Taken));
        }
        let known = known.is_some();
        Ok(Ok(Way { path, to, known }))
    }

    /// Where `to` leads: a published document, a page of the site, or another site.
    fn target(
        &self,
        c: &mut AnyConnection,
        path: &str,
        to: &str,
    ) -> Result<std::result::Result<To, Problem>> {
        if to.is_empty() {
            return Ok(Err(Problem::NoTo));
        }
        let Some(here) = local(to, &self.site.settings) else {
            if to.contains(':') {
                return Ok(elsewhere(to));
            }
            return document(c, to);
        };
        if let Ok(old) = old(to, &self.site.settings) {
            if old == path {
                return Ok(Err(Problem::Circle));
            }
            if self.asked.contains(&old) || forwards::get(c, &old)?.is_some() {
                return Ok(Err(Problem::Chain));
            }
        }
        // A part of a page is a place too; only the page must be there.
        let page = here.split(['?', '#']).next().unwrap_or_default();
        let page = name(page);
        if let Some(ObjectKey::Document(address)) = object_name::parse(&page) {
            return document(c, &format!("{}/{}", address.kind.as_str(), address.slug));
        }
        let there = !objects::by_names(c, &[&page])?.is_empty();
        Ok(there.then_some(To::Url(here)).ok_or(Problem::NoTarget))
    }
}

fn document(c: &mut AnyConnection, word: &str) -> Result<std::result::Result<To, Problem>> {
    let Some(id) = resolve(c, word, None)? else {
        return Ok(Err(Problem::NoTarget));
    };
    if live::get(c, &id)?.is_none() {
        return Ok(Err(Problem::NoTarget));
    }
    let title = documents::get(c, &id)?.title;
    Ok(Ok(To::Document { id, title }))
}

fn elsewhere(to: &str) -> std::result::Result<To, Problem> {
    let url = Url::parse(to).map_err(|_| Problem::Unsafe)?;
    let plain = url.username().is_empty() && url.password().is_none();
    if url.scheme() != "https" || !url.has_host() || !plain {
        return Err(Problem::Unsafe);
    }
    Ok(To::Url(url.to_string()))
}
