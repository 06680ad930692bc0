//! An SMTP server on loopback that answers as told, mail by mail.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// What happens to one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFault {
    /// Taken.
    None,
    /// This reply to `RCPT TO`, such as `550 5.1.1 unknown`.
    AtRecipient(String),
    /// This reply to `DATA`.
    AtData(String),
    /// This reply after the final dot; the mail is not kept.
    AfterDot(String),
    /// The connection ends after this many bytes of the message; the mail is not kept.
    DropInContent(usize),
    /// The mail is kept, and the connection ends without a reply.
    DropAfterDot,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Received {
    /// The return path.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The message as it came.
    pub content: String,
}

#[derive(Default)]
struct Shared {
    faults: Mutex<VecDeque<MailFault>>,
    received: Mutex<Vec<Received>>,
    stop: AtomicBool,
}

/// The running server; it stops when dropped.
pub struct FaultySmtp {
    /// `smtp://127.0.0.1:PORT?tls=never`
    pub url: String,
    port: u16,
    shared: Arc<Shared>,
}

impl FaultySmtp {
    /// Starts it; the first mail meets the first fault, mails beyond the list are taken.
    ///
    /// # Panics
    /// When no loopback port can be had.
    #[must_use]
    pub fn start(faults: impl IntoIterator<Item = MailFault>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            faults: Mutex::new(faults.into_iter().collect()),
            ..Shared::default()
        });
        let for_server = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if for_server.stop.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&for_server);
                // A connection that breaks is what the test asked for.
                std::thread::spawn(move || drop(serve(&stream, &shared)));
            }
        });
        Self {
            url: format!("smtp://127.0.0.1:{port}?tls=never"),
            port,
            shared,
        }
    }

    /// Mails taken so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared
            .received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for FaultySmtp {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream.try_clone()?;
    let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes());
    say("220 faulty.local ESMTP")?;
    let (mut from, mut to) = (String::new(), String::new());
    let mut fault = MailFault::None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let upper = line.trim_end().to_ascii_uppercase();
        if upper.starts_with("EHLO") || upper.starts_with("HELO") {
            say("250 faulty.local")?;
        } else if upper.starts_with("MAIL FROM") {
            let mut faults = shared.faults.lock().unwrap_or_else(PoisonError::into_inner);
            fault = faults.pop_front().unwrap_or(MailFault::None);
            from = path_of(&line);
            say("250 ok")?;
        } else if upper.starts_with("RCPT TO") {
            to = path_of(&line);
            say(if let MailFault::AtRecipient(reply) = &fault {
                reply
            } else {
                "250 ok"
            })?;
        } else if upper == "DATA" {
            if let MailFault::AtData(reply) = &fault {
                say(reply)?;
                continue;
            }
            say("354 go ahead")?;
            let Some(content) = read_content(&mut reader, &fault)? else {
                return stream.shutdown(std::net::Shutdown::Both);
            };
            if let MailFault::AfterDot(reply) = &fault {
                say(reply)?;
                continue;
            }
            let mail = Received {
                from: from.clone(),
                to: to.clone(),
                content,
            };
            shared
                .received
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(mail);
            if fault == MailFault::DropAfterDot {
                return stream.shutdown(std::net::Shutdown::Both);
            }
            say("250 2.0.0 Ok: queued as FAULTY1")?;
        } else if upper == "QUIT" {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
}

fn path_of(line: &str) -> String {
    let inner = line.split_once('<').map_or("", |(_, rest)| rest);
    inner
        .split_once('>')
        .map_or("", |(path, _)| path)
        .to_owned()
}

/// The message up to the final dot; `None` when the fault ends the connection in its middle.
fn read_content(reader: &mut impl BufRead, fault: &MailFault) -> std::io::Result<Option<String>> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line == ".\r\n" {
            return Ok(Some(content));
        }
        content.push_str(&line);
        if let MailFault::DropInContent(limit) = fault
            && content.len() >= *limit
        {
            return Ok(None);
        }
    }
}
