//! Sealing of personal data at rest.
//!
//! A sealed value is text, `key-id:base64(nonce ‖ ciphertext ‖ tag)`, made with
//! XChaCha20-Poly1305. The place it belongs to (table, row, purpose) is authenticated with it, so
//! that a value copied into another row or column does not open. Equality look-ups go through
//! [`BlindIndex`], a keyed digest that needs no opening.

mod blind;
mod keyring;
mod rotate;

pub use blind::{BlindIndex, normalise_line, normalise_mail};
pub use keyring::{Keyring, Place};
pub use rotate::{SealedColumn, reseal};

/// Why a value could not be sealed or opened, or a key file not be read.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The value names a key this process was not given.
    #[error(
        "鍵「{key}」がありません。この鍵で封じたデータを開けません。鍵ファイルに「{key}」を戻すか、\
         その鍵があるうちに kairan keys rotate を実行してください"
    )]
    MissingKey {
        /// Identifier of the key that is missing.
        key: String,
    },
    /// The key is there, but the value was altered or belongs to another place.
    #[error(
        "鍵「{key}」で {table} の値を開けません（改ざん、または別の行の値です）。\
         バックアップから該当行を戻してください"
    )]
    NotAuthentic {
        /// Identifier of the key that was tried.
        key: String,
        /// Table of the place that was asked for.
        table: &'static str,
    },
    /// The text is no sealed value at all.
    #[error("封じた値の形式（鍵:データ）ではありません")]
    Malformed,
    /// The key file cannot be used.
    #[error("鍵ファイルが正しくありません：{reason}")]
    KeyFile {
        /// What is wrong with it, in words for the operator.
        reason: String,
    },
    /// The cipher refused the value (longer than the algorithm allows).
    #[error("値が大きすぎて封じられません")]
    TooLarge,
}
