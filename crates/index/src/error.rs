//! What can go wrong with an index.

use crate::fetch::FetchError;

/// An index could not be made, changed or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// An object of the index could not be read.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// An object is not what its name says; the index must be built anew.
    #[error(
        "検索インデックスのファイル search-index/{name} が壊れています（{why}）。サイト全体を作り直してください"
    )]
    Corrupt {
        /// The object, relative to `search-index/`.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The index was made by another version of the format or the analyser.
    #[error(
        "検索インデックスの形式（{found}）がこのプログラムの形式（{expected}）と違います。サイト全体を作り直してください"
    )]
    Format {
        /// Format and analyser of the index, `format/analyser`.
        found: String,
        /// Format and analyser of this program.
        expected: String,
    },
    /// Two documents of one call have the same id.
    #[error("同じ id の文書が2つあります: {id}")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// More documents than ordinals.
    #[error("検索インデックスに入る文書は {limit} 件までです")]
    TooManyDocuments {
        /// The limit.
        limit: u32,
    },
    /// An object could not be written as JSON.
    #[error("検索インデックスを JSON にできません: {0}")]
    Encode(#[from] serde_json::Error),
}

impl IndexError {
    pub(crate) fn corrupt(name: &str, why: impl ToString) -> Self {
        Self::Corrupt {
            name: name.to_owned(),
            why: why.to_string(),
        }
    }
}
