//! What the form shows of other documents and of files, from the database.

use std::cell::RefCell;

use kairan_content::{Kind, is_id};
use kairan_db::{AnyConnection, addresses, documents, site};
use kairan_editor::{Known, KnownDocument};

/// The database, asked while a form is made. What cannot be read counts as not known.
pub(crate) struct InDatabase<'c>(RefCell<&'c mut AnyConnection>);

impl<'c> InDatabase<'c> {
    pub(crate) fn new(c: &'c mut AnyConnection) -> Self {
        Self(RefCell::new(c))
    }

    fn find(
        &self,
        reference: &str,
        of: Option<Kind>,
    ) -> kairan_db::Result<Option<documents::Document>> {
        let mut c = self.0.borrow_mut();
        if is_id(reference) {
            return documents::find(&mut c, reference);
        }
        let (kind, slug) = match reference.split_once('/') {
            Some((kind, slug)) => (Kind::parse(kind), slug),
            None => (of, reference),
        };
        for one in Kind::ALL {
            if kind.is_none_or(|kind| kind == one)
                && let Some(holder) = addresses::holder(&mut c, one.as_str(), slug)?
            {
                return documents::find(&mut c, &holder);
            }
        }
        Ok(None)
    }
}

impl Known for InDatabase<'_> {
    fn document(&self, reference: &str, kind: Option<Kind>) -> Option<KnownDocument> {
        let found = self.find(reference, kind).ok().flatten()?;
        Some(KnownDocument {
            kind: Kind::parse(&found.kind)?,
            id: Some(found.id),
            slug: found.slug,
            title: found.title,
        })
    }

    /// The checks of a draft look references up themselves.
    fn is_complete(&self) -> bool {
        false
    }

    fn file(&self, path: &str) -> bool {
        let mut c = self.0.borrow_mut();
        site::files(&mut c, &[path]).is_ok_and(|found| !found.is_empty())
    }
}
