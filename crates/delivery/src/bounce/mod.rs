//! Mail that came back: reading the mailbox behind the return paths, and what each returned mail says.
//!
//! A returned mail belongs to the message that its return path names (VERP), or else to the one whose Message-ID it quotes; never to an address by its text
//! alone. The name in a return path is the message's id with 80 random bits: only who has seen the mail can name it.

mod maildir;
mod report;
mod status;

pub use maildir::{Maildir, MaildirError};
pub use report::{MessageName, Returned, read};
pub use status::{Status, kind_of_reply, kind_of_words, without_addresses};
