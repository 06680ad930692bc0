//! What a message holds, sealed, until it is sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::compose::Person;

/// A mail's payload is its reader: the rest comes from the notice's frozen content.
pub type MailPayload = Person;

/// A LINE chunk's payload: whom it is for, and the message objects. Its request body is made from these two alone, so that every
/// retry is the same to the byte.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LinePayload {
    /// Contact point and LINE user id, in the order of the request; at most 500.
    pub users: Vec<(String, String)>,
    /// Message objects.
    pub messages: Value,
}

impl LinePayload {
    /// The request body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let to: Vec<String> = self.users.iter().map(|(_, user)| user.clone()).collect();
        crate::compose::line_body(&self.messages, &to)
    }
}
