//! The one error type: what a person or a program is told, and what stays in the log.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request was not answered as asked. Rendered by `dress`.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Nothing here, or a link that is over.
    #[error("not found")]
    NotFound,
    /// A form without its token, or sent from another site.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Nobody is logged in, or no longer. The staff's screens lead to their log-in.
    #[error("not logged in")]
    LoggedOut,
    /// Logged in, but without the role.
    #[error("not permitted: {0}")]
    NotPermitted(&'static str),
    /// What is asked for cannot be done as things stand; said in words.
    #[error("refused: {0}")]
    Refused(String),
    /// The request cannot be read.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// A parameter is wrong; programs are told which.
    #[error("{parameter}: {detail}")]
    Parameter {
        /// The parameter, or a JSON pointer into the body.
        parameter: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Asked too often.
    #[error("too many requests")]
    TooMany {
        /// Seconds until it is worth asking again.
        retry_after: u64,
    },
    /// The installation is not set up, or something it needs is away.
    #[error("unready: {0}")]
    Unready(&'static str),
    /// Anything else; the log has the reason.
    #[error("internal error")]
    Internal,
}

impl Error {
    /// Writes the reason into the log and keeps it from people.
    pub(crate) fn internal(reason: &dyn std::fmt::Display) -> Self {
        tracing::error!(%reason, "a request failed");
        Self::Internal
    }

    pub(crate) fn parameter(parameter: &str, detail: impl Into<String>) -> Self {
        Self::Parameter {
            parameter: parameter.to_owned(),
            detail: detail.into(),
        }
    }

    /// A short title, for page and problem alike.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "ページが見つかりません",
            Self::Forbidden(_) => "送信を受け付けられませんでした",
            Self::LoggedOut => "ログインが必要です",
            Self::NotPermitted(_) => "権限がありません",
            Self::Refused(_) => "この操作はできません",
            Self::BadRequest(_) | Self::Parameter { .. } => "内容を読み取れませんでした",
            Self::TooMany { .. } => "しばらくお待ちください",
            Self::Unready(_) => "準備中です",
            Self::Internal => "処理を終えられませんでした",
        }
    }

    /// What happened and what to do.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::NotFound => {
                "公開を終えたか、アドレスが違うか、リンクの期限が切れています。".to_owned()
            }
            Self::LoggedOut => {
                "ログインが切れています。別のタブでログインしてから、やり直してください。".to_owned()
            }
            Self::Forbidden(detail)
            | Self::NotPermitted(detail)
            | Self::BadRequest(detail)
            | Self::Unready(detail) => (*detail).to_owned(),
            Self::Refused(reason) => reason.clone(),
            Self::Parameter { parameter, detail } => format!("{parameter}: {detail}"),
            Self::TooMany { retry_after } => {
                format!("続けての送信が多いため、{retry_after}秒ほど待ってからやり直してください。")
            }
            Self::Internal => {
                "こちらの不具合です。入力した内容は保存されていません。時間をおいてやり直してください。".to_owned()
            }
        }
    }
}

impl From<kairan_pipeline::Error> for Error {
    fn from(error: kairan_pipeline::Error) -> Self {
        match error {
            kairan_pipeline::Error::Db(
                kairan_db::Error::Unreachable { .. } | kairan_db::Error::Busy { .. },
            ) => {
                tracing::warn!(reason = %error, "the database does not answer");
                Self::Unready("ただいま混み合っています。しばらくしてからやり直してください。")
            }
            kairan_pipeline::Error::Db(kairan_db::Error::NotFound { .. }) => Self::NotFound,
            kairan_pipeline::Error::Db(error) if error.is_missing_reference() => Self::NotFound,
            kairan_pipeline::Error::Refused(reason) => Self::Refused(reason),
            other => Self::internal(&other),
        }
    }
}

impl From<kairan_site::Error> for Error {
    fn from(error: kairan_site::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<kairan_theme::Error> for Error {
    fn from(error: kairan_theme::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(&error)
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LoggedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::NotPermitted(_) => StatusCode::FORBIDDEN,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BadRequest(_) | Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unready(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Bare: `dress` knows whether a person or a program reads it.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}
