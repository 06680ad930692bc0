//! How often one place may send a form.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};

/// Forms a minute from one address, and as many at once.
const A_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// Looks at pages a minute from one address, behind which there may be a whole office.
const LOOKS_A_MINUTE: NonZeroU32 = NonZeroU32::new(300).unwrap();

/// Counts what is sent by address.
pub(crate) struct Limiter {
    keyed: DefaultKeyedRateLimiter<IpAddr>,
    checks: AtomicU32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::of(A_MINUTE)
    }
}

impl Limiter {
    fn of(a_minute: NonZeroU32) -> Self {
        Self {
            keyed: RateLimiter::keyed(Quota::per_minute(a_minute)),
            checks: AtomicU32::new(0),
        }
    }

    /// For counting looks at pages.
    pub(crate) fn of_looks() -> Self {
        Self::of(LOOKS_A_MINUTE)
    }

    /// Refuses who sends too much.
    pub(crate) fn check(&self, request: &HttpRequest) -> Result<()> {
        // Forget quiet addresses now and then, so that the table stays as small as the traffic.
        if self
            .checks
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(1_000)
        {
            self.keyed.retain_recent();
        }
        let Some(from) = place(request) else {
            return Ok(());
        };
        self.keyed.check_key(&from).map_err(|early| Error::TooMany {
            retry_after: early
                .wait_time_from(DefaultClock::default().now())
                .as_secs()
                .saturating_add(1),
        })
    }
}

/// The address that is counted: none for somebody at this machine itself.
pub(crate) fn place(request: &HttpRequest) -> Option<IpAddr> {
    sender(request).filter(|ip| !ip.is_loopback()).map(network)
}

/// The address a request comes from, as text for the audit log.
pub(crate) fn origin(request: &HttpRequest) -> String {
    sender(request).map_or_else(String::new, |ip| ip.to_string())
}

/// A proxy on this machine names the sender in `X-Forwarded-For`, the last entry of which is its own word.
fn sender(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !peer.is_loopback() {
        return Some(peer);
    }
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok());
    Some(forwarded.unwrap_or(peer))
}

/// A household has a whole IPv6 network (/64).
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => {
            let bits = v6.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
    }
}
