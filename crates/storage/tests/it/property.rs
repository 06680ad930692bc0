use kairan_storage::{Change, Manifest, ObjectStore, Plan, Progress, publish_with};
use proptest::prelude::*;

use crate::support::Faulty;

fn quiet() -> impl FnMut(Progress) + Send {
    |_| {}
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    Fail(u8),
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        4 => (0..6u8, 0..3u8).prop_map(|(name, body)| Step::Put(name, body)),
        2 => (0..6u8).prop_map(Step::Delete),
        1 => (0..6u8).prop_map(Step::Fail),
    ];
    prop::collection::vec(prop::collection::vec(step, 1..6), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever fails in between: once a set of changes is complete, the store holds exactly them, and
    /// the manifest never differs from the store in what it claims.
    #[test]
    fn the_manifest_claims_only_what_is_true(runs in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Faulty::default();
            let mut manifest = Manifest::default();
            for run in runs {
                let mut changes = std::collections::BTreeMap::new();
                let mut failing = std::collections::HashSet::new();
                for step in run {
                    match step {
                        Step::Put(n, body) => {
                            let name = format!("{n}.html");
                            changes.insert(name.clone(), Change::put(name, vec![body]));
                        }
                        Step::Delete(n) => {
                            let name = format!("{n}.html");
                            changes.insert(name.clone(), Change::delete(name));
                        }
                        Step::Fail(n) => { failing.insert(format!("{n}.html")); }
                    }
                }
                *store.failing.lock().unwrap() = failing;
                let plan = Plan::new(&manifest, changes.clone().into_values()).unwrap();
                let mut ignore = |_: &Manifest| Ok::<(), String>(());
                let outcome = publish_with(&store, &mut manifest, plan, &mut ignore, &mut quiet())
                    .await
                    .unwrap();
                if outcome.is_complete() {
                    for change in changes.values() {
                        let there = store.get(change.name()).await.ok().map(|object| object.bytes);
                        let wanted = match change {
                            Change::Put { bytes, .. } => Some(bytes.clone()),
                            Change::Delete { .. } => None,
                        };
                        assert_eq!(there, wanted);
                    }
                }
                for name in manifest.names() {
                    let object = store.get(name).await.unwrap();
                    let entry = kairan_storage::Entry::of(&object.bytes, object.meta);
                    assert_eq!(manifest.get(name), Some(&entry));
                }
            }
        });
    }
}
