#![doc = include_str!("../README.md")]

pub mod form;
pub mod line_fake;
pub mod oidc_provider;
pub mod smtp_faults;
pub mod smtp_sink;

/// The value of an environment variable that `bin/test` sets where a real server or judge is running.
///
/// `None` means that the test should say what it leaves out; with `CI=true` nothing may be left out, so
/// this panics there.
///
/// # Panics
/// With `CI=true` and the variable unset.
#[must_use]
pub fn provided(variable: &str) -> Option<String> {
    let value = std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty());
    assert!(
        value.is_some() || std::env::var("CI").as_deref() != Ok("true"),
        "{variable} is not set: with CI=true every server and judge must run (use bin/test)"
    );
    value
}
