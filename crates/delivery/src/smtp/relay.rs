//! Where mail is handed over: the address of the relay and how to speak to it.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use url::Url;

/// Whether and when the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Plain text: a relay on this machine.
    Plain,
    /// STARTTLS when the relay offers it, and refused when `required` and it does not.
    StartTls {
        /// Refuse a relay without STARTTLS.
        required: bool,
    },
    /// TLS from the first byte (`smtps://`).
    Implicit,
}

/// How long each step may take.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Opening the connection, greeting and EHLO.
    pub connect: Duration,
    /// Each command before the message.
    pub command: Duration,
    /// The reply after the final dot; RFC 5321 asks for patience here, since giving up leaves a mail in doubt.
    pub message: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(30),
            message: Duration::from_secs(120),
        }
    }
}

/// A mail relay, from `smtp://user:password@host:port` or `smtps://…`.
#[derive(Clone)]
pub struct Relay {
    /// Host name or address.
    pub host: String,
    /// Port; 25 for `smtp`, 465 for `smtps`.
    pub port: u16,
    /// Encryption.
    pub security: Security,
    /// How long each step may take.
    pub timeouts: Timeouts,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: String,
}

/// Why an address of a relay cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Not an address at all.
    #[error("the mail address {0:?} is not a URL: {1}; write smtp://host:25 or smtps://host:465")]
    NotAUrl(String, url::ParseError),
    /// Another scheme.
    #[error("the mail address begins with {0:?}; write smtp:// or smtps://")]
    Scheme(String),
    /// No host in it.
    #[error("the mail address names no host; write smtp://host:25")]
    NoHost,
}

impl Relay {
    /// Reads `smtp://…` or `smtps://…`. `?tls=required|never` says what `smtp://` does about STARTTLS
    /// (the default uses it when offered); `?hello=name` is the name given in EHLO.
    pub fn parse(address: &str) -> Result<Self, RelayError> {
        let url =
            Url::parse(address).map_err(|error| RelayError::NotAUrl(address.to_owned(), error))?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(RelayError::NoHost)?;
        let option = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let (security, port) = match (url.scheme(), option("tls").as_deref()) {
            ("smtps", _) => (Security::Implicit, 465),
            ("smtp", Some("never")) => (Security::Plain, 25),
            ("smtp", Some("required")) => (Security::StartTls { required: true }, 25),
            ("smtp", _) => (Security::StartTls { required: false }, 25),
            (other, _) => return Err(RelayError::Scheme(other.to_owned())),
        };
        let credentials = (!url.username().is_empty()).then(|| {
            Credentials::new(
                decoded(url.username()),
                decoded(url.password().unwrap_or_default()),
            )
        });
        Ok(Self {
            host: host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port: url.port().unwrap_or(port),
            security,
            timeouts: Timeouts::default(),
            credentials,
            hello: option("hello").unwrap_or_else(|| "localhost".to_owned()),
        })
    }
}

/// Undoes percent-encoding of user names and passwords in a URL.
fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("v={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

impl std::fmt::Debug for Relay {
    /// Without user name and password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Relay({}:{}, {:?})", self.host, self.port, self.security)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        let relay = Relay::parse("smtp://user:p%40ss@mail.example.jp").unwrap();
        assert_eq!((relay.host.as_str(), relay.port), ("mail.example.jp", 25));
        assert!(relay.credentials.is_some());
        assert_eq!(Relay::parse("smtps://mail.example.jp").unwrap().port, 465);
        assert_eq!(
            Relay::parse("smtp://[::1]:2525?tls=never").unwrap().host,
            "::1"
        );
        assert!(matches!(
            Relay::parse("http://x/"),
            Err(RelayError::Scheme(_))
        ));
        assert!(!format!("{relay:?}").contains("p@ss"));
    }
}
