//! The registered people of the example city: made from a seed, the same every time.

use chrono::{Days, Months, NaiveDate};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Map, Value, json};

/// Changing it changes everybody.
const SEED: u64 = 20_261_121;

const AREAS: [&str; 16] = [
    "honmachi",
    "ekimae",
    "sakae",
    "midoridori",
    "kitamachi",
    "morinosato",
    "takamori",
    "minamimachi",
    "kawaberi",
    "suisha",
    "hasuda",
    "inahodai",
    "higashigaoka",
    "asahidai",
    "hidamari",
    "outside",
];
const TRAITS: [&str; 5] = [
    "preterm",
    "multiple",
    "developmental",
    "disability",
    "medical-care",
];
const HOUSEHOLD: [&str; 7] = [
    "single-parent",
    "dual-income",
    "siblings",
    "many-children",
    "care-needed",
    "foreign",
    "home-owner",
];
const FLAGS: [&str; 5] = [
    "newcomer",
    "evacuated",
    "job_seeking",
    "mynumber_card",
    "e_monitor",
];
const INTERESTS: [&str; 3] = ["money", "childcare", "disaster"];

/// The key of the citizen with this number.
pub(super) fn key(number: usize) -> String {
    format!("{:032x}", SEED.wrapping_mul(1_000_000) + number as u64)
}

/// JSON lines as `kairan citizen import` takes them; dates are around `today`.
pub(super) fn generate(count: usize, today: NaiveDate) -> String {
    let mut random = StdRng::seed_from_u64(SEED);
    let mut lines = String::new();
    for number in 0..count {
        lines.push_str(&person(&mut random, number, today).to_string());
        lines.push('\n');
    }
    lines
}

fn person(random: &mut StdRng, number: usize, today: NaiveDate) -> Value {
    let line = random
        .random_bool(0.4)
        .then(|| format!("U{:032x}", random.random::<u128>()));
    // A few are reached by LINE alone, a few agreed to nothing but the inbox.
    let mail = line.is_none() || random.random_bool(0.8);
    let mut consent = Vec::new();
    if mail && random.random_bool(0.95) {
        consent.push("mail");
    }
    if line.is_some() && random.random_bool(0.95) {
        consent.push("line");
    }
    let mut person = json!({
        "key": key(number),
        "mail": if mail { vec![format!("shimin{number:04}@example.jp")] } else { Vec::new() },
        "facts": facts(random, number, today),
        "consent": consent,
    });
    if let Some(line) = line {
        person["line"] = json!(line);
    }
    if random.random_bool(0.1) {
        let interest = INTERESTS.choose(random).copied().unwrap_or("money");
        person["preferences"] = json!({ "interests": [interest] });
    }
    person
}

/// Most answers of most people: what is left out is not answered.
fn facts(random: &mut StdRng, number: usize, today: NaiveDate) -> Value {
    let mut facts = Map::new();
    if random.random_bool(0.97) {
        facts.insert("area".to_owned(), json!(AREAS.choose(random)));
    }
    let parent = number == 0 || random.random_bool(0.55);
    let age = if parent {
        random.random_range(22..48)
    } else {
        random.random_range(18..92)
    };
    if random.random_bool(0.9) {
        facts.insert("birth_date".to_owned(), json!(back(random, today, age)));
    }
    if parent || random.random_bool(0.8) {
        facts.insert("children".to_owned(), children(random, parent, today));
    }
    let expecting = parent && random.random_bool(0.08);
    let due = today + Days::new(random.random_range(7..260));
    facts.insert(
        "due_date".to_owned(),
        if expecting { json!(due) } else { Value::Null },
    );
    let household: Vec<&str> = HOUSEHOLD
        .into_iter()
        .filter(|_| random.random_bool(0.18))
        .collect();
    facts.insert("household".to_owned(), json!(household));
    let mut flags = Map::new();
    for flag in FLAGS {
        if random.random_bool(0.7) {
            flags.insert(flag.to_owned(), json!(random.random_bool(0.25)));
        }
    }
    facts.insert("flags".to_owned(), Value::Object(flags));
    Value::Object(facts)
}

fn children(random: &mut StdRng, parent: bool, today: NaiveDate) -> Value {
    let count = if parent {
        *[1, 1, 1, 2, 2, 3].choose(random).unwrap_or(&1)
    } else {
        0
    };
    let children = (0..count).map(|number| {
        let traits: Vec<&str> = TRAITS
            .into_iter()
            .filter(|_| random.random_bool(0.04))
            .collect();
        // Young children are the most: that is when people register.
        let age = random.random_range(0..19).min(random.random_range(0..19));
        json!({
            "key": format!("c{}", number + 1),
            "birth_date": back(random, today, age),
            "traits": traits,
        })
    });
    Value::Array(children.collect())
}

/// A day in the year before the birthday of somebody of this age.
fn back(random: &mut StdRng, today: NaiveDate, age: u32) -> NaiveDate {
    today - Months::new(age * 12) - Days::new(random.random_range(1..365))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_people_every_time() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let people = generate(500, today);
        assert_eq!(people, generate(500, today));
        assert_eq!(people.lines().count(), 500);
    }
}
