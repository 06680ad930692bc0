//! Objects on their way to the store: what is known of each.

use kairan_db::releases::{ObjectAction, PlannedObject};
use kairan_db::{objects, sha256_hex, time};
use kairan_site::{Class, Rendered};

/// The order of uploads; deletions come last.
const fn phase(class: Class) -> i64 {
    match class {
        Class::Immutable => 0,
        Class::Page => 1,
        Class::Index => 2,
        Class::Pointer => 3,
    }
}
const DELETIONS: i64 = 4;

const fn word(class: Class) -> &'static str {
    match class {
        Class::Immutable => "immutable",
        Class::Page => "page",
        Class::Index => "index",
        Class::Pointer => "pointer",
    }
}

pub(super) fn put(name: &str, rendered: &Rendered) -> PlannedObject {
    PlannedObject {
        name: name.to_owned(),
        action: ObjectAction::Put,
        phase: phase(rendered.class),
        sha256: sha256_hex(&rendered.bytes),
        size: i64::try_from(rendered.bytes.len()).unwrap_or(i64::MAX),
        content_type: rendered.content_type.to_owned(),
        cache_control: rendered.cache_control.to_owned(),
        class: word(rendered.class).to_owned(),
        valid_until: rendered.valid_until.map(time::utc_from_jst),
    }
}

pub(super) fn delete(name: &str) -> PlannedObject {
    PlannedObject {
        name: name.to_owned(),
        action: ObjectAction::Delete,
        phase: DELETIONS,
        sha256: String::new(),
        size: 0,
        content_type: String::new(),
        cache_control: String::new(),
        class: String::new(),
        valid_until: None,
    }
}

/// Whether the store has it already, as far as is known.
pub(super) fn same(known: &objects::Object, planned: &PlannedObject) -> bool {
    known.sha256 == planned.sha256
        && known.content_type == planned.content_type
        && known.cache_control == planned.cache_control
}
