//! `kairan.toml`, overridden by `KAIRAN_SECTION_KEY` from the environment.

mod environment;
mod sso;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use sso::Sso;

/// Everything that is configured beside the site itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// `[site]` is read with the site folder; what is here serves addresses alone.
    pub(crate) site: Site,
    /// Development: `KAIRAN_NOW` may move the clock.
    #[serde(default)]
    pub(crate) dev: bool,
    #[serde(default)]
    pub(crate) database: Database,
    #[serde(default)]
    pub(crate) storage: Storage,
    #[serde(default)]
    pub(crate) mail: Mail,
    #[serde(default)]
    pub(crate) line: Line,
    #[serde(default)]
    pub(crate) keys: Keys,
    #[serde(default)]
    pub(crate) notices: Notices,
    #[serde(default)]
    pub(crate) server: Server,
    #[serde(default)]
    pub(crate) sso: Sso,
    /// Relative paths start here: the folder of `kairan.toml`.
    #[serde(skip)]
    pub(crate) base: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Site {
    pub(crate) title: String,
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) app_url: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    /// `sqlite://var/kairan.db` or `postgres://…`
    pub(crate) url: String,
    /// Connections at most.
    pub(crate) pool_size: u32,
    /// Seconds until a server counts as unreachable.
    pub(crate) connect_timeout: u64,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite://var/kairan.db".to_owned(),
            pool_size: 8,
            connect_timeout: 5,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Storage {
    /// `file:var/site` or `s3://bucket/prefix?endpoint=…`
    pub(crate) url: String,
    /// Where published pages are read to verify them; the site's own address by default.
    pub(crate) public_url: Option<String>,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            url: "file:var/site".to_owned(),
            public_url: None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mail {
    /// `file:var/outbox`, `smtp://…` or `smtps://…`
    pub(crate) url: String,
    /// `From`: an address, with a name before it or alone.
    pub(crate) from: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) list_id: Option<String>,
    pub(crate) bounce_domain: Option<String>,
    /// Connections to the relay at once.
    pub(crate) connections: usize,
    /// Mails a second at most; 0 = as fast as the relay takes them.
    pub(crate) rate: u32,
    /// The relay's log or ledger, in which mails in doubt are looked up by Message-ID.
    pub(crate) log: Option<String>,
    /// `maildir:FOLDER`: the mailbox that returned mail comes to.
    pub(crate) bounces: Option<String>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            url: "file:var/outbox".to_owned(),
            from: None,
            reply_to: None,
            list_id: None,
            bounce_domain: None,
            connections: 4,
            rate: 0,
            log: None,
            bounces: None,
        }
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Line {
    /// `file:var/outbox` or the API's address; absent: LINE is not used.
    pub(crate) api_url: Option<String>,
    /// The channel's access token; better from `KAIRAN_LINE_TOKEN`.
    pub(crate) token: String,
    /// The channel's secret, for webhooks; better from `KAIRAN_LINE_SECRET`.
    pub(crate) secret: String,
    /// Requests a second at most.
    pub(crate) rate: u32,
    /// Seconds until a request without an answer counts as unclear.
    pub(crate) timeout: u64,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            api_url: None,
            token: String::new(),
            secret: String::new(),
            rate: 100,
            timeout: 20,
        }
    }
}

impl std::fmt::Debug for Line {
    /// Without token and secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line")
            .field("api_url", &self.api_url)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keys {
    /// The key file; made on the first start of an embedded database.
    pub(crate) file: String,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            file: "var/keys.json".to_owned(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Notices {
    /// No mail and no LINE in these hours (JST), such as `21:00-07:00`; emergencies pass.
    pub(crate) quiet_hours: Option<String>,
    /// Nothing is sent for a page whose release is older than this many hours.
    pub(crate) stale_after_hours: Option<u32>,
    /// Notices a citizen gets by mail and LINE on one day at most; important ones pass.
    pub(crate) daily_cap: Option<u32>,
    /// Above so many people a second member of staff confirms; 1,000 where nothing is said.
    pub(crate) confirm_above: Option<u32>,
    /// LINE messages of one month that the city's plan holds.
    pub(crate) line_quota: Option<u32>,
    /// What a LINE message beyond them costs, in yen.
    pub(crate) line_price: Option<u32>,
    /// Fields of the profile: not answered counts as matching.
    pub(crate) widen: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    pub(crate) bind: String,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".to_owned(),
        }
    }
}

impl Config {
    /// Reads the file and applies the environment.
    pub(crate) fn load(path: &Path) -> Result<Self> {
        Self::read(path, |variable| std::env::var(variable).ok())
    }

    /// Reads the file alone.
    pub(crate) fn from_file(path: &Path) -> Result<Self> {
        Self::read(path, |_| None)
    }

    fn read(path: &Path, variable_of: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "{} を読めません。--config で kairan.toml の場所を指定してください",
                path.display()
            )
        })?;
        let mut table: toml::Table = text
            .parse()
            .with_context(|| format!("{} の書き方に誤りがあります", path.display()))?;
        environment::apply(&mut table, variable_of)?;
        channel_secret(&mut table);
        let mut config: Self = table
            .try_into()
            .with_context(|| format!("{} に誤りがあります", path.display()))?;
        config.base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        config.site.url = with_slash(&config.site.url);
        Ok(config)
    }

    /// The folder of `kairan.toml`: the site folder, where there is one.
    pub(crate) fn folder(&self) -> PathBuf {
        if self.base.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            self.base.clone()
        }
    }

    /// A path of the configuration, from the folder of `kairan.toml`.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// An address whose `file:` or `sqlite://` path is relative, made absolute.
    pub(crate) fn address(&self, url: &str) -> String {
        for scheme in ["file:", "sqlite://"] {
            if let Some(path) = url.strip_prefix(scheme) {
                return format!("{scheme}{}", self.path(path).display());
            }
        }
        url.to_owned()
    }

    /// Where admin, my page and API live.
    pub(crate) fn app_url(&self) -> String {
        with_slash(self.site.app_url.as_deref().unwrap_or(&self.site.url))
    }

    /// Where published pages are read to verify them.
    pub(crate) fn public_url(&self) -> String {
        with_slash(self.storage.public_url.as_deref().unwrap_or(&self.site.url))
    }
}

/// LINE calls it the channel secret.
fn channel_secret(table: &mut toml::Table) {
    let line = table.get_mut("line").and_then(toml::Value::as_table_mut);
    if let Some(line) = line
        && let Some(secret) = line.remove("channel_secret")
    {
        line.entry("secret").or_insert(secret);
    }
}

fn with_slash(url: &str) -> String {
    if url.ends_with('/') {
        url.to_owned()
    } else {
        format!("{url}/")
    }
}
