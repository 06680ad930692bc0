//! Citizens from a file (CSV or JSON lines): read whole, every problem at once, then loaded in batches.
//!
//! CSV has a header line. Columns, all optional but a contact: `key`, `mail`, `mail2`, `line`, `lang`, `birth_date`, `area`, `due_date`,
//! `household` (`a;b`), `children` (`2025-11-01;2023-02-03(preterm+twin)`), `flags.<key>` (`yes`/`no`, `はい`/`いいえ`),
//! `interests` (`a;b`), `consent` (`mail;line`). An empty cell is *not answered*; `なし` or `-` is *answered: none*.
//! JSON lines are objects `{"key","mail":[…],"line","lang","facts":{…},"preferences":{…},"consent":["mail"]}`.

mod check;
mod csv;
mod jsonl;

use std::collections::HashMap;
use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use kairan_audience::{Areas, ProfileSchema};

use super::{NOTICE_PURPOSE, NewCitizen, NewConsent, contacts, load};
use crate::audience::CHUNK;
use crate::notices::Channel;
use crate::schema::{citizens, contact_points};
use crate::seal::Keyring;
use crate::{AnyConnection, Result};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated, with a header.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// One citizen of the file, found in order.
#[derive(Clone)]
pub struct ImportRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// The citizen; consent names channels alone until [`import`] adds the version.
    pub citizen: NewCitizen,
    consent: Vec<Channel>,
}

impl fmt::Debug for ImportRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportRow")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// Something wrong in the file. The message quotes keys and dates, never an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column of the CSV, or the place in the JSON (`/facts/area`).
    pub column: String,
    /// What is wrong and what to do, in plain Japanese.
    pub message: String,
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}行目 {}: {}", self.line, self.column, self.message)
    }
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Added.
    pub added: usize,
    /// Left out, because the key or the first contact is known already: importing a file twice adds nobody.
    pub existing: usize,
}

/// Reads a file and checks it against the profile: `--dry-run` is this alone. `today` (Japan) is for birth dates in the
/// future.
///
/// # Errors
/// Every problem of the file, in order of lines.
pub fn parse_import(
    text: &str,
    format: Format,
    profile: &ProfileSchema,
    areas: &Areas,
    today: NaiveDate,
) -> Result<Vec<ImportRow>, Vec<ImportProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut checker = check::Checker::new(profile, areas, today);
    let rows = match format {
        Format::Csv => csv::read(text, &mut checker),
        Format::JsonLines => jsonl::read(text, &mut checker),
    };
    checker.finish(rows)
}

/// Loads rows that were read; takes about a thousand at a time from the front of `rows` on, so that a caller may show
/// progress and commit in between: call it with chunks, each inside a `Db::write`. `consent_version` names the text to
/// which the people of the file agreed.
///
/// # Errors
/// Those of the database and of sealing.
pub fn import(
    c: &mut AnyConnection,
    keyring: &Keyring,
    rows: &[ImportRow],
    consent_version: &str,
    now: NaiveDateTime,
) -> Result<ImportReport> {
    let mut report = ImportReport::default();
    for chunk in rows.chunks(CHUNK) {
        let known = known(c, keyring, chunk)?;
        let new: Vec<NewCitizen> = chunk
            .iter()
            .zip(known)
            .filter(|(_, known)| !known)
            .map(|(row, _)| row.with_consent(consent_version))
            .collect();
        report.added += load(c, keyring, &new, now)?.len();
        report.existing += chunk.len() - new.len();
    }
    Ok(report)
}

impl ImportRow {
    fn with_consent(&self, version: &str) -> NewCitizen {
        let mut citizen = self.citizen.clone();
        citizen.consents = self
            .consent
            .iter()
            .map(|channel| NewConsent {
                channel: *channel,
                purpose: NOTICE_PURPOSE.to_owned(),
                granted: true,
                version: version.to_owned(),
                source: "import".to_owned(),
            })
            .collect();
        citizen
    }

    /// The first contact: by it a citizen without a key is recognised.
    fn contact(&self) -> Option<(Channel, &str)> {
        let mail = self
            .citizen
            .mails
            .first()
            .map(|mail| (Channel::Mail, mail.as_str()));
        mail.or_else(|| {
            self.citizen
                .line
                .as_deref()
                .map(|line| (Channel::Line, line))
        })
    }
}

/// Which of the rows are in the database already.
fn known(c: &mut AnyConnection, keyring: &Keyring, rows: &[ImportRow]) -> Result<Vec<bool>> {
    let mut wanted: HashMap<String, usize> = HashMap::new();
    let mut keys: HashMap<&str, usize> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        if let Some(key) = &row.citizen.key {
            keys.insert(key, i);
        } else if let Some((channel, value)) = row.contact()
            && let Some(index) = contacts::blind_index(keyring, channel, value)
        {
            wanted.insert(index.as_str().to_owned(), i);
        }
    }
    let mut known = vec![false; rows.len()];
    let found: Vec<String> = contact_points::table
        .filter(contact_points::blind_index.eq_any(wanted.keys()))
        .filter(contact_points::verified_at.is_not_null())
        .select(contact_points::blind_index)
        .load(c)?;
    let found_keys: Vec<String> = citizens::table
        .filter(citizens::citizen_key.eq_any(keys.keys()))
        .select(citizens::citizen_key)
        .load(c)?;
    let by_contact = found.iter().filter_map(|index| wanted.get(index));
    let by_key = found_keys.iter().filter_map(|key| keys.get(key.as_str()));
    for i in by_contact.chain(by_key) {
        known[*i] = true;
    }
    Ok(known)
}
