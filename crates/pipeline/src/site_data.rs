//! Settings, taxonomy and templates, prepared once for each revision of the site data.

use std::sync::{Arc, Mutex, PoisonError};

use kairan_content::SiteData;
use kairan_db::{AnyConnection, site};
use kairan_site::Site;
use kairan_theme::Theme;

use crate::{Error, Result};

/// The site data of one revision, ready to render with.
#[derive(Clone)]
pub struct Current {
    /// Number of the revision.
    pub revision: i64,
    /// SHA-256 of the stored JSON.
    pub hash: String,
    /// Settings, taxonomy, departments, profile.
    pub data: Arc<SiteData>,
    /// What every page shares.
    pub site: Arc<Site>,
}

/// Hash of the site data and fingerprint of the theme: these decide everything that is kept.
type Key = (String, String);
type Prepared = (Key, Arc<SiteData>, Arc<Site>);

/// Few, since one process serves one site; tests may have several.
const KEPT: usize = 8;
static PREPARED: Mutex<Vec<Prepared>> = Mutex::new(Vec::new());

/// The current site data. Parsed and compiled once for each content; after that one small query.
///
/// # Errors
/// [`Error::Refused`] before the first import.
pub fn current(c: &mut AnyConnection, theme: &Arc<Theme>) -> Result<Current> {
    let none = || {
        Error::Refused(
            "サイトの設定がまだありません。先に kairan import でサイトのフォルダーを取り込んでください"
                .to_owned(),
        )
    };
    let (revision, hash) = site::current_hash(c)?.ok_or_else(none)?;
    let key = (hash.clone(), theme.fingerprint().to_owned());
    let found = prepared().iter().find(|(k, ..)| *k == key).cloned();
    let (_, data, site) = match found {
        Some(found) => found,
        None => {
            let row = site::revision(c, revision)?.ok_or_else(none)?;
            let data: Arc<SiteData> = Arc::new(serde_json::from_str(&row.data).map_err(
                |source| Error::Stored {
                    what: "サイトの設定",
                    source,
                },
            )?);
            let site = Arc::new(Site::new(Arc::clone(theme), &data)?);
            let mut kept = prepared();
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((key.clone(), Arc::clone(&data), Arc::clone(&site)));
            (key, data, site)
        }
    };
    Ok(Current {
        revision,
        hash,
        data,
        site,
    })
}

fn prepared() -> std::sync::MutexGuard<'static, Vec<Prepared>> {
    PREPARED.lock().unwrap_or_else(PoisonError::into_inner)
}
