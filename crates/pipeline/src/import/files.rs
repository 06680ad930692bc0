//! The files of a site folder beside its documents.

use std::collections::HashSet;

use kairan_content::Source;
use kairan_db::audit::{self, Trail};
use kairan_db::{sha256_hex, site};
use kairan_site::FileInfo;

use crate::settings::Part;
use crate::{Context, Error, Result, transaction};

/// Refuses a folder that says something else than what was written on the screens since it was taken in: a change of a
/// telephone number is not undone by whoever imports an old folder.
pub(super) fn refuse_older(ctx: &Context, source: &dyn Source) -> Result<()> {
    let refused = |error: kairan_content::SourceError| Error::Refused(error.to_string());
    let mut older = Vec::new();
    for part in Part::ALL {
        let subject = format!("site:{}", part.key());
        let (stored, last) = transaction::read(&ctx.db, |c| {
            let trail = Trail {
                subject: Some(&subject),
                action: Some("site.change"),
                ..Trail::default()
            };
            Ok((site::files(c, &[part.path()])?, audit::list(c, &trail, 1)?))
        })?;
        let (Some(stored), Some(last)) = (stored.first(), last.first()) else {
            continue;
        };
        let by_staff = last.actor.starts_with("staff:") && last.detail.contains(&stored.sha256);
        let there = source.entry(part.path()).map_err(refused)?.is_some();
        let same = there && {
            let bytes = source.read(part.path()).map_err(refused)?;
            sha256_hex(&bytes) == stored.sha256
        };
        if by_staff && !same {
            older.push(part.path());
        }
    }
    if older.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "{} は職員が画面で変えています。何も取り込んでいません。kairan export で今の内容をフォルダーに書き出してから取り込むか、フォルダーの内容で置きかえるときは --replace を付けてください",
        older.join("、")
    )))
}

/// Site files beside the folders, that are kept byte for byte for the export.
const SITE_FILES: [&str; 2] = ["kairan.toml", "profile.yaml"];
const FOLDERS: [&str; 3] = ["taxonomy", "files", "theme"];

/// Keeps every file of the folder beside its documents; files that are gone are forgotten.
pub(super) fn import(ctx: &Context, source: &dyn Source) -> Result<()> {
    let refused = |error: kairan_content::SourceError| Error::Refused(error.to_string());
    let mut entries = Vec::new();
    for path in SITE_FILES {
        entries.extend(source.entry(path).map_err(refused)?);
    }
    for folder in FOLDERS {
        entries.extend(source.list(folder).map_err(refused)?);
    }
    entries.retain(|entry| entry.kind == kairan_content::EntryKind::File);
    let now = ctx.clock.now();
    let mut known: HashSet<String> = HashSet::new();
    for entry in entries {
        let bytes = source.read(&entry.path).map_err(refused)?;
        let sha256 = sha256_hex(&bytes);
        let dimensions = FileInfo::of(&entry.path, &bytes).dimensions;
        let file = site::SiteFile {
            path: entry.path.clone(),
            sha256,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            width: dimensions.map(|(width, _)| width.into()),
            height: dimensions.map(|(_, height)| height.into()),
            content_type: kairan_theme::content_type(&entry.path).to_owned(),
            updated_at: now,
        };
        let same = |old: &site::SiteFile| old.sha256 == file.sha256;
        let before = ctx.db.read(|c| site::files(c, &[&file.path]))?;
        if !before.first().is_some_and(same) {
            ctx.db.write(|c| site::put_file(c, &file, &bytes))?;
        }
        known.insert(entry.path);
    }
    let mut after = String::new();
    loop {
        let page = ctx.db.read(|c| site::files_after(c, &after, 500))?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after.clone_from(&last.path);
        // An attachment that a live page still shows stays until its page no longer does.
        let gone = page
            .iter()
            .filter(|file| !known.contains(&file.path) && !file.path.starts_with("files/"));
        for file in gone {
            ctx.db.write(|c| site::remove_file(c, &file.path))?;
        }
    }
}
