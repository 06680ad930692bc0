/// What every function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a store could not do what it was asked. Each message names the object or the place and says what
/// the person running Kairan can do; it never holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The storage address cannot be understood.
    #[error("保存先 {url} を読み取れません: {problem}")]
    BadAddress {
        /// The address as configured.
        url: String,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// The name cannot be the name of an object.
    #[error("オブジェクト名「{name}」は使えません: {problem}")]
    BadName {
        /// The name as given.
        name: String,
        /// Which rule it breaks.
        problem: &'static str,
    },
    /// One set of changes speaks of the same object twice.
    #[error("オブジェクト「{name}」への変更が二重です。変更を一つにまとめてください")]
    Twice {
        /// The object's name.
        name: String,
    },
    /// There is no such object.
    #[error("オブジェクト「{name}」が {place} にありません")]
    NotFound {
        /// The object's name.
        name: String,
        /// The store.
        place: String,
    },
    /// The bucket or folder itself is missing.
    #[error("保存先 {place} がありません。{hint}")]
    NoPlace {
        /// The store.
        place: String,
        /// What to do.
        hint: &'static str,
    },
    /// The store knows us and says no, or does not know us.
    #[error("{place} が「{name}」の{action}を許しません（{detail}）。鍵と権限を確かめてください")]
    Denied {
        /// The object's name, or the prefix of a listing.
        name: String,
        /// The store.
        place: String,
        /// 書き込み, 読み取り, 削除 or 一覧.
        action: &'static str,
        /// What the store answered.
        detail: String,
    },
    /// No answer from the store: refused, cut, or over time.
    #[error(
        "{place} に届きません（{detail}、「{name}」の{action}）。アドレスと通信、保存先が動いているかを確かめてください"
    )]
    Unreachable {
        /// The object's name, or the prefix of a listing.
        name: String,
        /// The store.
        place: String,
        /// 書き込み, 読み取り, 削除 or 一覧.
        action: &'static str,
        /// The cause in short.
        detail: String,
    },
    /// The store answered with an error of another kind.
    #[error("{place} で「{name}」の{action}に失敗しました: {detail}")]
    Failed {
        /// The object's name, or the prefix of a listing.
        name: String,
        /// The store.
        place: String,
        /// 書き込み, 読み取り, 削除 or 一覧.
        action: &'static str,
        /// What the store or the operating system answered.
        detail: String,
    },
    /// The file that keeps the manifest cannot be read or written.
    #[error("公開済みの記録 {path} を{action}できません: {detail}")]
    ManifestFile {
        /// Path of the file.
        path: String,
        /// 読み取り or 書き込み.
        action: &'static str,
        /// The cause.
        detail: String,
    },
    /// A publication did not become whole.
    #[error(
        "{failed} 件を保存できず、{not_attempted} 件は送らずに止めました。最初の失敗: {first}。原因を除いてからもう一度実行すると、残りだけを送ります"
    )]
    Incomplete {
        /// Objects that were tried and failed.
        failed: usize,
        /// Objects that were not tried after that.
        not_attempted: usize,
        /// The first failure.
        first: Box<Error>,
    },
}

impl Error {
    /// Whether the next object would meet the same error, so that going on only wastes time.
    #[must_use]
    pub fn is_about_the_whole_store(&self) -> bool {
        matches!(
            self,
            Self::BadAddress { .. }
                | Self::NoPlace { .. }
                | Self::Denied { .. }
                | Self::Unreachable { .. }
        )
    }

    /// Whether the object is simply not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}
