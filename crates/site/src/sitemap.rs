//! The sitemap: an index, parts of a thousand fixed ordinals, and one part for lists.

use std::fmt::Write as _;

use kairan_theme::escape;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, ObjectKey};
use crate::plan::every_list;
use crate::view::Site;

/// Documents of a part. Adding or changing one rewrites one part.
const PART: u32 = 1000;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The part of an ordinal; the first is 1.
pub(crate) const fn part(ordinal: u32) -> u32 {
    ordinal.div_ceil(PART)
}

/// The number of parts of a list whose last ordinal is `last`.
pub(crate) const fn parts(last: u32) -> u32 {
    last.div_ceil(PART)
}

/// Whether an ordinal is the first of its part.
pub(crate) const fn opens_part(ordinal: u32) -> bool {
    ordinal % PART == 1
}

impl Site {
    pub(crate) fn sitemap_index(&self, catalogue: &dyn Catalogue) -> Result<String> {
        let mut xml = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
        let parts =
            (1..=parts(catalogue.last_ordinal(&ListKey::Sitemap)?)).map(ObjectKey::SitemapPart);
        for key in std::iter::once(ObjectKey::SitemapLists).chain(parts) {
            let url = escape(&self.absolute(&key.path()));
            let _infallible = writeln!(xml, "<sitemap><loc>{url}</loc></sitemap>");
        }
        xml.push_str("</sitemapindex>\n");
        Ok(xml)
    }

    pub(crate) fn sitemap_part(
        &self,
        number: u32,
        catalogue: &dyn Catalogue,
    ) -> Result<Option<String>> {
        let last = catalogue.last_ordinal(&ListKey::Sitemap)?;
        if number == 0 || number > parts(last) {
            return Ok(None);
        }
        let cards = catalogue.range(&ListKey::Sitemap, (number - 1) * PART + 1, number * PART)?;
        let urls = cards.iter().map(|(_, card)| {
            let changed = card
                .updated
                .as_ref()
                .map(|updated| updated.at)
                .max(card.published);
            (card.path.clone(), changed.map(|at| at.date.to_string()))
        });
        Ok(Some(self.url_set(urls)))
    }

    pub(crate) fn sitemap_lists(&self, catalogue: &dyn Catalogue) -> Result<String> {
        let fixed = ["/", "/calendar/", "/closing-soon/", "/search/"].map(str::to_owned);
        let lists = every_list(catalogue)?;
        let urls = fixed
            .into_iter()
            .chain(lists.iter().filter_map(ListKey::path));
        Ok(self.url_set(urls.map(|path| (path, None))))
    }

    fn url_set(&self, urls: impl Iterator<Item = (String, Option<String>)>) -> String {
        let mut xml = format!("{HEAD}<urlset xmlns=\"{NAMESPACE}\">\n");
        for (path, changed) in urls {
            let _infallible = write!(xml, "<url><loc>{}</loc>", escape(&self.absolute(&path)));
            if let Some(changed) = changed {
                let _infallible = write!(xml, "<lastmod>{changed}</lastmod>");
            }
            xml.push_str("</url>\n");
        }
        xml.push_str("</urlset>\n");
        xml
    }

    pub(crate) fn robots(&self) -> String {
        format!(
            "User-agent: *\nAllow: /\n\nSitemap: {}\n",
            self.absolute("/sitemap.xml")
        )
    }
}
