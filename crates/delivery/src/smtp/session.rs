//! One connection to the relay, kept for many mails.

use std::{fmt, future::Future, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error as SmtpError,
        authentication::Mechanism,
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::ClientId,
    },
};
use tokio::{net::TcpStream, time::timeout};

use super::{
    Relay, Security,
    wire::{CountedStream, Sent},
};

/// Why no mail can be handed over at all; nothing was sent, so everything may be tried again later.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The relay does not answer.
    #[error(
        "the mail relay {relay} cannot be reached: {reason}; check [mail] url and that the relay is running"
    )]
    Unreachable {
        /// Host and port.
        relay: String,
        /// What went wrong.
        reason: String,
    },
    /// The relay refuses to talk to us.
    #[error("the mail relay {relay} refused the connection: {reason}")]
    Refused {
        /// Host and port.
        relay: String,
        /// Its answer.
        reason: String,
    },
}

/// The step at which the relay answered or the connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// `MAIL FROM`
    Sender,
    /// `RCPT TO`
    Recipient,
    /// `DATA`
    Data,
    /// The message itself, before the final dot.
    Content,
    /// After the final dot.
    FinalDot,
}

impl Phase {
    /// The word stored with an attempt.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::Content => "content",
            Self::FinalDot => "final_dot",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The relay took it.
    Accepted {
        /// Its last line, which often names its queue id.
        reply: String,
    },
    /// The relay will never take it (5xx).
    Rejected {
        /// SMTP reply code.
        code: u16,
        /// Where.
        phase: Phase,
        /// What it said.
        reply: String,
    },
    /// It was certainly not taken: 4xx, or the connection broke before the final dot. Safe to retry.
    NotTaken {
        /// SMTP reply code, if there was a reply.
        code: Option<u16>,
        /// Where.
        phase: Phase,
        /// What happened.
        reply: String,
    },
    /// The final dot left and no answer came back: it may or may not have been taken.
    InDoubt {
        /// What happened.
        reply: String,
    },
}

/// A connection to the relay. Mails go one after the other; a refused one does not close it.
pub struct SmtpSession {
    connection: AsyncSmtpConnection,
    sent: Sent,
    command: Duration,
    message: Duration,
    usable: bool,
    reset_first: bool,
}

impl SmtpSession {
    /// Connects, greets, encrypts and logs in as the relay's address says.
    pub async fn open(relay: &Relay) -> Result<Self, ConnectError> {
        let name = format!("{}:{}", relay.host, relay.port);
        let unreachable = |reason: String| ConnectError::Unreachable {
            relay: name.clone(),
            reason,
        };
        match timeout(relay.timeouts.connect, Self::connect(relay)).await {
            Err(_) => Err(unreachable(format!(
                "no answer within {} seconds",
                relay.timeouts.connect.as_secs()
            ))),
            Ok(Err(Failure::Io(error))) => Err(unreachable(error.to_string())),
            Ok(Err(Failure::Smtp(error))) => Err(ConnectError::Refused {
                relay: name,
                reason: explain(&error),
            }),
            Ok(Err(Failure::NoTls)) => Err(ConnectError::Refused {
                relay: name,
                reason: "it offers no STARTTLS, which the address requires".to_owned(),
            }),
            Ok(Ok(session)) => Ok(session),
        }
    }

