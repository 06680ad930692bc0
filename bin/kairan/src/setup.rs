//! From the configuration to what commands work with: database, keys.

use std::{fs, io, path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use kairan_db::{Db, Dialect, Options, SchemaState, seal::Keyring};

use crate::config::Config;

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
