//! Where a test may kill the program: `KAIRAN_CRASH_AT=sending:3` ends it, as a power cut would, when this point is passed the third time.
//! Only development builds listen.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

static ARMED: OnceLock<Option<(String, usize)>> = OnceLock::new();
static PASSED: AtomicUsize = AtomicUsize::new(0);

/// Passes a point.
pub fn point(name: &str) {
    if !cfg!(debug_assertions) {
        return;
    }
    let armed = ARMED.get_or_init(|| {
        let text = std::env::var("KAIRAN_CRASH_AT").ok()?;
        let (name, count) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), count.parse().ok()?))
    });
    if let Some((at, count)) = armed
        && at == name
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        std::process::abort();
    }
}
