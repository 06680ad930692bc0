use chrono::NaiveDateTime;
use kairan_db::audit::By;
use kairan_db::releases::{ReleaseDocument, ReleaseKind};
use kairan_db::uploads::{self, Changed, Upload};
use kairan_db::{AnyConnection, editions};
use kairan_site::ObjectKey;

use super::plan::Plan;
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
    let old = uploads::get(c, path)?;
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
    // The old content may be what must not be read any longer: its object goes, after the pages that link to it.
    let plan = Plan {
        names: old
            .iter()
            .map(|file| object(&file.path, &file.sha256))
            .collect(),
        ..Plan::default()
    };
    plan.store(c, release)?;
    Ok(Replaced {
        changed,
        release: Some(release),
    })
}

/// The name of the object that readers get a file as.
fn object(path: &str, sha256: &str) -> String {
    let hash = sha256.get(..16).unwrap_or(sha256).to_owned();
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    ObjectKey::File(hash, name).object_name()
}
