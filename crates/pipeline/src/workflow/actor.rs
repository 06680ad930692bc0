use chrono::NaiveDateTime;
use kairan_db::AnyConnection;
use kairan_db::staff::{Account, Role};
use serde_json::Value;

use super::Refusal;
use crate::Result;

/// Who takes a step, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The member of staff.
    pub who: Account,
    /// The address that asked, for the audit log.
    pub origin: String,
}

impl Actor {
    /// Their id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.who.id
    }

    /// As author of texts and releases: `staff:01J…`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("staff:{}", self.who.id)
    }

    /// Whether somebody (an id, or `staff:` and an id) is this person.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        key.strip_prefix("staff:").unwrap_or(key) == self.who.id
    }

    /// Refuses whoever does not hold the role for the department.
    pub(super) fn must(&self, role: Role, department: Option<&str>) -> Result<()> {
        if self.who.may(role, department) {
            Ok(())
        } else {
            Err(Refusal::NotPermitted.into())
        }
    }

    /// Writes into the audit log, on the connection of the step.
    pub(super) fn record(
        &self,
        c: &mut AnyConnection,
        action: &str,
        document: &str,
        detail: &Value,
        now: NaiveDateTime,
    ) -> Result<()> {
        let subject = format!("document:{document}");
        let by = self.who.by(&self.origin);
        by.record(c, action, &subject, detail, now)?;
        Ok(())
    }
}
