//! Every key of every schema has its place in the form.

use kairan_content::Kind;
use kairan_editor::schema::{form_paths, schema_keys};

#[test]
fn every_key_is_a_field() {
    for kind in Kind::ALL {
        let paths = form_paths(kind);
        let keys = schema_keys(kind);
        assert!(keys.len() >= 27, "{kind:?}: {}", keys.len());
        for key in keys {
            let inside = format!("{key}.");
            assert!(
                paths
                    .iter()
                    .any(|path| *path == key || path.starts_with(&inside)),
                "{kind:?} {key}"
            );
        }
        assert!(paths.contains(&"body"));
    }
}
