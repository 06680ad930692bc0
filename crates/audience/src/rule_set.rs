//! One citizen against thousands of rules.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::age::DateRange;
use crate::areas::Areas;
use crate::facts::{Answer, Facts};
use crate::rule::{ChildTest, Rule};
use crate::verdict::Verdict;

/// Rules made ready for one day: dates worked out to intervals, keys to numbers.
///
/// Compiling costs time linear in the rules; do it once a day and after an edit. A citizen is made ready once
/// ([`RuleSet::citizen`], linear in the number of distinct keys), then each rule costs a few comparisons per clause.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Node>,
    /// Inner rules; those of one `all` or `any` stand side by side.
    nodes: Vec<Node>,
    /// Keys of the clauses that ask for one of several, and traits.
    keys: Vec<u32>,
    symbols: HashMap<Kind, HashMap<String, u32>>,
    /// For every symbol that is an area: the areas above it.
    above: Vec<Vec<u32>>,
    areas: Areas,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Area,
    Household,
    Flag,
    Trait,
}

#[derive(Clone, Debug)]
enum Node {
    Constant(Verdict),
    /// A child born within the days that has the traits.
    Born {
        births: Range<i32>,
        traits: Range<u32>,
    },
    Due(Range<i32>),
    Own(Range<i32>),
    /// At least one of the symbols is a yes.
    OneOf(Range<u32>),
    All(Range<u32>),
    Any(Range<u32>),
    Not(u32),
}

/// One citizen made ready for a [`RuleSet`].
#[derive(Clone, Debug)]
pub struct Citizen {
    children: Option<Vec<(i32, Option<Vec<u32>>)>>,
    due: Answer<i32>,
    own: Answer<i32>,
    /// Verdict for every symbol.
    table: Vec<Verdict>,
}

