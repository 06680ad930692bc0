//! The inhabitants of the small city, and whom each article is for: known here without asking Kairan.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use crate::rng::Rng;

/// Districts of the city.
pub(super) const AREAS: usize = 4;

/// Ages that articles ask for. Only the first has children who come of age while the campaign runs.
pub(super) const AGES: [(i32, i32); 3] = [(3, 5), (6, 11), (12, 17)];

/// One registered inhabitant.
pub(super) struct Person {
    pub(super) key: String,
    pub(super) area: Option<usize>,
    pub(super) children: Vec<NaiveDate>,
    pub(super) mails: Vec<String>,
    pub(super) line: Option<String>,
    pub(super) wants_mail: bool,
    pub(super) wants_line: bool,
}

/// Whom an article is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Everyone,
    Area(usize),
    /// A child of these ages, in years.
    Child(i32, i32),
}

impl Audience {
    /// As front matter writes it.
    pub(super) fn rule(self) -> String {
        match self {
            Self::Everyone => "{ everyone: true }".to_owned(),
            Self::Area(area) => format!("{{ area: [{}] }}", area_key(area)),
            Self::Child(from, to) => format!("{{ child: {{ age: \"{from}..{to}\" }} }}"),
        }
    }
}

pub(super) fn area_key(area: usize) -> String {
    format!("area-{area}")
}

impl Person {
    /// Person `number` of the city on the campaign's first day.
    pub(super) fn new(number: u64, seed: u64, first_day: NaiveDate) -> Self {
        let rng = &mut Rng::of(seed, number);
        let children = match rng.below(20) {
            0..=9 => vec![],
            // Turns three on the second to fourth day.
            10 => vec![years_before(
                first_day + Days::new(rng.between(2, 4)),
                AGES[0].0,
            )],
            11..=16 => vec![settled(first_day, rng)],
            _ => vec![settled(first_day, rng), settled(first_day, rng)],
        };
        let mut mails = match rng.below(10) {
            0 => vec![],
            1 => vec![mail(number), format!("second-{number:05}@example.jp")],
            _ => vec![mail(number)],
        };
        if rng.chance(0.03) {
            mails = vec![format!("{GONE}{number:05}@gone.example.jp")];
        }
        let line = (mails.is_empty() || rng.chance(0.5)).then(|| {
            let mark = if rng.chance(0.03) { UNKNOWN } else { "U0" };
            format!("{mark}{number:031x}")
        });
        Self {
            key: format!("{number:032x}"),
            area: (!rng.chance(0.1)).then(|| rng.below(AREAS as u64) as usize),
            children,
            mails,
            line,
            wants_mail: !rng.chance(0.1),
            wants_line: !rng.chance(0.1),
        }
    }

    /// A second person who reads the same mails: the same facts, a key of their own, no LINE.
    pub(super) fn housemate(&self, number: u64) -> Self {
        Self {
            key: format!("{number:032x}"),
            area: self.area,
            children: self.children.clone(),
            mails: self.mails.clone(),
            line: None,
            wants_mail: self.wants_mail,
            wants_line: self.wants_line,
        }
    }

    /// The line that `kairan citizen import` reads.
    pub(super) fn json(&self) -> Value {
        let children = self.children.iter().enumerate();
        let children: Vec<Value> = children
            .map(|(n, birth)| json!({"key": format!("c{n}"), "birth_date": birth}))
            .collect();
        let mut facts = json!({ "children": children });
        if let Some(area) = self.area {
            facts["area"] = json!(area_key(area));
        }
        let wanted = [("mail", self.wants_mail), ("line", self.wants_line)];
        let consent: Vec<&str> = wanted
            .into_iter()
            .filter_map(|(channel, wants)| wants.then_some(channel))
            .collect();
        json!({"key": self.key, "mail": self.mails, "line": self.line, "facts": facts, "consent": consent})
    }

    /// Whether an article is for this person on the campaign's last day; nobody grows out of an audience meanwhile.
    pub(super) fn fits(&self, audience: Audience, last_day: NaiveDate) -> bool {
        match audience {
            Audience::Everyone => true,
            Audience::Area(area) => self.area == Some(area),
            Audience::Child(from, to) => self
                .children
                .iter()
                .any(|birth| (from..=to).contains(&age(*birth, last_day))),
        }
    }

    /// Where this person hears of an article with these channels.
    pub(super) fn contacts(&self, by_mail: bool, by_line: bool) -> impl Iterator<Item = &String> {
        let mails = self
            .mails
            .iter()
            .filter(move |_| by_mail && self.wants_mail);
        let line = self.line.iter().filter(move |_| by_line && self.wants_line);
        mails.chain(line)
    }
}

const GONE: &str = "gone-";
const UNKNOWN: &str = "Ud";

/// Whether nothing is ever taken for this contact: a mailbox that is gone, a user LINE does not know.
pub(super) fn dead(contact: &str) -> bool {
    contact.starts_with(GONE) || contact.starts_with(UNKNOWN)
}

fn mail(number: u64) -> String {
    format!("citizen-{number:05}@example.jp")
}

fn years_before(day: NaiveDate, years: i32) -> NaiveDate {
    // December has no leap day.
    day.with_year(day.year() - years).unwrap_or(day)
}

/// A birth date whose next anniversary is far from the campaign.
fn settled(first_day: NaiveDate, rng: &mut Rng) -> NaiveDate {
    let years = rng.below(19) as i32;
    years_before(first_day, years) - Days::new(rng.between(30, 300))
}

/// Age in years, a year older on the anniversary.
fn age(birth: NaiveDate, on: NaiveDate) -> i32 {
    let before = (on.month(), on.day()) < (birth.month(), birth.day());
    on.year() - birth.year() - i32::from(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_older_on_the_anniversary() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(age(day(2023, 12, 3), day(2026, 12, 2)), 2);
        assert_eq!(age(day(2023, 12, 3), day(2026, 12, 3)), 3);
    }

    #[test]
    fn the_same_number_is_the_same_person() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert_eq!(Person::new(7, 1, day).json(), Person::new(7, 1, day).json());
        let contacts = (1..200).map(|n| Person::new(n, 1, day));
        assert!(
            contacts
                .filter(|one| one.mails.is_empty())
                .all(|one| one.line.is_some())
        );
    }
}
