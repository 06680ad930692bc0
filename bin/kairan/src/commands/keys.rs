//! `kairan keys`: the keys that personal data is sealed with.

use std::path::Path;

use anyhow::Result;
use kairan_db::{citizens, seal};
use serde_json::json;

use crate::config::Config;
use crate::output::{self, Format, Outcome};
use crate::setup;

/// Values sealed anew in one transaction.
const BATCH: u32 = 500;

/// A new key for everything from now on; contact points are sealed with it anew. Killed in between, a second
/// run makes one more key and ends the work: old keys stay in the file and open what is left.
pub(super) fn rotate(config: &Path, format: Format) -> Result<Outcome> {
    let config = Config::load(config)?;
    let db = setup::database(&config)?;
    let keys = setup::keys(&config)?.with_new_key();
    setup::write_keys(&config.path(&config.keys.file), &keys)?;
    let column = citizens::contact_column();
    let mut total = 0;
    loop {
        let done = db.write(|c| seal::reseal(c, &keys, &column, BATCH))?;
        if done == 0 {
            break;
        }
        total += done;
    }
    match format {
        Format::Json => output::json(&json!({ "key": keys.current(), "resealed": total }))?,
        Format::Text => output::line(format_args!(
            "鍵を {} に替え、連絡先 {total} 件を封じ直しました。動いているサーバーと work は起動し直してください。鍵のファイルの控えも取り直してください。",
            keys.current()
        )),
    }
    Ok(Outcome::Fine)
}
