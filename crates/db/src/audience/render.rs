//! Conditions written out as SQL. Nothing but integers is ever written into the text.

use std::fmt::Write as _;

use super::predicate::{ChildTest, Ids, Pred, Source, Test};
use crate::Dialect;

pub(super) fn to_sql(pred: &Pred, dialect: Dialect) -> String {
    let mut writer = Writer {
        sql: String::new(),
        dialect,
    };
    writer.pred(pred);
    writer.sql
}

struct Writer {
    sql: String,
    dialect: Dialect,
}

impl Writer {
    fn pred(&mut self, pred: &Pred) {
        match pred {
            Pred::True => self.text("1 = 1"),
            Pred::False => self.text("1 = 0"),
            Pred::All(parts) => self.list(parts, " AND "),
            Pred::Any(parts) => self.list(parts, " OR "),
            Pred::Has(terms) => self.has(terms),
            Pred::Lacks(terms) => {
                self.text("NOT (");
                self.has(terms);
                self.text(")");
            }
            Pred::Answered(sets) => self.one_of("c.answered", sets),
            Pred::Passes(Source::Column(column), test) => self.value(&format!("c.{column}"), test),
            Pred::Misses(Source::Column(column), test) => {
                self.text(&format!("(c.{column} IS NULL OR NOT ("));
                self.value(&format!("c.{column}"), test);
                self.text("))");
            }
            Pred::Passes(Source::Sensitive(term), test) => self.sensitive(*term, test),
            Pred::Misses(Source::Sensitive(term), test) => {
                self.text("NOT ");
                self.sensitive(*term, test);
            }
            Pred::SomeChild(tests) => self.child(tests),
            Pred::NoChild(tests) => {
                self.text("NOT ");
                self.child(tests);
            }
            Pred::ChangedSince(micros) => {
                let _ = write!(self.sql, "c.changed_at >= {micros}");
            }
            Pred::Unless(inner) => {
                self.text("(");
                self.pred(inner);
                self.text(") IS NOT TRUE");
            }
        }
    }

    fn list(&mut self, parts: &[Pred], word: &str) {
        self.text("(");
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.text(word);
            }
            self.pred(part);
        }
        self.text(")");
    }

    fn has(&mut self, terms: &Ids) {
        match self.dialect {
            Dialect::Postgres => {
                self.text("c.attrs && '{");
                self.numbers(terms);
                self.text("}'::int[]");
            }
            Dialect::Sqlite => {
                self.text("c.citizen_id IN (SELECT citizen_id FROM match_attr WHERE ");
                self.one_of("attr", terms);
                self.text(")");
            }
        }
    }

    /// A subquery over a table with `citizen_id`: PostgreSQL plans `EXISTS` as a semi-join, SQLite drives its loop from
    /// `IN`.
    fn related(&mut self, table: &str, condition: impl FnOnce(&mut Self)) {
        match self.dialect {
            Dialect::Postgres => {
                self.text("EXISTS (SELECT 1 FROM ");
                self.text(table);
                self.text(" k WHERE k.citizen_id = c.citizen_id AND ");
            }
            Dialect::Sqlite => {
                self.text("c.citizen_id IN (SELECT k.citizen_id FROM ");
                self.text(table);
                self.text(" k WHERE ");
            }
        }
        condition(self);
        self.text(")");
    }

    fn sensitive(&mut self, term: i32, test: &Test) {
        self.related("match_sensitive", |w| {
            let _ = write!(w.sql, "k.term = {term} AND ");
            w.value("k.value", test);
        });
    }

    fn child(&mut self, tests: &[ChildTest]) {
        self.related("match_child", |w| {
            w.text("(");
            for (i, test) in tests.iter().enumerate() {
                if i > 0 {
                    w.text(" OR ");
                }
                w.value("k.birth", &Test::Within(test.births.0, test.births.1));
                if let Some(traits) = &test.traits {
                    w.text(" AND ");
                    w.one_of("k.traits", traits);
                }
            }
            w.text(")");
        });
    }

    fn value(&mut self, name: &str, test: &Test) {
        let _ = match test {
            Test::In(ids) => return self.one_of(name, ids),
            Test::Within(Some(from), Some(to)) => {
                write!(self.sql, "{name} BETWEEN {from} AND {to}")
            }
            Test::Within(Some(from), None) => write!(self.sql, "{name} >= {from}"),
            Test::Within(None, Some(to)) => write!(self.sql, "{name} <= {to}"),
            Test::Within(None, None) => write!(self.sql, "{name} IS NOT NULL"),
        };
    }

    fn one_of(&mut self, name: &str, ids: &Ids) {
        if let (Some(first), Some(last)) = (ids.first(), ids.last())
            && ids.len() > 2
            && i64::from(*last) - i64::from(*first) + 1 == ids.len() as i64
        {
            // Numbers without a gap: the usual case for "everybody was asked this".
            let _ = write!(self.sql, "{name} BETWEEN {first} AND {last}");
            return;
        }
        self.text(name);
        self.text(" IN (");
        self.numbers(ids);
        self.text(")");
    }

    fn numbers(&mut self, ids: &Ids) {
        for (i, id) in ids.iter().enumerate() {
            let _ = write!(self.sql, "{}{id}", if i > 0 { "," } else { "" });
        }
    }

    fn text(&mut self, text: &str) {
        self.sql.push_str(text);
    }
}
