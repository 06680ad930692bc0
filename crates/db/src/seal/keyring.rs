use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand::RngCore;
use serde::{Deserialize, Serialize};

use super::SealError;

const NONCE: usize = 24;

/// Where a sealed value lives. All three parts are authenticated with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Table that holds the value.
    pub table: &'static str,
    /// Identifier of the row (never a personal datum).
    pub row: &'a str,
    /// What the value is, usually the column.
    pub purpose: &'static str,
}

impl Place<'_> {
    /// Unambiguous bytes: each part is preceded by its length.
    fn associated_data(&self) -> Vec<u8> {
        let parts = ["kairan-seal-1", self.table, self.row, self.purpose];
        let mut bytes = Vec::with_capacity(32 + self.row.len() + self.table.len());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// The keys of one installation: any number that open, one that seals, and one for blind indexes.
#[derive(Clone)]
pub struct Keyring {
    keys: BTreeMap<String, [u8; 32]>,
    current: String,
    index: [u8; 32],
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&String> = self.keys.keys().collect();
        f.debug_struct("Keyring")
            .field("keys", &ids)
            .field("current", &self.current)
            .finish()
    }
}

/// The key file: JSON, keys in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    current: String,
    keys: BTreeMap<String, String>,
    index: String,
}

impl Keyring {
    /// A keyring of the given keys; `current` seals, all open.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] if `current` is not among the keys or an identifier is not
    /// `[a-z0-9-]{1,32}`.
    pub fn new(
        current: impl Into<String>,
        keys: impl IntoIterator<Item = (String, [u8; 32])>,
        index: [u8; 32],
    ) -> Result<Self, SealError> {
        let current = current.into();
        let keys: BTreeMap<_, _> = keys.into_iter().collect();
        if let Some(id) = keys.keys().find(|id| !is_key_id(id)) {
            return Err(key_file(format!(
                "鍵の名前「{id}」は a-z、0-9、- の32文字までです"
            )));
        }
        if !keys.contains_key(&current) {
            return Err(key_file(format!(
                "current の鍵「{current}」が keys にありません。keys に加えるか、current を直してください"
            )));
        }
        Ok(Self {
            keys,
            current,
            index,
        })
    }

    /// A fresh keyring with one random key, named `k1`.
    #[must_use]
    pub fn generate() -> Self {
        let keys = BTreeMap::from([("k1".to_owned(), random())]);
        Self {
            keys,
            current: "k1".to_owned(),
            index: random(),
        }
    }

    /// Reads the text of a key file (see [`Keyring::to_key_file`]).
    ///
    /// # Errors
    /// [`SealError::KeyFile`] with the reason; never with key material.
    pub fn from_key_file(text: &str) -> Result<Self, SealError> {
        // serde's message could quote the key itself: give the position alone.
        let file: KeyFile = serde_json::from_str(text).map_err(|error| {
            key_file(format!(
                "{}行{}文字目を読めません。{{\"current\":…,\"keys\":{{…}},\"index\":…}} の形にしてください",
                error.line(),
                error.column()
            ))
        })?;
        let mut keys = Vec::with_capacity(file.keys.len());
        for (id, hex) in &file.keys {
            keys.push((id.clone(), key_bytes(id, hex)?));
        }
        Self::new(file.current, keys, key_bytes("index", &file.index)?)
    }

    /// The text of a key file. The caller writes it where only the service may read it (0600).
    #[must_use]
    pub fn to_key_file(&self) -> String {
        let file = KeyFile {
            current: self.current.clone(),
            keys: self
                .keys
                .iter()
                .map(|(id, key)| (id.clone(), hex::encode(key)))
                .collect(),
            index: hex::encode(self.index),
        };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The same keyring with one more random key that seals from now on: the first step of a
    /// rotation. The old keys still open; `keys rotate` then re-seals the rows.
    #[must_use]
    pub fn with_new_key(&self) -> Self {
        let mut next = self.clone();
        let number = (1..)
            .find(|n| !self.keys.contains_key(&format!("k{n}")))
            .unwrap_or(1);
        next.current = format!("k{number}");
        next.keys.insert(next.current.clone(), random());
        next
    }

    /// Identifier of the key that seals.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// Key of the blind index.
    pub(super) fn index_key(&self) -> &[u8; 32] {
        &self.index
    }

    /// Seals `plain` for `place` with the current key.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] beyond what the cipher can take (256 GiB).
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<String, SealError> {
        let mut bytes = vec![0; NONCE];
        rand::rng().fill_bytes(&mut bytes);
        let aad = place.associated_data();
        let sealed = self
            .cipher(&self.current)?
            .encrypt(
                XNonce::from_slice(&bytes),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| SealError::TooLarge)?;
        bytes.extend_from_slice(&sealed);
        Ok(format!("{}:{}", self.current, BASE64.encode(bytes)))
    }

    /// Opens what [`Keyring::seal`] made for the same place.
    ///
    /// # Errors
    /// [`SealError::MissingKey`] names the key that is not in the keyring;
    /// [`SealError::NotAuthentic`] if the value was altered or moved.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Vec<u8>, SealError> {
        let (key, data) = sealed.split_once(':').ok_or(SealError::Malformed)?;
        let cipher = self.cipher(key)?;
        let bytes = BASE64.decode(data).map_err(|_| SealError::Malformed)?;
        let (nonce, body) = bytes.split_at_checked(NONCE).ok_or(SealError::Malformed)?;
        let aad = place.associated_data();
        cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: body,
                    aad: &aad,
                },
            )
            .map_err(|_| SealError::NotAuthentic {
                key: key.to_owned(),
                table: place.table,
            })
    }

    /// [`Keyring::open`] for text.
    ///
    /// # Errors
    /// As [`Keyring::open`]; [`SealError::Malformed`] if the content is not UTF-8.
    pub fn open_text(&self, place: Place<'_>, sealed: &str) -> Result<String, SealError> {
        String::from_utf8(self.open(place, sealed)?).map_err(|_| SealError::Malformed)
    }

    /// Whether `sealed` was made with the key that seals now.
    #[must_use]
    pub fn is_current(&self, sealed: &str) -> bool {
        sealed
            .split_once(':')
            .is_some_and(|(key, _)| key == self.current)
    }

    fn cipher(&self, id: &str) -> Result<XChaCha20Poly1305, SealError> {
        let key = self
            .keys
            .get(id)
            .ok_or_else(|| SealError::MissingKey { key: id.to_owned() })?;
        Ok(XChaCha20Poly1305::new(key.into()))
    }
}

