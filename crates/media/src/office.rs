//! Office Open XML and OpenDocument: a ZIP whose parts say what it is.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{Kind, Rejected};

/// Parts of one file. A workbook of a thousand sheets has some thousands.
const PARTS: usize = 20_000;
/// Bytes read of a part that describes the others.
const DESCRIPTION: u64 = 1_000_000;

/// Main parts of documents without macros, as `[Content_Types].xml` names them.
const OPEN_XML: [(&str, Kind); 3] = [
    ("wordprocessingml.document.main+xml", Kind::Docx),
    ("spreadsheetml.sheet.main+xml", Kind::Xlsx),
    ("presentationml.presentation.main+xml", Kind::Pptx),
];

pub(crate) fn look(bytes: &[u8], unfolded: u64) -> Result<Kind, Rejected> {
    // The list of parts is read as a whole: count before.
    if memchr::memmem::find_iter(bytes, b"PK\x01\x02").count() > PARTS {
        return Err(Rejected::UnfoldsTooFar);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Rejected::Damaged)?;
    let names: Vec<String> = archive
        .file_names_raw()
        .map(|name| String::from_utf8_lossy(name).to_ascii_lowercase())
        .collect();
    let size = archive.decompressed_size().unwrap_or(u128::MAX);
    let kind = if let Some(types) = part(&mut archive, "[Content_Types].xml")? {
        open_xml(&types, &names)?
    } else if let Some(kind) = part(&mut archive, "mimetype")? {
        let manifest = part(&mut archive, "META-INF/manifest.xml")?.unwrap_or_default();
        open_document(kind.trim(), &manifest, &names)?
    } else {
        return Err(Rejected::Archive);
    };
    if size > u128::from(unfolded) {
        return Err(Rejected::UnfoldsTooFar);
    }
    Ok(kind)
}

fn open_xml(types: &str, names: &[String]) -> Result<Kind, Rejected> {
    let runs = |name: &String| {
        name.ends_with("vbaproject.bin")
            || name.starts_with("xl/macrosheets/")
            || name.contains("/activex/")
    };
    let types = types.to_ascii_lowercase();
    if types.contains("macroenabled") || types.contains("vbaproject") || names.iter().any(runs) {
        return Err(Rejected::Macros);
    }
    OPEN_XML
        .iter()
        .find(|(main, _)| types.contains(main))
        .map(|(_, kind)| *kind)
        .ok_or(Rejected::Unknown)
}

fn open_document(mime: &str, manifest: &str, names: &[String]) -> Result<Kind, Rejected> {
    let kind = [Kind::Odt, Kind::Ods, Kind::Odp]
        .into_iter()
        .find(|kind| kind.content_type() == mime)
        .ok_or(Rejected::Archive)?;
    if manifest.contains("encryption-data") {
        return Err(Rejected::Locked);
    }
    let runs = |name: &String| {
        (name.starts_with("basic/") || name.starts_with("scripts/")) && !name.ends_with('/')
    };
    if names.iter().any(runs) {
        return Err(Rejected::Macros);
    }
    Ok(kind)
}

/// A part as text; `None` where there is none. Longer than a description is, it is a trap.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Rejected> {
    let part = match archive.by_name(name) {
        Ok(part) => part,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(_) => return Err(Rejected::Damaged),
    };
    let mut text = Vec::new();
    part.take(DESCRIPTION + 1)
        .read_to_end(&mut text)
        .map_err(|_| Rejected::Damaged)?;
    if text.len() as u64 > DESCRIPTION {
        return Err(Rejected::UnfoldsTooFar);
    }
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}
