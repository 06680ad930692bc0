//! Every document of the example city and of the schema, as they are and with other line ends.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn collect(folder: &Path, out: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            let text = fs::read_to_string(&path).expect("a text");
            out.push((path.display().to_string(), text));
        }
    }
}

/// Name and text of each.
pub(crate) fn documents() -> Vec<(String, String)> {
    let mut out = Vec::new();
    collect(&root().join("examples/minori/content"), &mut out);
    collect(&root().join("content-schema/examples"), &mut out);
    assert!(out.len() > 180, "{} documents", out.len());
    out
}

/// Some of the city's, and all of the schema's, for what takes many steps with each.
pub(crate) fn some() -> Vec<(String, String)> {
    let mut all = documents();
    let mut city = 0;
    all.retain(|(name, _)| {
        city += usize::from(name.contains("minori"));
        !name.contains("minori") || city % 10 == 0
    });
    all
}

/// A text as it is, and with CRLF and a byte-order mark.
pub(crate) fn written_ways(text: &str) -> [String; 2] {
    [
        text.to_owned(),
        format!("\u{feff}{}", text.replace('\n', "\r\n")),
    ]
}
