//! Three people of the example city's office, who log in with one password and a code that the demo shows.

use anyhow::Result;
use kairan_db::staff::{self, Grant, NewAccount, Role};
use kairan_pipeline::Context;

/// Good on this machine alone: the demo listens nowhere else, and without its code nobody gets in.
pub(super) const PASSWORD: &str = "kairan de tameshi";

/// (address, name, roles and their departments, what they are for)
type Person = (
    &'static str,
    &'static str,
    &'static [(Role, &'static str)],
    &'static str,
);

pub(super) const PEOPLE: [Person; 3] = [
    (
        "kodomo@minori.example.lg.jp",
        "こども家庭課 担当",
        &[(Role::Author, staff::EVERYWHERE)],
        "書く人",
    ),
    (
        "kacho@minori.example.lg.jp",
        "こども家庭課 課長",
        &[(Role::Reviewer, staff::EVERYWHERE)],
        "承認する人",
    ),
    (
        "koho@minori.example.lg.jp",
        "広報課 公開担当",
        &[
            (Role::Publisher, staff::EVERYWHERE),
            (Role::Administrator, staff::EVERYWHERE),
        ],
        "公開する人、管理者",
    ),
];

/// Makes those who are not there yet.
pub(super) fn employ(context: &Context) -> Result<()> {
    let missing: Vec<&Person> = context.db.read(|c| {
        let mut missing = Vec::new();
        for person in &PEOPLE {
            if staff::by_mail(c, person.0)?.is_none() {
                missing.push(person);
            }
        }
        Ok(missing)
    })?;
    if missing.is_empty() {
        return Ok(());
    }
    let hash = staff::hash_password(PASSWORD)?;
    let now = context.clock.now();
    context.db.write(|c| {
        for (mail, name, roles, _) in &missing {
            let grants: Vec<Grant> = roles
                .iter()
                .map(|(role, department)| Grant::of(*role, department))
                .collect();
            let new = NewAccount {
                mail,
                name,
                lang: "ja",
                grants: &grants,
            };
            if let Some(made) = staff::create(c, &new, now)? {
                staff::set_password(c, &made.id, &hash, now)?;
                staff::imagine_totp(c, &context.keys, &made.id, now)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// The log-ins, one a line.
pub(super) fn lines() -> String {
    let lines: Vec<String> = PEOPLE
        .iter()
        .map(|(mail, _, _, what)| format!("    {mail:<28} {what}"))
        .collect();
    lines.join("\n")
}
