//! From the configuration to what commands work with: database, keys, object store, theme, ways out.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use kairan_content::{EntryKind, Source};
use kairan_db::{Db, Dialect, Options, SchemaState, seal::Keyring};
use kairan_delivery::{
    Channels, LineChannel, MailChannel, PostmanOptions, bounce::Maildir, compose::Sender,
    line::LineClient, smtp::Relay,
};
use kairan_pipeline::{Context, NoticeSettings, QuietHours, Works};
use kairan_theme::{Overrides, Theme};
use lettre::{Address, message::Mailbox};

use crate::config::Config;
use crate::folder::FolderSource;
use crate::now;

/// Connects, within the configured time, whatever the state of the schema.
pub(crate) fn connect(config: &Config) -> Result<Db> {
    let options = Options {
        pool_size: config.database.pool_size,
        connect_timeout: Duration::from_secs(config.database.connect_timeout),
        ..Options::default()
    };
    Ok(Db::open(&config.address(&config.database.url), &options)?)
}

/// Brings the schema up to date; a database that was empty gets its keys.
pub(crate) fn migrate(config: &Config, db: &Db) -> Result<Vec<String>> {
    let new = db.schema_version()?.is_none();
    let file = config.path(&config.keys.file);
    if new && !file.exists() {
        write_keys(&file, &Keyring::generate())?;
    }
    Ok(db.migrate()?)
}

/// A database ready for work: SQLite is brought up to date on the way, PostgreSQL is for `kairan migrate`.
pub(crate) fn database(config: &Config) -> Result<Db> {
    let db = connect(config)?;
    match db.schema_state()? {
        SchemaState::Current => {}
        SchemaState::Behind(_) if db.dialect() == Dialect::Sqlite => {
            migrate(config, &db)?;
        }
        SchemaState::Behind(_) => {
            bail!("データベースがこの版の形になっていません。kairan migrate を実行してください")
        }
        SchemaState::Ahead(version) => bail!(
            "データベースは新しい版の Kairan で更新されています（{version}）。プログラムを新しくしてください"
        ),
    }
    Ok(db)
}

/// The keys that open personal data.
pub(crate) fn keys(config: &Config) -> Result<Keyring> {
    let file = config.path(&config.keys.file);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "鍵のファイル {} がありません。連絡先を開くのに要ります。控えから戻すか、KAIRAN_KEYS_FILE で場所を指定してください",
            file.display()
        ),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("鍵のファイル {} を読めません", file.display()));
        }
    };
    Keyring::from_key_file(&text)
        .with_context(|| format!("鍵のファイル {} を使えません", file.display()))
}

/// Writes a key file that its owner alone may read, in one step.
pub(crate) fn write_keys(file: &Path, keys: &Keyring) -> Result<()> {
    let write = || -> io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut name = file.as_os_str().to_owned();
        name.push(".new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut temporary = options.open(&name)?;
        io::Write::write_all(&mut temporary, keys.to_key_file().as_bytes())?;
        temporary.sync_all()?;
        fs::rename(&name, file)
    };
    write().with_context(|| format!("鍵のファイル {} を書けません", file.display()))
}

/// The default theme with the site's own files in place of its.
pub(crate) fn theme(source: &FolderSource) -> Result<Theme> {
    let listed = source.list("theme")?;
    let files = listed
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::File)
        .filter_map(|entry| entry.path.strip_prefix("theme/").map(str::to_owned));
    let read = |path: &str| {
        source
            .read(&format!("theme/{path}"))
            .map_err(io::Error::other)
    };
    Theme::load(&Overrides::new(files, read)).context(
        "theme/ のひな形に誤りがあります。直すか、そのファイルを消すと標準のものを使います",
    )
}

