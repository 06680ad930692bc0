//! A rule as rows: conditions in groups, two levels deep, as staff build them without YAML.
//!
//! Rows are a view of the rule's text. Whatever they cannot show in full stays a text; a condition that is not filled in
//! yet is written as such, so that it is complained of and nobody is told by a rule wider than what is on the screen.

mod posted;
mod read;
mod view;
mod write;

pub(crate) use view::rows_of;
pub use view::{ConditionView, GroupView, RuleView, Subject};

use crate::opened::{same, typed};
use serde_json::Value as Json;

/// How conditions or groups are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Join {
    /// すべてに当てはまる
    #[default]
    All,
    /// どれかに当てはまる
    Any,
}

impl Join {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::All, Self::Any]
            .into_iter()
            .find(|join| join.as_str() == word)
    }
}

/// A rule: groups, and how they are joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rows {
    pub(crate) join: Join,
    pub(crate) groups: Vec<RowGroup>,
}

/// Conditions, and how they are joined. A group always has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RowGroup {
    pub(crate) join: Join,
    pub(crate) rows: Vec<Condition>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) about: About,
    /// Whether it is turned around: 住んでいない.
    pub(crate) not: bool,
    /// The ends of a range, as typed; both are inclusive and either may be empty.
    pub(crate) from: String,
    pub(crate) to: String,
    /// Areas, household options, or traits of the child.
    pub(crate) keys: Vec<String>,
    /// 年度末まで
    pub(crate) through: bool,
    /// 基準日: empty for the day of the notice, `fiscal-year-start`, or a date.
    pub(crate) as_of: String,
}

impl Condition {
    /// Whether what it asks is not chosen yet.
    fn is_unfinished(&self) -> bool {
        let ends = self.from.is_empty() && self.to.is_empty();
        match self.about {
            About::Everyone | About::Flag(_) => false,
            About::Area | About::Household | About::ChildTrait => self.keys.is_empty(),
            _ => ends,
        }
    }

    /// A condition that is still to be filled in.
    pub(crate) const fn new(about: About) -> Self {
        Self {
            about,
            not: false,
            from: String::new(),
            to: String::new(),
            keys: Vec::new(),
            through: false,
            as_of: String::new(),
        }
    }
}

/// What a row asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    Everyone,
    OwnAge,
    Area,
    Household,
    Flag(String),
    ChildAge,
    ChildMonths,
    ChildGrade,
    ChildTrait,
    Weeks,
}

/// What rows ask, but for flags, with the words they post.
const ABOUT: [(About, &str); 9] = [
    (About::Everyone, "everyone"),
    (About::OwnAge, "self"),
    (About::Area, "area"),
    (About::Household, "household"),
    (About::ChildAge, "child.age"),
    (About::ChildMonths, "child.months"),
    (About::ChildGrade, "child.grade"),
    (About::ChildTrait, "child.trait"),
    (About::Weeks, "child.expecting"),
];

impl About {
    /// The word it posts: `area`, `child.age`, `flag.newcomer`.
    fn word(&self) -> String {
        match self {
            Self::Flag(key) => format!("flag.{key}"),
            _ => ABOUT
                .iter()
                .find(|(about, _)| about == self)
                .map_or_else(String::new, |(_, word)| (*word).to_owned()),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        if let Some(key) = word.strip_prefix("flag.") {
            return (!key.is_empty()).then(|| Self::Flag(key.to_owned()));
        }
        ABOUT
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(about, _)| about.clone())
    }

    /// Whether it is about a born child, whose traits may be asked beside.
    const fn of_child(&self) -> bool {
        matches!(
            self,
            Self::ChildAge | Self::ChildMonths | Self::ChildGrade | Self::ChildTrait
        )
    }

    /// Whether its range is one of ages whose end may be put off to the end of the fiscal year.
    const fn may_go_through(&self) -> bool {
        matches!(self, Self::ChildAge | Self::ChildMonths)
    }

    /// Whether another day than that of the notice may count.
    const fn has_day(&self) -> bool {
        matches!(
            self,
            Self::OwnAge | Self::ChildAge | Self::ChildMonths | Self::ChildGrade | Self::Weeks
        )
    }
}

impl Rows {
    /// The rows of a rule's text; `None` where they could not show all of it. A text that says nothing has no rows.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        match typed(text) {
            Some(json) => read::rows(&json),
            None => text.trim().is_empty().then(Self::default),
        }
    }

    /// The rule as staff would write it; empty where there are no rows.
    pub(crate) fn text(&self) -> String {
        self.json()
            .map_or_else(String::new, |json| write::text(&json))
    }

    /// Whether both mean the same, however their boxes are ordered.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.sorted().json(), other.sorted().json());
        match (mine, theirs) {
            (Some(mine), Some(theirs)) => same(&mine, &theirs),
            (mine, theirs) => mine == theirs,
        }
    }

    fn sorted(&self) -> Self {
        let mut rows = self.clone();
        for row in rows.groups.iter_mut().flat_map(|group| &mut group.rows) {
            row.keys.sort_unstable();
            row.keys.dedup();
        }
        rows
    }

    fn json(&self) -> Option<Json> {
        write::json(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> Option<String> {
        Rows::of_text(text).map(|rows| rows.text())
    }

    #[test]
    fn what_rows_can_show_comes_back() {
        for text in [
            "everyone: true",
            "self: { age: \"65..\" }",
            "self: { age: \"20\", as_of: 2027-04-02 }",
            "area: [kita, minami]",
            "household: [single-parent]",
            "flag: newcomer",
            "not: { flag: newcomer }",
            "child: { age: \"0..18\", trait: [disability, preterm], through: fiscal-year-end, as_of: fiscal-year-start }",
            "child: { grade: elem-1..high-3 }",
            "child: { trait: [preterm] }",
            "child: { expecting: { weeks: \"12..42\" } }",
            "all:\n  - area: [kita]\n  - not: { household: [foreign] }",
            "any:\n  - all: [{ self: { age: \"65..\" } }, { area: [kita] }]\n  - flag: disabled",
            // Not filled in yet.
            "area: []",
            "self: { age: \"\" }",
        ] {
            assert_eq!(again(text).as_deref(), Some(text));
        }
        assert_eq!(again("").as_deref(), Some(""));
    }

    #[test]
    fn what_rows_cannot_show_stays_a_text() {
        for text in [
            "not: { all: [{ flag: a }, { flag: b }] }",
            "any: [{ all: [{ flag: a }, { any: [{ flag: b }, { flag: c }] }] }, { flag: d }]",
            "all: [{ flag: a }]",
            "child: { age: \"3\", months: \"40..\" }",
            "child: { all: [{ age: \"3\" }, { trait: preterm }] }",
            "child: { trait: preterm, as_of: 2026-04-01 }",
            "not: { everyone: true }",
            "area: kita",
            "flag: a\narea: [kita]",
            "市民",
            "[",
        ] {
            assert_eq!(again(text), None, "{text}");
        }
    }

    #[test]
    fn order_of_boxes_says_nothing() {
        let (a, b) = (
            Rows::of_text("area: [kita, minami]").unwrap(),
            Rows::of_text("area: [minami, kita]").unwrap(),
        );
        assert!(a.agrees(&b));
        assert!(!a.agrees(&Rows::of_text("not: { area: [kita, minami] }").unwrap()));
        assert!(Rows::default().agrees(&Rows::of_text("").unwrap()));
    }
}
