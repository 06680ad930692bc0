use chrono::NaiveDateTime;
use kairan_db::audit::By;
use kairan_db::releases::{ReleaseDocument, ReleaseKind};
use kairan_db::uploads::{self, Changed, Upload};
use kairan_db::{AnyConnection, editions};

use super::{Options, PUBLISH, create};
use crate::Result;

/// What became of a file that was to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// Whether it was.
    pub changed: Changed,
    /// The release that makes the pages anew that readers see it on; `None` where there are none.
    pub release: Option<i64>,
}

/// Puts new content in place of a file's and makes the live pages anew that use it, in one transaction. Nobody is told:
/// the documents say what they said.
///
/// # Errors
/// Those of the database.
pub fn replace_file(
    c: &mut AnyConnection,
    path: &str,
    upload: &Upload<'_>,
    by: &By,
    now: NaiveDateTime,
) -> Result<Replaced> {
    let changed = uploads::replace(c, path, upload, by, now)?;
    let mut documents = Vec::new();
    if changed == Changed::Done {
        for used in uploads::usage(c, path)?.into_iter().filter(|one| one.live) {
            // What is live stays what it is: an open draft of the document is not touched.
            let published = editions::published(c, &used.document_id)?;
            documents.extend(published.map(|edition| ReleaseDocument {
                document_id: used.document_id,
                edition_id: Some(edition.id),
                action: PUBLISH.to_owned(),
            }));
        }
    }
    if documents.is_empty() {
        return Ok(Replaced {
            changed,
            release: None,
        });
    }
    let options = Options {
        no_notice: true,
        ..Options::default()
    };
    let release = create(c, ReleaseKind::Publish, &options, &by.key, &documents, now)?;
    Ok(Replaced {
        changed,
        release: Some(release),
    })
}
