//! Reading ahead: many documents, and what their pages ask about them, in a few questions.

use std::collections::HashMap;

use kairan_content::Context as Reading;
use kairan_db::{addresses, editions, live};
use kairan_site::Result;

use super::read::REFERENCE;
use super::{DbCatalogue, Kept};

impl DbCatalogue<'_> {
    /// Reads the live documents of these rows, who refers to them and their variants, and forgets what was read before.
    /// Five questions whatever their number; memory grows with it.
    pub(crate) fn read_ahead(&self, rows: &[live::Live]) -> Result<()> {
        self.kept.replace(Kept::default());
        let editions: Vec<i64> = rows.iter().map(|row| row.edition_id).collect();
        let ids: Vec<&str> = rows.iter().map(|row| row.document_id.as_str()).collect();
        let (sources, old) = self.ask(|c| {
            let sources = editions::sources(c, &editions)?;
            Ok((sources, addresses::redirects_to_each(c, &ids)?))
        })?;
        let mut sources: HashMap<i64, String> = sources.into_iter().collect();
        let mut redirects: HashMap<String, Vec<addresses::Redirect>> = HashMap::new();
        for old in old {
            let of_document = redirects.entry(old.document_id.clone()).or_default();
            of_document.push(old);
        }
        let cx = Reading::new(&self.current.data, None);
        let (mut names, mut groups) = (Vec::new(), Vec::new());
        for row in rows {
            // One that a newer release has replaced meanwhile is read when it is asked for.
            let Some(source) = sources.remove(&row.edition_id) else {
                continue;
            };
            let old = redirects.remove(&row.document_id).unwrap_or_default();
            let live = self.read(row, &source, old, &cx)?;
            names.extend(live.names());
            groups.push(live.variant_group().to_owned());
        }
        self.read_around(names, groups)
    }

    /// Who refers to these names, and the variants of these originals.
    fn read_around(&self, names: Vec<String>, mut groups: Vec<String>) -> Result<()> {
        groups.sort_unstable();
        groups.dedup();
        let (links, variants) = self.ask(|c| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
            let links = live::referring_to(c, &names)?;
            Ok((links, live::translations_of_each(c, &groups)?))
        })?;
        let mut referrers: HashMap<String, Vec<String>> =
            names.into_iter().map(|name| (name, Vec::new())).collect();
        for (id, link) in links {
            if link.role == REFERENCE {
                referrers.entry(link.target).or_default().push(id);
            }
        }
        let mut translations: HashMap<String, Vec<_>> =
            groups.into_iter().map(|id| (id, Vec::new())).collect();
        for row in &variants {
            if let Some(group) = &row.translates {
                let of_group = translations.entry(group.clone()).or_default();
                of_group.push(self.card(row)?);
            }
        }
        let mut kept = self.kept.borrow_mut();
        kept.referrers = referrers;
        kept.translations = translations;
        Ok(())
    }
}
