//! How far a publication is: a bar on a terminal, a line for each step elsewhere.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};
use kairan_db::releases::ReleaseState;
use kairan_pipeline::publish::Progress;

use crate::output;

/// Shows steps as they are reached.
pub(crate) struct Steps {
    bar: Option<ProgressBar>,
    last: String,
}

impl Steps {
    pub(crate) fn new() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        });
        Self {
            bar,
            last: String::new(),
        }
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        let (word, done, all) = match progress.state {
            ReleaseState::Planned => ("queued", 0, 0),
            ReleaseState::Rendering => ("rendered", progress.rendered, progress.to_render),
            ReleaseState::Uploading => ("uploaded", progress.uploaded, progress.to_upload),
            ReleaseState::Verifying => ("verified", progress.verified, progress.to_verify),
            ReleaseState::Live | ReleaseState::Notified => {
                ("notified", progress.notices, progress.notices)
            }
            ReleaseState::Failed => ("failed", 0, 0),
        };
        if let Some(bar) = &self.bar {
            bar.set_length(u64::try_from(all).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
            bar.set_message(word);
            return;
        }
        let line = format!("{word} {done}/{all}");
        if line != self.last {
            output::note(&line);
            self.last = line;
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
