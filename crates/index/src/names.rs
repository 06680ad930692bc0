//! Names of objects, relative to `search-index/`.

pub(crate) fn terms(segment: &str, shard: usize) -> String {
    format!("{segment}/t{shard}.json")
}

pub(crate) fn records(segment: &str, chunk: u32) -> String {
    format!("{segment}/d{chunk}.json")
}

pub(crate) fn ids(segment: &str) -> String {
    format!("{segment}/ids.json")
}

pub(crate) fn windows(segment: &str) -> String {
    format!("{segment}/windows.json")
}

pub(crate) fn synonyms(hash: &str) -> String {
    format!("synonyms-{hash}.json")
}
