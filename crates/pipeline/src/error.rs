/// What every function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What stopped a step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] kairan_db::Error),
    /// Rendering.
    #[error(transparent)]
    Site(#[from] kairan_site::Error),
    /// The object store.
    #[error(transparent)]
    Storage(#[from] kairan_storage::Error),
    /// Sealing and opening.
    #[error(transparent)]
    Seal(#[from] kairan_db::seal::SealError),
    /// A stored text is not what this version writes.
    #[error(
        "保存された{what}を読み取れません。新しい版の Kairan で書かれた可能性があります: {source}"
    )]
    Stored {
        /// 版, お知らせ, …
        what: &'static str,
        /// Where it does not fit.
        source: serde_json::Error,
    },
    /// A worker thread ended in the middle.
    #[error("処理が途中で終わりました: {0}")]
    Broken(String),
    /// What was asked for cannot be done; the text says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// A step of the workflow that is not to be taken.
    #[error(transparent)]
    Workflow(#[from] crate::workflow::Refusal),
}
