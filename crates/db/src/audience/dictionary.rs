//! Keys of the profile and the numbers they are interned as.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use kairan_audience::{Areas, Rule};

use super::predicate::Ids;
use crate::connection::on;
use crate::schema::{match_set, match_term};
use crate::{AnyConnection, Error, Result};

/// What a term names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Area,
    Household,
    Flag,
    /// A field whose values stand in `match_sensitive`.
    Sensitive,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Area, Kind::Household, Kind::Flag, Kind::Sensitive];

    fn as_str(self) -> &'static str {
        match self {
            Kind::Area => "area",
            Kind::Household => "household",
            Kind::Flag => "flag",
            Kind::Sensitive => "sensitive",
        }
    }
}

/// What a set holds: the questions a citizen answered, or the traits of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SetKind {
    Answered,
    Traits,
}

impl SetKind {
    fn as_str(self) -> &'static str {
        match self {
            SetKind::Answered => "answered",
            SetKind::Traits => "traits",
        }
    }
}

/// The number that stands for "traits were not answered".
pub(super) const TRAITS_NOT_ANSWERED: i32 = 0;

/// The member of an answered set that stands for all flags at once (`"flags": null`).
pub(super) const ALL_FLAGS: &str = "flags";

/// The part of the dictionary that one rule needs.
#[derive(Debug, Default)]
pub struct Dictionary {
    terms: HashMap<(Kind, String), i32>,
    answered: Vec<(i32, BTreeSet<String>)>,
    traits: Vec<(i32, BTreeSet<String>)>,
}

impl Dictionary {
    /// Reads what `rule` needs: one look-up by name and, where a *no* or a trait matters, all sets (as many as there are
    /// distinct combinations of answered questions: a few for each form a city has had).
    ///
    /// # Errors
    /// Those of the database.
    pub fn load(
        c: &mut AnyConnection,
        rule: &Rule,
        areas: &Areas,
        with_no: bool,
    ) -> Result<Dictionary> {
        let mut names: BTreeSet<String> = rule.fields().into_iter().collect();
        let mut sets = with_no;
        rule.walk(&mut |rule| match rule {
            Rule::Area(keys) => {
                for key in keys {
                    names.extend(areas.descendants(key).into_iter().map(str::to_owned));
                    names.extend(areas.ancestors(key).map(str::to_owned));
                }
            }
            Rule::Household(keys) => names.extend(keys.iter().cloned()),
            Rule::Flag(key) => drop(names.insert(key.clone())),
            Rule::Child(clause) => sets |= !clause.traits().is_empty(),
            Rule::Not(_) => sets = true,
            _ => {}
        });
        let mut dictionary = Dictionary {
            terms: terms(c, &names)?,
            ..Self::default()
        };
        if sets {
            let rows: Vec<(i32, String, String)> = on!(
                c,
                match_set::table
                    .select((match_set::id, match_set::kind, match_set::members))
                    .load(c)
            )?;
            for (id, kind, members) in rows {
                let set = parse_members(id, &members)?;
                if kind == SetKind::Answered.as_str() {
                    dictionary.answered.push((id, set));
                } else {
                    dictionary.traits.push((id, set));
                }
            }
        }
        Ok(dictionary)
    }

    pub(super) fn term(&self, kind: Kind, name: &str) -> Option<i32> {
        // A look-up by a borrowed pair needs an owned key; rules are small.
        self.terms.get(&(kind, name.to_owned())).copied()
    }

    pub(super) fn terms<'a>(&self, kind: Kind, names: impl IntoIterator<Item = &'a str>) -> Ids {
        names
            .into_iter()
            .filter_map(|name| self.term(kind, name))
            .collect()
    }

    /// The sets of answers that contain this field.
    pub(super) fn answered(&self, field: &str) -> Ids {
        let is_flag = field.starts_with("flags.");
        let has =
            |set: &BTreeSet<String>| set.contains(field) || (is_flag && set.contains(ALL_FLAGS));
        self.answered
            .iter()
            .filter(|(_, set)| has(set))
            .map(|(id, _)| *id)
            .collect()
    }

    /// The sets of traits that contain all of these.
    pub(super) fn with_traits(&self, required: &[&str]) -> Ids {
        let has = |set: &BTreeSet<String>| required.iter().all(|key| set.contains(*key));
        self.traits
            .iter()
            .filter(|(_, set)| has(set))
            .map(|(id, _)| *id)
            .collect()
    }
}

