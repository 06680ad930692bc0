//! Forms of the screens as they were sent.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::csrf;
use crate::error::Error;

/// The largest form, in bytes: a body of 2 MB of Japanese is three times as long in a form.
pub(crate) const LARGEST: usize = 8 * 1024 * 1024;

/// A form from one of our own pages: there is none before its token and its origin were looked at.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pairs: Vec<(String, String)>,
}

impl Posted {
    /// The fields in the order in which they were sent, without the token.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The first value of a field, as sent; empty where it was not sent.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The first value of a field.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A field that holds a number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.find(name)?.trim().parse().ok()
    }

    /// After the checks; for forms that come in another way, such as uploads.
    pub(crate) fn checked(
        app: &App,
        request: &HttpRequest,
        mut pairs: Vec<(String, String)>,
    ) -> Result<Self, Error> {
        let token = pairs
            .iter()
            .find(|(key, _)| key == csrf::FIELD)
            .map(|(_, value)| value.clone());
        csrf::check(app, request, token.as_deref())?;
        pairs.retain(|(key, _)| key != csrf::FIELD);
        Ok(Self { pairs })
    }
}

impl FromRequest for Posted {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let form = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let app = app.ok_or(Error::Internal)?;
            let pairs = form.await.map_err(|error| {
                let overflow = matches!(
                    error.as_error::<actix_web::error::UrlencodedError>(),
                    Some(actix_web::error::UrlencodedError::Overflow { .. })
                );
                if overflow {
                    Error::BadRequest(
                        "送られた内容が大きすぎます。本文を分けるか、写真はファイルとして追加してください。",
                    )
                } else {
                    Error::BadRequest(
                        "送られた内容を読み取れませんでした。前のページからやり直してください。",
                    )
                }
            })?;
            Self::checked(&app, &request, pairs.into_inner())
        })
    }
}
