//! The steps there are, from every state, by everybody.

use kairan_db::audit::{self, Trail};
use kairan_db::editions::EditionState::{self, Approved, Draft, InReview, Published, Scheduled};
use kairan_db::staff::{Grant, Role};
use kairan_pipeline::workflow::{self, Refusal};

use super::{Desk, actor, refused, text};
use crate::town::{each_town, jst};

const STATES: [EditionState; 5] = [Draft, InReview, Approved, Scheduled, Published];

#[test]
fn each_step_is_taken_from_its_states_and_from_no_other() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let steps: [(&str, &[EditionState]); 9] = [
            ("submit", &[Draft]),
            ("retract", &[InReview]),
            ("return", &[InReview, Approved]),
            ("approve", &[InReview]),
            ("reopen", &[Approved]),
            ("schedule", &[Approved, Scheduled]),
            ("unschedule", &[Scheduled]),
            ("publish", &[Approved]),
            ("force", &[Draft, InReview]),
        ];
        for (step, from) in steps {
            for state in STATES {
                let slug = format!("{step}-{}", state.as_str().replace('_', "-"));
                let id = desk.in_state(state, &slug).await;
                let before = desk.edition(&id).await;
                let (ctx, at) = (&desk.city.ctx, desk.at(&id).await);
                let taken = match step {
                    "submit" => desk.submit(&id).await,
                    "retract" => workflow::retract(ctx, &desk.author, at).await,
                    "return" => workflow::send_back(ctx, &desk.reviewer, at, "ここを").await,
                    "approve" => workflow::approve(ctx, &desk.reviewer, at, "").await,
                    "reopen" => workflow::reopen(ctx, &desk.author, at).await,
                    "schedule" => {
                        let when = ctx.clock.now() + chrono::Duration::hours(2);
                        workflow::schedule(ctx, &desk.publisher, at, when).await
                    }
                    "unschedule" => workflow::unschedule(ctx, &desk.publisher, at).await,
                    "publish" => workflow::publish(ctx, &desk.publisher, at)
                        .await
                        .map(|_| ()),
                    _ => workflow::force(ctx, &desk.publisher, at, "避難")
                        .await
                        .map(|_| ()),
                };
                assert_eq!(
                    taken.is_ok(),
                    from.contains(&state),
                    "{step} {state}: {taken:?}"
                );
                if taken.is_err() {
                    assert_eq!(desk.edition(&id).await, before, "{step} {state}");
                }
            }
        }
    });
}

#[test]
fn nobody_without_the_role_in_the_department_takes_a_step() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let stranger = actor(&desk.city, "よその課", Grant::of(Role::Publisher, "zeimu")).await;
        let review = desk.in_state(InReview, "review").await;
        let ready = desk.in_state(Approved, "ready").await;
        let (at, then) = (desk.at(&review).await, desk.at(&ready).await);
        let no = &Refusal::NotPermitted;
        for who in [&stranger, &desk.author] {
            refused(workflow::approve(ctx, who, at.clone(), "").await, no);
            refused(workflow::send_back(ctx, who, at.clone(), "x").await, no);
            refused(workflow::publish(ctx, who, then.clone()).await, no);
            let when = ctx.clock.now() + chrono::Duration::hours(2);
            refused(workflow::schedule(ctx, who, then.clone(), when).await, no);
            refused(workflow::force(ctx, who, at.clone(), "x").await, no);
        }
        refused(workflow::retract(ctx, &stranger, at.clone()).await, no);
        // A reviewer approves, and does not publish.
        refused(workflow::publish(ctx, &desk.reviewer, then).await, no);
        // What was done is in the log, with the address it came from.
        let trail = Trail {
            action: Some("document.submit"),
            ..Trail::default()
        };
        let find = move |c: &mut kairan_db::AnyConnection| audit::list(c, &trail, 10);
        let told = ctx.read(find).await.unwrap();
        assert_eq!(told.len(), 2);
        assert_eq!(
            (told[0].actor.clone(), told[0].origin.as_str()),
            (desk.author.key(), "192.0.2.7")
        );
    });
}

#[test]
fn a_screen_that_is_out_of_date_changes_nothing() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let id = desk.draft(&text("a", "")).await;
        let mut old = desk.at(&id).await;
        desk.rewrite(&id, |text| text.replace("会場は", "場所は"))
            .await;
        let submission = workflow::Submission {
            at: old.clone(),
            reviewer: desk.reviewer.who.id.clone(),
            note: String::new(),
        };
        refused(
            workflow::submit(ctx, &desk.author, submission).await,
            &Refusal::Stale,
        );
        desk.submit(&id).await.unwrap();
        old = desk.at(&id).await;
        // Taken back, changed, and submitted again while the reviewer reads.
        let at = desk.at(&id).await;
        workflow::retract(ctx, &desk.author, at).await.unwrap();
        desk.rewrite(&id, |text| text.replace("保健センター", "市役所"))
            .await;
        desk.submit(&id).await.unwrap();
        refused(
            workflow::approve(ctx, &desk.reviewer, old, "").await,
            &Refusal::Stale,
        );
        assert_eq!(desk.edition(&id).await.state, InReview);
    });
}

#[test]
fn what_is_scheduled_for_nine_is_there_at_nine() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let id = desk.in_state(Approved, "nine").await;
        let at = desk.at(&id).await;
        let past = ctx.clock.now() - chrono::Duration::minutes(1);
        let late = workflow::schedule(ctx, &desk.publisher, at.clone(), past).await;
        refused(late, &Refusal::PastTime);
        let nine = jst("2026-12-19 09:00");
        workflow::schedule(ctx, &desk.publisher, at, nine)
            .await
            .unwrap();
        desk.city.set("2026-12-19 08:59");
        desk.city.drain().await;
        assert_eq!(desk.city.page("articles/nine/index.html").await, None);
        desk.city.set("2026-12-19 09:00");
        desk.city.drain().await;
        assert!(desk.city.page("articles/nine/index.html").await.is_some());
        assert_eq!(desk.edition(&id).await.state, Published);
    });
}

#[test]
fn a_text_with_errors_or_an_end_that_is_over_is_not_published() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        let broken = desk
            .draft(&text("x", "").replace("category: money/teate\n", ""))
            .await;
        let refusal = desk.submit(&broken).await;
        assert!(matches!(
            refusal,
            Err(kairan_pipeline::Error::Workflow(Refusal::HasErrors(1..)))
        ));
        let at = desk.at(&broken).await;
        let forced = workflow::force(ctx, &desk.publisher, at, "急ぎ").await;
        assert!(forced.is_err(), "not even in an emergency");
        let ends = desk.draft(&text("y", "expires_at: 2026-12-20\n")).await;
        desk.submit(&ends).await.unwrap();
        desk.approve(&ends).await.unwrap();
        let at = desk.at(&ends).await;
        let late = jst("2026-12-22 09:00");
        refused(
            workflow::schedule(ctx, &desk.publisher, at, late).await,
            &Refusal::Ends,
        );
    });
}
