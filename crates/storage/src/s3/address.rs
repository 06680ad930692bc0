use std::time::Duration;

use url::Url;

use crate::name::check_name;

/// An `s3://` address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3Address {
    /// Bucket.
    pub(crate) bucket: String,
    /// What every key begins with, empty or ending with `/`.
    pub(crate) prefix: String,
    /// Address of the server; absent: AWS itself.
    pub(crate) endpoint: Option<String>,
    /// Region; absent: from the environment or profile, else `us-east-1`, which other servers ignore.
    pub(crate) region: Option<String>,
    /// `http://host/bucket/key` and not `http://bucket.host/key`.
    pub(crate) path_style: bool,
    /// For one operation with its retries.
    pub(crate) timeout: Duration,
    /// Requests at a time.
    pub(crate) parallel: usize,
}

impl S3Address {
    /// Reads `s3://bucket/prefix?endpoint=…&region=…&path_style=true&timeout=60&parallel=16`.
    ///
    /// # Errors
    /// What is wrong and what to write, in Japanese.
    pub(crate) fn parse(url: &Url) -> Result<Self, String> {
        let bucket = url.host_str().unwrap_or_default();
        if url.scheme() != "s3" || bucket.is_empty() {
            return Err("s3://バケット/接頭辞 の形で書いてください".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "鍵はアドレスに書かず、環境変数 AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY で渡してください"
                    .to_owned(),
            );
        }
        let mut address = Self {
            bucket: bucket.to_owned(),
            prefix: read_prefix(url)?,
            endpoint: None,
            region: None,
            path_style: false,
            timeout: Duration::from_secs(60),
            parallel: 16,
        };
        for (key, value) in url.query_pairs() {
            address.set(&key, &value)?;
        }
        Ok(address)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "endpoint" => self.endpoint = Some(read_endpoint(value)?),
            "region" if !value.is_empty() => self.region = Some(value.to_owned()),
            "path_style" => {
                self.path_style = value
                    .parse()
                    .map_err(|_| "path_style は true か false です".to_owned())?;
            }
            "timeout" => self.timeout = Duration::from_secs(read_number(key, value, 1..=3600)?),
            "parallel" => self.parallel = read_number(key, value, 1..=256)? as usize,
            _ => {
                return Err(format!(
                    "{key} は使えません。endpoint、region、path_style、timeout、parallel を書けます"
                ));
            }
        }
        Ok(())
    }
}

fn read_prefix(url: &Url) -> Result<String, String> {
    let path = url.path().trim_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    check_name(path).map_err(|error| error.to_string())?;
    if path.contains('%') {
        return Err("接頭辞には英数字と - _ . / だけを使ってください".to_owned());
    }
    Ok(format!("{path}/"))
}

fn read_endpoint(value: &str) -> Result<String, String> {
    let problem =
        || format!("endpoint {value} は http:// か https:// で始まるアドレスにしてください");
    let url = Url::parse(value).map_err(|_| problem())?;
    match (url.scheme(), url.host_str()) {
        ("http" | "https", Some(_)) => Ok(value.trim_end_matches('/').to_owned()),
        _ => Err(problem()),
    }
}

fn read_number(
    key: &str,
    value: &str,
    range: std::ops::RangeInclusive<u64>,
) -> Result<u64, String> {
    let number: Option<u64> = value.parse().ok();
    number
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            format!(
                "{key} は {} から {} までの整数です",
                range.start(),
                range.end()
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<S3Address, String> {
        S3Address::parse(&Url::parse(address).unwrap())
    }

    #[test]
    fn an_address_is_taken_apart() {
        let full = parse(
            "s3://city-site/www/v1/?endpoint=http://127.0.0.1:8333/&region=jp-1&path_style=true&timeout=5&parallel=4",
        )
        .unwrap();
        assert_eq!(full.bucket, "city-site");
        assert_eq!(full.prefix, "www/v1/");
        assert_eq!(full.endpoint.as_deref(), Some("http://127.0.0.1:8333"));
        assert_eq!(full.region.as_deref(), Some("jp-1"));
        assert!(full.path_style);
        assert_eq!(full.timeout, Duration::from_secs(5));
        assert_eq!(full.parallel, 4);
        assert_eq!(parse("s3://city-site").unwrap().prefix, "");
    }

    #[test]
    fn a_wrong_address_says_what_to_write() {
        for (address, word) in [
            ("s3:///x", "バケット"),
            ("s3://key:secret@bucket/", "AWS_ACCESS_KEY_ID"),
            ("s3://b?endpoint=127.0.0.1:8333", "http://"),
            ("s3://b?path_style=yes", "true か false"),
            ("s3://b?timeout=0", "timeout"),
            ("s3://b?parallel=many", "parallel"),
            ("s3://b?regoin=x", "region"),
            ("s3://b/回覧", "英数字"),
        ] {
            let problem = parse(address).unwrap_err();
            assert!(problem.contains(word), "{address}: {problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
