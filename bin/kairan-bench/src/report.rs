//! What a benchmark says: settings, a table of figures, and ratios with the limits they must keep.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::measure::{Series, load};

/// The result of one benchmark.
#[derive(Debug)]
pub(crate) struct Report {
    command: &'static str,
    settings: Map<String, Value>,
    rows: Vec<(String, Vec<Cell>)>,
    facts: Vec<Fact>,
    missing: Vec<String>,
}

#[derive(Debug)]
struct Cell {
    name: &'static str,
    series: Series,
    digits: usize,
}

#[derive(Debug)]
struct Fact {
    name: String,
    value: f64,
    limit: Option<Limit>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Report {
    pub(crate) fn new(command: &'static str) -> Self {
        let mut settings = Map::new();
        settings.insert("load at the start".to_owned(), json!(load()));
        Self {
            command,
            settings,
            rows: Vec::new(),
            facts: Vec::new(),
            missing: Vec::new(),
        }
    }

    pub(crate) fn setting(&mut self, name: &str, value: impl Into<Value>) {
        self.settings.insert(name.to_owned(), value.into());
    }

    /// One line of the table; columns are (name, figures, digits after the point).
    pub(crate) fn row<const N: usize>(
        &mut self,
        name: impl Into<String>,
        cells: [(&'static str, &Series, usize); N],
    ) {
        let cells = cells.map(|(name, series, digits)| Cell {
            name,
            series: series.clone(),
            digits,
        });
        self.rows.push((name.into(), cells.into()));
    }

    /// A single figure.
    pub(crate) fn fact(&mut self, name: impl Into<String>, value: f64) {
        self.facts.push(Fact {
            name: name.into(),
            value,
            limit: None,
        });
    }

    /// A single figure and what it must keep.
    pub(crate) fn limited(&mut self, name: impl Into<String>, value: f64, limit: Limit) {
        self.facts.push(Fact {
            name: name.into(),
            value,
            limit: Some(limit),
        });
    }

    /// Something that could not be measured here.
    pub(crate) fn missing(&mut self, what: impl Into<String>) {
        self.missing.push(what.into());
    }

    /// 0: all kept; 1: a limit was not kept; 2: something was missing.
    pub(crate) fn exit_code(&self) -> u8 {
        if !self.missing.is_empty() {
            2
        } else {
            u8::from(!self.facts.iter().all(Fact::kept))
        }
    }

    pub(crate) fn json(&self) -> Value {
        let rows = self.rows.iter().map(|(name, cells)| {
            let mut row = Map::from_iter([("name".to_owned(), json!(name))]);
            for Cell { name, series, .. } in cells {
                let figures =
                    json!({"median": series.median(), "min": series.min(), "max": series.max()});
                row.insert((*name).to_owned(), figures);
            }
            Value::Object(row)
        });
        let facts = self.facts.iter().map(|fact| {
            let (at_most, at_least) = match fact.limit {
                Some(Limit::AtMost(limit)) => (Some(limit), None),
                Some(Limit::AtLeast(limit)) => (None, Some(limit)),
                None => (None, None),
            };
            json!({"name": fact.name, "value": fact.value, "at_most": at_most, "at_least": at_least, "kept": fact.kept()})
        });
        json!({
            "command": self.command,
            "settings": self.settings,
            "rows": rows.collect::<Vec<_>>(),
            "facts": facts.collect::<Vec<_>>(),
            "missing": self.missing,
        })
    }

    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let settings = self
            .settings
            .iter()
            .map(|(name, value)| format!("{name} {value}"));
        writeln!(
            out,
            "{}: {}",
            self.command,
            settings.collect::<Vec<_>>().join(" · ")
        )?;
        let width = self
            .rows
            .iter()
            .map(|(name, _)| name.chars().count())
            .max()
            .unwrap_or(0);
        for (at, (name, cells)) in self.rows.iter().enumerate() {
            if at == 0 {
                write!(out, "{:width$}", "")?;
                for cell in cells {
                    write!(out, "  {:>24}", cell.name)?;
                }
                writeln!(out)?;
            }
            write!(out, "{name:width$}")?;
            for cell in cells {
                write!(out, "  {:>24}", cell.text())?;
            }
            writeln!(out)?;
        }
        for fact in &self.facts {
            writeln!(out, "{}: {}", fact.name, fact.text())?;
        }
        for what in &self.missing {
            writeln!(out, "not measured: {what}")?;
        }
        Ok(())
    }
}

impl Cell {
    /// Median (lowest–highest).
    fn text(&self) -> String {
        let digits = self.digits;
        let (median, min, max) = (self.series.median(), self.series.min(), self.series.max());
        if self.series.is_empty() {
            "-".to_owned()
        } else if min == max {
            format!("{median:.digits$}")
        } else {
            format!("{median:.digits$} ({min:.digits$}–{max:.digits$})")
        }
    }
}

impl Fact {
    /// A figure that is not a number keeps no limit.
    fn kept(&self) -> bool {
        match self.limit {
            Some(Limit::AtMost(limit)) => self.value <= limit,
            Some(Limit::AtLeast(limit)) => self.value >= limit,
            None => true,
        }
    }

    fn text(&self) -> String {
        let value = self.value;
        let value = if value.fract() == 0.0 && value.abs() < 1e15 {
            format!("{value:.0}")
        } else {
            format!("{value:.3}")
        };
        let verdict = if self.kept() { "kept" } else { "NOT KEPT" };
        match self.limit {
            Some(Limit::AtMost(limit)) => format!("{value} (at most {limit}: {verdict})"),
            Some(Limit::AtLeast(limit)) => format!("{value} (at least {limit}: {verdict})"),
            None => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_decide_the_exit_code() {
        let mut report = Report::new("build");
        report.limited("ratio", 0.5, Limit::AtMost(0.6));
        report.limited("recall", 0.95, Limit::AtLeast(0.9));
        assert_eq!(report.exit_code(), 0);
        report.limited("ratio", f64::NAN, Limit::AtMost(0.6));
        assert_eq!(report.exit_code(), 1);
        report.missing("hugo");
        assert_eq!(report.exit_code(), 2);
    }

    #[test]
    fn text_and_json_hold_the_same_figures() {
        let mut report = Report::new("build");
        let mut series = Series::default();
        series.push(1.0);
        series.push(3.0);
        series.push(2.0);
        report.row("kairan", [("cpu s", &series, 1)]);
        let mut text = Vec::new();
        report.print(&mut text).unwrap();
        assert!(String::from_utf8(text).unwrap().contains("2.0 (1.0–3.0)"));
        assert_eq!(report.json()["rows"][0]["cpu s"]["max"], 3.0);
    }
}
