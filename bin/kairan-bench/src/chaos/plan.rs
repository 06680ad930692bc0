//! What happens during a campaign, from its seed: articles, their edits, and who must hear of what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::judge::{Crowd, Telling};
use super::people::{AGES, AREAS, Audience, Person};
use crate::rng::Rng;

/// The first day of every campaign.
pub(super) const FIRST_DAY: NaiveDate =
    NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day of the calendar");

/// Days of a campaign; on the last one nothing is killed any more.
pub(super) const DAYS: u64 = 8;

/// An article that tells people, through all its versions.
pub(super) struct Article {
    number: u64,
    pub(super) slug: String,
    pub(super) id: String,
    pub(super) versions: Vec<Version>,
    audience: Audience,
    mail: bool,
    line: bool,
    on_match: bool,
    urgency: &'static str,
    /// Days before the deadline on which people are reminded, and the deadline.
    reminders: Option<(Vec<u64>, NaiveDate)>,
}

/// One version of an article.
#[derive(Clone, Copy)]
pub(super) struct Version {
    /// On which day of the campaign it is published.
    pub(super) day: u64,
    pub(super) round: u32,
    /// It is taken down at the end of the last day but two.
    pub(super) ends: bool,
}

/// Everything that a seed decides.
pub(super) struct Plan {
    pub(super) people: Vec<Person>,
    pub(super) articles: Vec<Article>,
}

impl Plan {
    pub(super) fn new(citizens: u64, articles: u64, seed: u64) -> Self {
        let mut people: Vec<Person> = (1..=citizens)
            .map(|number| Person::new(number, seed, FIRST_DAY))
            .collect();
        // Every tenth household shares its mail address.
        let shared: Vec<Person> = people
            .iter()
            .step_by(10)
            .filter(|one| !one.mails.is_empty())
            .zip(citizens + 1..)
            .map(|(one, number)| one.housemate(number))
            .collect();
        people.extend(shared);
        let articles = (1..=articles)
            .map(|number| Article::new(number, seed))
            .collect();
        Self { people, articles }
    }

    /// (article, version) to publish on a day.
    pub(super) fn on_day(&self, day: u64) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, article) in self.articles.iter().enumerate() {
            for (number, version) in article.versions.iter().enumerate() {
                if version.day == day {
                    found.push((at, number));
                }
            }
        }
        found
    }

    /// Who must have heard of what when all is over, each contact once.
    pub(super) fn tellings(&self) -> BTreeMap<Telling, Crowd> {
        let last_day = FIRST_DAY + Days::new(DAYS);
        let mut all = BTreeMap::new();
        for article in &self.articles {
            let mut crowd = Crowd {
                emergency: article.urgency == "emergency",
                ..Crowd::default()
            };
            for person in &self.people {
                if person.fits(article.audience, last_day) {
                    crowd.citizens.insert(person.key.clone());
                    let contacts = person.contacts(article.mail, article.line);
                    crowd.contacts.extend(contacts.cloned());
                }
            }
            let rounds: BTreeSet<u32> = article.versions.iter().map(|one| one.round).collect();
            for round in rounds {
                all.insert(article.telling(round, "publish"), crowd.clone());
            }
            for days in article.reminders.iter().flat_map(|(days, _)| days) {
                all.insert(
                    article.telling(1, &format!("reminder:{days}d")),
                    crowd.clone(),
                );
            }
        }
        all
    }
}

