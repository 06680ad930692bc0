use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::Error;

/// What was asked for, for the message.
pub(super) struct Asked<'a> {
    pub name: &'a str,
    pub place: &'a str,
    pub action: &'static str,
}

const NO_KEYS: &str =
    "鍵がありません。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY か AWS_PROFILE を設定してください";

impl Asked<'_> {
    /// The SDK's error in this crate's words.
    pub(super) fn failed<E>(&self, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match &error {
            SdkError::TimeoutError(_) => self.unreachable("時間内に返事がありません".to_owned()),
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                self.answered(status, answer.err().code(), answer.err().message())
            }
            SdkError::ResponseError(answer) => self.other(format!(
                "返事を読み取れません（HTTP {}）: {}",
                answer.raw().status().as_u16(),
                deepest(&error)
            )),
            _ if is_about_credentials(&error) => self.denied(NO_KEYS.to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                self.unreachable("時間内につながりません".to_owned())
            }
            SdkError::DispatchFailure(_) => self.unreachable(deepest(&error)),
            _ => self.other(deepest(&error)),
        }
    }

    fn answered(&self, status: u16, code: Option<&str>, message: Option<&str>) -> Error {
        let detail = match (code, message) {
            (Some(code), Some(message)) => format!("HTTP {status} {code}: {message}"),
            (Some(code), None) => format!("HTTP {status} {code}"),
            _ => format!("HTTP {status}"),
        };
        match (status, code) {
            (_, Some("NoSuchBucket")) => self.no_bucket(),
            (404, _) => Error::NotFound {
                name: self.name.into(),
                place: self.place.into(),
            },
            (401 | 403, _) => self.denied(detail),
            // Servers that are overloaded even after the retries.
            (429 | 503, _) => self.unreachable(detail),
            _ => self.other(detail),
        }
    }

    pub(super) fn no_bucket(&self) -> Error {
        Error::NoPlace {
            place: self.place.into(),
            hint: "バケットを作るか、KAIRAN_STORAGE_URL のバケット名を直してください",
        }
    }

    pub(super) fn unreachable(&self, detail: String) -> Error {
        let (name, place) = (self.name.to_owned(), self.place.to_owned());
        Error::Unreachable {
            name,
            place,
            action: self.action,
            detail,
        }
    }

    pub(super) fn denied(&self, detail: String) -> Error {
        let (name, place) = (self.name.to_owned(), self.place.to_owned());
        Error::Denied {
            name,
            place,
            action: self.action,
            detail,
        }
    }

    pub(super) fn other(&self, detail: String) -> Error {
        let (name, place) = (self.name.to_owned(), self.place.to_owned());
        Error::Failed {
            name,
            place,
            action: self.action,
            detail,
        }
    }
}

type Cause<'a> = &'a (dyn StdError + 'static);

fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error), |error: &Cause<'_>| (*error).source())
}

/// The SDK wraps the cause several times; the innermost one says what happened.
pub(super) fn deepest(error: &(dyn StdError + 'static)) -> String {
    causes(error)
        .last()
        .map_or_else(String::new, ToString::to_string)
}

fn is_about_credentials(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string().contains("credential"))
}
