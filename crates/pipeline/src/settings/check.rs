//! Whether a change may be made, and what it does.

use kairan_content::{Diagnostic, Kind, MemorySource, Menu, SiteData, check_site};
use kairan_db::time::jst_from_utc;
use kairan_db::{AnyConnection, documents, editions, site};

use super::Part;
use super::effect::{self, Effect};
use crate::context::Context;
use crate::drafts::resolve;
use crate::{Error, Result, site_data, transaction};

/// What a change would do.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// What is wrong with the file, and what it makes wrong in the others, by file and line.
    pub problems: Vec<Diagnostic>,
    /// What changes for documents and people; empty where the file cannot be read.
    pub effect: Effect,
}

impl Check {
    /// Whether it breaks something and so is not made.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.problems.iter().any(Diagnostic::is_error) || self.effect.broken > 0
    }
}

/// A check and what it was made with.
pub(super) struct Checked {
    pub(super) check: Check,
    /// The site data after the change; `None` where a file cannot be read.
    pub(super) after: Option<SiteData>,
    /// The files it was made over, see [`hashes`].
    pub(super) over: Vec<(String, String)>,
}

const DOCUMENTS: &str = "content/";
const SETTINGS: &str = "kairan.toml";

/// The stored files that make the site data, with their hashes, by path.
pub(super) fn hashes(c: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    let mut paths = vec![SETTINGS];
    paths.extend(Part::ALL.map(Part::path));
    let mut found: Vec<_> = site::files(c, &paths)?
        .into_iter()
        .map(|file| (file.path, file.sha256))
        .collect();
    found.sort();
    Ok(found)
}

/// The documents that a menu names, as files: the check of a menu looks for them.
fn named(c: &mut AnyConnection, menu: &Menu) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for reference in menu.documents() {
        let Some(id) = resolve(c, reference, None)? else {
            continue;
        };
        let document = documents::get(c, &id)?;
        let newest = match editions::open(c, &id)? {
            Some(open) => Some(open),
            None => editions::published(c, &id)?,
        };
        if let (Some(newest), Some(kind)) = (newest, Kind::parse(&document.kind)) {
            let path = format!("{DOCUMENTS}{}/{id}.md", kind.plural());
            files.push((path, editions::source(c, newest.id)?));
        }
    }
    Ok(files)
}

pub(super) fn run(ctx: &Context, part: Part, text: &str) -> Result<Checked> {
    let today = jst_from_utc(ctx.clock.now()).date();
    let (over, source, current) = transaction::read(&ctx.db, |c| {
        let mut source = MemorySource::new();
        for (path, _) in hashes(c)? {
            let bytes = site::file_bytes(c, &path)?.unwrap_or_default();
            source.insert(path, bytes);
        }
        let current = site_data::current(c, &ctx.theme)?;
        let menu = match part {
            Part::Menu => check_site(&source.clone().with(part.path(), text), today)
                .site
                .map(|site| site.menu),
            _ => Some(current.data.menu.clone()),
        };
        for (path, text) in named(c, &menu.unwrap_or_default())? {
            source.insert(path, text);
        }
        Ok((hashes(c)?, source, current))
    })?;
    if over.iter().all(|(path, _)| path != SETTINGS) {
        return Err(Error::Refused(
            "サイトの設定の原文がありません。先に kairan import でサイトのフォルダーを取り込んでください。"
                .to_owned(),
        ));
    }
    let known = check_site(&source, today).diagnostics;
    let source = source.with(part.path(), text.as_bytes());
    let checked = check_site(&source, today);
    let mut problems = checked.diagnostics;
    // What was wrong elsewhere before is another matter.
    problems.retain(|one| one.file == part.path() || !known.contains(one));
    // Documents are checked with the others.
    problems.retain(|one| !one.file.starts_with(DOCUMENTS));
    let mut check = Check {
        problems,
        effect: Effect::default(),
    };
    if let Some(after) = &checked.site
        && !check.problems.iter().any(Diagnostic::is_error)
        && *after != *current.data
    {
        check.effect = effect::of(ctx, part, &current.data, after, today)?;
    }
    Ok(Checked {
        check,
        after: checked.site,
        over,
    })
}
