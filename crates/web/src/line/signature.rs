//! `X-Line-Signature`: base64 of HMAC-SHA256 over the raw body, with the channel's secret as the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Whether the signature is LINE's. Compared in constant time.
pub(super) fn is_genuine(secret: &str, body: &[u8], signature: &[u8]) -> bool {
    let Ok(given) = BASE64.decode(signature) else {
        return false;
    };
    // A key of any length will do.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(&given).is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_genuine;

    #[test]
    fn a_signature_is_for_one_body_and_one_secret() {
        // By OpenSSL: printf '{"destination":"U0","events":[]}' | openssl dgst -sha256 -hmac secret -binary | base64
        let body = br#"{"destination":"U0","events":[]}"#;
        let signature = b"KDbazXazGW43gmHESKGC6IsDxXtKu8HznYZdC60ZZh8=";
        assert!(is_genuine("secret", body, signature));
        assert!(!is_genuine("Secret", body, signature));
        assert!(!is_genuine("secret", b"{}", signature));
        for bad in [&b""[..], b"AAAA", b"not base64!", &signature[..20]] {
            assert!(!is_genuine("secret", body, bad));
        }
    }
}
