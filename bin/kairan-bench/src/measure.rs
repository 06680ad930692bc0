//! What a command costs: wall time, CPU time and peak memory of a child process; medians of interleaved rounds.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wait4::Wait4;

/// One run of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Seconds.
    pub(crate) wall: f64,
    /// User and system seconds, all threads.
    pub(crate) cpu: f64,
    /// Peak resident memory in MiB. The system counts what this process held when it started the child, so keep it small.
    pub(crate) memory: f64,
}

impl Cost {
    /// One after the other: times add up, memory does not.
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            wall: self.wall + next.wall,
            cpu: self.cpu + next.cpu,
            memory: self.memory.max(next.memory),
        }
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<Cost> {
    let errors = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors.try_clone()?);
    let name = command.get_program().to_string_lossy().into_owned();
    let began = Instant::now();
    let child = command
        .spawn()
        .with_context(|| format!("{name} does not start"))?;
    let used = child.wait4()?;
    let wall = began.elapsed().as_secs_f64();
    if !used.status.success() {
        bail!("{name}: {}\n{}", used.status, tail(errors)?);
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Cost {
        wall,
        cpu: cpu.as_secs_f64(),
        memory: used.rusage.maxrss as f64 / 1048576.0,
    })
}

/// The end of what a failed command said.
fn tail(mut errors: File) -> Result<String> {
    errors.rewind()?;
    let mut text = Vec::new();
    errors.read_to_end(&mut text)?;
    let from = text.len().saturating_sub(2000);
    Ok(String::from_utf8_lossy(&text[from..]).into_owned())
}

/// Figures of one kind over all rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Series(Vec<f64>);

impl From<Vec<f64>> for Series {
    fn from(mut figures: Vec<f64>) -> Self {
        figures.sort_unstable_by(f64::total_cmp);
        Self(figures)
    }
}

impl Series {
    pub(crate) fn push(&mut self, figure: f64) {
        let at = self.0.partition_point(|known| *known <= figure);
        self.0.insert(at, figure);
    }

    /// NaN without figures.
    pub(crate) fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// NaN without figures.
    pub(crate) fn min(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// NaN without figures.
    pub(crate) fn max(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// The figure below which this share of all figures lies; NaN without figures.
    pub(crate) fn at(&self, share: f64) -> f64 {
        let at = (self.0.len() as f64 * share) as usize;
        let last = self.0.len().saturating_sub(1);
        self.0.get(at.min(last)).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The costs of one command over all rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Costs {
    pub(crate) wall: Series,
    pub(crate) cpu: Series,
    pub(crate) memory: Series,
}

impl Costs {
    pub(crate) fn once(cost: Cost) -> Self {
        let mut costs = Self::default();
        costs.push(cost);
        costs
    }

    pub(crate) fn push(&mut self, cost: Cost) {
        self.wall.push(cost.wall);
        self.cpu.push(cost.cpu);
        self.memory.push(cost.memory);
    }
}

/// The load of the machine over the last minute, where it is known.
pub(crate) fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// A program by its own option, by a variable, beside this program, or on the PATH; `None` where there is none.
pub(crate) fn find(option: Option<&Path>, variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = option {
        return Some(path.to_path_buf());
    }
    if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|own| own.parent().map(Path::to_path_buf));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = beside.into_iter().chain(std::env::split_paths(&path));
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_knows_its_middle() {
        let mut series = Series::default();
        assert!(series.median().is_nan());
        for figure in [3.0, 1.0, 2.0] {
            series.push(figure);
        }
        assert_eq!(
            (series.min(), series.median(), series.max()),
            (1.0, 2.0, 3.0)
        );
    }

    #[test]
    fn a_failing_command_is_an_error_with_its_words() {
        let error = run(Command::new("sh").args(["-c", "echo broken >&2; exit 3"])).unwrap_err();
        assert!(error.to_string().contains("broken"), "{error}");
    }

    #[test]
    fn cpu_time_of_a_child_is_seen() {
        let busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        let cost = run(Command::new("sh").args(["-c", busy])).unwrap();
        assert!(cost.cpu > 0.0 && cost.wall > 0.0 && cost.memory > 0.0);
    }
}
