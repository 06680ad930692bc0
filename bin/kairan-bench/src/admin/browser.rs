//! A member of staff who is logged in: a browser with its cookies, one request after the other.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use kairan_test_support::form;
use reqwest::header::{ACCEPT_ENCODING, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

/// Names and values of a form, in order.
pub(super) type Fields = Vec<(String, String)>;

/// A browser on one server.
#[derive(Clone)]
pub(super) struct Browser {
    http: Client,
    /// With a final slash.
    base: String,
    cookies: Vec<String>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Where it leads (303).
    pub(super) place: Option<String>,
    /// Milliseconds from the request to the last byte.
    pub(super) took: f64,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The form of the page with this id.
    pub(super) fn form(&self, id: &str) -> Result<Fields> {
        form::read(&self.text(), id).with_context(|| format!("the page has no form {id}"))
    }
}

impl Browser {
    /// With the cookie of a log-in.
    pub(super) fn new(base: &str, session: &str) -> Result<Self> {
        // A second installation is an error that changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        Ok(Self {
            http: Client::builder().redirect(Policy::none()).build()?,
            base: base.to_owned(),
            cookies: vec![format!("kairan_staff={session}")],
        })
    }

    /// A page or file, which must be there.
    pub(super) async fn get(&mut self, path: &str) -> Result<Answer> {
        let request = self.http.get(self.address(path));
        let answer = self.send(request, path).await?;
        ensure!(answer.status == 200, "GET {path}: {}", answer.status);
        Ok(answer)
    }

    /// The bytes of a page or file as they travel, compressed.
    pub(super) async fn weigh(&mut self, path: &str) -> Result<(usize, Answer)> {
        let request = self
            .http
            .get(self.address(path))
            .header(ACCEPT_ENCODING, "gzip");
        let travelling = self.send(request, path).await?.body.len();
        Ok((travelling, self.get(path).await?))
    }

    /// A form; the answer must have this status.
    pub(super) async fn post(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        status: u16,
    ) -> Result<Answer> {
        let request = self
            .http
            .post(self.address(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(fields));
        let answer = self.send(request, path).await?;
        ensure!(
            answer.status == status,
            "POST {path}: {} instead of {status}\n{}",
            answer.status,
            answer.text().chars().take(2_000).collect::<String>()
        );
        Ok(answer)
    }

    fn address(&self, path: &str) -> String {
        format!("{}{}", self.base, path.trim_start_matches('/'))
    }

    async fn send(&mut self, request: RequestBuilder, path: &str) -> Result<Answer> {
        let request = request.header(COOKIE, self.cookies.join("; "));
        let began = Instant::now();
        let response = request.send().await.with_context(|| path.to_owned())?;
        let status = response.status().as_u16();
        let text = |name| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (place, given) = (text(LOCATION), text(SET_COOKIE));
        let body = response.bytes().await?.to_vec();
        let took = began.elapsed().as_secs_f64() * 1e3;
        let token = given
            .filter(|cookie| cookie.starts_with("kairan_csrf="))
            .and_then(|cookie| cookie.split(';').next().map(str::to_owned));
        self.cookies.extend(token);
        Ok(Answer {
            status,
            body,
            place,
            took,
        })
    }
}

/// A form as it travels.
fn encoded(fields: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        percent(name, &mut out);
        out.push('=');
        percent(value, &mut out);
    }
    out
}

fn percent(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}