fn terms(c: &mut AnyConnection, names: &BTreeSet<String>) -> Result<HashMap<(Kind, String), i32>> {
    let names: Vec<&String> = names.iter().collect();
    let mut terms = HashMap::new();
    // SQLite takes 32,766 values in one statement.
    for chunk in names.chunks(10_000) {
        let rows: Vec<(i32, String, String)> = on!(
            c,
            match_term::table
                .filter(match_term::name.eq_any(chunk.to_vec()))
                .select((match_term::id, match_term::kind, match_term::name))
                .load(c)
        )?;
        for (id, kind, name) in rows {
            if let Some(kind) = Kind::ALL.into_iter().find(|k| k.as_str() == kind) {
                terms.insert((kind, name), id);
            }
        }
    }
    Ok(terms)
}

fn parse_members(id: i32, members: &str) -> Result<BTreeSet<String>> {
    serde_json::from_str(members).map_err(|_| Error::stored("match_set", id, members))
}

/// Gives numbers to keys while facts are written. Remembers what it has seen: keep one for a batch, within one
/// transaction.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    terms: HashMap<(Kind, String), i32>,
    sets: HashMap<(SetKind, BTreeSet<String>), i32>,
    sensitive: Option<HashMap<String, i32>>,
}

impl Interner {
    pub(super) fn term(&mut self, c: &mut AnyConnection, kind: Kind, name: &str) -> Result<i32> {
        let key = (kind, name.to_owned());
        if let Some(id) = self.terms.get(&key) {
            return Ok(*id);
        }
        let id = match find_term(c, kind, name)? {
            Some(id) => id,
            None => {
                let row = (
                    match_term::kind.eq(kind.as_str()),
                    match_term::name.eq(name),
                );
                on!(
                    c,
                    diesel::insert_into(match_term::table)
                        .values(row)
                        .on_conflict_do_nothing()
                        .execute(c)
                )?;
                find_term(c, kind, name)?.ok_or_else(|| Error::not_found("match_term", name))?
            }
        };
        self.terms.insert(key, id);
        Ok(id)
    }

    pub(super) fn set(
        &mut self,
        c: &mut AnyConnection,
        kind: SetKind,
        members: BTreeSet<String>,
    ) -> Result<i32> {
        let key = (kind, members);
        if let Some(id) = self.sets.get(&key) {
            return Ok(*id);
        }
        let text = serde_json::to_string(&key.1).unwrap_or_default();
        let id = match find_set(c, kind, &text)? {
            Some(id) => id,
            None => {
                let row = (
                    match_set::kind.eq(kind.as_str()),
                    match_set::members.eq(&text),
                );
                on!(
                    c,
                    diesel::insert_into(match_set::table)
                        .values(row)
                        .on_conflict_do_nothing()
                        .execute(c)
                )?;
                find_set(c, kind, &text)?.ok_or_else(|| Error::not_found("match_set", &text))?
            }
        };
        self.sets.insert(key, id);
        Ok(id)
    }

    /// The term of a field that the profile marks as sensitive; `None` for any other.
    pub(super) fn sensitive(&mut self, c: &mut AnyConnection, field: &str) -> Result<Option<i32>> {
        if self.sensitive.is_none() {
            self.sensitive = Some(sensitive_fields(c)?);
        }
        Ok(self
            .sensitive
            .as_ref()
            .and_then(|fields| fields.get(field).copied()))
    }
}

/// The fields that count as sensitive, and their terms.
pub(crate) fn sensitive_fields(c: &mut AnyConnection) -> Result<HashMap<String, i32>> {
    Ok(match_term::table
        .filter(match_term::kind.eq(Kind::Sensitive.as_str()))
        .select((match_term::name, match_term::id))
        .load::<(String, i32)>(c)?
        .into_iter()
        .collect())
}

/// Makes exactly these fields the sensitive ones.
pub(crate) fn set_sensitive_fields(c: &mut AnyConnection, fields: &BTreeSet<String>) -> Result<()> {
    let keep: Vec<&String> = fields.iter().collect();
    diesel::delete(
        match_term::table
            .filter(match_term::kind.eq(Kind::Sensitive.as_str()))
            .filter(match_term::name.ne_all(keep)),
    )
    .execute(c)?;
    let mut interner = Interner::default();
    for field in fields {
        interner.term(c, Kind::Sensitive, field)?;
    }
    Ok(())
}

fn find_term(c: &mut AnyConnection, kind: Kind, name: &str) -> Result<Option<i32>> {
    Ok(match_term::table
        .filter(match_term::kind.eq(kind.as_str()))
        .filter(match_term::name.eq(name))
        .select(match_term::id)
        .first(c)
        .optional()?)
}

fn find_set(c: &mut AnyConnection, kind: SetKind, members: &str) -> Result<Option<i32>> {
    Ok(match_set::table
        .filter(match_set::kind.eq(kind.as_str()))
        .filter(match_set::members.eq(members))
        .select(match_set::id)
        .first(c)
        .optional()?)
}