fn random() -> [u8; 32] {
    let mut key = [0; 32];
    rand::rng().fill_bytes(&mut key);
    key
}

/// The character set keeps `LIKE 'id:%'` free of wildcards.
fn is_key_id(id: &str) -> bool {
    (1..=32).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn key_bytes(id: &str, text: &str) -> Result<[u8; 32], SealError> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).map_err(|_| {
        key_file(format!(
            "「{id}」は16進64文字（32バイト）でなければなりません"
        ))
    })?;
    Ok(key)
}

fn key_file(reason: String) -> SealError {
    SealError::KeyFile { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place {
        table: "contact_point",
        row: "r1",
        purpose: "value",
    };

    #[test]
    fn opens_only_where_it_was_sealed() {
        let ring = Keyring::generate();
        let sealed = ring.seal(HERE, "花子@example.jp".as_bytes()).unwrap();
        assert_eq!(ring.open_text(HERE, &sealed).unwrap(), "花子@example.jp");
        assert!(!sealed.contains("example"));
        for other in [
            Place { row: "r2", ..HERE },
            Place {
                purpose: "body",
                ..HERE
            },
            Place {
                table: "message",
                ..HERE
            },
        ] {
            assert!(matches!(
                ring.open(other, &sealed),
                Err(SealError::NotAuthentic { .. })
            ));
        }
    }

    #[test]
    fn a_changed_byte_does_not_open() {
        let ring = Keyring::generate();
        let mut sealed = ring.seal(HERE, b"x").unwrap().into_bytes();
        sealed[10] = if sealed[10] == b'A' { b'B' } else { b'A' };
        let sealed = String::from_utf8(sealed).unwrap();
        assert!(matches!(
            ring.open(HERE, &sealed),
            Err(SealError::NotAuthentic { .. })
        ));
    }

    #[test]
    fn old_keys_open_and_a_missing_one_is_named() {
        let old = Keyring::generate();
        let sealed = old.seal(HERE, b"x").unwrap();
        let both = old.with_new_key();
        assert_eq!(both.current(), "k2");
        assert_eq!(both.open(HERE, &sealed).unwrap(), b"x");
        assert!(!both.is_current(&sealed));
        let only = Keyring::new("k2", [("k2".to_owned(), [7; 32])], [0; 32]).unwrap();
        let error = only.open(HERE, &sealed).unwrap_err().to_string();
        assert!(
            error.contains("「k1」") && error.contains("keys rotate"),
            "{error}"
        );
    }

    #[test]
    fn key_file_round_trips_and_never_quotes_a_key() {
        let ring = Keyring::generate();
        let text = ring.to_key_file();
        let again = Keyring::from_key_file(&text).unwrap();
        let sealed = ring.seal(HERE, b"x").unwrap();
        assert_eq!(again.open(HERE, &sealed).unwrap(), b"x");
        let key = hex::encode(ring.keys["k1"]);
        assert!(!format!("{ring:?}").contains(&key));
        for broken in [
            text.replace("current", "curent"),
            text.replace(&key, "secretsecret"),
        ] {
            let error = Keyring::from_key_file(&broken).unwrap_err().to_string();
            assert!(
                !error.contains(&key) && !error.contains("secretsecret"),
                "{error}"
            );
        }
        assert!(Keyring::new("k9", [("k1".to_owned(), [0; 32])], [0; 32]).is_err());
        assert!(Keyring::new("k_1", [("k_1".to_owned(), [0; 32])], [0; 32]).is_err());
    }
}
