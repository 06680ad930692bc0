use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::S3Address;

/// The first try and three more, some seconds in all.
const ATTEMPTS: u32 = 4;

/// A client with the address's limits and the usual chain of credentials.
pub(super) async fn connect(address: &S3Address) -> Client {
    let tls = HttpClient::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let limits = limits(address.timeout);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(tls)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(limits);
    if let Some(region) = &address.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let shared = loader.load().await;
    let mut settings = Builder::from(&shared)
        .force_path_style(address.path_style)
        // Checksums in trailers are refused by some servers of the same protocol.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    if shared.region().is_none() {
        settings = settings.region(Region::from_static("us-east-1"));
    }
    if let Some(endpoint) = &address.endpoint {
        settings = settings.endpoint_url(endpoint);
        if endpoint.starts_with("http://") {
            // No certificates needed, so that it also runs on a machine that has none.
            settings = settings.http_client(HttpClient::new().build_http());
        }
    }
    Client::from_conf(settings.build())
}

fn limits(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(whole.min(Duration::from_secs(3)))
        .operation_attempt_timeout(whole.div_f32(2.0).max(Duration::from_secs(1)))
        .operation_timeout(whole)
        .build()
}
