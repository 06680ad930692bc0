//! Who is who: names for the ids that texts, comments and pages in use carry.

use std::collections::HashMap;

use kairan_db::{AnyConnection, Result, staff};

use crate::admin::words::Language;

/// Names of staff by id. A city has some hundred of them.
pub(crate) struct People(HashMap<String, String>);

impl People {
    /// # Errors
    /// Those of the database.
    pub(crate) fn load(c: &mut AnyConnection) -> Result<Self> {
        let all = staff::list(c)?;
        Ok(Self(
            all.into_iter().map(|one| (one.id, one.name)).collect(),
        ))
    }

    /// The name behind `staff:01J…` or the id alone; what the system does has a name of its own.
    pub(crate) fn name(&self, words: &Language, key: &str) -> String {
        let id = key.strip_prefix("staff:").unwrap_or(key);
        match self.0.get(id) {
            Some(name) => name.clone(),
            None if key.starts_with("staff:") => words.get("離れた職員").to_owned(),
            None => words.get("システム").to_owned(),
        }
    }
}
