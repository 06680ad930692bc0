//! `/line/…`: what LINE tells of the city's account, and the page by which a citizen's LINE account is linked.
//!
//! Linking as LINE describes it ("User account linking"): a friend is answered with a link token; its page finds the citizen by mail; the preferences page
//! makes a nonce; LINE asks the user, and names the nonce in the webhook.

mod event;
pub(crate) mod link;
mod signature;
pub(crate) mod webhook;

pub(crate) use link::{LINK_TOKEN, dialog, plausible};
