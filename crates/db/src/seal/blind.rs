use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization;

use super::Keyring;

/// A keyed digest of a contact: equal contacts have equal digests, and without the key nobody can
/// test a guess. 32 hexadecimal digits (128 bits).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindIndex(String);

impl BlindIndex {
    /// The digest as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A digest identifies one person to whoever holds the key: it stays out of logs too.
impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex(…)")
    }
}

impl Keyring {
    /// The blind index of an already normalised contact; `kind` keeps channels apart.
    #[must_use]
    pub fn blind_index(&self, kind: &str, normalised: &str) -> BlindIndex {
        #[expect(clippy::expect_used, reason = "HMAC accepts a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(self.index_key()).expect("any length");
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(normalised.as_bytes());
        let digest = mac.finalize().into_bytes();
        BlindIndex(hex::encode(&digest[..16]))
    }
}

/// A mail address in the form in which it is compared: trimmed, NFKC, lower case. The address is
/// *sent to* as it was typed; only equality goes by this form. `None` if it has no plausible shape
/// (one `@`, something on both sides, no white space or control characters, ≤ 254 bytes).
#[must_use]
pub fn normalise_mail(address: &str) -> Option<String> {
    let address: String = address.trim().nfkc().collect::<String>().to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let plausible = !local.is_empty()
        && !domain.is_empty()
        && !local.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && address.len() <= 254
        && !address
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c));
    plausible.then_some(address)
}

/// A LINE user identifier as it is compared: exactly as given (`U` and 32 hexadecimal digits).
/// `None` for anything else.
#[must_use]
pub fn normalise_line(user_id: &str) -> Option<String> {
    let digits = user_id.strip_prefix('U')?;
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (digits.len() == 32 && digits.bytes().all(hex)).then(|| user_id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_index_however_it_is_typed() {
        let ring = Keyring::generate();
        let index = |s: &str| ring.blind_index("mail", &normalise_mail(s).unwrap());
        let base = index("hanako@example.jp");
        for same in [
            " Hanako@Example.JP ",
            "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ",
            "HANAKO@example.jp",
        ] {
            assert_eq!(index(same), base);
        }
        assert_ne!(index("hanako2@example.jp"), base);
        assert_ne!(ring.blind_index("line", "hanako@example.jp"), base);
        assert_ne!(
            Keyring::generate().blind_index("mail", "hanako@example.jp"),
            base
        );
        assert_eq!(base.as_str().len(), 32);
        assert!(!format!("{base:?}").contains(base.as_str()));
    }

    #[test]
    fn implausible_contacts_are_refused() {
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@@b",
            "a b@c.jp",
            "a@.jp",
            "a@jp.",
            "a@b\r\nBcc: x@y",
        ] {
            assert_eq!(normalise_mail(bad), None, "{bad:?}");
        }
        assert!(normalise_line(&format!("U{}", "0123456789abcdef".repeat(2))).is_some());
        assert!(normalise_line("U123").is_none());
        assert!(normalise_line(&format!("C{}", "0".repeat(32))).is_none());
    }
}
