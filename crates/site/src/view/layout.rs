//! The frame around every page. Header and footer are rendered once for each entry of the menu, not once for each page.

use std::collections::BTreeMap;
use std::sync::Arc;

use kairan_content::SiteData;
use kairan_theme::{Part, Theme};
use serde::Serialize;

use super::map::{Link, Taxonomy};
use super::menu::{MenuPaths, MenuView, menu_paths};
use crate::catalogue::Catalogue;
use crate::error::Result;

/// Which part of the site a page belongs to, where that is not the page itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Top,
    Search,
    Calendar,
    Faqs,
    Other,
}

impl Section {
    /// The address an entry of the menu has for it.
    const fn path(self) -> Option<&'static str> {
        Some(match self {
            Self::Top => "/",
            Self::Search => "/search/",
            Self::Calendar => "/calendar/",
            Self::Faqs => "/faqs/",
            Self::Other => return None,
        })
    }
}

/// What every template may show of the site.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SiteView {
    pub(crate) lang: String,
    pub(crate) title: String,
    /// The title up to its first space: the city.
    pub(crate) name: String,
    /// The rest of the title.
    pub(crate) subtitle: Option<String>,
    /// Where search answers without JavaScript.
    pub(crate) search_url: String,
    /// マイページ, with a final slash.
    pub(crate) my_url: String,
    /// `assets/custom.css` of the city's own theme.
    pub(crate) custom_css: Option<String>,
}

/// Makes objects: the theme, and what is the same on every page of the site.
#[derive(Debug)]
pub struct Site {
    pub(crate) theme: Arc<Theme>,
    pub(crate) view: SiteView,
    /// Origin of the static site, without a final slash.
    pub(crate) origin: String,
    pub(crate) taxonomy: Taxonomy,
    menu: MenuView,
    /// The header where no entry of the menu is the current one.
    header: String,
    /// The header by the address of the current entry.
    headers: BTreeMap<String, String>,
    footer: String,
    quiet_banner: String,
}

#[derive(Serialize)]
struct Frame<'a> {
    site: &'a SiteView,
    menu: &'a MenuView,
}

#[derive(Serialize)]
struct Banner {
    brief: bool,
    items: [(); 0],
}

/// A page without its frame.
pub(crate) struct Page<'a> {
    pub(crate) section: Section,
    /// 件名; the site's title is added.
    pub(crate) title: Option<&'a str>,
    pub(crate) description: &'a str,
    /// Root-relative address; `None`: not for search engines.
    pub(crate) path: Option<&'a str>,
    pub(crate) edition: Option<&'a str>,
    /// The same page in other languages.
    pub(crate) alternates: Vec<Link>,
    /// HTML of the emergency banner, where the page brings its own.
    pub(crate) banner: Option<&'a str>,
    pub(crate) main: &'a str,
}

#[derive(Serialize)]
struct LayoutView<'a> {
    site: &'a SiteView,
    title: String,
    description: &'a str,
    edition: Option<&'a str>,
    url: Option<String>,
    alternates: &'a [Link],
    header: Part,
    banner: Part,
    main: Part,
    footer: Part,
}

impl Site {
    /// Prepares what every page shares. To be made anew when settings, taxonomy, theme or the addresses of the menu's documents
    /// change. Documents in the menu are left out; [`Site::of`] and [`Site::with_menu`] know them.
    ///
    /// # Errors
    /// A broken header, footer or banner template.
    pub fn new(theme: Arc<Theme>, data: &SiteData) -> Result<Self> {
        Self::with_menu(theme, data, &MenuPaths::new())
    }

    /// The site of a catalogue.
    ///
    /// # Errors
    /// As [`Site::new`], and where the catalogue cannot be read.
    pub fn of(theme: Arc<Theme>, catalogue: &dyn Catalogue) -> Result<Self> {
        Self::with_menu(theme, catalogue.site(), &menu_paths(catalogue)?)
    }

    /// As [`Site::new`], where the documents of the menu are read at these addresses.
    ///
    /// # Errors
    /// As [`Site::new`].
    pub fn with_menu(theme: Arc<Theme>, data: &SiteData, documents: &MenuPaths) -> Result<Self> {
        let settings = &data.settings;
        let app = if settings.app_url == settings.url {
            "/"
        } else {
            settings.app_url.as_str()
        };
        let app = app.trim_end_matches('/');
        let (name, subtitle) = match settings.title.split_once([' ', '　']) {
            Some((name, rest)) => (name.to_owned(), Some(rest.trim().to_owned())),
            None => (settings.title.clone(), None),
        };
        let view = SiteView {
            lang: settings.lang.clone(),
            title: settings.title.clone(),
            name,
            subtitle,
            search_url: format!("{app}/search"),
            my_url: format!("{app}/my/"),
            custom_css: theme.asset("custom.css").map(kairan_theme::Asset::path),
        };
        let menu = MenuView::new(&data.menu, &view.my_url, documents);
        let (site, none) = (&view, &menu);
        let header = theme.render("header", &Frame { site, menu: none })?;
        let headers = menu
            .places()
            .map(|path| {
                let menu = &menu.on(path);
                let header = theme.render("header", &Frame { site, menu })?;
                Ok((path.to_owned(), header))
            })
            .collect::<Result<_>>()?;
        let footer = theme.render("footer", &Frame { site, menu: none })?;
        let quiet_banner = theme.render(
            "banner",
            &Banner {
                brief: true,
                items: [],
            },
        )?;
        Ok(Self {
            origin: settings.url.trim_end_matches('/').to_owned(),
            taxonomy: Taxonomy::new(data),
            theme,
            view,
            menu,
            header,
            headers,
            footer,
            quiet_banner,
        })
    }

    /// The whole page.
    pub(crate) fn page(&self, page: &Page<'_>) -> Result<String> {
        let title = match page.title {
            Some(title) => format!("{title}｜{}", self.view.title),
            None => self.view.title.clone(),
        };
        let view = LayoutView {
            site: &self.view,
            title,
            description: page.description,
            edition: page.edition,
            url: page.path.map(|path| self.absolute(path)),
            alternates: &page.alternates,
            header: Part(0),
            banner: Part(1),
            main: Part(2),
            footer: Part(3),
        };
        let current = page.section.path().or(page.path);
        let header = current.and_then(|path| self.headers.get(path));
        let header = header.unwrap_or(&self.header);
        let banner = page.banner.unwrap_or(&self.quiet_banner);
        let parts = [header, banner, page.main, &self.footer];
        Ok(self.theme.render_parts("layout", &view, &parts)?)
    }

    /// The menu as it stands on the page with this address, for pages that are not published. The entry of マイページ leads where it
    /// does on published pages.
    #[must_use]
    pub fn menu(&self, path: &str) -> MenuView {
        self.menu.on(path)
    }

    /// The address with the site's origin, for what is read away from the site.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
