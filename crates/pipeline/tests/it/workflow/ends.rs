//! Taking down, setting aside, deleting.

use kairan_db::editing::{self, Stage};
use kairan_db::editions::EditionState::{Draft, Published};
use kairan_db::withdrawals::Way;
use kairan_db::{documents, withdrawals};
use kairan_pipeline::publish::What;
use kairan_pipeline::workflow::{self, Refusal, Withdraw};

use super::{Desk, refused, text};
use crate::town::{each_town, same};

fn down(document: &str, way: Way, target: Option<&str>) -> Withdraw {
    Withdraw {
        document: document.to_owned(),
        edition: None,
        way,
        reason: "制度が\n<変わった>ため".to_owned(),
        target: target.map(str::to_owned),
    }
}

#[test]
fn a_withdrawn_page_says_why_or_leads_on_or_is_gone() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let mut ids = Vec::new();
        for slug in ["banner", "moved", "gone", "target"] {
            ids.push(desk.in_state(Published, slug).await);
        }
        desk.city.publish(What::Everything).await;
        let by = &desk.publisher;
        refused(
            workflow::withdraw(ctx, &desk.reviewer, down(&ids[0], Way::Gone, None)).await,
            &Refusal::NotPermitted,
        );
        let itself = down(&ids[1], Way::Redirect, Some(&ids[1]));
        refused(
            workflow::withdraw(ctx, by, itself).await,
            &Refusal::NoTarget,
        );
        let silent = Withdraw {
            reason: String::new(),
            ..down(&ids[0], Way::Banner, None)
        };
        refused(
            workflow::withdraw(ctx, by, silent).await,
            &Refusal::NeedsReason,
        );
        let another = Withdraw {
            edition: Some(0),
            ..down(&ids[0], Way::Banner, None)
        };
        refused(workflow::withdraw(ctx, by, another).await, &Refusal::Stale);
        workflow::withdraw(ctx, by, down(&ids[0], Way::Banner, None))
            .await
            .unwrap();
        workflow::withdraw(ctx, by, down(&ids[1], Way::Redirect, Some(&ids[3])))
            .await
            .unwrap();
        workflow::withdraw(ctx, by, down(&ids[2], Way::Gone, None))
            .await
            .unwrap();
        desk.city.drain().await;
        let page = async |slug: &str| desk.city.page(&format!("articles/{slug}/index.html")).await;
        let banner = page("banner").await.unwrap();
        assert!(banner.contains("&lt;変わった&gt;ため") && !banner.contains("保健センター"));
        assert!(page("moved").await.unwrap().contains("/articles/target/"));
        assert_eq!(page("gone").await, None);
        let find = |c: &mut kairan_db::AnyConnection| workflow::gone_at(c, "/articles/gone/");
        assert_eq!(ctx.read(find).await.unwrap().unwrap().way, Way::Gone);
        assert!(
            !desk
                .city
                .page("index.html")
                .await
                .unwrap()
                .contains("/articles/banner/")
        );
        // A whole new site says the same.
        let one = desk.city.pages().await;
        desk.city.publish(What::Everything).await;
        same(&one, &desk.city.pages().await);

        // Published again, it is simply there.
        workflow::restore(ctx, &desk.author, &ids[0]).await.unwrap();
        desk.rewrite(&ids[0], |text| text.replace("会場は", "場所は"))
            .await;
        desk.publish(&ids[0]).await;
        assert!(page("banner").await.unwrap().contains("保健センター"));
        let id = ids[0].clone();
        let left = ctx.read(move |c| withdrawals::get(c, &id)).await.unwrap();
        assert_eq!(left, None);
    });
}

#[test]
fn only_what_nobody_saw_and_nothing_names_is_deleted() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let named = desk.in_state(Draft, "named").await;
        let naming = desk
            .draft(&text("naming", "related: [article/named]\n"))
            .await;
        let seen = desk.in_state(Published, "seen").await;
        refused(
            workflow::delete(ctx, &desk.author, &seen).await,
            &Refusal::WasPublished,
        );
        refused(
            workflow::delete(ctx, &desk.author, &named).await,
            &Refusal::ReferredTo(1),
        );
        workflow::comment(ctx, &desk.author, &naming, ("title", None), "要る？")
            .await
            .unwrap();
        desk.submit(&naming).await.ok();
        workflow::delete(ctx, &desk.author, &naming).await.unwrap();
        workflow::delete(ctx, &desk.author, &named).await.unwrap();
        let gone = named.clone();
        let left = ctx.read(move |c| documents::find(c, &gone)).await.unwrap();
        assert_eq!(left, None);
        // Its slug is free.
        let again = desk.draft(&text("named", "")).await;
        assert_eq!(desk.edition(&again).await.slug, "named");
    });
}

#[test]
fn what_is_set_aside_comes_back_as_a_draft() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let id = desk.in_state(Draft, "aside").await;
        workflow::archive(ctx, &desk.author, &id).await.unwrap();
        let stages = [Stage::Archived];
        let archived = ctx.read(move |c| {
            let filter = editing::Filter {
                stages: &stages,
                ..editing::Filter::default()
            };
            let page = editing::Page {
                offset: 0,
                limit: 10,
            };
            Ok(editing::list(c, &filter, editing::Order::Updated, page)?.1)
        });
        assert_eq!(archived.await.unwrap(), 1);
        workflow::restore(ctx, &desk.author, &id).await.unwrap();
        assert_eq!(desk.edition(&id).await.state, Draft);
        let open = desk.in_state(Published, "open").await;
        refused(
            workflow::archive(ctx, &desk.author, &open).await,
            &Refusal::State("公開中"),
        );
    });
}
