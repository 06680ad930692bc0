//! Transactions whose work may fail for reasons the database does not know.

use kairan_db::{AnyConnection, Db};

use crate::{Error, Result};

/// As [`Db::write`], for work with errors of this crate: nothing is written where it fails.
pub(crate) fn write<T>(
    db: &Db,
    mut work: impl FnMut(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    db.write(|c| work(c).map_err(inward)).map_err(outward)
}

/// As [`Db::read`], for questions with errors of this crate.
pub(crate) fn read<T>(
    db: &Db,
    question: impl FnOnce(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    db.read(|c| question(c).map_err(inward)).map_err(outward)
}

/// Keeps an error of the database what it is, so that a transaction undone by others is run again.
fn inward(error: Error) -> kairan_db::Error {
    match error {
        Error::Db(error) => error,
        Error::Site(kairan_site::Error::Catalogue(inner)) => {
            match inner.downcast::<kairan_db::Error>() {
                Ok(error) => *error,
                Err(inner) => {
                    kairan_db::Error::abort(Error::Site(kairan_site::Error::Catalogue(inner)))
                }
            }
        }
        other => kairan_db::Error::abort(other),
    }
}

fn outward(error: kairan_db::Error) -> Error {
    match error {
        kairan_db::Error::Aborted(inner) => match inner.downcast::<Error>() {
            Ok(error) => *error,
            Err(inner) => Error::Db(kairan_db::Error::Aborted(inner)),
        },
        other => Error::Db(other),
    }
}
