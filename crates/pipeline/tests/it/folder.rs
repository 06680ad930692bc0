//! Site folders for the tests.

use std::path::Path;

use kairan_content::{EntryKind, MemorySource, Source, SourceEntry};

/// The example city, read from disk.
pub(crate) fn minori() -> MemorySource {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/minori");
    let mut source = MemorySource::new();
    walk(&root, &root, &mut source);
    source
}

fn walk(root: &Path, folder: &Path, source: &mut MemorySource) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, source);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            source.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

/// A small town with these documents: path below `content/` and text.
pub(crate) fn town(documents: &[(&str, String)]) -> MemorySource {
    let mut source = MemorySource::new()
        .with(
            "kairan.toml",
            "[site]\ntitle = \"みのり市\"\nurl = \"https://www.example.jp/\"\nlang = \"ja\"\n",
        )
        .with(
            "profile.yaml",
            "fields:\n  - { key: children, type: people, label: お子さん }\n",
        )
        .with(
            "taxonomy/categories.yaml",
            "- { key: money, label: お金, children: [ { key: teate, label: 手当 } ] }\n",
        )
        .with(
            "taxonomy/tags.yaml",
            "- { key: how, label: 方法, tags: [ { key: a, label: 甲 }, { key: b, label: 乙 } ] }\n",
        )
        .with(
            "taxonomy/departments.yaml",
            "- { key: kodomo, name: こども課, phone: 0500-00-0001 }\n",
        )
        .with("files/form.pdf", "%PDF-1.4 form");
    for (path, text) in documents {
        source.insert(format!("content/{path}"), text.as_bytes());
    }
    source
}

/// An article with further lines of front matter.
pub(crate) fn article(number: u32, slug: &str, more: &str) -> String {
    format!(
        "---\nkind: article\nid: 01JD3M9QK5W3T8Z6B1N0R4{number:04}\nslug: {slug}\ntitle: 手続き{number}について\n\
summary: 手続き{number}のご案内です。\ncategory: money/teate\ntarget: {{ text: 市民の方 }}\nanytime: true\ncontact: kodomo\n{more}---\n\n## 手続き\n\n窓口でお受けします。\n"
    )
}

/// Every document of a folder, without its id line.
pub(crate) fn paths(source: &MemorySource, folder: &str) -> Vec<String> {
    let files = source.list(folder).unwrap();
    let file = |entry: SourceEntry| (entry.kind == EntryKind::File).then_some(entry.path);
    files.into_iter().filter_map(file).collect()
}
