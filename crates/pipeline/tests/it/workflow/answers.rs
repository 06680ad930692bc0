//! Who may say yes, and who hears of it.

use kairan_db::editing::{self, Stage};
use kairan_db::editions::EditionState::{Approved, Draft, InReview};
use kairan_db::jobs;
use kairan_db::staff::{self, Grant, Role};
use kairan_pipeline::letters;
use kairan_pipeline::workflow::{self, Actor, Refusal};

use super::{Desk, actor, refused, text};
use crate::town::each_town;

/// The letters to staff that are committed.
async fn letters(desk: &Desk) -> usize {
    let now = desk.city.ctx.clock.now();
    let claim = move |c: &mut kairan_db::AnyConnection| {
        let claim = jobs::Claim {
            owner: "test",
            kinds: &[letters::KIND],
            limit: 100,
            lease: chrono::Duration::minutes(1),
        };
        Ok(jobs::claim(c, &claim, now)?.len())
    };
    desk.city.ctx.write(claim).await.unwrap()
}

async fn stage(desk: &Desk, id: &str) -> Stage {
    let filter = move |c: &mut kairan_db::AnyConnection| {
        let page = editing::Page {
            offset: 0,
            limit: 100,
        };
        Ok(editing::list(
            c,
            &editing::Filter::default(),
            editing::Order::Updated,
            page,
        )?
        .0)
    };
    let rows = desk.city.ctx.read(filter).await.unwrap();
    rows.into_iter().find(|row| row.id == id).unwrap().stage
}

#[test]
fn neither_the_writer_nor_the_submitter_approves() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        // A reviewer who writes may not approve; nor may be asked.
        let id = desk.draft(&text("a", "")).await;
        let writer = Actor {
            who: desk.publisher.who.clone(),
            origin: String::new(),
        };
        let submission = workflow::Submission {
            at: desk.at(&id).await,
            reviewer: desk.reviewer.who.id.clone(),
            note: String::new(),
        };
        workflow::submit(ctx, &writer, submission).await.unwrap();
        let at = desk.at(&id).await;
        refused(
            workflow::approve(ctx, &writer, at.clone(), "").await,
            &Refusal::OwnText,
        );
        workflow::approve(ctx, &desk.reviewer, at, "")
            .await
            .unwrap();
        assert_eq!(desk.edition(&id).await.state, Approved);

        let own = desk.draft(&text("b", "")).await;
        let boss = actor(&desk.city, "係長", Grant::of(Role::Reviewer, "kodomo")).await;
        let mut submission = workflow::Submission {
            at: desk.at(&own).await,
            reviewer: boss.who.id.clone(),
            note: String::new(),
        };
        let asked = workflow::submit(ctx, &boss, submission.clone()).await;
        refused(asked, &Refusal::OwnText);
        for nobody in [
            desk.author.who.id.clone(),
            "01JD3M9QK5W3T8Z6B1N0R4V7YH".to_owned(),
        ] {
            submission.reviewer = nobody;
            let asked = workflow::submit(ctx, &desk.author, submission.clone()).await;
            refused(asked, &Refusal::NotAReviewer);
        }
        assert_eq!(desk.edition(&own).await.state, Draft);
    });
}

#[test]
fn the_reviewer_hears_once_and_the_author_hears_the_answer() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let broken = desk
            .draft(&text("x", "").replace("summary: 健診のご案内です。\n", ""))
            .await;
        assert!(desk.submit(&broken).await.is_err());
        assert_eq!(letters(&desk).await, 0, "nothing was submitted");
        let id = desk.draft(&text("a", "")).await;
        desk.submit(&id).await.unwrap();
        assert!(desk.submit(&id).await.is_err());
        assert_eq!(letters(&desk).await, 1);

        let at = desk.at(&id).await;
        let silent = workflow::send_back(ctx, &desk.reviewer, at.clone(), "  ").await;
        refused(silent, &Refusal::NeedsWord);
        workflow::comment(
            ctx,
            &desk.reviewer,
            &id,
            ("documents", None),
            "母子手帳は？",
        )
        .await
        .unwrap();
        workflow::send_back(ctx, &desk.reviewer, at, "")
            .await
            .unwrap();
        assert_eq!(
            (letters(&desk).await, stage(&desk, &id).await),
            (1, Stage::Returned)
        );
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        assert_eq!(letters(&desk).await, 2, "the reviewer, and the author");
        // What was approved may still be sent back before it is published.
        let at = desk.at(&id).await;
        workflow::send_back(ctx, &desk.publisher, at, "電話番号が古い")
            .await
            .unwrap();
        assert_eq!(stage(&desk, &id).await, Stage::Returned);
    });
}

#[test]
fn a_request_to_somebody_who_left_is_passed_on() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let next = actor(
            &desk.city,
            "新しい課長",
            Grant::of(Role::Reviewer, "kodomo"),
        )
        .await;
        let id = desk.in_state(InReview, "left").await;
        let (gone, now) = (desk.reviewer.who.id.clone(), ctx.clock.now());
        ctx.write(move |c| staff::end(c, &gone, now)).await.unwrap();
        let wanted = id.clone();
        let find = move |c: &mut kairan_db::AnyConnection| editing::reviews(c, &wanted, 1);
        let review = ctx.read(find).await.unwrap().remove(0).id;
        letters(&desk).await;
        let to = |who: &Actor| who.who.id.clone();
        let back = workflow::reassign(ctx, &desk.author, &id, review, &to(&desk.reviewer)).await;
        refused(back, &Refusal::NotAReviewer);
        let own = workflow::reassign(ctx, &next, &id, review, &to(&desk.author)).await;
        refused(own, &Refusal::NotAReviewer);
        workflow::reassign(ctx, &desk.author, &id, review, &to(&next))
            .await
            .unwrap();
        assert_eq!(letters(&desk).await, 1);
        let at = desk.at(&id).await;
        workflow::approve(ctx, &next, at, "").await.unwrap();
    });
}

#[test]
fn what_was_forced_waits_for_somebody_else_to_look_at_it() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let id = desk.draft(&text("flood", "")).await;
        let at = desk.at(&id).await;
        let silent = workflow::force(ctx, &desk.publisher, at.clone(), " ").await;
        refused(silent, &Refusal::NeedsReason);
        workflow::force(ctx, &desk.publisher, at, "川の水位が上がっているため")
            .await
            .unwrap();
        desk.city.drain().await;
        assert!(desk.city.page("articles/flood/index.html").await.is_some());
        let waiting = ctx.read(|c| editing::forced(c, 10)).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let review = waiting[0].id;
        assert_eq!(
            waiting[0].answer.as_deref(),
            Some("川の水位が上がっているため")
        );
        let by_himself = workflow::approve_afterwards(ctx, &desk.publisher, &id, review, "").await;
        refused(by_himself, &Refusal::OwnText);
        workflow::approve_afterwards(ctx, &desk.reviewer, &id, review, "")
            .await
            .unwrap();
        let waiting = ctx.read(|c| editing::forced(c, 10)).await.unwrap();
        assert!(waiting.is_empty());
        let again = workflow::approve_afterwards(ctx, &desk.reviewer, &id, review, "").await;
        refused(again, &Refusal::Stale);
    });
}
