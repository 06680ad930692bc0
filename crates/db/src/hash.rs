use sha2::{Digest, Sha256};

/// SHA-256 in lower-case hexadecimal: the hash of sources, site data and objects.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
