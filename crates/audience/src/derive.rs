//! The audience that follows from an article's tags.

use crate::rule::{ChildClause, ChildPart, Rule};

/// A tag of an article as far as it says who is meant.
#[derive(Clone, Copy, Debug)]
pub struct TagClause<'a> {
    /// Key of the facet the tag belongs to.
    pub facet: &'a str,
    /// Key of the tag.
    pub key: &'a str,
    /// The rule under `matches`; absent for a tag that says nothing about people.
    pub matches: Option<&'a Rule>,
}

/// The rule of an article: its own `when`, or else what its tags say. `None`: neither, so nobody is told.
///
/// Tags of one facet are alternatives, facets must all hold, and what they say of a child holds for one and the same child.
/// That takes a product over the facets that speak of children, after alternatives that touch (0歳, 1歳) have been joined:
/// the size grows with the product of what remains in each.
pub fn audience_of(target_when: Option<&Rule>, tags: &[TagClause<'_>]) -> Option<Rule> {
    if let Some(rule) = target_when {
        return Some(rule.clone());
    }
    let mut facets: Vec<(&str, Facet)> = Vec::new();
    for tag in tags {
        let Some(rule) = tag.matches else { continue };
        let index = facets
            .iter()
            .position(|(key, _)| *key == tag.facet)
            .unwrap_or_else(|| {
                facets.push((tag.facet, Facet::default()));
                facets.len() - 1
            });
        facets[index].1.add(rule);
    }
    if facets.is_empty() {
        return None;
    }
    let mut fixed = Vec::new();
    let mut ways = vec![Way::default()];
    let mut possible = true;
    for (_, facet) in facets {
        if facet.everyone {
            continue;
        }
        if facet.of_children.is_empty() {
            fixed.push(any(facet.others));
            continue;
        }
        let product: Vec<Way> = ways.iter().flat_map(|way| facet.extend(way)).collect();
        // Ways that contradict themselves go, unless nothing else is left: then the checker is to see them.
        let kept: Vec<Way> = product
            .iter()
            .filter(|w| possible && w.is_possible())
            .cloned()
            .collect();
        possible = !kept.is_empty();
        ways = if possible { kept } else { product };
    }
    let mut rules: Vec<Rule> = Vec::new();
    let alternatives: Vec<Rule> = ways.into_iter().filter_map(Way::into_rule).collect();
    if !alternatives.is_empty() {
        rules.push(any(alternatives));
    }
    rules.extend(fixed);
    Some(all(rules))
}

/// What the tags of one facet offer.
#[derive(Default)]
struct Facet {
    everyone: bool,
    /// Alternatives that speak of a child, with what they ask besides.
    of_children: Vec<Way>,
    /// Alternatives that do not.
    others: Vec<Rule>,
}

/// One way to be meant: conditions on one child, and others.
#[derive(Clone, Default, PartialEq)]
struct Way {
    child: Option<ChildClause>,
    others: Vec<Rule>,
}

impl Facet {
    fn add(&mut self, rule: &Rule) {
        match rule {
            Rule::Everyone => self.everyone = true,
            Rule::Any(rules) => rules.iter().for_each(|rule| self.add(rule)),
            Rule::Child(clause) => {
                self.add_child(Way {
                    child: Some(clause.clone()),
                    others: Vec::new(),
                });
            }
            Rule::All(rules) => {
                let of_child = |rule: &&Rule| matches!(rule, Rule::Child(_));
                let mut clauses = rules.iter().filter(of_child);
                match (clauses.next(), clauses.next()) {
                    (Some(Rule::Child(clause)), None) => {
                        let others = rules.iter().filter(|r| !of_child(r)).cloned().collect();
                        self.add_child(Way {
                            child: Some(clause.clone()),
                            others,
                        });
                    }
                    // Two child clauses in one tag may mean two children: left as written.
                    _ => self.others.push(rule.clone()),
                }
            }
            _ => self.others.push(rule.clone()),
        }
    }

    /// Adds an alternative, joined with one that it touches.
    fn add_child(&mut self, mut way: Way) {
        while let Some((i, joined)) = self
            .of_children
            .iter()
            .enumerate()
            .find_map(|(i, other)| Some((i, join(other, &way)?)))
        {
            self.of_children.remove(i);
            way = joined;
        }
        self.of_children.push(way);
    }

    /// Every way to satisfy this facet too.
    fn extend(&self, way: &Way) -> Vec<Way> {
        let mut ways: Vec<Way> = Vec::new();
        for mine in &self.of_children {
            let child = match (&way.child, &mine.child) {
                (Some(a), Some(b)) => Some(merge(a, b)),
                (a, b) => a.clone().or_else(|| b.clone()),
            };
            let others = way.others.iter().chain(&mine.others).cloned().collect();
            ways.push(Way { child, others });
        }
        if !self.others.is_empty() {
            let mut others = way.others.clone();
            others.push(any(self.others.clone()));
            ways.push(Way {
                child: way.child.clone(),
                others,
            });
        }
        ways
    }
}

impl Way {
    fn is_possible(&self) -> bool {
        self.child.as_ref().is_none_or(ChildClause::is_possible)
    }

    fn into_rule(self) -> Option<Rule> {
        let rules: Vec<Rule> = self
            .child
            .map(Rule::Child)
            .into_iter()
            .chain(self.others)
            .collect();
        (!rules.is_empty()).then(|| all(rules))
    }
}

/// One alternative for two, where they differ only in one range and the ranges overlap or touch.
fn join(a: &Way, b: &Way) -> Option<Way> {
    if a == b {
        return Some(a.clone());
    }
    let (Some(left), Some(right)) = (&a.child, &b.child) else {
        return None;
    };
    let ([x], [y]) = (left.parts.as_slice(), right.parts.as_slice()) else {
        return None;
    };
    // `through` cuts at the upper bound of the range, so 0..2 and 3..5 with it do not touch.
    if a.others != b.others || x.through_fiscal_year_end || y.through_fiscal_year_end {
        return None;
    }
    let part = if x.age != y.age {
        let age = Some(x.age?.union(y.age?)?);
        (ChildPart { age, ..x.clone() } == ChildPart { age, ..y.clone() })
            .then(|| ChildPart { age, ..x.clone() })
    } else if x.months != y.months {
        let months = Some(x.months?.union(y.months?)?);
        (ChildPart {
            months,
            ..x.clone()
        } == ChildPart {
            months,
            ..y.clone()
        })
        .then(|| ChildPart {
            months,
            ..x.clone()
        })
    } else if x.grade != y.grade {
        let grade = Some(x.grade?.union(y.grade?)?);
        (ChildPart { grade, ..x.clone() } == ChildPart { grade, ..y.clone() })
            .then(|| ChildPart { grade, ..x.clone() })
    } else {
        None
    };
    part.map(|part| Way {
        child: Some(ChildClause::of(part)),
        others: a.others.clone(),
    })
}

/// Both clauses about the same child.
fn merge(a: &ChildClause, b: &ChildClause) -> ChildClause {
    let mut parts = a.parts.clone();
    for part in &b.parts {
        let joined = parts
            .iter()
            .enumerate()
            .find_map(|(i, p)| Some((i, p.and(part)?)));
        match joined {
            Some((i, joined)) => parts[i] = joined,
            None => parts.push(part.clone()),
        }
    }
    ChildClause { parts }
}

impl ChildPart {
    /// One part that asks what both ask, where the language can say it.
    fn and(&self, other: &Self) -> Option<Self> {
        let dated = |p: &Self| {
            p.age.is_some() || p.months.is_some() || p.grade.is_some() || p.expecting.is_some()
        };
        if dated(self) && dated(other) && self.as_of != other.as_of {
            return None;
        }
        let aged = |p: &Self| p.age.is_some() || p.months.is_some();
        let through = self.through_fiscal_year_end || other.through_fiscal_year_end;
        if through && aged(self) && aged(other) {
            return (self == other).then(|| self.clone());
        }
        fn both<T: Copy>(
            a: Option<T>,
            b: Option<T>,
            intersect: impl Fn(T, T) -> Option<T>,
        ) -> Option<Option<T>> {
            match (a, b) {
                (Some(a), Some(b)) => intersect(a, b).map(Some),
                (a, b) => Some(a.or(b)),
            }
        }
        let mut traits = self.traits.clone();
        traits.extend(
            other
                .traits
                .iter()
                .filter(|t| !self.traits.contains(t))
                .cloned(),
        );
        Some(Self {
            age: both(self.age, other.age, |a, b| a.intersect(b))?,
            months: both(self.months, other.months, |a, b| a.intersect(b))?,
            grade: both(self.grade, other.grade, |a, b| a.intersect(b))?,
            traits,
            expecting: both(self.expecting, other.expecting, |a, b| a.intersect(b))?,
            through_fiscal_year_end: through,
            as_of: if dated(self) {
                self.as_of
            } else {
                other.as_of.or(self.as_of)
            },
        })
    }
}

fn any(mut rules: Vec<Rule>) -> Rule {
    let mut distinct: Vec<Rule> = Vec::new();
    for rule in rules.drain(..) {
        if !distinct.contains(&rule) {
            distinct.push(rule);
        }
    }
    if distinct.len() == 1 {
        distinct.remove(0)
    } else {
        Rule::Any(distinct)
    }
}

/// No rule at all is what is left when every facet says everyone.
fn all(mut rules: Vec<Rule>) -> Rule {
    match rules.len() {
        0 => Rule::Everyone,
        1 => rules.remove(0),
        _ => Rule::All(rules),
    }
}
