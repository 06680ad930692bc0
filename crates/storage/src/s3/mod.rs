mod address;
mod client;
mod failure;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::name::{check_name, check_prefix};
use crate::{Error, Head, Meta, Object, ObjectStore, Result};
pub(crate) use address::S3Address;
use failure::{Asked, deepest};

/// The most that one request may delete.
const DELETE_BATCH: usize = 1000;

/// Objects in a bucket of S3 or a server that speaks its protocol. Uses nothing that such servers are
/// known to ignore: no conditional writes, no locks.
#[derive(Debug, Clone)]
pub struct S3 {
    client: Client,
    address: S3Address,
    place: String,
}

impl S3 {
    /// Makes a client. Nothing is asked of the server; credentials are read when they are first needed.
    pub(crate) async fn open(address: S3Address) -> Self {
        let client = client::connect(&address).await;
        let mut place = format!("s3://{}/{}", address.bucket, address.prefix);
        if let Some(endpoint) = &address.endpoint {
            place.push_str(&format!("（{endpoint}）"));
        }
        Self {
            client,
            address,
            place,
        }
    }

    fn key(&self, name: &str) -> Result<String> {
        check_name(name)?;
        Ok(format!("{}{name}", self.address.prefix))
    }

    fn asked<'a>(&'a self, name: &'a str, action: &'static str) -> Asked<'a> {
        Asked {
            name,
            place: &self.place,
            action,
        }
    }

    /// A HEAD has no body, so a missing bucket and a missing object look the same: ask again.
    async fn check_bucket(&self, asked: &Asked<'_>) -> Result<()> {
        let answer = self
            .client
            .head_bucket()
            .bucket(&self.address.bucket)
            .send()
            .await;
        match answer.map_err(|error| asked.failed(error)) {
            Ok(_) => Ok(()),
            Err(Error::NotFound { .. }) => Err(asked.no_bucket()),
            Err(error) => Err(error),
        }
    }

    async fn delete_batch(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        let first = names.first().map_or("", String::as_str);
        let asked = self.asked(first, "削除");
        let mut batch = Delete::builder().quiet(true);
        for name in names {
            let object = ObjectIdentifier::builder().key(self.key(name)?).build();
            batch = batch.objects(object.map_err(|error| asked.other(error.to_string()))?);
        }
        let batch = batch
            .build()
            .map_err(|error| asked.other(error.to_string()))?;
        let request = self
            .client
            .delete_objects()
            .bucket(&self.address.bucket)
            .delete(batch);
        let answer = request.send().await.map_err(|error| asked.failed(error))?;
        let failures = answer
            .errors()
            .iter()
            .filter(|error| error.code() != Some("NoSuchKey"));
        Ok(failures
            .map(|error| {
                let key = error.key().unwrap_or_default();
                let name = key.strip_prefix(&self.address.prefix).unwrap_or(key);
                let asked = self.asked(name, "削除");
                let detail = format!(
                    "{}: {}",
                    error.code().unwrap_or("エラー"),
                    error.message().unwrap_or_default()
                );
                let why = match error.code() {
                    Some("AccessDenied") => asked.denied(detail),
                    _ => asked.other(detail),
                };
                (name.to_owned(), why)
            })
            .collect())
    }
}

#[async_trait]
impl ObjectStore for S3 {
    async fn put(&self, name: &str, bytes: Vec<u8>, meta: &Meta) -> Result<()> {
        let request = self
            .client
            .put_object()
            .bucket(&self.address.bucket)
            .key(self.key(name)?)
            .content_type(meta.content_type.as_ref())
            .cache_control(meta.cache_control.as_ref())
            .body(ByteStream::from(bytes));
        let answer = request.send().await;
        match answer.map_err(|error| self.asked(name, "書き込み").failed(error)) {
            Ok(_) => Ok(()),
            // Some servers answer 404 without a code where the bucket is missing.
            Err(Error::NotFound { .. }) => Err(self.asked(name, "書き込み").no_bucket()),
            Err(error) => Err(error),
        }
    }

    async fn get(&self, name: &str) -> Result<Object> {
        let asked = self.asked(name, "読み取り");
        let request = self
            .client
            .get_object()
            .bucket(&self.address.bucket)
            .key(self.key(name)?);
        let read = async {
            let answer = request.send().await.map_err(|error| asked.failed(error))?;
            let meta = read_meta(name, answer.content_type, answer.cache_control);
            let body = answer.body.collect().await;
            let bytes = body
                .map_err(|error| asked.unreachable(deepest(&error)))?
                .to_vec();
            Ok(Object { bytes, meta })
        };
        // The SDK's own limit ends where the body begins.
        match tokio::time::timeout(self.address.timeout, read).await {
            Ok(read) => read,
            Err(_) => Err(asked.unreachable("時間内に読み終わりません".to_owned())),
        }
    }

    async fn head(&self, name: &str) -> Result<Option<Head>> {
        let asked = self.asked(name, "読み取り");
        let request = self
            .client
            .head_object()
            .bucket(&self.address.bucket)
            .key(self.key(name)?);
        match request.send().await.map_err(|error| asked.failed(error)) {
            Ok(answer) => Ok(Some(Head {
                size: answer
                    .content_length
                    .and_then(|n| u64::try_from(n).ok())
                    .unwrap_or(0),
                meta: read_meta(name, answer.content_type, answer.cache_control),
            })),
            Err(Error::NotFound { .. }) => self.check_bucket(&asked).await.map(|()| None),
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<(String, Error)>> {
        names.iter().try_for_each(|name| check_name(name))?;
        let mut failures = Vec::new();
        for (done, batch) in names.chunks(DELETE_BATCH).enumerate() {
            match self.delete_batch(batch).await {
                Ok(some) => failures.extend(some),
                Err(error) if done == 0 => return Err(error),
                Err(error) => {
                    let rest = names.iter().skip(done * DELETE_BATCH);
                    failures.extend(rest.map(|name| (name.clone(), error.clone())));
                    break;
                }
            }
        }
        Ok(failures)
    }

    async fn list(&self, prefix: &str) -> Result<Vec<String>> {
        check_prefix(prefix)?;
        let asked = self.asked(prefix, "一覧");
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.address.bucket)
            .prefix(format!("{}{prefix}", self.address.prefix));
        let mut pages = request.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| match asked.failed(error) {
                Error::NotFound { .. } => asked.no_bucket(),
                other => other,
            })?;
            let keys = page.contents().iter().filter_map(|object| object.key());
            let found = keys.filter_map(|key| key.strip_prefix(&self.address.prefix));
            // Tools that show a bucket as folders leave objects named `x/`: no names of ours.
            names.extend(
                found
                    .filter(|name| check_name(name).is_ok())
                    .map(str::to_owned),
            );
        }
        names.sort_unstable();
        Ok(names)
    }

    fn parallel(&self) -> usize {
        self.address.parallel
    }

    fn place(&self) -> &str {
        &self.place
    }
}

fn read_meta(name: &str, content_type: Option<String>, cache_control: Option<String>) -> Meta {
    let usual = Meta::for_name(name);
    Meta {
        content_type: content_type.map_or(usual.content_type, Into::into),
        cache_control: cache_control.map_or(usual.cache_control, Into::into),
    }
}
