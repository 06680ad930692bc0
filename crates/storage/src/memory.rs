use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::name::{check_name, check_prefix};
use crate::{Error, Head, Meta, Object, ObjectStore, Result};

/// A store that is gone when it is dropped; for tests and dry runs.
#[derive(Debug, Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<String, Object>>,
}

const PLACE: &str = "memory:";

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // A panic while the lock is held cannot leave the map half changed: each change is one call.
    fn objects(&self) -> MutexGuard<'_, BTreeMap<String, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ObjectStore for Memory {
    async fn put(&self, name: &str, bytes: Vec<u8>, meta: &Meta) -> Result<()> {
        check_name(name)?;
        self.objects().insert(
            name.to_owned(),
            Object {
                bytes,
                meta: meta.clone(),
            },
        );
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Object> {
        check_name(name)?;
        let found = self.objects().get(name).cloned();
        found.ok_or_else(|| Error::NotFound {
            name: name.to_owned(),
            place: PLACE.to_owned(),
        })
    }

    async fn head(&self, name: &str) -> Result<Option<Head>> {
        check_name(name)?;
        Ok(self.objects().get(name).map(|object| Head {
            size: object.bytes.len() as u64,
            meta: object.meta.clone(),
        }))
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        names.iter().try_for_each(|name| check_name(name))?;
        let mut objects = self.objects();
        for name in names {
            objects.remove(name);
        }
        Ok(Vec::new())
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>> {
        check_prefix(prefix)?;
        let objects = self.objects();
        let from = objects.range(prefix.to_owned()..);
        Ok(from
            .map(|(name, _)| name.clone())
            .take_while(|name| name.starts_with(prefix))
            .collect())
    }

    fn parallel(&self) -> usize {
        1
    }

    fn place(&self) -> &str {
        PLACE
    }
}
