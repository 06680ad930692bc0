mod disk;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

use crate::name::{check_name, check_prefix};
use crate::{Error, Head, Meta, Object, ObjectStore, Result};
use disk::Disk;

/// Objects as files below one folder: the embedded default, which Kairan itself or any web server serves.
/// It keeps no metadata; [`Meta::for_name`] gives them again.
#[derive(Debug, Clone)]
pub struct Folder {
    disk: Arc<Disk>,
}

impl Folder {
    /// Opens the folder and makes it if it is not there. With `durable`, an object is on the disk
    /// (fsync of file and folder) before a write returns.
    ///
    /// # Errors
    /// [`Error::NoPlace`] or [`Error::Denied`] where the folder cannot be made or is a file.
    pub fn open(root: &Path, durable: bool) -> Result<Self> {
        Ok(Self {
            disk: Arc::new(Disk::open(root, durable)?),
        })
    }

    /// Absolute path of the folder, symbolic links in it resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.disk.root()
    }

    /// The file that holds an object, for whoever serves the folder.
    ///
    /// # Errors
    /// [`Error::BadName`]; [`Error::NotFound`] where there is no such file; [`Error::Failed`] where a
    /// symbolic link stands in the way.
    pub fn file(&self, name: &str) -> Result<PathBuf> {
        self.disk.existing_file(name)
    }

    /// [`ObjectStore::put`] without a runtime: for builds that render on many threads. It may be called
    /// from all of them at once.
    ///
    /// # Errors
    /// As [`ObjectStore::put`].
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.disk.write(name, bytes)
    }

    async fn blocking<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Disk) -> Result<T> + Send + 'static,
    {
        let disk = Arc::clone(&self.disk);
        tokio::task::spawn_blocking(move || work(&disk))
            .await
            .unwrap_or_else(|join| {
                Err(Error::Failed {
                    name: String::new(),
                    place: self.disk.place().to_owned(),
                    action: "処理",
                    detail: format!("途中で終わりました（{join}）"),
                })
            })
    }
}

#[async_trait]
impl ObjectStore for Folder {
    async fn put(&self, name: &str, bytes: Vec<u8>, _meta: &Meta) -> Result<()> {
        let name = name.to_owned();
        self.blocking(move |disk| disk.write(&name, &bytes)).await
    }

    async fn get(&self, name: &str) -> Result<Object> {
        let meta = Meta::for_name(name);
        let name = name.to_owned();
        let bytes = self.blocking(move |disk| disk.read(&name)).await?;
        Ok(Object { bytes, meta })
    }

    async fn head(&self, name: &str) -> Result<Option<Head>> {
        let meta = Meta::for_name(name);
        let name = name.to_owned();
        match self.blocking(move |disk| disk.size(&name)).await {
            Ok(size) => Ok(Some(Head { size, meta })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        names.iter().try_for_each(|name| check_name(name))?;
        let names = names.to_vec();
        self.blocking(move |disk| {
            let failures = names.into_iter().filter_map(|name| {
                let error = disk.remove(&name).err()?;
                Some((name, error))
            });
            Ok(failures.collect())
        })
        .await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>> {
        check_prefix(prefix)?;
        let prefix = prefix.to_owned();
        self.blocking(move |disk| disk.list(&prefix)).await
    }

    fn parallel(&self) -> usize {
        // Disks gain little from more, and each one holds a blocking thread.
        4
    }

    fn place(&self) -> &str {
        self.disk.place()
    }
}
