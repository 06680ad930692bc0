//! What can go wrong.

use std::path::PathBuf;

/// The finder could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FinderError {
    /// Another process has the folder open.
    #[error(
        "検索用のフォルダ {folder} は別のプロセスが使っています。そのプロセスを止めるか、別のフォルダを指定してください"
    )]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be read or written.
    #[error("検索用のフォルダ {folder} を読み書きできません: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The index refused; opening the finder again mends or remakes it.
    #[error("検索索引のエラーです: {0}")]
    Index(#[from] tantivy::TantivyError),
}