    async fn connect(relay: &Relay) -> Result<Self, Failure> {
        let sent = Sent::default();
        let tcp = TcpStream::connect((relay.host.as_str(), relay.port)).await?;
        let stream = Box::new(CountedStream::new(tcp, sent.clone())?);
        let hello = ClientId::Domain(relay.hello.clone());
        let tls = || TlsParameters::new(relay.host.clone());
        if relay.security == Security::Implicit {
            return Self::connect_implicit(relay, &hello).await;
        }
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &hello).await?;
        if let Security::StartTls { required } = relay.security {
            if connection.can_starttls() {
                connection.starttls(tls()?, &hello).await?;
            } else if required {
                return Err(Failure::NoTls);
            }
        }
        Self::log_in(relay, connection, Some(sent)).await
    }

    /// TLS from the first byte is opened by the library itself, whose stream we cannot count:
    /// a break in the middle of a message then counts as in doubt.
    async fn connect_implicit(relay: &Relay, hello: &ClientId) -> Result<Self, Failure> {
        let connection = AsyncSmtpConnection::connect_tokio1(
            (relay.host.as_str(), relay.port),
            Some(relay.timeouts.connect),
            hello,
            Some(TlsParameters::new(relay.host.clone())?),
            None,
        )
        .await?;
        Self::log_in(relay, connection, None).await
    }

    async fn log_in(
        relay: &Relay,
        mut connection: AsyncSmtpConnection,
        sent: Option<Sent>,
    ) -> Result<Self, Failure> {
        if let Some(credentials) = &relay.credentials {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .await?;
        }
        Ok(Self {
            connection,
            sent: sent.unwrap_or_default(),
            command: relay.timeouts.command,
            message: relay.timeouts.message,
            usable: true,
            reset_first: false,
        })
    }

    /// Whether another mail may be sent over this connection.
    #[must_use]
    pub const fn usable(&self) -> bool {
        self.usable
    }

    /// Hands over one mail: `from` is the return path, `content` the whole message with CRLF line ends.
    pub async fn send(&mut self, from: &Address, to: &Address, content: &[u8]) -> SendOutcome {
        if std::mem::take(&mut self.reset_first)
            && let Err(outcome) = self.step(Phase::Sender, Rset).await
        {
            return outcome;
        }
        if let Err(outcome) = self
            .step(Phase::Sender, Mail::new(Some(from.clone()), vec![]))
            .await
        {
            return outcome;
        }
        if let Err(outcome) = self
            .step(Phase::Recipient, Rcpt::new(to.clone(), vec![]))
            .await
        {
            return outcome;
        }
        if let Err(outcome) = self.step(Phase::Data, Data).await {
            return outcome;
        }
        let before = self.sent.bytes();
        match within(self.message, self.connection.message(content)).await {
            Ok(response) => SendOutcome::Accepted {
                reply: response.message().next().unwrap_or_default().to_owned(),
            },
            Err(error) => self.judge_content(error, self.sent.bytes() - before, content.len()),
        }
    }

    /// Ends the conversation politely; errors do not matter any more.
    pub async fn quit(mut self) {
        if self.usable {
            drop(timeout(Duration::from_secs(2), self.connection.quit()).await);
        }
    }

    async fn step<C: fmt::Display + Send>(
        &mut self,
        phase: Phase,
        command: C,
    ) -> Result<(), SendOutcome> {
        match within(self.command, self.connection.command(command)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.code() {
                Some(code) => {
                    self.reset_first = true;
                    self.usable = code != 421;
                    error.refused(code, phase)
                }
                None => {
                    self.usable = false;
                    SendOutcome::NotTaken {
                        code: None,
                        phase,
                        reply: error.to_string(),
                    }
                }
            }),
        }
    }

    fn judge_content(&mut self, error: StepError, written: u64, length: usize) -> SendOutcome {
        if let Some(code) = error.code() {
            self.usable = code != 421;
            return error.refused(code, Phase::FinalDot);
        }
        self.usable = false;
        // Dot-stuffing and encryption only add bytes: fewer than the message's own length on the wire
        // mean that the final dot cannot have left.
        if self.sent.bytes() > 0 && written < length as u64 {
            SendOutcome::NotTaken {
                code: None,
                phase: Phase::Content,
                reply: error.to_string(),
            }
        } else {
            SendOutcome::InDoubt {
                reply: error.to_string(),
            }
        }
    }
}

enum Failure {
    Io(std::io::Error),
    Smtp(SmtpError),
    NoTls,
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<SmtpError> for Failure {
    fn from(error: SmtpError) -> Self {
        Self::Smtp(error)
    }
}

/// A command that was refused, broke or took too long.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error("{}", explain(.0))]
    Smtp(SmtpError),
    #[error("no answer within {} seconds", .0.as_secs())]
    TooLong(Duration),
}

impl StepError {
    fn code(&self) -> Option<u16> {
        match self {
            Self::Smtp(error) => error.status().map(u16::from),
            Self::TooLong(_) => None,
        }
    }

    fn refused(&self, code: u16, phase: Phase) -> SendOutcome {
        let reply = self.to_string();
        if code >= 500 {
            SendOutcome::Rejected { code, phase, reply }
        } else {
            SendOutcome::NotTaken {
                code: Some(code),
                phase,
                reply,
            }
        }
    }
}

async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, StepError> {
    match timeout(limit, step).await {
        Ok(result) => result.map_err(StepError::Smtp),
        Err(_) => Err(StepError::TooLong(limit)),
    }
}

/// The error and what is behind it, on one line.
fn explain(error: &SmtpError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        source = inner.source();
    }
    text
}
