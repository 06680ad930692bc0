//! The server under load, and what the kernel says of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// Clock ticks a second of `/proc`, fixed on Linux.
const TICKS: f64 = 100.0;

/// A running `kairan serve`; it ends when dropped.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT/`
    pub(crate) url: String,
    child: Child,
}

impl Server {
    /// Starts it and reads where it listens.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let errors = child.stderr.take().context("no standard error")?;
        let mut said = Vec::new();
        let mut lines = BufReader::new(errors).lines();
        for line in lines.by_ref() {
            let line = line?;
            if let Some(url) = line
                .split_whitespace()
                .find(|word| word.starts_with("http://127.0.0.1:"))
            {
                let url = url.to_owned();
                // What it says later must not fill the pipe.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { url, child });
            }
            said.push(line);
        }
        drop(child.kill());
        drop(child.wait());
        bail!("kairan serve does not listen: {}", said.join("\n"))
    }

    /// User and system seconds so far, all threads.
    pub(crate) fn cpu(&self) -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .context("/proc is not there")?;
        let (_, fields) = text.rsplit_once(')').context("an unknown /proc")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS)
    }

    /// Largest resident memory so far, MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("/proc is not there")?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .context("an unknown /proc")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
