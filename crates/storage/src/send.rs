use std::collections::VecDeque;

use futures::StreamExt;
use futures::stream::FuturesUnordered;

use crate::plan::Put;
use crate::{Class, Entry, Error, ObjectStore, Plan, Result};

/// Deletions between two reports of progress.
const DELETE_BATCH: usize = 1000;

/// How far sending has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Objects written or deleted so far.
    pub done: usize,
    /// Objects to write or delete in all.
    pub total: usize,
}

/// An object that was tried and is not as it should be.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The object's name.
    pub name: String,
    /// Why.
    pub error: Error,
}

/// What sending a plan did. Every name of the plan is in exactly one of the lists.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Outcome {
    /// On the store now, as the store confirmed.
    pub written: Vec<(String, Entry)>,
    /// Not sent, because the manifest knows the same bytes there.
    pub unchanged: Vec<String>,
    /// Gone now, as the store confirmed.
    pub deleted: Vec<String>,
    /// Tried without success; the store may have the old or the new state.
    pub failed: Vec<Failure>,
    /// Not tried, because something that goes before failed.
    pub not_attempted: Vec<String>,
}

impl Outcome {
    /// Whether everything is as planned.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.not_attempted.is_empty()
    }

    /// The outcome if it is complete.
    ///
    /// # Errors
    /// [`Error::Incomplete`] with the first failure.
    pub fn complete(self) -> Result<Self> {
        match self.failed.first() {
            None => Ok(self),
            Some(first) => Err(Error::Incomplete {
                failed: self.failed.len(),
                not_attempted: self.not_attempted.len(),
                first: Box::new(first.error.clone()),
            }),
        }
    }
}

impl Plan {
    /// Sends the plan, class by class, [`ObjectStore::parallel`] requests at a time, deletions last.
    /// After an object has failed its class is finished and nothing that comes later begins; where the
    /// whole store is the matter (unreachable, denied, no bucket), nothing more begins at all. `progress`
    /// is called after each object.
    pub async fn send(
        self,
        store: &dyn ObjectStore,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Outcome {
        let total = self.len();
        let outcome = Outcome {
            unchanged: self.unchanged,
            ..Outcome::default()
        };
        let mut sending = Sending {
            store,
            progress,
            total,
            outcome,
            stopped: false,
        };
        let mut puts = VecDeque::from(self.puts);
        for class in [Class::Asset, Class::Page, Class::Index, Class::Pointer] {
            let end = puts.partition_point(|put| put.class <= class);
            sending.write_class(puts.drain(..end).collect()).await;
        }
        sending.delete(&self.deletions).await;
        sending.outcome
    }
}

struct Sending<'a> {
    store: &'a dyn ObjectStore,
    progress: &'a mut (dyn FnMut(Progress) + Send),
    total: usize,
    outcome: Outcome,
    /// The whole store is the matter.
    stopped: bool,
}

impl Sending<'_> {
    async fn write_class(&mut self, puts: Vec<Put>) {
        let mut waiting = puts.into_iter();
        if self.outcome.failed.is_empty() {
            let mut running = FuturesUnordered::new();
            loop {
                while !self.stopped && running.len() < self.store.parallel().max(1) {
                    let Some(put) = waiting.next() else { break };
                    running.push(write(self.store, put));
                }
                let Some((name, result)) = running.next().await else {
                    break;
                };
                match result {
                    Ok(entry) => self.outcome.written.push((name, entry)),
                    Err(error) => self.failed(name, error),
                }
                self.report();
            }
        }
        self.outcome
            .not_attempted
            .extend(waiting.map(|put| put.name));
    }

    async fn delete(&mut self, names: &[String]) {
        let page_missing = !self.outcome.failed.is_empty();
        for batch in names.chunks(DELETE_BATCH) {
            if page_missing || self.stopped {
                self.outcome.not_attempted.extend_from_slice(batch);
                continue;
            }
            match self.store.delete(batch).await {
                Ok(failures) => {
                    let mut deleted = batch.to_vec();
                    deleted.retain(|name| failures.iter().all(|(failed, _)| failed != name));
                    self.outcome.deleted.append(&mut deleted);
                    failures
                        .into_iter()
                        .for_each(|(name, error)| self.failed(name, error));
                }
                Err(error) => {
                    batch
                        .iter()
                        .for_each(|name| self.failed(name.clone(), error.clone()));
                }
            }
            self.report();
        }
    }

    fn failed(&mut self, name: String, error: Error) {
        tracing::warn!(%name, %error, "object not stored");
        self.stopped |= error.is_about_the_whole_store();
        self.outcome.failed.push(Failure { name, error });
    }

    fn report(&mut self) {
        let done = self.outcome.written.len() + self.outcome.deleted.len();
        (self.progress)(Progress {
            done,
            total: self.total,
        });
    }
}

async fn write(store: &dyn ObjectStore, put: Put) -> (String, Result<Entry>) {
    let stored = store.put(&put.name, put.bytes, &put.entry.meta).await;
    (put.name, stored.map(|()| put.entry))
}