impl RuleSet {
    /// Compiles rules for one day.
    pub fn compile<'r>(
        rules: impl IntoIterator<Item = &'r Rule>,
        on: NaiveDate,
        areas: &Areas,
    ) -> Self {
        let mut set = Self {
            areas: areas.clone(),
            ..Self::default()
        };
        for rule in rules {
            let node = set.node(rule, on);
            set.rules.push(node);
        }
        set
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are no rules.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The verdicts on one citizen, in the order of the rules.
    pub fn verdicts(&self, citizen: &Citizen) -> impl Iterator<Item = Verdict> {
        self.rules.iter().map(|rule| self.eval(rule, citizen))
    }

    /// The verdict of one rule, by its position; `None` when there is no such rule.
    pub fn verdict(&self, index: usize, citizen: &Citizen) -> Option<Verdict> {
        self.rules.get(index).map(|rule| self.eval(rule, citizen))
    }

    /// Makes one citizen ready.
    pub fn citizen(&self, facts: &Facts) -> Citizen {
        let day = |answer: &Answer<NaiveDate>| match answer {
            Answer::NotAnswered => Answer::NotAnswered,
            Answer::Nothing => Answer::Nothing,
            Answer::Given(date) => Answer::Given(date.num_days_from_ce()),
        };
        let traits = |keys: &Vec<String>| -> Vec<u32> {
            keys.iter()
                .filter_map(|key| self.symbol(Kind::Trait, key))
                .collect()
        };
        let children = facts.children.list().map(|children| {
            let ready = children.iter().map(|c| {
                (
                    c.birth_date.num_days_from_ce(),
                    c.traits.as_ref().map(traits),
                )
            });
            ready.collect()
        });
        Citizen {
            children,
            due: day(&facts.due_date),
            own: day(&facts.birth_date),
            table: self.table(facts),
        }
    }

    fn table(&self, facts: &Facts) -> Vec<Verdict> {
        let mut table = vec![Verdict::No; self.above.len()];
        let of = |kind| self.symbols.get(&kind).into_iter().flatten();
        match &facts.area {
            Answer::NotAnswered => {
                of(Kind::Area).for_each(|(_, i)| table[*i as usize] = Verdict::Unknown)
            }
            Answer::Nothing => {}
            Answer::Given(lives) => {
                if let Some(here) = self.symbol(Kind::Area, lives) {
                    for (_, i) in of(Kind::Area) {
                        if self.above[*i as usize].contains(&here) {
                            table[*i as usize] = Verdict::Unknown;
                        }
                    }
                }
                for key in std::iter::once(lives.as_str()).chain(self.areas.ancestors(lives)) {
                    if let Some(i) = self.symbol(Kind::Area, key) {
                        table[i as usize] = Verdict::Yes;
                    }
                }
            }
        }
        for (key, i) in of(Kind::Household) {
            let ticked = facts.household.list().map(|ticked| ticked.contains(key));
            table[*i as usize] = ticked.map_or(Verdict::Unknown, Verdict::from);
        }
        for (key, i) in of(Kind::Flag) {
            table[*i as usize] = facts.flag(key).map_or(Verdict::Unknown, Verdict::from);
        }
        table
    }

    fn eval(&self, node: &Node, citizen: &Citizen) -> Verdict {
        match node {
            Node::Constant(verdict) => *verdict,
            Node::Born { births, traits } => match &citizen.children {
                None => Verdict::Unknown,
                Some(children) => Verdict::any(children.iter().map(|(birth, has)| {
                    if !births.contains(birth) {
                        return Verdict::No;
                    }
                    let required = &self.keys[span(traits)];
                    match has {
                        _ if required.is_empty() => Verdict::Yes,
                        None => Verdict::Unknown,
                        Some(has) => required.iter().all(|key| has.contains(key)).into(),
                    }
                })),
            },
            Node::Due(days) => within(&citizen.due, days),
            Node::Own(days) => within(&citizen.own, days),
            Node::OneOf(keys) => Verdict::any(
                self.keys[span(keys)]
                    .iter()
                    .map(|key| citizen.table[*key as usize]),
            ),
            Node::All(inner) => Verdict::all(
                self.nodes[span(inner)]
                    .iter()
                    .map(|n| self.eval(n, citizen)),
            ),
            Node::Any(inner) => Verdict::any(
                self.nodes[span(inner)]
                    .iter()
                    .map(|n| self.eval(n, citizen)),
            ),
            Node::Not(inner) => !self.eval(&self.nodes[*inner as usize], citizen),
        }
    }

    fn node(&mut self, rule: &Rule, on: NaiveDate) -> Node {
        match rule {
            Rule::Everyone => Node::Constant(Verdict::Yes),
            Rule::Child(clause) => match clause.on(on) {
                // Impossible today still reads as unknown while the question is open, as in direct evaluation.
                ChildTest::Impossible if clause.is_expecting() && clause.asks_of_born() => {
                    Node::Constant(Verdict::No)
                }
                ChildTest::Impossible if clause.is_expecting() => Node::Due(0..0),
                ChildTest::Impossible => Node::Born {
                    births: 0..0,
                    traits: 0..0,
                },
                ChildTest::Expected { due } => Node::Due(days(due)),
                ChildTest::Born { births, traits } => {
                    let births = days(births);
                    Node::Born {
                        births,
                        traits: self.intern(Kind::Trait, traits.into_iter()),
                    }
                }
            },
            Rule::SelfAge { age, as_of } => {
                Node::Own(Rule::self_births(*age, *as_of, on).map_or(0..0, days))
            }
            Rule::Area(keys) => self.one_of(Kind::Area, keys),
            Rule::Household(keys) => self.one_of(Kind::Household, keys),
            Rule::Flag(key) => self.one_of(Kind::Flag, std::slice::from_ref(key)),
            Rule::All(rules) => Node::All(self.block(rules, on)),
            Rule::Any(rules) => Node::Any(self.block(rules, on)),
            Rule::Not(inner) => Node::Not(self.block(std::slice::from_ref(inner), on).start),
        }
    }

    fn block(&mut self, rules: &[Rule], on: NaiveDate) -> Range<u32> {
        let block: Vec<Node> = rules.iter().map(|rule| self.node(rule, on)).collect();
        let start = self.nodes.len() as u32;
        self.nodes.extend(block);
        start..self.nodes.len() as u32
    }

    fn one_of(&mut self, kind: Kind, keys: &[String]) -> Node {
        Node::OneOf(self.intern(kind, keys.iter().map(String::as_str)))
    }

    fn intern<'k>(&mut self, kind: Kind, keys: impl Iterator<Item = &'k str>) -> Range<u32> {
        let symbols: Vec<u32> = keys.map(|key| self.add_symbol(kind, key)).collect();
        let start = self.keys.len() as u32;
        self.keys.extend(symbols);
        start..self.keys.len() as u32
    }

    fn symbol(&self, kind: Kind, key: &str) -> Option<u32> {
        self.symbols.get(&kind)?.get(key).copied()
    }

    fn add_symbol(&mut self, kind: Kind, key: &str) -> u32 {
        if let Some(symbol) = self.symbol(kind, key) {
            return symbol;
        }
        let above: Vec<String> = match kind {
            Kind::Area => self.areas.ancestors(key).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let above = above.iter().map(|key| self.add_symbol(kind, key)).collect();
        let symbol = self.above.len() as u32;
        self.above.push(above);
        self.symbols
            .entry(kind)
            .or_default()
            .insert(key.to_owned(), symbol);
        symbol
    }
}

fn span(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}

fn days(range: DateRange) -> Range<i32> {
    let from = range.from.map_or(i32::MIN, |d| d.num_days_from_ce());
    let to = range.to.map_or(i32::MAX, |d| d.num_days_from_ce() + 1);
    from..to
}

fn within(answer: &Answer<i32>, days: &Range<i32>) -> Verdict {
    match answer {
        Answer::NotAnswered => Verdict::Unknown,
        Answer::Nothing => Verdict::No,
        Answer::Given(day) => days.contains(day).into(),
    }
}
