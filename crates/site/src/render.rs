//! One object by its key.

use chrono::NaiveDateTime;

use crate::catalogue::{Catalogue, Found, Withdrawn};
use crate::error::Result;
use crate::key::{Address, ObjectKey};
use crate::library;
use crate::rendered::{Rendered, Until};
use crate::view::{CardCache, Page, Section, Site};

impl Site {
    /// Makes the object as it is at `now` (JST); `None` where there is nothing under this name (any more): then it is to be deleted.
    ///
    /// # Errors
    /// A broken template, or a catalogue that cannot be read.
    pub fn render(
        &self,
        key: &ObjectKey,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
    ) -> Result<Option<Rendered>> {
        self.render_cached(key, catalogue, now, &CardCache::none())
    }

    /// The same, with cards shared between the objects of one run.
    ///
    /// # Errors
    /// As [`Site::render`].
    pub fn render_cached(
        &self,
        key: &ObjectKey,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        cards: &CardCache,
    ) -> Result<Option<Rendered>> {
        let mut until = Until::NEVER;
        let text = match key {
            ObjectKey::Asset(hash, name) => return Ok(self.asset(key, hash, name)),
            ObjectKey::File(hash, name) => {
                let bytes = catalogue.file_bytes(hash, name)?;
                return Ok(bytes.map(|bytes| Rendered::new(key, bytes, until)));
            }
            ObjectKey::Document(address) => self.at_address(address, catalogue, now, &mut until)?,
            ObjectKey::Forward(path) => match catalogue.forward(path)? {
                Some(way) => Some(self.redirect(&way.to, &way.title)?),
                None => None,
            },
            ObjectKey::DocumentCalendar(address) => match catalogue.at(address)? {
                Some(Found::Live(live)) => self.document_calendar(&live.card),
                _ => None,
            },
            ObjectKey::NotFound => Some(self.not_found()?),
            ObjectKey::Search => Some(self.search()?),
            ObjectKey::ListNewest(list) => self.list(list, None, catalogue, cards)?,
            ObjectKey::ListPage(list, page) => self.list(list, Some(*page), catalogue, cards)?,
            ObjectKey::CalendarMonth(month) => {
                self.calendar(Some(*month), catalogue, now, &mut until)?
            }
            ObjectKey::Calendar => self.calendar(None, catalogue, now, &mut until)?,
            ObjectKey::CalendarFeed => Some(self.calendar_feed(catalogue, now, &mut until)?),
            ObjectKey::ClosingSoon => Some(self.closing_soon(catalogue, now, &mut until)?),
            ObjectKey::SitemapPart(part) => self.sitemap_part(*part, catalogue)?,
            ObjectKey::SitemapLists => Some(self.sitemap_lists(catalogue)?),
            ObjectKey::SitemapIndex => Some(self.sitemap_index(catalogue)?),
            ObjectKey::Robots => Some(self.robots()),
            ObjectKey::Atom => Some(self.atom(catalogue)?),
            ObjectKey::Top => Some(self.top(catalogue, now, &mut until)?),
            ObjectKey::Data(..)
            | ObjectKey::DataPage(..)
            | ObjectKey::DataNewest(_)
            | ObjectKey::Taxonomy
            | ObjectKey::OpenApi
            | ObjectKey::ChangesPage(_)
            | ObjectKey::ChangesNewest
            | ObjectKey::JsonFeed
            | ObjectKey::Emergency => {
                let bytes = self.json(key, catalogue, now, &mut until)?;
                return Ok(bytes.map(|bytes| Rendered::new(key, bytes, until)));
            }
        };
        Ok(text.map(|text| Rendered::new(key, text, until)))
    }

    fn asset(&self, key: &ObjectKey, hash: &str, name: &str) -> Option<Rendered> {
        let asset = self.theme.asset(name).filter(|asset| asset.hash == hash)?;
        Some(Rendered::new(
            key,
            asset.bytes.clone().into_owned(),
            Until::NEVER,
        ))
    }

    fn at_address(
        &self,
        address: &Address,
        catalogue: &dyn Catalogue,
        now: NaiveDateTime,
        until: &mut Until,
    ) -> Result<Option<String>> {
        Ok(match catalogue.at(address)? {
            Some(Found::Live(live)) => {
                let html = library::body(&live.document, catalogue)?.html;
                Some(self.document(&live, &html, catalogue, now, until)?)
            }
            Some(Found::Moved(card)) => Some(self.redirect(&card.path, &card.title)?),
            Some(Found::Withdrawn(word)) => Some(self.withdrawn(&word)?),
            None => None,
        })
    }

    /// The page that says that a document was taken down, and why.
    fn withdrawn(&self, word: &Withdrawn) -> Result<String> {
        #[derive(serde::Serialize)]
        struct View<'a> {
            site: &'a crate::view::SiteView,
            title: &'a str,
            reason: Vec<&'a str>,
            day: String,
        }
        let main = self.theme.render(
            "withdrawn",
            &View {
                site: &self.view,
                title: &word.title,
                reason: word.reason.lines().collect(),
                day: kairan_content::dates::date_text(word.on),
            },
        )?;
        self.page(&Page {
            section: Section::Other,
            title: Some(&format!("取り下げ：{}", word.title)),
            description: "このページは取り下げました。",
            path: None,
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
    }

    /// The page that leads on to another, of this site or elsewhere.
    fn redirect(&self, path: &str, title: &str) -> Result<String> {
        #[derive(serde::Serialize)]
        struct Redirect<'a> {
            site: &'a crate::view::SiteView,
            path: &'a str,
            url: String,
            title: &'a str,
        }
        let view = Redirect {
            site: &self.view,
            path,
            url: if path.starts_with('/') {
                self.absolute(path)
            } else {
                path.to_owned()
            },
            title,
        };
        Ok(self.theme.render("redirect", &view)?)
    }

    fn not_found(&self) -> Result<String> {
        #[derive(serde::Serialize)]
        struct NotFound<'a> {
            site: &'a crate::view::SiteView,
        }
        let main = self
            .theme
            .render("not-found", &NotFound { site: &self.view })?;
        self.page(&Page {
            section: Section::Other,
            title: Some("ページが見つかりません"),
            description: "お探しのページは見つかりませんでした。",
            path: None,
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
    }

    fn search(&self) -> Result<String> {
        #[derive(serde::Serialize)]
        struct Search<'a> {
            site: &'a crate::view::SiteView,
            categories: &'a [crate::view::CategoryView],
            facets: &'a [crate::view::FacetView],
        }
        let view = Search {
            site: &self.view,
            categories: &self.taxonomy.categories,
            facets: &self.taxonomy.facets,
        };
        let main = self.theme.render("search", &view)?;
        self.page(&Page {
            section: Section::Search,
            title: Some("さがす"),
            description: "手続き、手当、催し、よくある質問をことばで探せます。",
            path: Some("/search/"),
            edition: None,
            alternates: Vec::new(),
            banner: None,
            main: &main,
        })
    }
}
