use std::path::Path;
use std::sync::Arc;

use url::Url;

use crate::s3::{S3, S3Address};
use crate::{Error, Folder, Memory, ObjectStore, Result};

/// Opens the store at an address: `file:PATH`, `s3://bucket/prefix?…` or `memory:` (a new, empty one).
/// A relative path starts at the current directory. For S3 nothing is asked of the server yet.
///
/// # Errors
/// [`Error::BadAddress`], and for a folder what [`Folder::open`] gives.
pub async fn open(address: &str) -> Result<Arc<dyn ObjectStore>> {
    let bad = |problem: &str| Error::BadAddress {
        url: address.to_owned(),
        problem: problem.to_owned(),
    };
    if address == "memory:" {
        return Ok(Arc::new(Memory::new()));
    }
    if let Some(rest) = address.strip_prefix("file:") {
        let (path, durable) = folder_address(rest).map_err(bad)?;
        return Ok(Arc::new(Folder::open(path, durable)?));
    }
    if address.starts_with("s3:") {
        let url = Url::parse(address).map_err(|error| bad(&error.to_string()))?;
        let parsed = S3Address::parse(&url).map_err(|problem| bad(&problem))?;
        return Ok(Arc::new(S3::open(parsed).await));
    }
    Err(bad(
        "file:フォルダー、s3://バケット/接頭辞?endpoint=…、memory: のどれかで書いてください",
    ))
}

fn folder_address(rest: &str) -> Result<(&Path, bool), &'static str> {
    let (path, durable) = match rest.split_once('?') {
        None => (rest, false),
        Some((path, "fsync=true")) => (path, true),
        Some((path, "fsync=false")) => (path, false),
        Some(_) => return Err("file: に付けられるのは ?fsync=true だけです"),
    };
    // file:///var/site is the same as file:/var/site; a host is not.
    let path = match path.strip_prefix("//") {
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            return Err("file: にホスト名は書けません。file:var/site のように書いてください");
        }
        None => path,
    };
    if path.is_empty() {
        Err("フォルダーがありません")
    } else {
        Ok((Path::new(path), durable))
    }
}
