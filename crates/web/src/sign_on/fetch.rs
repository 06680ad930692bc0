//! Requests to the provider: few bytes, no waiting for ever, no being led elsewhere.

use openidconnect::{HttpRequest, HttpResponse, http};

/// The largest answer that is read, in bytes. A description or a set of keys has some ten thousand.
const LARGEST: usize = 512 * 1024;

#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// Without the address: it may hold what is nobody's business.
    #[error("{0}")]
    Network(reqwest::Error),
    #[error("the answer is longer than {LARGEST} bytes")]
    TooLong,
    #[error("{0}")]
    Http(#[from] http::Error),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }
}

pub(super) async fn fetch(
    http: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, FetchError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > LARGEST {
            return Err(FetchError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    let mut response = http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        *headers = answer.headers().clone();
    }
    Ok(response.body(body)?)
}
