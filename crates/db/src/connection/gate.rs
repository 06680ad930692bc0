use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// First come, first served: SQLite lets one writer in at a time and makes the others poll, so that an
/// unlucky one may wait for ever. Writers of this process queue here instead.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<Queue>,
    moved: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<u64>,
    last: u64,
    holder: Option<ThreadId>,
}

/// The turn at the gate; dropping it lets the next one in.
pub(super) struct Turn<'a>(&'a Gate);

impl Gate {
    /// Waits for the turn. Refuses at once where the same thread already has it, and after `timeout`.
    pub(super) fn enter(&self, timeout: Duration) -> Result<Turn<'_>> {
        let started = Instant::now();
        let me = std::thread::current().id();
        let mut queue = self.lock();
        if queue.holder == Some(me) {
            return Err(Error::NestedWrite);
        }
        queue.last += 1;
        let ticket = queue.last;
        queue.waiting.push_back(ticket);
        while queue.waiting.front() != Some(&ticket) {
            let waited = started.elapsed();
            if waited >= timeout {
                queue.waiting.retain(|other| *other != ticket);
                self.moved.notify_all();
                return Err(Error::Busy {
                    waited_ms: waited.as_millis(),
                });
            }
            queue = self
                .moved
                .wait_timeout(queue, timeout - waited)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        queue.holder = Some(me);
        Ok(Turn(self))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here can panic halfway through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.holder = None;
        queue.waiting.pop_front();
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_never_waits_for_itself() {
        let gate = Gate::default();
        let first = gate.enter(Duration::from_secs(1));
        assert!(first.is_ok());
        assert!(matches!(
            gate.enter(Duration::from_secs(1)),
            Err(Error::NestedWrite)
        ));
        drop(first);
        assert!(gate.enter(Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn one_who_gives_up_does_not_hold_the_others() {
        let gate = Gate::default();
        let first = gate.enter(Duration::from_secs(1));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(matches!(
                    gate.enter(Duration::from_millis(20)),
                    Err(Error::Busy { .. })
                ));
            });
        });
        drop(first);
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(gate.enter(Duration::from_secs(1)).is_ok()));
        });
    }
}
