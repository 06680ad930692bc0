//! Lists and single documents.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use kairan_content::{Kind, PublicDocument, PublicSummary};
use kairan_site::{Address, Card, Catalogue, Found, ListKey, public_document, public_summary};

use super::answer::{Listing, Version};
use super::endpoints::{DOCUMENT, LIST};
use super::kind_of;
use super::query::{Query, cursor};
use crate::app::App;
use crate::error::{Error, Result};

/// Ordinals looked at in one go.
const WINDOW: u32 = 200;

/// Which documents of a kind.
struct Asked {
    kind: Kind,
    limit: usize,
    /// Ordinal of the last one on the page before.
    below: Option<u32>,
    lang: Option<String>,
    category: Option<String>,
    tag: Option<String>,
}

/// `/api/v1/articles`
pub(crate) async fn list(
    app: web::Data<App>,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let kind = kind_of(&path)?;
    let query = Query::of(&request, &LIST)?;
    let version = Version::of(&app, &request).await?;
    if let Some(unchanged) = version.unchanged(&request) {
        return Ok(unchanged);
    }
    let own = |name: &str| query.text(name).map(str::to_owned);
    let asked = Asked {
        kind,
        limit: query.limit()?,
        below: query.cursor(kind.plural())?,
        lang: own("lang"),
        category: own("category"),
        tag: own("tag"),
    };
    let listing = app.ask(move |catalogue| page(&asked, catalogue)).await?;
    version.json(&request, &listing)
}

/// From the cards alone: no document is read.
fn page(asked: &Asked, catalogue: &dyn Catalogue) -> Result<Listing<PublicSummary>> {
    let site = catalogue.site();
    if asked
        .category
        .as_ref()
        .is_some_and(|key| site.category_path(key).is_empty())
    {
        return Err(Error::parameter(
            "category",
            "この目的はありません。/api/v1/taxonomy を見てください。",
        ));
    }
    if asked
        .tag
        .as_ref()
        .is_some_and(|key| site.tag(key).is_none())
    {
        return Err(Error::parameter(
            "tag",
            "このタグはありません。/api/v1/taxonomy を見てください。",
        ));
    }
    let list = ListKey::Data(asked.kind);
    let mut upper = match asked.below {
        Some(below) => below.saturating_sub(1),
        None => catalogue.last_ordinal(&list)?,
    };
    let (mut items, mut next) = (Vec::new(), None);
    let mut last = 0;
    // Newest first; ordinals count from 1 and may have gaps.
    'all: while upper > 0 {
        let lower = upper.saturating_sub(WINDOW - 1).max(1);
        for (ordinal, card) in catalogue.range(&list, lower, upper)? {
            if !asked.wants(&card) {
                continue;
            }
            if items.len() == asked.limit {
                next = Some(cursor(asked.kind.plural(), last));
                break 'all;
            }
            items.push(public_summary(&card, site));
            last = ordinal;
        }
        upper = lower - 1;
    }
    Ok(Listing { items, next })
}

impl Asked {
    fn wants(&self, card: &Card) -> bool {
        let within = |category: &String| {
            let rest = card.category.strip_prefix(category.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.lang.as_ref().is_none_or(|lang| *lang == card.lang)
            && self.tag.as_ref().is_none_or(|tag| card.tags.contains(tag))
            && self.category.as_ref().is_none_or(within)
    }
}

/// What answers to a name.
enum Named {
    Document(Box<PublicDocument>),
    Moved(String),
}

/// `/api/v1/articles/jido-teate`, `/api/v1/articles/01JD…`
pub(crate) async fn document(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (plural, name) = path.into_inner();
    let kind = kind_of(&plural)?;
    let query = Query::of(&request, &DOCUMENT)?;
    let version = Version::of(&app, &request).await?;
    if let Some(unchanged) = version.unchanged(&request) {
        return Ok(unchanged);
    }
    let lang = query.text("lang").map(str::to_owned);
    let named = app
        .ask(move |catalogue| one(kind, &name, lang, catalogue))
        .await?;
    match named {
        Named::Document(document) => version.json(&request, &document),
        Named::Moved(id) => Ok(HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, format!("/api/v1/{plural}/{id}")))
            .finish()),
    }
}

fn one(kind: Kind, name: &str, lang: Option<String>, catalogue: &dyn Catalogue) -> Result<Named> {
    let of_kind = catalogue
        .document(name)?
        .filter(|live| live.document.kind == kind);
    let live = match of_kind {
        Some(live) => live,
        None => {
            let site_lang = &catalogue.site().settings.lang;
            let address = Address {
                lang: lang.filter(|lang| lang != site_lang),
                kind,
                slug: name.to_owned(),
            };
            match catalogue.at(&address)? {
                Some(Found::Live(live)) => live,
                Some(Found::Moved(card)) => return Ok(Named::Moved(card.id.clone())),
                Some(Found::Withdrawn(_)) | None => return Err(Error::NotFound),
            }
        }
    };
    Ok(Named::Document(Box::new(public_document(
        &live, catalogue,
    )?)))
}