impl Article {
    fn new(number: u64, seed: u64) -> Self {
        // A stream of its own, apart from those of people.
        let rng = &mut Rng::of(seed ^ 0xA271, number);
        let (mail, line) = *rng.pick(&[(true, true), (true, true), (true, false), (false, true)]);
        let kind = number % 3;
        let audience = match (kind, rng.below(4)) {
            (1, _) => Audience::Child(AGES[0].0, AGES[0].1),
            (_, 0) => Audience::Everyone,
            (_, 1) => Audience::Area(rng.below(AREAS as u64) as usize),
            _ => {
                let (from, to) = *rng.pick(&AGES[1..]);
                Audience::Child(from, to)
            }
        };
        let first = Version {
            day: rng.below(if kind == 0 { 5 } else { 2 }),
            round: 1,
            ends: false,
        };
        let mut versions = vec![first];
        if rng.chance(0.5) {
            let day = first.day + rng.below(2);
            versions.push(Version { day, ..first });
        }
        if kind == 0 && rng.chance(0.6) {
            versions.push(Version {
                day: DAYS - 2,
                round: 2,
                ..first
            });
        }
        if kind < 2 && rng.chance(0.4) {
            let (day, round) = (DAYS - 3, 1);
            versions.push(Version {
                day,
                round,
                ends: true,
            });
            versions.retain(|one| one.round == 1);
        }
        let reminders = (kind == 2).then(|| {
            // Due on the sixth and seventh day; the deadline itself is after the campaign, so that late is still in time.
            let days = if rng.chance(0.5) { vec![5] } else { vec![6, 5] };
            (days, FIRST_DAY + Days::new(DAYS + 3))
        });
        Self {
            number,
            slug: format!("c-{number:04}"),
            id: ulid::Ulid::from_parts(1_764_547_200_000 + number, u128::from(rng.next()))
                .to_string(),
            versions,
            audience,
            mail,
            line,
            on_match: kind == 1,
            urgency: *rng.pick(&["normal", "normal", "important", "emergency"]),
            reminders,
        }
    }

    fn telling(&self, round: u32, occasion: &str) -> Telling {
        Telling {
            document: self.id.clone(),
            round,
            occasion: occasion.to_owned(),
        }
    }

    /// Words that stand on the page from this round on.
    pub(super) fn mark(&self, round: u32) -> String {
        format!("{}-round-{round}", self.slug)
    }

    /// Whether its last version is taken down before the campaign is over.
    pub(super) fn ends(&self) -> bool {
        self.versions.last().is_some_and(|one| one.ends)
    }

    /// The file of one version.
    pub(super) fn text(&self, number: usize) -> String {
        let version = self.versions[number];
        let channels: Vec<&str> = [("mail", self.mail), ("line", self.line)]
            .into_iter()
            .filter_map(|(channel, used)| used.then_some(channel))
            .collect();
        let on = if self.on_match { "match" } else { "publish" };
        let (reminders, deadline) = match &self.reminders {
            Some((days, closes)) => {
                let days: Vec<String> = days.iter().map(|days| format!("{days}d")).collect();
                (
                    format!(", reminders: [{}]", days.join(", ")),
                    format!("deadline: {{ closes: {closes} }}"),
                )
            }
            None => (String::new(), "anytime: true".to_owned()),
        };
        let ends = if version.ends {
            format!("expires_at: {}\n", FIRST_DAY + Days::new(DAYS - 2))
        } else {
            String::new()
        };
        format!(
            "---\nkind: article\nid: {}\nslug: {}\ntitle: {} 第{}版\nsummary: 届くはずの方にだけ届くお知らせです。\n\
             category: children\ntarget: {{ text: 対象の方, when: {} }}\n{deadline}\ncontact: children\n\
             notice: {{ channels: [{}], on: {on}{reminders}, round: {}, urgency: {} }}\npublish_at: 2026-11-30T{:02}:{:02}\n{ends}---\n\n\
             ## 内容\n\n{}です。第{}版。\n",
            self.id,
            self.slug,
            self.slug,
            number + 1,
            self.audience.rule(),
            channels.join(", "),
            version.round,
            self.urgency,
            // Lists are in this order, whichever was published first.
            self.number / 60 % 24,
            self.number % 60,
            self.mark(version.round),
            number + 1,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_every_kind_of_article_and_versions_in_order() {
        let plan = Plan::new(200, 24, 1);
        assert!(plan.articles.iter().any(|one| one.on_match));
        assert!(plan.articles.iter().any(|one| one.reminders.is_some()));
        assert!(plan.articles.iter().any(Article::ends));
        assert!(plan.articles.iter().any(|one| one.urgency == "emergency"));
        for article in &plan.articles {
            let days: Vec<u64> = article.versions.iter().map(|one| one.day).collect();
            assert!(
                days.is_sorted() && days.iter().all(|day| *day < DAYS),
                "{days:?}"
            );
        }
        let crowds = plan.tellings();
        assert!(crowds.len() > 24 && crowds.values().all(|one| !one.citizens.is_empty()));
    }
}
