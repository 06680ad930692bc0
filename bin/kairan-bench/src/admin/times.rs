//! How long each kind of request took.

use crate::measure::Series;
use crate::report::Report;

/// Milliseconds by kind.
#[derive(Default)]
pub(super) struct Times(Vec<(&'static str, Vec<f64>)>);

impl Times {
    pub(super) fn push(&mut self, kind: &'static str, took: f64) {
        match self.0.iter_mut().find(|(name, _)| *name == kind) {
            Some((_, times)) => times.push(took),
            None => self.0.push((kind, vec![took])),
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (kind, times) in other.0 {
            for took in times {
                self.push(kind, took);
            }
        }
    }

    /// A line of the table for each kind.
    pub(super) fn report(self, before: &str, report: &mut Report) -> Vec<(&'static str, Series)> {
        let by_kind: Vec<(&'static str, Series)> = self
            .0
            .into_iter()
            .map(|(kind, times)| (kind, times.into()))
            .collect();
        for (kind, times) in &by_kind {
            let one = |figure: f64| Series::from(vec![figure]);
            report.row(
                format!("{before}{kind}"),
                [
                    ("requests", &one(times.len() as f64), 0),
                    ("p50 ms", &one(times.median()), 1),
                    ("p95 ms", &one(times.at(0.95)), 1),
                    ("p99 ms", &one(times.at(0.99)), 1),
                    ("max ms", &one(times.max()), 1),
                ],
            );
        }
        by_kind
    }
}
