//! Somebody at a browser, with the documents of the house.

use kairan_db::staff::{Account, Grant, Role};
use kairan_db::{editing, editions};
use kairan_pipeline::drafts;
use reqwest::Response;

use super::page;
use crate::house::House;
use crate::staff::Browser;

pub(crate) struct Desk<'a> {
    house: &'a House,
    pub(crate) browser: Browser,
    pub(crate) who: Account,
}

pub(crate) type Pairs = Vec<(String, String)>;

impl<'a> Desk<'a> {
    pub(crate) async fn of(house: &'a House, name: &'static str, grants: &[Grant]) -> Self {
        let (now, grants) = (house.ctx.clock.now(), grants.to_vec());
        let (who, cookie) = house
            .ctx
            .write(move |c| Ok(kairan_db::testing::staff_at_work(c, name, &grants, now)))
            .await
            .unwrap();
        let mut browser = Browser::new(house);
        browser.hold("kairan_staff", &cookie);
        Self {
            house,
            browser,
            who,
        }
    }

    /// 作成者 of the department of the example's child documents.
    pub(crate) async fn author(house: &'a House, name: &'static str) -> Self {
        Self::of(house, name, &[Grant::of(Role::Author, "kodomo-katei")]).await
    }

    /// The form of the edit page, and what it is made over.
    pub(crate) async fn form(&mut self, id: &str) -> Pairs {
        let html = self.browser.page(&edit(id)).await;
        page::form(&html, "edit")
    }

    /// Sends a form with a button.
    pub(crate) async fn press(&mut self, place: &str, pairs: &Pairs, button: &str) -> Response {
        let mut fields: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("do", button));
        self.browser.post(place, &fields).await
    }

    /// Saves a form and gives the text that is kept then.
    pub(crate) async fn saved(&mut self, id: &str, pairs: &Pairs) -> String {
        self.save(id, pairs).await;
        self.house.source(id).await
    }

    /// Saves a form; the page after it says so.
    pub(crate) async fn save(&mut self, id: &str, pairs: &Pairs) -> String {
        let answer = self.press(&edit(id), pairs, "save").await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
        self.browser.page(&edit(id)).await
    }
}

pub(crate) fn edit(id: &str) -> String {
    format!("/admin/documents/{id}/edit")
}

/// A text of the example city.
pub(crate) fn example(name: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("../../examples/minori/content").join(name)).unwrap()
}

impl House {
    /// Makes a document with a draft.
    pub(crate) async fn draft(&self, source: &str) -> String {
        let (source, now) = (source.to_owned(), self.ctx.clock.now());
        self.ctx
            .transact(move |c| {
                let site = kairan_db::site::current(c)?.unwrap();
                let site = serde_json::from_str(&site.data).unwrap();
                Ok(drafts::create(c, &site, &source, "cli", now)?.document_id)
            })
            .await
            .unwrap()
    }

    /// The newest text of a document.
    pub(crate) async fn source(&self, id: &str) -> String {
        let id = id.to_owned();
        self.ctx
            .read(move |c| {
                let newest = editions::history(c, &id, None, 1)?.remove(0);
                editions::source(c, newest.id)
            })
            .await
            .unwrap()
    }

    /// How many editions a document has.
    pub(crate) async fn editions(&self, id: &str) -> usize {
        let id = id.to_owned();
        let all = move |c: &mut kairan_db::AnyConnection| editions::history(c, &id, None, 100);
        self.ctx.read(all).await.unwrap().len()
    }

    /// Why its texts were kept, newest first.
    pub(crate) async fn kept(&self, id: &str) -> Vec<editing::Revision> {
        let id = id.to_owned();
        self.ctx
            .read(move |c| editing::revisions(c, &id, None, 100))
            .await
            .unwrap()
    }
}
