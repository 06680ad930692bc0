//! What staff are told about a document: a stable code, a place, what is wrong and what to do.

pub mod codes;
mod guide;
mod report;

use serde::{Deserialize, Serialize};

pub use guide::guide;
pub use report::Report;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Blocks publishing of this document alone.
    Error,
    /// Never blocks.
    Warning,
}

impl Severity {
    /// The word in reports: `error`, `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One entry of the table of diagnostics.
#[derive(Debug)]
pub struct Entry {
    /// The stable id, such as `F011`.
    pub id: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What it is called.
    pub title: &'static str,
    /// Why it matters and what to do, for `docs/diagnostics.md`.
    pub explanation: &'static str,
    /// What triggers it, as staff would write it.
    pub example: &'static str,
}

/// A diagnostic's code: an entry of [`codes`].
#[derive(Clone, Copy)]
pub struct Code(&'static Entry);

impl Code {
    /// The stable id, such as `F011`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.id
    }

    /// The entry in the table.
    #[must_use]
    pub const fn entry(self) -> &'static Entry {
        self.0
    }

    /// The code with this id.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        codes::all().find(|code| code.id() == id)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Code {}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.id)
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.id)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Self::parse(&id).ok_or_else(|| serde::de::Error::custom("not the code of a diagnostic"))
    }
}

/// One problem, at the place of the value it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// Path inside the site folder, with `/`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The key path it is about, such as `deadline[0].closes`, or `body`; where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, in plain Japanese.
    pub message: String,
    /// What to do, in plain Japanese.
    pub fix: String,
}

impl Diagnostic {
    /// A diagnostic about a file as a whole, at its first character.
    #[must_use]
    pub fn of_file(code: Code, file: &str, message: String, fix: String) -> Self {
        Self {
            code,
            severity: code.entry().severity,
            file: file.to_owned(),
            line: 1,
            column: 1,
            field: None,
            message,
            fix,
        }
    }

    /// Whether it blocks publishing.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Orders by file, then place, then code: the order in which they are reported.
    #[must_use]
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        (
            &self.file,
            self.line,
            self.column,
            self.code.id(),
            &self.message,
        )
            .cmp(&(
                &other.file,
                other.line,
                other.column,
                other.code.id(),
                &other.message,
            ))
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {} {} {}\n  直し方: {}",
            self.file,
            self.line,
            self.column,
            self.severity.as_str(),
            self.code,
            self.message,
            self.fix
        )
    }
}
