/// What can go wrong while an object is made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A template of the theme.
    #[error(transparent)]
    Theme(#[from] kairan_theme::Error),
    /// The catalogue could not be read.
    #[error("公開中の文書を読み出せません：{0}")]
    Catalogue(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// JSON could not be written.
    #[error("JSONを書き出せません：{0}")]
    Json(#[from] serde_json::Error),
    /// The receiver of objects refused one.
    #[error("{name} を書き込めません：{source}")]
    Sink {
        /// Name of the object.
        name: String,
        /// What the receiver said.
        source: std::io::Error,
    },
    /// The search index.
    #[error("検索の索引を作れません：{0}")]
    Index(String),
}

/// The result of making objects.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Wraps what a catalogue's own store says.
    pub fn catalogue(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Catalogue(error.into())
    }
}
