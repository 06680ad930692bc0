//! 承認と公開: every step of a document from the author's hands to its readers, and back.
//!
//! Each step is one transaction: it looks at who asks (role and department), at the revision that was looked at, and at the
//! state; it changes, writes the audit log, and enqueues the mails it calls for. Nothing here trusts a screen.

mod actor;
mod case;
mod confirm;
mod ending;
mod hold;
mod later;
mod outlook;
mod publishing;
mod refusal;
mod review;
mod touched;
mod trial;
mod withdraw;
mod words;

pub use actor::Actor;
pub use confirm::{Need, confirm, need, need_of, raise_round, told_before};
pub use ending::{archive, delete, in_menu, references, restore};
pub(crate) use hold::hold;
pub use hold::{Held, held};
pub use later::{approve_afterwards, reassign};
pub use outlook::{LineCost, Outlook, Sample, correction_sample, outlook};
pub use publishing::{force, publish, schedule, unschedule};
pub use refusal::Refusal;
pub use review::{Submission, approve, comment, reopen, retract, reviewers, send_back, submit};
pub use touched::{Group, Touched, touched};
pub use trial::{KIND as TRIAL, send as send_trial, trial};
pub use withdraw::{Withdraw, gone_at, withdraw};

/// A document as somebody looked at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Its id.
    pub document: String,
    /// The revision of its open edition that was looked at.
    pub revision: i64,
}
