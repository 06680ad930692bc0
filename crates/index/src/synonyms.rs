//! Words that mean the same, applied to queries.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::analyser::{QueryWord, fold, query_word};
use crate::output::{CacheClass, IndexObject};
use crate::{IndexError, names};

/// Groups of words of equal meaning (類義語), folded; the object `synonyms-….json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Synonyms(Vec<Vec<String>>);

impl Synonyms {
    /// Folds the words; groups of fewer than two different words are left out.
    #[must_use]
    pub fn of(groups: &[Vec<String>]) -> Self {
        let folded = |group: &Vec<String>| {
            let mut words: Vec<String> = Vec::new();
            for word in group {
                let word = fold(word).split_whitespace().collect::<Vec<_>>().join(" ");
                if !word.is_empty() && !words.contains(&word) {
                    words.push(word);
                }
            }
            words
        };
        Self(
            groups
                .iter()
                .map(folded)
                .filter(|group| group.len() > 1)
                .collect(),
        )
    }

    /// The object and its name; `None` if there is no group.
    pub(crate) fn object(&self) -> Result<Option<IndexObject>, IndexError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let bytes = serde_json::to_vec(self)?;
        let name = names::synonyms(&content_hash([bytes.as_slice()]));
        Ok(Some(IndexObject {
            name,
            bytes,
            cache: CacheClass::Immutable,
        }))
    }

    /// The other words of every group that has `word`, as one word of terms each.
    #[must_use]
    pub fn alternatives(&self, word: &QueryWord) -> Vec<QueryWord> {
        let groups = self.0.iter().filter(|group| group.contains(&word.text));
        let others = groups.flatten().filter(|other| **other != word.text);
        others.filter_map(|other| query_word(other)).collect()
    }
}

/// The name of content: 16 hexadecimal digits of its SHA-256.
pub(crate) fn content_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..8])
}
