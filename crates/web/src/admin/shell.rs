//! What every screen stands in: head, menu, the sentence that says what was just done.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kairan_db::staff::Account;
use kairan_theme::Part;
use serde::Serialize;

use super::guard;
use super::words::Language;
use crate::app::App;
use crate::csrf;
use crate::error::Result;

const SAID: &str = "kairan_said";
/// The longest sentence a cookie carries, in bytes.
const MAX_SAID: usize = 1_500;

/// A screen to be shown.
pub(crate) struct Screen<'a> {
    pub(crate) status: StatusCode,
    /// Below `themes/admin/templates/`, without `.hbs`.
    pub(crate) template: &'a str,
    /// In the language of the reader.
    pub(crate) title: &'a str,
}

impl<'a> Screen<'a> {
    /// A screen that answers 200.
    pub(crate) fn new(template: &'a str, title: &'a str) -> Self {
        Self {
            status: StatusCode::OK,
            template,
            title,
        }
    }

    /// The same with another status: 422 for a form with problems, 409 for a conflict.
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

#[derive(Serialize)]
struct Place {
    href: &'static str,
    icon: &'static str,
    label: String,
    current: bool,
}

#[derive(Serialize)]
struct Reader<'a> {
    name: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Layout<'a> {
    lang: &'a str,
    title: &'a str,
    site_title: &'a str,
    csrf_token: &'a str,
    who: Option<Reader<'a>>,
    places: Vec<Place>,
    said: Option<String>,
    main: Part,
}

#[derive(Serialize)]
struct Main<'a, T> {
    lang: &'a str,
    csrf_token: &'a str,
    who: Option<Reader<'a>>,
    #[serde(flatten)]
    view: &'a T,
}

/// (address, icon, words, only for administrators)
const PLACES: [(&str, &str, &str, bool); 6] = [
    ("/admin/", "home", "ホーム", false),
    ("/admin/documents", "doc", "記事", false),
    ("/admin/notices", "bell", "お知らせ", false),
    ("/admin/files", "image", "ファイル", false),
    ("/admin/taxonomy", "tag", "分類と部署", false),
    ("/admin/settings", "gear", "設定", true),
];

impl App {
    /// The words of the screens for a member of staff, or for whoever has not logged in.
    pub(crate) fn words(&self, who: Option<&Account>) -> &Language {
        self.languages.of(who.map_or("ja", |who| who.lang.as_str()))
    }

    /// The words for whoever has not logged in, or not altogether: their own language, else the one the browser asks for.
    pub(crate) fn spoken(&self, request: &HttpRequest) -> &Language {
        if let Some(known) = guard::known(request) {
            return self.languages.of(&known.account.lang);
        }
        let asked = request.headers().get(header::ACCEPT_LANGUAGE);
        let asked = asked.and_then(|asked| asked.to_str().ok());
        let known = asked
            .unwrap_or_default()
            .split(',')
            .filter_map(|tag| tag.trim().get(..2))
            .find(|tag| ["ja", "en"].contains(tag));
        self.languages.of(known.unwrap_or("ja"))
    }

    /// A screen of the admin. `view` is what its template reads; `csrf_token`, `lang` and `who` stand beside it.
    pub(crate) async fn screen(
        &self,
        request: &HttpRequest,
        who: Option<&Account>,
        screen: Screen<'_>,
        view: &impl Serialize,
    ) -> Result<HttpResponse> {
        let site = self.site().await?;
        let words = match who {
            Some(_) => self.words(who),
            None => self.spoken(request),
        };
        let csrf = csrf::issue(self, request);
        let reader = || {
            who.map(|who| Reader {
                name: &who.name,
                id: &who.id,
            })
        };
        let main = words.theme.render(
            screen.template,
            &Main {
                lang: words.key,
                csrf_token: &csrf.token,
                who: reader(),
                view,
            },
        )?;
        let layout = Layout {
            lang: words.key,
            title: screen.title,
            site_title: &site.settings.title,
            csrf_token: &csrf.token,
            who: reader(),
            places: who.map_or_else(Vec::new, |who| places(who, request.path(), words)),
            said: heard(request),
            main: Part(0),
        };
        let forget = layout.said.is_some();
        let html = words.theme.render_parts("layout", &layout, &[&main])?;
        let mut response = HttpResponse::build(screen.status)
            .content_type("text/html; charset=utf-8")
            .body(html);
        if let Some(cookie) = &csrf.cookie {
            put(&mut response, cookie);
        }
        if forget {
            let mut cookie = Cookie::build(SAID, "").path("/admin").finish();
            cookie.make_removal();
            put(&mut response, &cookie);
        }
        Ok(response)
    }

    /// Leads to another screen after a form was taken (303), where `said` is shown once.
    pub(crate) fn go(&self, place: &str, said: &str) -> HttpResponse {
        let mut response = super::to(place);
        if !said.is_empty() {
            let mut end = said.len().min(MAX_SAID);
            while !said.is_char_boundary(end) {
                end -= 1;
            }
            let text = said.get(..end).unwrap_or_default();
            let cookie = Cookie::build(SAID, URL_SAFE_NO_PAD.encode(text))
                .path("/admin")
                .http_only(true)
                .secure(self.is_tls())
                .same_site(SameSite::Lax)
                .finish();
            put(&mut response, &cookie);
        }
        response
    }
}

fn places(who: &Account, path: &str, words: &Language) -> Vec<Place> {
    let current = |href: &str| match href {
        "/admin/" => path == "/admin/" || path == "/admin",
        // What is come to by way of the settings.
        "/admin/settings" => [href, "/admin/redirects"]
            .iter()
            .any(|place| path.starts_with(place)),
        _ => path.starts_with(href),
    };
    PLACES
        .into_iter()
        .filter(|(.., administrators)| !administrators || who.is_administrator())
        .map(|(href, icon, label, _)| Place {
            href,
            icon,
            label: words.get(label).to_owned(),
            current: current(href),
        })
        .collect()
}

fn heard(request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(SAID)?;
    let bytes = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
}

fn put(response: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(%error, "a cookie could not be set");
    }
}
