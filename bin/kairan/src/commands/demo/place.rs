//! The folder of a demo and its address.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use rust_embed::RustEmbed;

use crate::commands::init::write_all;
use crate::config::Config;
use crate::output;

/// The example city (みのり市).
#[derive(RustEmbed)]
#[folder = "../../examples/minori"]
struct Minori;

/// The port tried first.
const PORT: u16 = 8080;

/// Where the example city is told to be.
const EXAMPLE_URL: &str = "http://127.0.0.1:8080/";

/// What the demo adds to the city's settings.
const SETTINGS: &str = r#"
[database]
url = "sqlite://var/kairan.db"

[storage]
url = "file:var/site"

[mail]
url = "file:outbox"
from = "みのり市 <oshirase@city.minori.example.jp>"

[line]
api_url = "file:outbox"
"#;

/// A demo's folder, ready to work in.
pub(super) struct Place {
    dir: PathBuf,
    address: SocketAddr,
}

impl Place {
    /// Makes the folder, or takes up the one of an earlier demo. `port` must be free; without it the port of before or 8080
    /// is tried, then any.
    pub(super) fn prepare(dir: &Path, port: Option<u16>) -> Result<Self> {
        let place = |address| Self {
            dir: dir.to_path_buf(),
            address,
        };
        let settings = dir.join("kairan.toml");
        let known = if settings.is_file() {
            let config = Config::from_file(&settings)?;
            url::Url::parse(&config.site.url)
                .ok()
                .and_then(|url| url.port())
        } else {
            fs::create_dir_all(dir)
                .with_context(|| format!("{} にフォルダーを作れません", dir.display()))?;
            if fs::read_dir(dir)?.next().is_some() {
                bail!(
                    "{} は空ではなく、demo のフォルダーでもありません。--dir で別の場所を指定してください",
                    dir.display()
                );
            }
            None
        };
        let address = free(port, known.unwrap_or(PORT))?;
        let place = place(address);
        match known {
            Some(known) => place.move_to_port(known)?,
            None => place.write()?,
        }
        Ok(place)
    }

    fn write(&self) -> Result<()> {
        write_all::<Minori>(&self.dir)?;
        let settings = fs::read_to_string(self.config())?;
        let settings = settings.replace(EXAMPLE_URL, &self.url());
        fs::write(self.config(), format!("{settings}{SETTINGS}"))?;
        Ok(())
    }

    fn move_to_port(&self, known: u16) -> Result<()> {
        let port = self.address.port();
        if port != known {
            let settings = fs::read_to_string(self.config())?;
            let moved = settings.replace(&format!("http://127.0.0.1:{known}/"), &self.url());
            fs::write(self.config(), moved)?;
        }
        Ok(())
    }

    pub(super) fn config(&self) -> PathBuf {
        self.dir.join("kairan.toml")
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// A port of this machine that nobody uses.
fn free(asked: Option<u16>, usual: u16) -> Result<SocketAddr> {
    let take = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port))?.local_addr();
    match asked {
        Some(port) => take(port).with_context(|| {
            format!("ポート {port} は使われています。--port で別の番号を指定してください")
        }),
        None => match take(usual) {
            Ok(address) => Ok(address),
            Err(_) => {
                let address = take(0).context("空いているポートがありません")?;
                output::note(format_args!(
                    "ポート {usual} は使われているため、{} を使います。",
                    address.port()
                ));
                Ok(address)
            }
        },
    }
}
