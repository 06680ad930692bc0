use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use crate::schema::{documents, draft_links, live_links};
use crate::{AnyConnection, Result};

/// A document that uses a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// ULID
    pub document_id: String,
    /// `article`, …
    pub kind: String,
    /// 件名
    pub title: String,
    /// 担当
    pub owner: Option<String>,
    /// Readers see it there.
    pub live: bool,
    /// Its newest text uses it.
    pub draft: bool,
}

/// The documents that use a file, live or in their newest text, by title. Cost grows with their number.
///
/// # Errors
/// Those of the database.
pub fn usage(c: &mut AnyConnection, path: &str) -> Result<Vec<Use>> {
    let live: Vec<String> = live_links::table
        .filter(live_links::target.eq(path))
        .select(live_links::document_id)
        .load(c)?;
    let drafts: Vec<String> = draft_links::table
        .filter(draft_links::target.eq(path))
        .select(draft_links::document_id)
        .load(c)?;
    let mut uses: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for id in live {
        uses.entry(id).or_default().0 = true;
    }
    for id in drafts {
        uses.entry(id).or_default().1 = true;
    }
    let ids: Vec<&String> = uses.keys().collect();
    let rows: Vec<(String, String, String, Option<String>)> = crate::batch::gather(&ids, |ids| {
        Ok(documents::table
            .filter(documents::id.eq_any(ids.to_vec()))
            .select((
                documents::id,
                documents::kind,
                documents::title,
                documents::owner,
            ))
            .load(c)?)
    })?;
    let mut found: Vec<Use> = rows
        .into_iter()
        .map(|(document_id, kind, title, owner)| {
            let (live, draft) = uses.get(&document_id).copied().unwrap_or_default();
            Use {
                document_id,
                kind,
                title,
                owner,
                live,
                draft,
            }
        })
        .collect();
    found.sort_by(|a, b| (&a.title, &a.document_id).cmp(&(&b.title, &b.document_id)));
    Ok(found)
}

/// How many documents use each of these files.
pub(super) fn counts(c: &mut AnyConnection, paths: &[&str]) -> Result<HashMap<String, usize>> {
    let live: Vec<(String, String)> = live_links::table
        .filter(live_links::target.eq_any(paths.to_vec()))
        .select((live_links::target, live_links::document_id))
        .load(c)?;
    let drafts: Vec<(String, String)> = draft_links::table
        .filter(draft_links::target.eq_any(paths.to_vec()))
        .select((draft_links::target, draft_links::document_id))
        .load(c)?;
    let uses: HashSet<(String, String)> = live.into_iter().chain(drafts).collect();
    let mut counts = HashMap::new();
    for (path, _) in uses {
        *counts.entry(path).or_insert(0) += 1;
    }
    Ok(counts)
}
