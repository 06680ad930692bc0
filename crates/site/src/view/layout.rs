//! The frame around every page. Header and footer are rendered once for each section, not once for each page.

use std::sync::Arc;

use kairan_content::SiteData;
use kairan_theme::{Part, Theme};
use serde::Serialize;

use super::map::{Link, Taxonomy};
use crate::error::Result;

/// Which entry of the menu is the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Top,
    Search,
    Calendar,
    Faqs,
    Other,
}

impl Section {
    const ALL: [Self; 5] = [
        Self::Top,
        Self::Search,
        Self::Calendar,
        Self::Faqs,
        Self::Other,
    ];
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
    headers: Vec<String>,
    footer: String,
    quiet_banner: String,
}

#[derive(Serialize)]
struct Frame<'a> {
    site: &'a SiteView,
    current: Current,
}

#[derive(Serialize)]
struct Current {
    top: bool,
    search: bool,
    calendar: bool,
    faqs: bool,
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
    /// Prepares what every page shares. To be made anew when settings, taxonomy or theme change.
    ///
    /// # Errors
    /// A broken header, footer or banner template.
    pub fn new(theme: Arc<Theme>, data: &SiteData) -> Result<Self> {
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
        let headers = Section::ALL
            .iter()
            .map(|section| {
                let current = Current {
                    top: *section == Section::Top,
                    search: *section == Section::Search,
                    calendar: *section == Section::Calendar,
                    faqs: *section == Section::Faqs,
                };
                Ok(theme.render(
                    "header",
                    &Frame {
                        site: &view,
                        current,
                    },
                )?)
            })
            .collect::<Result<Vec<_>>>()?;
        let current = Current {
            top: false,
            search: false,
            calendar: false,
            faqs: false,
        };
        let footer = theme.render(
            "footer",
            &Frame {
                site: &view,
                current,
            },
        )?;
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
            headers,
            footer,
            quiet_banner,
        })
    }

    /// The whole page.
    pub(crate) fn page(&self, page: &Page<'_>) -> Result<String> {
        let header = Section::ALL
            .iter()
            .position(|section| *section == page.section);
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
        let header = header
            .and_then(|at| self.headers.get(at))
            .map_or("", String::as_str);
        let banner = page.banner.unwrap_or(&self.quiet_banner);
        let parts = [header, banner, page.main, &self.footer];
        Ok(self.theme.render_parts("layout", &view, &parts)?)
    }

    /// The address with the site's origin, for what is read away from the site.
    pub(crate) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}
