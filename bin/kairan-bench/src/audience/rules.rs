//! The rules that are counted, for Kairan and for its peer.

use anyhow::{Result, anyhow};
use kairan_audience::Rule;
use serde_json::{Value, json};

use crate::population::{
    AREAS, DISABILITY, FOREIGN, LINE, MAIL, MULTIPLE_BIRTH, NEWCOMER, PREGNANT, SINGLE_PARENT,
    TOPICS, area_key, flag_key,
};
use crate::rng::Rng;

/// Whose age is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Child,
    Own,
}

/// All parts must hold.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub(crate) name: &'static str,
    /// One of these; empty: the whole city.
    pub(crate) areas: Vec<u8>,
    /// Of every group, one attribute.
    pub(crate) groups: Vec<Vec<u8>>,
    /// None of these.
    pub(crate) none: Vec<u8>,
    /// Years, inclusive.
    pub(crate) age: Option<(Who, u32, u32)>,
    /// Weeks of pregnancy, inclusive.
    pub(crate) weeks: Option<(u32, u32)>,
}

impl Spec {
    fn new(name: &'static str, areas: impl IntoIterator<Item = u8>, groups: &[&[u8]]) -> Self {
        let groups = groups.iter().map(|group| group.to_vec()).collect();
        Self {
            name,
            areas: areas.into_iter().collect(),
            groups,
            none: Vec::new(),
            age: None,
            weeks: None,
        }
    }

    fn child(mut self, from: u32, to: u32) -> Self {
        self.age = Some((Who::Child, from, to));
        self
    }

    fn none(mut self, of: &[u8]) -> Self {
        self.none = of.to_vec();
        self
    }

    /// The rule as Kairan reads it.
    pub(crate) fn rule(&self) -> Result<Rule> {
        let mut all = Vec::new();
        if !self.areas.is_empty() {
            all.push(
                json!({"area": self.areas.iter().map(|area| area_key(*area)).collect::<Vec<_>>()}),
            );
        }
        let any = |group: &Vec<u8>| -> Value {
            json!({"any": group.iter().map(|at| json!({"flag": flag_key(*at)})).collect::<Vec<_>>()})
        };
        all.extend(self.groups.iter().map(any));
        if !self.none.is_empty() {
            all.push(json!({"not": any(&self.none)}));
        }
        if let Some((who, from, to)) = self.age {
            let who = if who == Who::Child { "child" } else { "self" };
            all.push(json!({who: {"age": format!("{from}..{to}")}}));
        }
        if let Some((from, to)) = self.weeks {
            all.push(json!({"child": {"expecting": {"weeks": format!("{from}..{to}")}}}));
        }
        Rule::from_json(&json!({"all": all}))
            .map_err(|problems| anyhow!("{}: {problems:?}", self.name))
    }
}

/// Twenty rules, from 0.002 % to 64 % of the city.
pub(crate) fn twenty() -> Vec<Spec> {
    let city = || Vec::new();
    let either: &[u8] = &[MAIL, LINE];
    let mut due = Spec::new("two areas, due soon", [5, 6], &[&[PREGNANT], &[LINE]]);
    due.weeks = Some((31, 39));
    let mut elders = Spec::new("people from 65 on", city(), &[&[MAIL]]);
    elders.age = Some((Who::Own, 65, 120));
    vec![
        Spec::new(
            "three areas, single parent or topic, child 0-2",
            [3, 9, 20],
            &[&[SINGLE_PARENT, 12], &[MAIL]],
        )
        .child(0, 2),
        Spec::new(
            "one area, twins, child 0-5",
            [27],
            &[&[MULTIPLE_BIRTH], &[MAIL]],
        )
        .child(0, 5),
        due,
        Spec::new(
            "rarest topic, single parent",
            city(),
            &[&[59], &[SINGLE_PARENT], &[MAIL]],
        ),
        Spec::new("twins, child 0-17", city(), &[&[MULTIPLE_BIRTH], either]).child(0, 17),
        Spec::new("one area, a topic", [1], &[&[30], &[MAIL]]),
        Spec::new(
            "foreign newcomers",
            city(),
            &[&[FOREIGN], &[NEWCOMER], either],
        ),
        Spec::new("largest areas, child 6-11", [0, 1, 2], &[&[MAIL]]).child(6, 11),
        Spec::new(
            "disability or topics, not single parent",
            city(),
            &[&[DISABILITY, 20, 21], &[MAIL]],
        )
        .none(&[SINGLE_PARENT]),
        Spec::new("child under 1", city(), &[&[LINE]]).child(0, 0),
        elders,
        Spec::new("three topics at once", city(), &[&[3], &[4], &[5], either]),
        Spec::new(
            "four areas, common topics, with exceptions",
            10..14,
            &[&[0, 1], &[LINE]],
        )
        .none(&[DISABILITY, 2]),
        Spec::new("a rare topic", city(), &[&[40], either]),
        Spec::new("pregnant", city(), &[&[PREGNANT], either]),
        Spec::new("seven areas, child 12-14", (0..7).map(|k| k * 4), &[either]).child(12, 14),
        Spec::new("commonest topic", city(), &[&[0], &[MAIL]]),
        Spec::new("one of three common topics", city(), &[&[0, 1, 2], &[LINE]]),
        Spec::new("nearly everyone", city(), &[either]).none(&[40]),
        Spec::new("half the areas", 0..14, &[either]),
    ]
}

/// Rules of the kind that articles have.
pub(crate) fn random(number: usize, rng: &mut Rng) -> Vec<Spec> {
    let attribute = |rng: &mut Rng| {
        if rng.chance(0.3) {
            SINGLE_PARENT + rng.below(6) as u8
        } else {
            (rng.unit() * rng.unit() * f64::from(TOPICS)) as u8
        }
    };
    let one = |_| {
        let areas: Vec<u8> = if rng.chance(0.3) {
            Vec::new()
        } else {
            (0..rng.between(1, 4))
                .map(|_| rng.below(u64::from(AREAS)) as u8)
                .collect()
        };
        let mut spec = Spec::new("random", areas, &[]);
        if rng.chance(0.8) {
            spec.groups
                .push((0..rng.between(1, 3)).map(|_| attribute(rng)).collect());
        }
        spec.groups.push(
            rng.pick(&[vec![MAIL], vec![LINE], vec![MAIL, LINE]])
                .clone(),
        );
        if rng.chance(0.5) {
            let from = rng.below(16) as u32;
            spec.age = Some((Who::Child, from, from + rng.below(4) as u32));
        }
        if rng.chance(0.1) {
            spec.none.push(rng.below(u64::from(TOPICS)) as u8);
        }
        spec
    };
    (0..number).map(one).collect()
}
