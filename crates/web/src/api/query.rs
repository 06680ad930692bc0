//! The query of a request: every parameter known, given once, and in its range.

use actix_web::HttpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::endpoints::Endpoint;
use crate::error::{Error, Result};

const DEFAULT_LIMIT: usize = 20;

pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(request: &HttpRequest, endpoint: &Endpoint) -> Result<Self> {
        let query = request.query_string().as_bytes();
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query).into_owned().collect();
        for (at, (name, _)) in pairs.iter().enumerate() {
            let known = endpoint
                .parameters
                .iter()
                .any(|parameter| parameter.name == name);
            if !known {
                let names: Vec<_> = endpoint.parameters.iter().map(|p| p.name).collect();
                let detail = if names.is_empty() {
                    "このアドレスにパラメーターはありません。".to_owned()
                } else {
                    format!(
                        "知らないパラメーターです。使えるのは {} です。",
                        names.join("、")
                    )
                };
                return Err(Error::parameter(name, detail));
            }
            if pairs.iter().skip(at + 1).any(|(other, _)| other == name) {
                return Err(Error::parameter(name, "同じパラメーターが2回あります。"));
            }
        }
        Ok(Self(pairs))
    }

    /// The value; an empty one counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// 1 to 100; 20 where it is not given.
    pub(super) fn limit(&self) -> Result<usize> {
        let Some((_, text)) = self.0.iter().find(|(key, _)| key == "limit") else {
            return Ok(DEFAULT_LIMIT);
        };
        let limit = text.parse().ok().filter(|limit| (1..=100).contains(limit));
        limit.ok_or_else(|| Error::parameter("limit", "1から100までの整数にしてください。"))
    }

    /// The number a cursor of this list holds.
    pub(super) fn cursor(&self, list: &str) -> Result<Option<u32>> {
        let Some((_, text)) = self.0.iter().find(|(key, _)| key == "cursor") else {
            return Ok(None);
        };
        let bad = || Error::parameter("cursor", "前の答えの next の値を、そのまま送ってください。");
        let bytes = BASE64.decode(text).map_err(|_| bad())?;
        let plain = String::from_utf8(bytes).map_err(|_| bad())?;
        let (of, number) = plain.rsplit_once(':').ok_or_else(bad)?;
        if of != list {
            return Err(bad());
        }
        number.parse().map(Some).map_err(|_| bad())
    }
}

/// A cursor: opaque to readers, good for one list alone.
pub(super) fn cursor(list: &str, number: u32) -> String {
    BASE64.encode(format!("{list}:{number}"))
}
