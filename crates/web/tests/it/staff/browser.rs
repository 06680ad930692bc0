//! A browser: keeps cookies, and sends forms with the token of the page they are on.

use std::collections::BTreeMap;

use reqwest::{Client, Response, header};

use crate::house::{House, between};

pub(crate) struct Browser {
    client: Client,
    base: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(house: &House) -> Self {
        Self {
            client: house.client.clone(),
            base: house.address.clone(),
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) fn hold(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        let answer = request
            .header(header::COOKIE, self.jar())
            .send()
            .await
            .unwrap();
        self.keep(&answer);
        answer
    }

    pub(crate) async fn page(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// Sends fields as they are.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let answer = self
            .client
            .post(format!("{}{path}", self.base))
            .header(header::COOKIE, self.jar())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.finish())
            .send()
            .await
            .unwrap();
        self.keep(&answer);
        answer
    }

    /// Sends a form with the token that this browser's pages have.
    pub(crate) async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = self.token().await;
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    /// The token of this browser's forms; the page to reset a password is open to everybody.
    pub(crate) async fn token(&mut self) -> String {
        let page = self.page("/admin/reset").await;
        between(&page, "name=\"csrf_token\" value=\"", "\"")
    }

    fn jar(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
