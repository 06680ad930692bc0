//! Some documents changed: one small segment more, and the old ones marked dead.

use std::collections::HashSet;

use crate::builder::IndexBuilder;
use crate::code::encode_set;
use crate::document::IndexDocument;
use crate::fetch::{Fetch, fetch_json};
use crate::manifest::{Manifest, Segment};
use crate::output::{IndexObject, IndexOutput};
use crate::synonyms::Synonyms;
use crate::{IndexError, names};

/// What changed since the manifest was made.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Documents that are new or replace the one with the same id.
    pub upserts: Vec<IndexDocument>,
    /// Ids of documents to remove; unknown ones are ignored.
    pub deletes: Vec<String>,
    /// All groups of synonyms, if they changed.
    pub synonyms: Option<Vec<Vec<String>>>,
}

/// Applies changes to the index behind `manifest`. Reads the lists of ids (28 bytes a document)
/// and nothing else; writes one small segment and the manifest. Ask
/// [`Manifest::merge_due`] afterwards.
///
/// # Errors
/// If an object cannot be read or two upserts have the same id.
pub fn update(
    manifest: &Manifest,
    fetch: &dyn Fetch,
    changes: &Changes,
) -> Result<IndexOutput, IndexError> {
    let mut next = manifest.clone();
    let gone: HashSet<&str> = changes
        .upserts
        .iter()
        .map(|document| document.id.as_str())
        .chain(changes.deletes.iter().map(String::as_str))
        .collect();
    for segment in &mut next.segments {
        bury(segment, fetch, &gone)?;
    }
    let mut objects = Vec::new();
    if !changes.upserts.is_empty() {
        let mut builder = IndexBuilder::new();
        changes
            .upserts
            .iter()
            .for_each(|document| builder.add(document));
        let first = next.segments.is_empty();
        let (segment, mut of_segment) = builder.segment(first)?;
        next.segments.push(segment);
        objects.append(&mut of_segment);
    }
    next.segments
        .retain(|segment| segment.base || segment.dead_documents < segment.documents);
    if let Some(groups) = &changes.synonyms {
        let object = Synonyms::of(groups).object()?;
        next.synonyms = object.as_ref().map(|object| object.name.clone());
        objects.extend(object);
    }
    finish(manifest, next, objects)
}

/// Marks documents of a segment dead.
fn bury(segment: &mut Segment, fetch: &dyn Fetch, gone: &HashSet<&str>) -> Result<(), IndexError> {
    let name = names::ids(&segment.id);
    let ids: Vec<String> = fetch_json(fetch, &name)?;
    let alive = segment.alive()?;
    if ids.len() != alive.len() {
        return Err(IndexError::corrupt(&name, "文書の数が目録と違います"));
    }
    let dead: Vec<u32> = (0u32..)
        .zip(ids.iter().zip(alive))
        .filter(|(_, (id, alive))| !alive || gone.contains(id.as_str()))
        .map(|(ordinal, _)| ordinal)
        .collect();
    segment.dead_documents = u32::try_from(dead.len()).unwrap_or(u32::MAX);
    segment.dead = encode_set(dead);
    Ok(())
}

/// The output that leads from one manifest to the next: objects that are there already are not
/// written again, those no longer referred to are obsolete.
pub(crate) fn finish(
    before: &Manifest,
    after: Manifest,
    mut objects: Vec<IndexObject>,
) -> Result<IndexOutput, IndexError> {
    let old: HashSet<String> = before.object_names().into_iter().collect();
    let new: HashSet<String> = after.object_names().into_iter().collect();
    objects.retain(|object| !old.contains(&object.name));
    let mut obsolete: Vec<String> = old.difference(&new).cloned().collect();
    obsolete.sort_unstable();
    IndexOutput::new(objects, obsolete, after)
}
