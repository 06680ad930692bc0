//! `kairan keys`: the keys that personal data is sealed with.

use std::path::Path;

use anyhow::Result;
use kairan_db::{citizens, notices, seal, staff};
use serde_json::json;

use crate::config::Config;
use crate::output::{self, Format, Outcome};
use crate::setup;

/// Values sealed anew in one transaction.
const BATCH: u32 = 500;

/// A new key for everything from now on; contact points and messages are sealed with it anew. Killed in between, a second
/// run makes one more key and ends the work: old keys stay in the file and open what is left.
pub(super) fn rotate(config: &Path, format: Format) -> Result<Outcome> {
    let config = Config::load(config)?;
    let db = setup::database(&config)?;
    let keys = setup::keys(&config)?.with_new_key();
    setup::write_keys(&config.path(&config.keys.file), &keys)?;
    let mut resealed = [0; 4];
    let columns = [
        citizens::contact_column(),
        notices::payload_column(),
        staff::totp_column(),
        staff::pending_totp_column(),
    ];
    for (column, total) in columns.iter().zip(&mut resealed) {
        loop {
            let done = db.write(|c| seal::reseal(c, &keys, column, BATCH))?;
            if done == 0 {
                break;
            }
            *total += done;
        }
    }
    let [contacts, messages, apps, pending] = resealed;
    let apps = apps + pending;
    match format {
        Format::Json => output::json(
            &json!({ "key": keys.current(), "resealed": contacts, "messages": messages, "authenticators": apps }),
        )?,
        Format::Text => output::line(format_args!(
            "鍵を {} に替え、連絡先 {contacts} 件と通知 {messages} 件、職員の認証アプリ {apps} 件を封じ直しました。動いているサーバーと work は起動し直してください。鍵のファイルの控えも取り直してください。",
            keys.current()
        )),
    }
    Ok(Outcome::Fine)
}
