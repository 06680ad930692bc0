//! Settings, taxonomy and templates, prepared once for each revision of the site data.

use std::sync::{Arc, Mutex, PoisonError};

use kairan_content::{Kind, SiteData};
use kairan_db::{AnyConnection, addresses, live, sha256_hex, site};
use kairan_site::{Address, MenuPaths, Site};
use kairan_theme::Theme;

use crate::{Error, Result};

/// The site data of one revision, ready to render with.
#[derive(Clone)]
pub struct Current {
    /// Number of the revision.
    pub revision: i64,
    /// SHA-256 of the stored JSON; where the menu names documents, of their addresses too.
    pub hash: String,
    /// Settings, taxonomy, departments, profile.
    pub data: Arc<SiteData>,
    /// What every page shares.
    pub site: Arc<Site>,
}

/// Hash of the site data, fingerprint of the theme and addresses of the menu's documents: these decide everything that is kept.
type Key = (String, String, MenuPaths);
type Prepared = (Key, Arc<SiteData>, Arc<Site>);

/// Few, since one process serves one site; tests may have several.
const KEPT: usize = 8;
static PREPARED: Mutex<Vec<Prepared>> = Mutex::new(Vec::new());

/// The current site data. Parsed and compiled once for each content; after that one small query, and one more for each document
/// that the menu names.
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
    let known = prepared().iter().find(|(k, ..)| k.0 == hash).cloned();
    let data = match known {
        Some((_, data, _)) => data,
        None => {
            let row = site::revision(c, revision)?.ok_or_else(none)?;
            Arc::new(
                serde_json::from_str(&row.data).map_err(|source| Error::Stored {
                    what: "サイトの設定",
                    source,
                })?,
            )
        }
    };
    let documents = menu_documents(c, &data)?;
    let key = (hash, theme.fingerprint().to_owned(), documents);
    let found = prepared().iter().find(|(k, ..)| *k == key).cloned();
    let site = match found {
        Some((.., site)) => site,
        None => {
            let site = Arc::new(Site::with_menu(Arc::clone(theme), &data, &key.2)?);
            let mut kept = prepared();
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((key.clone(), Arc::clone(&data), Arc::clone(&site)));
            site
        }
    };
    let (hash, _, documents) = key;
    let hash = match documents.is_empty() {
        true => hash,
        false => sha256_hex(format!("{hash} {documents:?}").as_bytes()),
    };
    Ok(Current {
        revision,
        hash,
        data,
        site,
    })
}

/// The addresses of the live documents that the menu names; an old slug leads to where its document is now.
fn menu_documents(c: &mut AnyConnection, data: &SiteData) -> Result<MenuPaths> {
    let lang = &data.settings.lang;
    let mut paths = MenuPaths::new();
    for reference in data.menu.documents() {
        let Some(row) = live_named(c, reference)? else {
            continue;
        };
        if let Some(kind) = Kind::parse(&row.kind) {
            let lang = (row.lang != *lang).then_some(row.lang);
            let slug = row.slug;
            let address = Address { lang, kind, slug };
            paths.insert(reference.to_owned(), address.path());
        }
    }
    Ok(paths)
}

/// The live document that an id, a slug or `kind/slug` means, in the order in which the site resolves them.
fn live_named(c: &mut AnyConnection, reference: &str) -> Result<Option<live::Live>> {
    let (word, slug) = match reference.split_once('/') {
        Some((word, slug)) => (Some(word), slug),
        None => (None, reference),
    };
    if word.is_none()
        && let Some(row) = live::get(c, reference)?
    {
        return Ok(Some(row));
    }
    for kind in Kind::ALL {
        if word.is_some_and(|word| word != kind.as_str() && word != kind.plural()) {
            continue;
        }
        if let Some(row) = live::by_slug(c, kind.as_str(), slug)? {
            return Ok(Some(row));
        }
        if let Some(old) = addresses::redirect(c, kind.as_str(), slug)?
            && let Some(row) = live::get(c, &old.document_id)?
        {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn prepared() -> std::sync::MutexGuard<'static, Vec<Prepared>> {
    PREPARED.lock().unwrap_or_else(PoisonError::into_inner)
}
