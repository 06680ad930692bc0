//! パスワード: argon2id (19 MiB, 2 passes, 1 lane, as OWASP's cheat sheet has it), and which ones are too easy to guess.
//!
//! Hashing takes some 20 ms of one core and 19 MiB: callers do it on a thread that may wait, few at a time.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use unicode_normalization::UnicodeNormalization as _;

use crate::{Error, Result};

/// The shortest password, in characters.
pub const MIN_LENGTH: usize = 12;
/// The longest, in characters: enough for any sentence, and no work for nothing.
const MAX_LENGTH: usize = 128;

/// The commonest passwords, one a line.
const COMMON: &str = include_str!("common.txt");

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer characters than [`MIN_LENGTH`].
    Short,
    /// More characters than [`MAX_LENGTH`].
    Long,
    /// Among the commonest, or hardly more than one of them.
    Common,
    /// Holds the person's name or address, or the city's name.
    Personal,
    /// The same few characters again and again.
    Repeated,
}

/// What is wrong with a password of somebody whose names are `own` (name, address, city); `None` for a good one.
#[must_use]
pub fn weakness(password: &str, own: &[&str]) -> Option<Weakness> {
    let plain = normal(password);
    let length = plain.chars().count();
    if length < MIN_LENGTH {
        return Some(Weakness::Short);
    }
    if length > MAX_LENGTH {
        return Some(Weakness::Long);
    }
    let lower = plain.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Some(Weakness::Repeated);
    }
    let personal = own
        .iter()
        .flat_map(|text| text.split(['@', '.', ' ', '　', '-', '_']))
        .map(|word| normal(word).to_lowercase())
        .filter(|word| word.chars().count() >= 2 && (!word.is_ascii() || word.len() >= 4))
        .any(|word| lower.contains(&word));
    if personal {
        return Some(Weakness::Personal);
    }
    let common = COMMON.lines().filter(|word| word.len() >= 4).any(|word| {
        // `password2026!!` is `password` with a tail anybody would try.
        lower.contains(word) && length < word.len() + 8
    });
    common.then_some(Weakness::Common)
}

/// The hash to be stored, with its salt and parameters.
///
/// # Errors
/// [`Error::Aborted`] where the machine has no memory or no randomness left.
pub fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(normal(password).as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::abort(error.to_string()))
}

/// Whether a password is the one of a hash. Without a hash as much work is done as with one, and the answer is no: whoever
/// measures learns nothing of who is known.
#[must_use]
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let nobody = NOBODY.get_or_init(|| self::hash("nobody has this password").unwrap_or_default());
    let right = |hash: &PasswordHash| {
        Argon2::default()
            .verify_password(normal(password).as_bytes(), hash)
            .is_ok()
    };
    match known {
        Some(known) => right(&known),
        None => {
            let _ = std::hint::black_box(PasswordHash::new(nobody).is_ok_and(|hash| right(&hash)));
            false
        }
    }
}

/// NFKC, as NIST SP 800-63B has it, so that a Japanese keyboard gives the same password everywhere.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_others_are_not() {
        let hash = hash("みのりの秋は２０２６年も").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify("みのりの秋は2026年も", Some(&hash)));
        assert!(!verify("みのりの秋は2025年も", Some(&hash)));
        assert!(!verify("nobody has this password", None));
        assert!(!verify("x", Some("not a hash")));
    }

    #[test]
    fn easy_passwords_are_refused() {
        let own = [
            "山田 花子",
            "hanako-yamada@city.minori.example.jp",
            "みのり市",
        ];
        for (password, wanted) in [
            ("short", Some(Weakness::Short)),
            ("password1234", Some(Weakness::Common)),
            ("Ｐａｓｓｗｏｒｄ１２３４", Some(Weakness::Common)),
            ("qwertyuiop12", Some(Weakness::Common)),
            ("aaaaaaaaaaaa", Some(Weakness::Repeated)),
            ("abababababab", Some(Weakness::Repeated)),
            ("hanako-loves-tea", Some(Weakness::Personal)),
            ("みのり市のあたらしい朝がきた", Some(Weakness::Personal)),
            (&"あいうえおか".repeat(22), Some(Weakness::Long)),
            ("four calm herons at dusk", None),
            ("秋刀魚と大根おろしと白い飯", None),
        ] {
            assert_eq!(weakness(password, &own), wanted, "{password}");
        }
    }
}
