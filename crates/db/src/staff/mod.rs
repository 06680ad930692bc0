//! Staff (職員): accounts, what they may do, log-ins.
//!
//! A role is granted for a department or for all of them; roles are ordered, and each may do what those below it may.
//! Whoever administers accounts does so for the whole city: an administrator of one department could make himself one of
//! all. Nothing here tells whether an address is known to somebody who may not know; callers answer alike.

mod accounts;
mod failures;
mod grants;
mod identities;
mod password;
mod recovery;
mod sessions;
mod sign_on;
mod tokens;
mod totp;

pub use accounts::{
    Account, NewAccount, State, by_mail, create, end, find, join, list, password_hash, reinstate,
    rename, set_lang, set_password, suspend,
};
pub use failures::{Wait, clear_failures, count_failure, purge_failures, wait};
pub use grants::{EVERYWHERE, Grant, Role, set_grants};
pub use identities::{Identity, by_identity, identity, link_identity, unlink_identities};
pub use password::{
    MIN_LENGTH, Weakness, hash as hash_password, verify as verify_password,
    weakness as password_weakness,
};
pub use recovery::{new_recovery_codes, recovery_codes_left, use_recovery_code};
pub use sessions::{
    ABSOLUTE, IDLE, Session, Stage, is_stale, open_session, purge_sessions, revoke, revoke_all,
    session, sessions, touch,
};
pub use sign_on::{SIGN_ON, keep_sign_on, purge_sign_ons, take_sign_on};
pub use tokens::{INVITATION, Purpose, RESET, issue_token, redeem_token, token_owner};
pub use totp::{
    Enrolment, accept_code, confirm_totp, imagine_totp, next_code, pending_totp,
    pending_totp_column, reset_totp, totp_column,
};
