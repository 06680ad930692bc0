//! Who was told what, and by which message: the ledger (`told`), runs (`notices`), what each person gets through each channel
//! (`deliveries`) and what physically leaves (`messages`, `attempts`).
//!
//! Every external effect is preceded by a committed row: a message is `sending` in the database, with its attempt number
//! and its Message-ID or retry key, before the first byte that could make somebody accept it.

mod account;
mod claim;
mod counts;
mod holds;
mod inbox;
mod match_run;
mod materialise;
mod recipients;
mod recover;
mod refusals;
mod resolve;
mod run;
mod split;
mod state;
mod steps;
mod unsettled;

pub use account::{Account, ChannelAccount, PersonAccount, account, not_reached};
pub use claim::{
    Claim, Claimed, Outcome, Settled, anything_due, begin_sending, claim, release, settle,
    settle_attempt,
};
pub use counts::{LineUse, line_use, message_counts};
pub use holds::{Hold, hold, holds, lift};
pub use inbox::{InboxItem, Told as ToldAbout, inbox, mark_read, pushed_since, told_about};
pub use match_run::{MatchRun, last_run, record_run};
pub use materialise::{
    NewDelivery, NewMessage, Page, Told, payload_column, told_before, write_page,
};
pub use recipients::{Recipient, reached_by, recipients_of, withdraw_recipients};
pub use recover::{expired, recover};
pub use refusals::{
    Refusal, RefusalKind, RefusalSource, UNDELIVERABLE, UNKNOWN_RECIPIENT, Weighed, message_named,
    record_refusal, refusals_due, weigh_refusals,
};
pub use resolve::{Doubt, in_doubt, never_taken, resolve};
pub use run::{NewNotice, Notice, create, get, latest_round, list, list_open, of_document};
pub use split::{extend, split, stop};
pub use state::{Channel, DeliveryState, Lane, MessageState, NoticeKind, NoticeState};
pub use steps::{cancel, finish_if_done, materialised, pause, resume};
