//! Whom it tells, who confirmed that, and who is told again.

use std::sync::Arc;

use kairan_db::editions::EditionState::{Approved, Published};
use kairan_db::staff::{Grant, Role};
use kairan_pipeline::workflow::{self, Refusal};
use kairan_pipeline::{NoticeSettings, notify};

use super::{Desk, NOTICE, actor, refused, text};
use crate::town::{Town, each_town};

/// Above two people a second person confirms.
fn strict(mut city: Town) -> Town {
    city.ctx.notices = Arc::new(NoticeSettings {
        confirm_above: Some(2),
        ..NoticeSettings::default()
    });
    city
}

#[test]
fn many_are_told_only_after_two_have_looked_at_the_number() {
    each_town(|city| async move {
        let desk = Desk::new(strict(city)).await;
        let ctx = &desk.city.ctx;
        for mail in ["a@example.jp", "b@example.jp", "c@example.jp"] {
            desk.citizen(mail).await;
        }
        let id = desk.draft(&text("many", NOTICE)).await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let at = desk.at(&id).await;
        let now = workflow::publish(ctx, &desk.publisher, at.clone()).await;
        refused(now, &Refusal::NotConfirmed(3));
        let when = ctx.clock.now() + chrono::Duration::hours(1);
        let later = workflow::schedule(ctx, &desk.publisher, at.clone(), when).await;
        refused(later, &Refusal::NotConfirmed(3));
        let wrong = workflow::confirm(ctx, &desk.publisher, at.clone(), "４").await;
        refused(wrong, &Refusal::WrongNumber);
        let no_role = workflow::confirm(ctx, &desk.reviewer, at.clone(), "3").await;
        refused(no_role, &Refusal::NotPermitted);
        workflow::confirm(ctx, &desk.publisher, at.clone(), "３人")
            .await
            .unwrap();
        workflow::schedule(ctx, &desk.publisher, at, when)
            .await
            .unwrap();

        // Another text is another decision.
        let at = desk.at(&id).await;
        workflow::unschedule(ctx, &desk.publisher, at)
            .await
            .unwrap();
        let at = desk.at(&id).await;
        workflow::reopen(ctx, &desk.author, at).await.unwrap();
        desk.rewrite(&id, |text| text.replace("会場は", "場所は"))
            .await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let at = desk.at(&id).await;
        let again = workflow::publish(ctx, &desk.publisher, at.clone()).await;
        refused(again, &Refusal::NotConfirmed(3));
        workflow::confirm(ctx, &desk.publisher, at.clone(), "3")
            .await
            .unwrap();
        workflow::publish(ctx, &desk.publisher, at).await.unwrap();
        desk.work().await;
        assert_eq!(desk.notices(&id).await.len(), 1);
    });
}

#[test]
fn a_schedule_whose_audience_grew_stops_and_asks() {
    each_town(|city| async move {
        let desk = Desk::new(strict(city)).await;
        let ctx = &desk.city.ctx;
        desk.citizen("a@example.jp").await;
        let id = desk.draft(&text("grown", NOTICE)).await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let when = ctx.clock.now() + chrono::Duration::hours(1);
        let at = desk.at(&id).await;
        // One person: nobody has to confirm anything.
        workflow::schedule(ctx, &desk.publisher, at, when)
            .await
            .unwrap();
        for mail in ["b@example.jp", "c@example.jp"] {
            desk.citizen(mail).await;
        }
        desk.city.wait(61);
        desk.work().await;
        assert_eq!(desk.edition(&id).await.state, Approved);
        assert!(desk.notices(&id).await.is_empty(), "nobody is told");
        assert_eq!(
            desk.mails(&desk.publisher.who.mail),
            1,
            "who scheduled is asked"
        );
        let now = ctx.clock.now();
        let held = move |c: &mut kairan_db::AnyConnection| workflow::held(c, 10, now);
        let waiting = ctx.read(held).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!(
            (waiting[0].document.as_str(), waiting[0].people),
            (id.as_str(), 3)
        );
        desk.work().await;
        assert_eq!(desk.mails(&desk.publisher.who.mail), 1, "once");

        let at = desk.at(&id).await;
        workflow::confirm(ctx, &desk.publisher, at.clone(), "3")
            .await
            .unwrap();
        workflow::publish(ctx, &desk.publisher, at).await.unwrap();
        desk.work().await;
        assert_eq!(desk.edition(&id).await.state, Published);
        assert_eq!(desk.notices(&id).await.len(), 1);
        assert!(ctx.read(held).await.unwrap().is_empty());
    });
}

#[test]
fn a_schedule_that_was_confirmed_goes_out() {
    each_town(|city| async move {
        let desk = Desk::new(strict(city)).await;
        let ctx = &desk.city.ctx;
        for mail in ["a@example.jp", "b@example.jp", "c@example.jp"] {
            desk.citizen(mail).await;
        }
        let id = desk.draft(&text("confirmed", NOTICE)).await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let at = desk.at(&id).await;
        workflow::confirm(ctx, &desk.publisher, at.clone(), "3")
            .await
            .unwrap();
        let when = ctx.clock.now() + chrono::Duration::hours(1);
        workflow::schedule(ctx, &desk.publisher, at, when)
            .await
            .unwrap();
        desk.city.wait(61);
        desk.work().await;
        assert_eq!(desk.edition(&id).await.state, Published);
        assert_eq!(desk.notices(&id).await.len(), 1);
    });
}

