use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// What every function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong in or on the way to the database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configured address is not one this program understands.
    #[error(
        "データベースの指定「{given}」を読み取れません。sqlite://パス または postgres://… の形で KAIRAN_DATABASE_URL に指定してください（{reason}）"
    )]
    Url {
        /// The address, without a password.
        given: String,
        /// Why.
        reason: String,
    },
    /// No connection could be made in the configured time.
    #[error(
        "データベース（{address}）に接続できません。サーバーが動いているか、KAIRAN_DATABASE_URL が正しいかを確認してください: {reason}"
    )]
    Unreachable {
        /// The address, without a password.
        address: String,
        /// What the client library said.
        reason: String,
    },
    /// Every connection was in use, or another writer held SQLite, for longer than the configured time.
    #[error(
        "データベースが混み合っています（{waited_ms} ミリ秒待ちました）。しばらくしてからやり直してください"
    )]
    Busy {
        /// How long was waited, in milliseconds.
        waited_ms: u128,
    },
    /// `write` was called from inside `write` on the same thread, which would wait for itself.
    #[error(
        "Db::write was called inside another Db::write on the same thread; pass the connection down instead"
    )]
    NestedWrite,
    /// A migration failed; the schema is as it was before.
    #[error("データベースの更新（{migration}）に失敗しました。データは更新前のままです: {reason}")]
    Migration {
        /// Which one.
        migration: String,
        /// What the database said.
        reason: String,
    },
    /// What was asked for does not exist.
    #[error("{what} {id} は見つかりません")]
    NotFound {
        /// 文書, 版, …
        what: &'static str,
        /// Which.
        id: String,
    },
    /// Somebody else wrote in between; nothing was written.
    #[error(
        "{what} {id} はほかの人が先に更新しました。最新の内容を読み込んでからやり直してください"
    )]
    Conflict {
        /// 版, 検索索引, …
        what: &'static str,
        /// Which.
        id: String,
    },
    /// The state does not allow this step; nothing was written.
    #[error("{what} {id} は「{state}」のため、この操作はできません")]
    State {
        /// 版, 公開処理, …
        what: &'static str,
        /// Which.
        id: String,
        /// The state it is in.
        state: String,
    },
    /// The address is in use by another document.
    #[error(
        "{kind} のスラッグ「{slug}」は別の文書（{document}）が使っています。別のスラッグにしてください"
    )]
    SlugTaken {
        /// Kind of both documents.
        kind: String,
        /// The slug.
        slug: String,
        /// Id of the document that has it.
        document: String,
    },
    /// A worker came back after its lease had gone to another; nothing was written.
    #[error("job {id}: the lease was lost to another worker; the result is dropped")]
    LeaseLost {
        /// The job.
        id: i64,
    },
    /// A stored value cannot be read: written by a newer version, or damaged.
    #[error(
        "{what} {id} に保存された値「{value}」を読み取れません。新しい版の Kairan で書かれた可能性があります"
    )]
    Stored {
        /// Where.
        what: &'static str,
        /// Which.
        id: String,
        /// The value.
        value: String,
    },
    /// The caller's own reason to roll back, from inside `write`.
    #[error(transparent)]
    Aborted(Box<dyn std::error::Error + Send + Sync>),
    /// Whatever else the database answered.
    #[error("データベースのエラー: {0}")]
    Database(#[from] Diesel),
}

impl Error {
    /// Rolls the transaction back and hands `reason` to the caller of `write`.
    pub fn abort(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Aborted(reason.into())
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    pub(crate) fn conflict(what: &'static str, id: impl ToString) -> Self {
        Self::Conflict {
            what,
            id: id.to_string(),
        }
    }

    pub(crate) fn state(what: &'static str, id: impl ToString, state: impl ToString) -> Self {
        Self::State {
            what,
            id: id.to_string(),
            state: state.to_string(),
        }
    }

    pub(crate) fn stored(what: &'static str, id: impl ToString, value: impl ToString) -> Self {
        Self::Stored {
            what,
            id: id.to_string(),
            value: value.to_string(),
        }
    }

    /// A row that must be unique already exists.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(
            self,
            Self::Database(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        )
    }

    /// A row names another one that does not exist.
    #[must_use]
    pub fn is_missing_reference(&self) -> bool {
        matches!(
            self,
            Self::Database(Diesel::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation,
                _
            ))
        )
    }

    /// The database undid the transaction because of others at work: running it again may succeed.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Database(Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => {
                true
            }
            // diesel keeps no SQLSTATE for 40P01, and the server may speak Japanese.
            Self::Database(Diesel::DatabaseError(DatabaseErrorKind::Unknown, info)) => {
                let message = info.message();
                message.contains("deadlock detected") || message.contains("デッドロック")
            }
            _ => false,
        }
    }
}
