//! States as words in the database; a word no version of this program wrote is an error, never a guess.

use crate::{Error, Result};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// The word in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word; `id` names the row in the error.
            ///
            /// # Errors
            /// [`Error::Stored`] for a word this version does not know.
            pub fn read(word: &str, id: &str) -> Result<Self> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(Error::Stored { what: $what, id: id.to_owned(), value: word.to_owned() }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Why a notice was made.
    NoticeKind, "notice kind" {
        /// 公開時
        Publish = "publish",
        /// People who came to match later.
        Match = "match",
        /// Before a deadline closes.
        Reminder = "reminder",
        /// 訂正: to exactly those whom the first one reached.
        Correction = "correction",
    }
}

words! {
    /// Where a run stands.
    NoticeState, "notice state" {
        /// Recipients are being written down.
        Materialising = "materialising",
        /// All recipients are written down; messages are leaving.
        Sending = "sending",
        /// Held by staff.
        Paused = "paused",
        /// Nothing is open any more.
        Finished = "finished",
        /// Stopped by staff; what had not left never will.
        Cancelled = "cancelled",
    }
}

words! {
    /// A way to a person.
    Channel, "channel" {
        /// The record on my page (到達 = viewable).
        Inbox = "inbox",
        /// メール
        Mail = "mail",
        /// LINE
        Line = "line",
    }
}

words! {
    /// What a person gets through a channel, where the message does not say it.
    DeliveryState, "delivery state" {
        /// In the inbox.
        Recorded = "recorded",
        /// The state is that of its message.
        Sent = "sent",
        /// Not sent, by a rule: the reason says which.
        Skipped = "skipped",
        /// Not sent: the contact point is known not to work, or consent is gone.
        Suppressed = "suppressed",
        /// Not sent: the run was cancelled.
        Cancelled = "cancelled",
    }
}

words! {
    /// Where one physical send stands.
    MessageState, "message state" {
        /// Waiting for its time.
        Pending = "pending",
        /// Taken by a worker; nothing has been sent.
        Leased = "leased",
        /// Bytes may have left.
        Sending = "sending",
        /// The provider took it.
        Accepted = "accepted",
        /// It never will arrive.
        Failed = "failed",
        /// It may or may not have been taken.
        InDoubt = "in_doubt",
        /// Taken, and returned later.
        Bounced = "bounced",
        /// Stopped before anything left.
        Cancelled = "cancelled",
    }
}

impl MessageState {
    /// Whether something may still happen by itself.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Leased | Self::Sending)
    }
}

/// Which message goes first; lower numbers before higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// 緊急
    Emergency,
    /// 重要
    Important,
    /// 通常
    Normal,
}

impl Lane {
    /// The number in the database.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Emergency => 0,
            Self::Important => 1,
            Self::Normal => 2,
        }
    }
}