/// Everything that the steps of publishing and telling work with.
pub(crate) async fn context(config: &Config) -> Result<Context> {
    let clock = now::clock(config.dev)?;
    let quiet = config.notices.quiet_hours.as_deref().map(|text| {
        QuietHours::parse(text).with_context(|| {
            format!(
                "[notices] quiet_hours の「{text}」を読めません。21:00-07:00 のように書いてください"
            )
        })
    });
    let db = database(config)?;
    let keys = keys(config)?;
    let store = kairan_storage::open(&config.address(&config.storage.url)).await?;
    let folder = FolderSource::open(&config.folder())
        .with_context(|| format!("フォルダー {} を開けません", config.folder().display()))?;
    Ok(Context {
        db,
        store,
        keys,
        clock,
        theme: Arc::new(theme(&folder)?),
        public_url: config.public_url(),
        app_url: config.app_url(),
        notices: Arc::new(NoticeSettings {
            quiet: quiet.transpose()?,
            stale_after_hours: config.notices.stale_after_hours,
            daily_cap: config.notices.daily_cap,
            confirm_above: config.notices.confirm_above,
            line_quota: config.notices.line_quota,
            line_price: config.notices.line_price,
            widen: config.notices.widen.clone(),
        }),
    })
}

/// The folder behind a `file:` address.
pub(crate) fn folder_of(config: &Config, url: &str) -> Option<PathBuf> {
    let path = config.address(url);
    let path = path.strip_prefix("file:")?;
    let path = path.split('?').next().unwrap_or(path);
    Some(PathBuf::from(path))
}

/// The ways mail and LINE messages leave.
fn channels(config: &Config) -> Result<Channels> {
    let mail = match folder_of(config, &config.mail.url) {
        Some(folder) => MailChannel::Folder(folder),
        None => MailChannel::Smtp(Relay::parse(&config.mail.url).context(
            "[mail] url を読めません。smtp://ホスト:25 か smtps://ホスト:465 の形で書いてください",
        )?),
    };
    let line = match config.line.api_url.as_deref() {
        None => None,
        Some(url) => Some(match folder_of(config, url) {
            Some(folder) => LineChannel::Folder(folder),
            None => {
                let timeout = Duration::from_secs(config.line.timeout);
                LineChannel::Api(LineClient::new(url, &config.line.token, timeout).context(
                    "[line] api_url を使えません。https://api.line.me の形で書いてください",
                )?)
            }
        }),
    };
    Ok(Channels {
        mail,
        line,
        sender: sender(config)?,
    })
}

fn sender(config: &Config) -> Result<Sender> {
    let local = folder_of(config, &config.mail.url).is_some();
    let from = match &config.mail.from {
        Some(from) => from.parse::<Mailbox>().with_context(|| {
            format!("[mail] from の「{from}」を読めません。みのり市 <oshirase@city.example.lg.jp> のように書いてください")
        })?,
        // Mails that are only written into a folder may be from anybody.
        None if local => {
            Mailbox::new(Some(config.site.title.clone()), Address::new("oshirase", "city.example.jp")?)
        }
        None => bail!("[mail] from がありません。差出人のメールアドレスを書いてください"),
    };
    let reply_to = config.mail.reply_to.as_deref().map(|text| {
        text.parse::<Mailbox>()
            .with_context(|| format!("[mail] reply_to の「{text}」を読めません"))
    });
    let domain = from.email.domain().to_owned();
    Ok(Sender {
        reply_to: reply_to.transpose()?,
        list_id: config
            .mail
            .list_id
            .clone()
            .unwrap_or_else(|| format!("oshirase.{domain}")),
        bounce_domain: config.mail.bounce_domain.clone().unwrap_or(domain),
        from,
    })
}

/// The work behind the pages: publishing, telling, sending, in this process.
pub(crate) fn works(config: &Config, context: &Context) -> Result<Works> {
    let options = PostmanOptions {
        connections: config.mail.connections.max(1),
        mail_rate: config.mail.rate,
        line_rate: config.line.rate.max(1),
        mail_log: config.mail.log.as_deref().map(|log| config.path(log)),
        bounces: match config.mail.bounces.as_deref() {
            None => None,
            Some(address) => {
                let folder = Maildir::folder_in(address).with_context(|| {
                    format!("[mail] bounces の「{address}」を読めません。maildir:var/bounces のように書いてください")
                })?;
                Some(Maildir::at(config.path(folder)))
            }
        },
        ..PostmanOptions::default()
    };
    Ok(Works::new(context, channels(config)?, options))
}
