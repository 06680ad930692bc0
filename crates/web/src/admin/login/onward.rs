//! Where a log-in leads: to one of the staff's screens, with the form whose log-in had ended where there was one.

use serde::{Deserialize, Serialize};

use crate::admin::Posted;
use crate::admin::carry::{self, Carried};
use crate::app::App;

/// Where a log-in leads that was not on the way to anywhere.
pub(crate) const HOME: &str = "/admin/";

/// On the way to where.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Way {
    pub(super) next: Option<String>,
}

/// The address of the log-in page for somebody on the way to `wanted`.
pub(crate) fn address(wanted: Option<&str>) -> String {
    let next = safe(wanted.unwrap_or_default());
    if next == HOME {
        return "/admin/login".to_owned();
    }
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/admin/login?next={next}")
}

/// An address to go on to: one of the staff's screens, whatever was asked for.
pub(super) fn safe(next: &str) -> &str {
    let below = next.starts_with("/admin/") || next.starts_with("/admin?");
    let plain = !next.contains("//") && !next.contains('\\') && !next.contains(char::is_control);
    if below && plain && !next.starts_with("/admin/log") && !next.starts_with("/admin/sso") {
        next
    } else {
        HOME
    }
}

/// Where a log-in leads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Onward {
    pub(crate) next: String,
    pub(crate) carried: Option<String>,
}

impl Onward {
    /// To the first screen.
    pub(crate) fn home() -> Self {
        Self {
            next: HOME.to_owned(),
            carried: None,
        }
    }

    pub(crate) fn of(posted: &Posted) -> Self {
        Self {
            next: safe(posted.one("next")).to_owned(),
            carried: posted
                .find(carry::FIELD)
                .filter(|sealed| !sealed.is_empty())
                .map(str::to_owned),
        }
    }

    pub(super) fn by(way: &Way) -> Self {
        Self {
            next: safe(way.next.as_deref().unwrap_or_default()).to_owned(),
            carried: None,
        }
    }

    /// A step of the log-in that leads there too.
    pub(super) fn address(&self, step: &str) -> String {
        if self.next == HOME {
            return step.to_owned();
        }
        let next: String = url::form_urlencoded::byte_serialize(self.next.as_bytes()).collect();
        format!("{step}?next={next}")
    }

    pub(super) fn form(&self, app: &App) -> Option<Carried> {
        Carried::open(&app.ctx.keys, self.carried.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_leads_to_our_own_screens_alone() {
        for good in ["/admin/", "/admin/documents?q=a&page=2", "/admin?x=1"] {
            assert_eq!(safe(good), good);
        }
        for bad in [
            "",
            "https://evil.example/",
            "//evil.example/admin/",
            "/admin//evil.example",
            "/admin/\\evil",
            "/administrator",
            "/admin/logout",
            "/admin/sso/callback?code=x",
            "/admin/login?next=/admin/login",
            "/admin/a\r\nSet-Cookie: x=1",
        ] {
            assert_eq!(safe(bad), HOME, "{bad}");
        }
        assert_eq!(address(Some("/admin/")), "/admin/login");
        assert_eq!(
            address(Some("/admin/documents?q=児童&x=1")),
            "/admin/login?next=%2Fadmin%2Fdocuments%3Fq%3D%E5%85%90%E7%AB%A5%26x%3D1"
        );
    }
}
