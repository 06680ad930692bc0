//! Postfix's `smtp-sink`, a sink written by others, as a child process on a random loopback port.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A running `smtp-sink`; it stops when dropped.
pub struct SmtpSink {
    /// `smtp://127.0.0.1:PORT?tls=never`
    pub url: String,
    child: Child,
    folder: TempDir,
}

/// A mail the sink took, from its ledger.
#[derive(Debug, Clone)]
pub struct SunkMail {
    /// Envelope recipients, in order.
    pub recipients: Vec<String>,
    /// Headers and body as they came, without the sink's own lines.
    pub content: String,
}

impl SmtpSink {
    /// Starts it with further options (`-q .` drops the connection after the final dot); `None` where the program is not provided
    /// (see [`provided`](crate::provided)).
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(options: &[&str]) -> Option<Self> {
        let program = crate::provided("KAIRAN_TEST_SMTP_SINK")?;
        let folder = tempfile::tempdir().expect("a folder for mails");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("permissions");
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|socket| socket.local_addr())
            .expect("a loopback port")
            .port();
        let mut command = Command::new(program);
        if is_root() {
            command.args(["-u", "nobody"]);
        }
        let mut child = command
            .args(["-m", "256", "-h", "sink.local"])
            .args(options)
            .arg("-d")
            .arg(folder.path().join("%Y%m%d%H%M%S."))
            .arg(format!("127.0.0.1:{port}"))
            .arg("512")
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("smtp-sink starts");
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                child.try_wait().expect("a child").is_none(),
                "smtp-sink ended at once"
            );
            assert!(Instant::now() < until, "smtp-sink does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self {
            url: format!("smtp://127.0.0.1:{port}?tls=never"),
            child,
            folder,
        })
    }

    /// The folder in which it writes down every mail it takes.
    #[must_use]
    pub fn ledger(&self) -> &Path {
        self.folder.path()
    }

    /// Every mail taken so far, in no particular order: the sink names its files at random within a second.
    ///
    /// # Panics
    /// When the ledger cannot be read.
    #[must_use]
    pub fn mails(&self) -> Vec<SunkMail> {
        fs::read_dir(self.folder.path())
            .expect("the ledger")
            .flat_map(|entry| read_ledger(&entry.expect("an entry").path()))
            .collect()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One file may hold several mails of one connection; each begins with the sink's `X-Client-Addr` line.
fn read_ledger(file: &Path) -> Vec<SunkMail> {
    let text = String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).into_owned();
    let mut mails: Vec<SunkMail> = Vec::new();
    for line in text.lines() {
        if line.starts_with("X-Client-Addr: ") {
            mails.push(SunkMail {
                recipients: vec![],
                content: String::new(),
            });
        }
        let Some(mail) = mails.last_mut() else {
            continue;
        };
        if let Some(recipient) = line.strip_prefix("X-Rcpt-Args: ") {
            let address = recipient
                .split_once('<')
                .map_or(recipient, |(_, rest)| rest);
            mail.recipients
                .push(address.split('>').next().unwrap_or_default().to_owned());
        } else if !line.starts_with("X-Client-")
            && !line.starts_with("X-Mail-Args: ")
            && !line.starts_with("X-Helo-Args: ")
        {
            mail.content.push_str(line);
            mail.content.push('\n');
        }
    }
    mails
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| {
        use std::os::unix::fs::MetadataExt;
        meta.uid() == 0
    })
}
