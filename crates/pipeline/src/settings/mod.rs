//! 分類と部署: the files of the site that administrators change on the screens. What a change does is shown before it
//! is made; a change that breaks something is not made at all.

mod check;
mod effect;
mod merge;
mod rename;
mod touch;
mod usage;

use kairan_content::Menu;
use kairan_db::audit::By;
use kairan_db::releases::ReleaseKind;
use kairan_db::{AnyConnection, citizens, sha256_hex, site};
use serde_json::json;

use crate::context::{Context, blocking};
use crate::publish::{Options, create};
use crate::{Error, Result, transaction};

pub use check::Check;
pub use effect::{Audience, Broken, Effect};
pub use merge::{MOST, Merged, Naming, Terms, merge, naming};
pub use rename::{beside, copy};
pub use usage::{Usage, Uses, usage};

/// A file that administrators change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// 目的
    Categories,
    /// タグ
    Tags,
    /// 地区
    Areas,
    /// 部署
    Departments,
    /// ライフイベント
    LifeEvents,
    /// 同じ意味の言葉
    Synonyms,
    /// 市民に聞くこと
    Profile,
    /// メニュー
    Menu,
}

impl Part {
    /// All of them, in the order shown.
    pub const ALL: [Self; 8] = [
        Self::Categories,
        Self::Tags,
        Self::Areas,
        Self::Departments,
        Self::LifeEvents,
        Self::Synonyms,
        Self::Profile,
        Self::Menu,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Categories => "categories",
            Self::Tags => "tags",
            Self::Areas => "areas",
            Self::Departments => "departments",
            Self::LifeEvents => "life-events",
            Self::Synonyms => "synonyms",
            Self::Profile => "profile",
            Self::Menu => "menu",
        }
    }

    /// Where it stands in the site folder.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Categories => "taxonomy/categories.yaml",
            Self::Tags => "taxonomy/tags.yaml",
            Self::Areas => "taxonomy/areas.yaml",
            Self::Departments => "taxonomy/departments.yaml",
            Self::LifeEvents => "taxonomy/life-events.yaml",
            Self::Synonyms => "taxonomy/synonyms.yaml",
            Self::Profile => "profile.yaml",
            Self::Menu => "taxonomy/menu.yaml",
        }
    }

    /// What to begin with where the site has no such file.
    #[must_use]
    pub const fn beginning(self) -> &'static str {
        match self {
            Self::Menu => Menu::STANDARD,
            _ => "",
        }
    }

    /// The part with this word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// A file as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its text, byte for byte; empty where the site has no such file.
    pub text: String,
    /// SHA-256 of the bytes: what a change must name.
    pub hash: String,
}

/// What became of a change.
#[derive(Debug)]
pub enum Outcome {
    /// It is stored, and the whole site is made anew by this release.
    Saved(i64),
    /// It says what was there before; nothing was written.
    Unchanged,
    /// Somebody changed the file since; nothing was written.
    Stale(Version),
    /// Something would break; nothing was written.
    Refused(Box<Check>),
}

/// The file as it is now.
///
/// # Errors
/// Those of the database; [`Error::Refused`] where the stored bytes are no text.
pub fn read(c: &mut AnyConnection, part: Part) -> Result<Version> {
    let bytes = site::file_bytes(c, part.path())?.unwrap_or_default();
    let hash = sha256_hex(&bytes);
    let text = String::from_utf8(bytes).map_err(|_| {
        Error::Refused(format!(
            "{} は UTF-8 の文字として読めません。サイトのフォルダーで直し、取り込み直してください。",
            part.path()
        ))
    })?;
    Ok(Version { text, hash })
}

/// Says what a change would do; nothing is written. Of all documents the bytes are looked through for keys that change; those that
/// name one are read with the old and the new words.
///
/// # Errors
/// Those of the database.
pub async fn check(ctx: &Context, part: Part, text: String) -> Result<Check> {
    let ctx = ctx.clone();
    blocking(move || Ok(check::run(&ctx, part, &text)?.check)).await
}

/// How often a change is checked anew because another file changed meanwhile.
const TRIES: usize = 5;

/// Makes a change that was written over the version with the hash `over`: the file, a revision of the site data, the
/// record of who did it, and the release that makes every page anew, all in one transaction. Drafts are not published.
///
/// # Errors
/// Those of the database; nothing is written then.
pub async fn save(
    ctx: &Context,
    part: Part,
    over: String,
    text: String,
    by: By,
) -> Result<Outcome> {
    let ctx = ctx.clone();
    blocking(move || {
        for _ in 0..TRIES {
            let now_there = transaction::read(&ctx.db, |c| read(c, part))?;
            if now_there.hash != over {
                return Ok(Outcome::Stale(now_there));
            }
            if now_there.text == text {
                return Ok(Outcome::Unchanged);
            }
            let checked = check::run(&ctx, part, &text)?;
            if checked.check.refuses() {
                return Ok(Outcome::Refused(Box::new(checked.check)));
            }
            if let Some(release) = write(&ctx, part, &text, &checked, &by)? {
                return Ok(Outcome::Saved(release));
            }
        }
        Err(Error::Refused(
            "ほかの設定が続けて変わっているため、保存できませんでした。少し待ってからやり直してください。"
                .to_owned(),
        ))
    })
    .await
}

/// The transaction; `None` where a file changed since the check.
fn write(
    ctx: &Context,
    part: Part,
    text: &str,
    checked: &check::Checked,
    by: &By,
) -> Result<Option<i64>> {
    let Some(data) = &checked.after else {
        return Ok(None);
    };
    let stored = serde_json::to_string(data).map_err(|source| Error::Stored {
        what: "サイトの設定",
        source,
    })?;
    let now = ctx.clock.now();
    transaction::write(&ctx.db, |c| {
        if check::hashes(c)? != checked.over {
            return Ok(None);
        }
        let file = site::SiteFile {
            path: part.path().to_owned(),
            sha256: sha256_hex(text.as_bytes()),
            size: i64::try_from(text.len()).unwrap_or(i64::MAX),
            width: None,
            height: None,
            content_type: kairan_theme::content_type(part.path()).to_owned(),
            updated_at: now,
        };
        site::put_file(c, &file, text.as_bytes())?;
        citizens::mark_sensitive(c, &data.profile)?;
        let (revision, _) = site::store(c, &stored, &by.key, now)?;
        let release = create(c, ReleaseKind::Full, &Options::default(), &by.key, &[], now)?;
        let detail = json!({
            "file": part.path(),
            "sha256": file.sha256,
            "revision": revision,
            "release": release,
            "pages": checked.check.effect.pages,
            "audiences": checked.check.effect.audiences,
        });
        by.record(
            c,
            "site.change",
            &format!("site:{}", part.key()),
            &detail,
            now,
        )?;
        Ok(Some(release))
    })
}
