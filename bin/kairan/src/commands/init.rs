//! `kairan init`: a small site folder to begin with.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use rust_embed::RustEmbed;

use crate::output::{self, Outcome};

#[derive(RustEmbed)]
#[folder = "starter"]
struct Starter;

pub(super) fn run(dir: &Path) -> Result<Outcome> {
    let cannot = || format!("{} にフォルダーを作れません", dir.display());
    fs::create_dir_all(dir).with_context(cannot)?;
    if fs::read_dir(dir).with_context(cannot)?.next().is_some() {
        bail!(
            "{} は空ではありません。新しいフォルダーの名前を指定してください",
            dir.display()
        );
    }
    write_all::<Starter>(dir)?;
    let shown = dir.display();
    output::line(format_args!(
        "{shown} にサイトのフォルダーを作りました。\n\n次は:\n  kairan check {shown}\n  kairan build --site {shown} --out public"
    ));
    Ok(Outcome::Fine)
}

/// Writes embedded files below a folder.
pub(super) fn write_all<E: RustEmbed>(dir: &Path) -> Result<()> {
    for name in E::iter() {
        let Some(file) = E::get(&name) else { continue };
        let path = dir.join(name.as_ref());
        let cannot = || format!("{} を書けません", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(cannot)?;
        }
        fs::write(&path, &file.data).with_context(cannot)?;
    }
    Ok(())
}
