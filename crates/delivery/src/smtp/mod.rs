//! Mail over SMTP, driven by phase: an error before the final dot is safe to retry, silence after it is in doubt.

mod relay;
mod session;
mod wire;

pub use relay::{Relay, RelayError, Security, Timeouts};
pub use session::{ConnectError, Phase, SendOutcome, SmtpSession};
