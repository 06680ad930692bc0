//! The table of diagnostics: the one place where a code, its severity, its name and its explanation stand.
//! `docs/diagnostics.md` is made from it. A new check begins with a new entry here and a fixture folder.

use super::{Code, Entry, Severity};

/// Declares the codes of one family: a constant each, and the list of all.
macro_rules! family {
    ($list:ident $($name:ident = $id:literal, $severity:ident, $title:literal, $explanation:literal, $example:literal;)+) => {
        $(
            #[doc = concat!($id, ": `", $title, "`")]
            pub const $name: Code = Code(&Entry {
                id: $id,
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
                example: $example,
            });
        )+
        /// Every code of the family, in order.
        pub const $list: &[Code] = &[$($name),+];
    };
}

mod accessibility;
mod front_matter;
mod notices;
mod rules;
mod style;
mod taxonomy;

pub use accessibility::*;
pub use front_matter::*;
pub use notices::*;
pub use rules::*;
pub use style::*;
pub use taxonomy::*;

/// A family of codes and what it is about.
#[derive(Debug)]
pub struct Family {
    /// The letter its codes begin with.
    pub letter: char,
    /// What it is about.
    pub title: &'static str,
    /// Its codes.
    pub codes: &'static [Code],
}

/// The six families, in order.
pub const FAMILIES: [Family; 6] = [
    Family {
        letter: 'F',
        title: "書式と項目",
        codes: FRONT_MATTER,
    },
    Family {
        letter: 'T',
        title: "分類と参照",
        codes: TAXONOMY,
    },
    Family {
        letter: 'R',
        title: "対象者の条件",
        codes: RULES,
    },
    Family {
        letter: 'A',
        title: "読みやすさ（アクセシビリティ）",
        codes: ACCESSIBILITY,
    },
    Family {
        letter: 'J',
        title: "自治体の表記",
        codes: STYLE,
    },
    Family {
        letter: 'N',
        title: "お知らせ配信",
        codes: NOTICES,
    },
];

/// Every code, by family and number.
pub fn all() -> impl Iterator<Item = Code> {
    FAMILIES
        .iter()
        .flat_map(|family| family.codes.iter().copied())
}
