//! Roles as a form: those there are, each to be kept or not, and empty rows for more.

use kairan_content::SiteData;
use kairan_db::staff::{EVERYWHERE, Grant, Role};
use serde::Serialize;

use crate::admin::Posted;
use crate::admin::names;
use crate::admin::words::Language;

/// Empty rows.
const ROWS: usize = 3;

/// What the template of roles reads.
#[derive(Serialize)]
pub(super) struct RolesView {
    held: Vec<Held>,
    rows: Vec<Row>,
    duties: Vec<Duty>,
}

#[derive(Serialize)]
struct Held {
    value: String,
    role: String,
    department: String,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    roles: Vec<Choice>,
    departments: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    key: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Duty {
    role: String,
    duty: String,
}

impl RolesView {
    pub(super) fn new(words: &Language, site: &SiteData, held: &[Grant]) -> Self {
        let choice = |key: &str, label: String| Choice {
            key: key.to_owned(),
            label,
            chosen: false,
        };
        let row = |number| Row {
            number,
            roles: Role::ALL
                .iter()
                .map(|role| choice(role.as_str(), names::role(words, *role).to_owned()))
                .collect(),
            departments: std::iter::once(EVERYWHERE)
                .chain(site.departments.iter().map(|one| one.key.as_str()))
                .map(|key| choice(key, names::department(words, site, key)))
                .collect(),
        };
        Self {
            held: held
                .iter()
                .map(|grant| Held {
                    value: format!("{}:{}", grant.role, grant.department),
                    role: names::role(words, grant.role).to_owned(),
                    department: names::department(words, site, &grant.department),
                })
                .collect(),
            rows: (1..=ROWS).map(row).collect(),
            duties: Role::ALL
                .iter()
                .map(|role| Duty {
                    role: names::role(words, *role).to_owned(),
                    duty: names::duty(words, *role).to_owned(),
                })
                .collect(),
        }
    }
}

/// The roles a form gives; the error is what to say.
pub(super) fn read(
    posted: &Posted,
    site: &SiteData,
    words: &Language,
) -> Result<Vec<Grant>, String> {
    let mut grants = Vec::new();
    for kept in posted.all("keep") {
        let Some((role, department)) = kept.split_once(':') else {
            continue;
        };
        if let Ok(role) = role.parse() {
            grants.push(Grant::of(role, department));
        }
    }
    for number in 1..=ROWS {
        let role = posted.one(&format!("role.{number}"));
        if role.is_empty() {
            continue;
        }
        let department = posted.one(&format!("department.{number}"));
        let known =
            department == EVERYWHERE || site.departments.iter().any(|one| one.key == department);
        match role.parse::<Role>() {
            // There are no administrators of a single department.
            Ok(Role::Administrator) => grants.push(Grant::everywhere(Role::Administrator)),
            Ok(role) if known => grants.push(Grant::of(role, department)),
            _ => return Err(words.get("役割と部署を選んでください。").to_owned()),
        }
    }
    grants.sort();
    grants.dedup();
    Ok(grants)
}