#[test]
fn who_approved_and_publishes_is_one_person() {
    each_town(|city| async move {
        let desk = Desk::new(strict(city)).await;
        let ctx = &desk.city.ctx;
        for mail in ["a@example.jp", "b@example.jp", "c@example.jp"] {
            desk.citizen(mail).await;
        }
        let id = desk.draft(&text("one", NOTICE)).await;
        desk.submit(&id).await.unwrap();
        let at = desk.at(&id).await;
        workflow::approve(ctx, &desk.publisher, at, "")
            .await
            .unwrap();
        let at = desk.at(&id).await;
        workflow::confirm(ctx, &desk.publisher, at.clone(), "3")
            .await
            .unwrap();
        let alone = workflow::publish(ctx, &desk.publisher, at.clone()).await;
        refused(alone, &Refusal::SecondPerson(3));
        let second = actor(&desk.city, "もう一人", Grant::everywhere(Role::Publisher)).await;
        workflow::confirm(ctx, &second, at.clone(), "3")
            .await
            .unwrap();
        workflow::publish(ctx, &desk.publisher, at).await.unwrap();

        // In an emergency the number is still typed, by one.
        let flood = desk.draft(&text("flood", NOTICE)).await;
        let at = desk.at(&flood).await;
        let blind = workflow::force(ctx, &desk.publisher, at.clone(), "避難").await;
        refused(blind, &Refusal::NotConfirmed(3));
        workflow::confirm(ctx, &desk.publisher, at.clone(), "3")
            .await
            .unwrap();
        workflow::force(ctx, &desk.publisher, at, "避難")
            .await
            .unwrap();
    });
}

#[test]
fn a_mended_typo_tells_nobody_unless_asked_and_a_correction_those_who_were_told() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = &desk.city.ctx;
        desk.citizen("first@example.jp").await;
        let id = desk.draft(&text("typo", NOTICE)).await;
        desk.publish(&id).await;
        assert_eq!(desk.mails("first@example.jp"), 1);
        // Somebody who came later, and was not told.
        desk.citizen("later@example.jp").await;
        desk.rewrite(&id, |text| text.replace("会場は", "場所は"))
            .await;
        desk.publish(&id).await;
        assert_eq!(desk.edition(&id).await.state, Published);
        assert_eq!(
            (
                desk.mails("first@example.jp"),
                desk.mails("later@example.jp")
            ),
            (1, 0)
        );

        let notice = desk.notices(&id).await.remove(0);
        let (own, first) = (ctx.clone(), notice.id.clone());
        tokio::task::spawn_blocking(move || notify::correct(&own, &first, "場所は市役所です。"))
            .await
            .unwrap()
            .unwrap();
        desk.work().await;
        assert_eq!(
            (
                desk.mails("first@example.jp"),
                desk.mails("later@example.jp")
            ),
            (2, 0)
        );

        desk.rewrite(&id, |text| text.replace("場所は", "会場は"))
            .await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let at = desk.at(&id).await;
        workflow::raise_round(ctx, &desk.publisher, at)
            .await
            .unwrap();
        assert_eq!(desk.edition(&id).await.state, Approved);
        let at = desk.at(&id).await;
        workflow::publish(ctx, &desk.publisher, at).await.unwrap();
        desk.work().await;
        assert_eq!(
            (
                desk.mails("first@example.jp"),
                desk.mails("later@example.jp")
            ),
            (3, 1)
        );

        // A text from an older folder still begins after the rounds there were.
        desk.rewrite(&id, |text| text.replace("round: 2", "round: 1"))
            .await;
        desk.submit(&id).await.unwrap();
        desk.approve(&id).await.unwrap();
        let at = desk.at(&id).await;
        workflow::raise_round(ctx, &desk.publisher, at)
            .await
            .unwrap();
        let at = desk.at(&id).await;
        workflow::publish(ctx, &desk.publisher, at).await.unwrap();
        desk.work().await;
        assert_eq!(desk.mails("first@example.jp"), 4);
    });
}

#[test]
fn looking_ahead_writes_nothing_and_a_trial_goes_to_oneself() {
    each_town(|city| async move {
        let desk = Desk::new(city).await;
        let ctx = desk.city.ctx.clone();
        desk.citizen("a@example.jp").await;
        let id = desk.draft(&text("ahead", NOTICE)).await;
        desk.submit(&id).await.unwrap();
        let before = desk.edition(&id).await;
        let (own, wanted) = (ctx.clone(), id.clone());
        let touched = tokio::task::spawn_blocking(move || workflow::touched(&own, &wanted));
        let touched = touched.await.unwrap().unwrap();
        let own_page = &touched.groups[&workflow::Group::Own];
        assert_eq!(own_page.1, ["/articles/ahead/"]);
        assert!(touched.count > 3 && touched.groups.contains_key(&workflow::Group::Top));
        assert_eq!(desk.edition(&id).await, before);
        let releases = ctx
            .read(|c| kairan_db::releases::list(c, None, 10))
            .await
            .unwrap();
        assert!(releases.is_empty());

        let (own, wanted, now) = (ctx.clone(), id.clone(), ctx.clock.now());
        let outlook = ctx
            .ask(move |c| workflow::outlook(c, &own, &wanted, now))
            .await
            .unwrap();
        assert!(outlook.need.tells && !outlook.need.above);
        assert_eq!(
            (outlook.need.reach.matched, outlook.need.reach.mail),
            (1, 1)
        );
        let sample = outlook.sample.unwrap();
        assert!(sample.text.contains("/articles/ahead/") && sample.subject.contains("健診"));
        assert!(!sample.reasons.is_empty() && !sample.text.contains("a@example.jp"));

        workflow::trial(&ctx, &desk.author, &id).await.unwrap();
        desk.work().await;
        assert_eq!(desk.mails(&desk.author.who.mail), 1);
        assert_eq!(desk.mails("a@example.jp"), 0);
    });
}
