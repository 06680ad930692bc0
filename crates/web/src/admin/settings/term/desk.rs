//! One term of a file at the time of a request, and the file with what its form asked for.

use kairan_db::sha256_hex;
use kairan_editor::terms::{self, Control, Edit, Level, Shape, Term, TermField};
use kairan_pipeline::settings::{Check, Part};
use serde::Serialize;

use super::Address;
use crate::admin::Posted;
use crate::error::{Error, Result};

/// A mistake in what was typed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Wrong {
    /// The key of the field; empty for the term as a whole.
    #[serde(skip)]
    pub(super) field: String,
    message: String,
    fix: String,
}

/// What a form asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin::settings) enum Wish {
    Add,
    Set,
    Up,
    Down,
    Remove,
}

/// The file with what a form asked for.
pub(in crate::admin::settings) struct Change {
    pub(in crate::admin::settings) wish: Wish,
    pub(in crate::admin::settings) text: String,
    /// Where the term stands in it.
    pub(in crate::admin::settings) at: String,
}

impl Change {
    pub(in crate::admin::settings) fn removes(&self) -> bool {
        self.wish == Wish::Remove
    }

    /// The term after the change.
    pub(in crate::admin::settings) fn term(&self, shape: &Shape) -> Option<Term> {
        terms::find(&self.text, shape, &self.at).filter(|_| !self.removes())
    }
}

/// A term of a file as it is now, or the place of a new one.
pub(in crate::admin::settings) struct Desk {
    pub(in crate::admin::settings) part: Part,
    pub(in crate::admin::settings) shape: &'static Shape,
    pub(super) address: Address,
    pub(in crate::admin::settings) term: Option<Term>,
    pub(in crate::admin::settings) level: &'static Level,
}

impl Desk {
    pub(super) fn new(
        part: Part,
        shape: &'static Shape,
        text: &str,
        address: Address,
    ) -> Result<Self> {
        let find = |at: &str| terms::find(text, shape, at).ok_or(Error::NotFound);
        let (term, depth) = if !address.at.is_empty() {
            let term = find(&address.at)?;
            let depth = term.depth;
            (Some(term), depth)
        } else if address.below.is_empty() {
            (None, 0)
        } else {
            (None, find(&address.below)?.depth + 1)
        };
        Ok(Self {
            part,
            shape,
            address,
            term,
            level: shape.level(depth),
        })
    }

    /// Says whether the term is still the one that was shown.
    pub(super) fn was(&self) -> String {
        self.term.as_ref().map_or_else(String::new, |term| {
            sha256_hex(term.says.to_string().as_bytes())
        })
    }

    /// The fields that the form asks for: how an answer is given is settled once people may have answered.
    pub(in crate::admin::settings) fn fields(&self) -> impl Iterator<Item = &'static TermField> {
        let new = self.term.is_none();
        let once = |control| matches!(control, Control::Choice(_) | Control::Options);
        self.level
            .fields
            .iter()
            .filter(move |field| new || !once(field.control))
    }

    pub(super) fn edited(&self, text: &str, posted: &Posted) -> Result<Change, terms::Refused> {
        // What can be chosen is asked for beside answers that are not chosen, too.
        let chosen = matches!(posted.one("field.type"), "choice" | "choices" | "people");
        let values: Vec<_> = self
            .fields()
            .filter(|field| chosen || field.control != Control::Options)
            .map(|field| (field.key.to_owned(), posted.one(&id(field)).to_owned()))
            .collect();
        let Address { at, below } = &self.address;
        let Some(term) = &self.term else {
            let key = posted.one("key").trim();
            let text = terms::add(text, self.shape, below, key, &values)?;
            let at = match (self.shape.is_keyless(), below.as_str()) {
                (true, _) => terms::count(&text, self.shape)
                    .saturating_sub(1)
                    .to_string(),
                (false, "") => key.to_owned(),
                (false, below) => format!("{below}/{key}"),
            };
            let wish = Wish::Add;
            return Ok(Change { wish, text, at });
        };
        let wish = match posted.one("do") {
            "up" => Wish::Up,
            "down" => Wish::Down,
            "remove" => Wish::Remove,
            _ => Wish::Set,
        };
        let edit = |text: &str, edit| terms::edit(text, self.shape, at, &edit);
        // A move takes along what was typed.
        let text = match wish {
            Wish::Remove => edit(text, Edit::Remove)?,
            Wish::Up => edit(&edit(text, Edit::Set(values))?, Edit::Up)?,
            Wish::Down => edit(&edit(text, Edit::Set(values))?, Edit::Down)?,
            Wish::Add | Wish::Set => edit(text, Edit::Set(values))?,
        };
        let at = match (self.shape.is_keyless(), wish) {
            (true, Wish::Up) => term.place.saturating_sub(1).to_string(),
            (true, Wish::Down) => (term.place + 1).min(term.of.saturating_sub(1)).to_string(),
            _ => at.clone(),
        };
        Ok(Change { wish, text, at })
    }

    /// What is wrong with the term itself, and so is mended in its form.
    pub(super) fn mistakes(&self, change: &Change, check: &Check) -> Vec<Wrong> {
        if change.removes() {
            return Vec::new();
        }
        let errors = check.problems.iter().filter(|one| one.is_error());
        errors
            .filter(|one| one.file == self.part.path())
            .filter_map(|one| {
                let (line, column) = (one.line, one.column);
                Some(Wrong {
                    field: terms::part_at(&change.text, self.shape, &change.at, line, column)?,
                    message: one.message.clone(),
                    fix: one.fix.clone(),
                })
            })
            .collect()
    }

    /// How documents name the term.
    pub(in crate::admin::settings) fn key(&self) -> &str {
        let at = self.address.at.as_str();
        match self.part {
            Part::Categories => at,
            _ => at.rsplit('/').next().unwrap_or(at),
        }
    }
}

/// The name of a field in the form.
pub(super) fn id(field: &TermField) -> String {
    match field.key {
        "" => "words".to_owned(),
        key => format!("field.{key}"),
    }
}
