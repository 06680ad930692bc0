//! An SMTP server on loopback that answers as told, mail by mail.

use std::{
    collections::VecDeque,
    fs::OpenOptions,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
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
    /// The connection ends without a reply after the final dot, and the mail is not kept.
    LoseAfterDot,
    /// Taken; the reply comes this much later.
    Slow(Duration),
}

/// A mail that came, or a part of one.
#[derive(Debug, Clone)]
pub struct Received {
    /// When its end came.
    pub at: Instant,
    /// What happened to it.
    pub fault: MailFault,
    /// The return path.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The message as it came.
    pub content: String,
}

/// Chooses what happens to the next mail by its recipient.
type Choose = Box<dyn FnMut(&str) -> MailFault + Send>;

struct Shared {
    choose: Mutex<Choose>,
    ledger: Option<PathBuf>,
    received: Mutex<Vec<Received>>,
    turned_away: Mutex<Vec<Received>>,
    sessions: AtomicUsize,
    stop: AtomicBool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut faults: VecDeque<MailFault> = faults.into_iter().collect();
        Self::deciding(None, move |_| faults.pop_front().unwrap_or(MailFault::None))
    }

    /// Starts it; `choose` is asked at each `RCPT TO`. Every mail it takes is appended to the file `ledger` before it answers.
    ///
    /// # Panics
    /// When no loopback port can be had.
    #[must_use]
    pub fn deciding(
        ledger: Option<PathBuf>,
        choose: impl FnMut(&str) -> MailFault + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            choose: Mutex::new(Box::new(choose)),
            ledger,
            received: Mutex::default(),
            turned_away: Mutex::default(),
            sessions: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let for_server = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if for_server.stop.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&for_server);
                shared.sessions.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || {
                    // A connection that breaks is what the test asked for.
                    drop(serve(&stream, &shared));
                    shared.sessions.fetch_sub(1, Ordering::SeqCst);
                });
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
        locked(&self.shared.received).clone()
    }

    /// Mails that were not kept: refused after the final dot, lost, or broken off in their middle.
    #[must_use]
    pub fn turned_away(&self) -> Vec<Received> {
        locked(&self.shared.turned_away).clone()
    }

    /// Connections that are open.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.shared.sessions.load(Ordering::SeqCst)
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
            from = path_of(&line);
            say("250 ok")?;
        } else if upper.starts_with("RCPT TO") {
            to = path_of(&line);
            fault = locked(&shared.choose)(&to);
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
            let (content, whole) = read_content(&mut reader, &fault)?;
            let mail = Received {
                at: Instant::now(),
                fault: fault.clone(),
                from: from.clone(),
                to: to.clone(),
                content,
            };
            if !whole {
                locked(&shared.turned_away).push(mail);
                return stream.shutdown(std::net::Shutdown::Both);
            }
            match &fault {
                MailFault::AfterDot(reply) => {
                    locked(&shared.turned_away).push(mail);
                    say(reply)?;
                    continue;
                }
                MailFault::LoseAfterDot => {
                    locked(&shared.turned_away).push(mail);
                    return stream.shutdown(std::net::Shutdown::Both);
                }
                _ => keep(shared, mail)?,
            }
            match fault {
                MailFault::DropAfterDot => return stream.shutdown(std::net::Shutdown::Both),
                MailFault::Slow(wait) => std::thread::sleep(wait),
                _ => {}
            }
            say("250 2.0.0 Ok: queued as FAULTY1")?;
        } else if upper == "QUIT" {
            return say("221 bye");
        } else {
            say("250 ok")?;
        }
    }
}

/// Into the ledger first: what is answered has been written down.
fn keep(shared: &Shared, mail: Received) -> std::io::Result<()> {
    let mut received = locked(&shared.received);
    if let Some(ledger) = &shared.ledger {
        let mut file = OpenOptions::new().create(true).append(true).open(ledger)?;
        file.write_all(mail.content.as_bytes())?;
    }
    received.push(mail);
    Ok(())
}

fn path_of(line: &str) -> String {
    let inner = line.split_once('<').map_or("", |(_, rest)| rest);
    inner
        .split_once('>')
        .map_or("", |(path, _)| path)
        .to_owned()
}

/// The message up to the final dot and `true`; what came of it and `false` when the connection ends in its middle, by itself or by
/// the fault.
fn read_content(reader: &mut impl BufRead, fault: &MailFault) -> std::io::Result<(String, bool)> {
    let mut content = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok((content, false));
        }
        if line == ".\r\n" {
            return Ok((content, true));
        }
        content.push_str(&line);
        if let MailFault::DropInContent(limit) = fault
            && content.len() >= *limit
        {
            return Ok((content, false));
        }
    }
}
