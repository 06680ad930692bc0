//! Pages in the frame of the theme: the same head, header and footer as the published site.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use kairan_content::SiteData;
use kairan_pipeline::site_data;
use kairan_site::{MenuView, Site};
use kairan_theme::Part;
use serde::Serialize;

use crate::app::App;
use crate::error::Result;

/// What header, footer and head show of the site.
#[derive(Serialize)]
pub(crate) struct SiteView {
    lang: String,
    pub(crate) title: String,
    name: String,
    subtitle: Option<String>,
    pub(crate) search_url: String,
    my_url: String,
    custom_css: Option<String>,
}

#[derive(Serialize)]
struct Shared<'a> {
    site: &'a SiteView,
    menu: MenuView,
}

#[derive(Serialize)]
struct Layout<'a> {
    site: &'a SiteView,
    title: String,
    description: &'a str,
    edition: Option<&'a str>,
    url: Option<&'a str>,
    alternates: [&'a str; 0],
    header: Part,
    banner: Part,
    main: Part,
    footer: Part,
}

#[derive(Serialize)]
struct Main<'a, T> {
    site: &'a SiteView,
    #[serde(flatten)]
    page: &'a T,
}

/// A page that says one thing: sent, confirmed, not found.
#[derive(Serialize)]
pub(crate) struct Message<'a> {
    pub(crate) heading: &'a str,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) link: Option<MessageLink>,
}

/// Where to go from there.
#[derive(Serialize)]
pub(crate) struct MessageLink {
    pub(crate) href: String,
    pub(crate) label: &'static str,
}

/// What surrounds a page.
pub(crate) struct Frame {
    pub(crate) data: Arc<SiteData>,
    pub(crate) view: SiteView,
    pages: Arc<Site>,
}

impl App {
    /// The frame of the site as last imported.
    pub(crate) async fn frame(&self) -> Result<Frame> {
        let data = self.site().await?;
        let theme = Arc::clone(&self.ctx.theme);
        let current = self.ctx.ask(move |c| site_data::current(c, &theme)).await?;
        let title = data.settings.title.clone();
        let (name, subtitle) = match title.split_once([' ', '　']) {
            Some((name, rest)) => (name.to_owned(), Some(rest.trim().to_owned())),
            None => (title.clone(), None),
        };
        let css = self.ctx.theme.asset("custom.css");
        let view = SiteView {
            lang: data.settings.lang.clone(),
            title,
            name,
            subtitle,
            search_url: "/search".to_owned(),
            my_url: "/my/".to_owned(),
            custom_css: css.map(kairan_theme::Asset::path),
        };
        Ok(Frame {
            data,
            view,
            pages: current.site,
        })
    }

    /// A page as an answer.
    pub(crate) async fn page(
        &self,
        status: StatusCode,
        template: &str,
        title: &str,
        page: &impl Serialize,
    ) -> Result<HttpResponse> {
        let frame = self.frame().await?;
        frame.answer(self, status, template, title, page)
    }

    /// A page that says one thing.
    pub(crate) async fn message(&self, message: &Message<'_>) -> Result<HttpResponse> {
        self.page(StatusCode::OK, "error/message", message.heading, message)
            .await
    }
}

impl Frame {
    pub(crate) fn answer(
        &self,
        app: &App,
        status: StatusCode,
        template: &str,
        title: &str,
        page: &impl Serialize,
    ) -> Result<HttpResponse> {
        let html = self.html(app, template, title, page)?;
        Ok(HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(html))
    }

    pub(crate) fn html(
        &self,
        app: &App,
        template: &str,
        title: &str,
        page: &impl Serialize,
    ) -> Result<String> {
        #[derive(Serialize)]
        struct Quiet {
            brief: bool,
            items: [u8; 0],
        }
        let theme = &app.ctx.theme;
        let shared = Shared {
            site: &self.view,
            menu: self.pages.menu(match template {
                "search-results" => "/search/",
                _ => "",
            }),
        };
        let header = theme.render("header", &shared)?;
        let footer = theme.render("footer", &shared)?;
        let banner = theme.render(
            "banner",
            &Quiet {
                brief: true,
                items: [],
            },
        )?;
        let main = theme.render(
            template,
            &Main {
                site: &self.view,
                page,
            },
        )?;
        let layout = Layout {
            site: &self.view,
            title: format!("{title}｜{}", self.view.title),
            description: title,
            edition: None,
            url: None,
            alternates: [],
            header: Part(0),
            banner: Part(1),
            main: Part(2),
            footer: Part(3),
        };
        Ok(theme.render_parts("layout", &layout, &[&header, &banner, &main, &footer])?)
    }
}
