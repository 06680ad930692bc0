//! What a member of staff may do (役割).

use diesel::prelude::*;

use super::accounts::{self, State};
use crate::connection::on;
use crate::schema::{staff, staff_grants};
use crate::words::words;
use crate::{AnyConnection, Error, Result};

words! {
    /// What somebody may do; each may also do what stands before it.
    Role {
        /// 作成者: writes and submits.
        Author = "author",
        /// 承認者: approves what others wrote.
        Reviewer = "reviewer",
        /// 公開担当: publishes, schedules, tells citizens.
        Publisher = "publisher",
        /// 管理者: accounts, taxonomy, settings, the audit log; always for every department.
        Administrator = "administrator",
    }
}

/// The department of a grant for all of them.
pub const EVERYWHERE: &str = "*";

/// A role in a department.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grant {
    /// 役割
    pub role: Role,
    /// 部署: its key, or [`EVERYWHERE`].
    pub department: String,
}

impl Grant {
    /// A role in every department.
    #[must_use]
    pub fn everywhere(role: Role) -> Self {
        Self {
            role,
            department: EVERYWHERE.to_owned(),
        }
    }

    /// A role in one department.
    #[must_use]
    pub fn of(role: Role, department: &str) -> Self {
        Self {
            role,
            department: department.to_owned(),
        }
    }

    /// Whether it permits what `role` may do in `department`. What belongs to no department is everybody's.
    #[must_use]
    pub fn permits(&self, role: Role, department: Option<&str>) -> bool {
        self.role >= role
            && (self.department == EVERYWHERE
                || department.is_none_or(|department| department == self.department))
    }
}

pub(super) fn of(c: &mut AnyConnection, id: &str) -> Result<Vec<Grant>> {
    let rows: Vec<(String, String)> = staff_grants::table
        .filter(staff_grants::staff_id.eq(id))
        .select((staff_grants::role, staff_grants::department))
        .load(c)?;
    let mut grants = rows
        .into_iter()
        .map(|(role, department)| {
            Ok(Grant {
                role: role.parse()?,
                department,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    grants.sort();
    Ok(grants)
}

/// Grants of all staff, by staff id.
pub(super) fn all(c: &mut AnyConnection) -> Result<Vec<(String, Grant)>> {
    let rows: Vec<(String, String, String)> = staff_grants::table
        .select((
            staff_grants::staff_id,
            staff_grants::role,
            staff_grants::department,
        ))
        .load(c)?;
    rows.into_iter()
        .map(|(id, role, department)| {
            let role = role.parse()?;
            Ok((id, Grant { role, department }))
        })
        .collect()
}

/// Gives exactly these roles. Call inside `Db::write`.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] where a city would be left without an administrator, or an administrator would
/// be one of a single department.
pub fn set_grants(c: &mut AnyConnection, id: &str, grants: &[Grant]) -> Result<()> {
    let account = accounts::get(c, id)?;
    let narrow =
        |grant: &&Grant| grant.role == Role::Administrator && grant.department != EVERYWHERE;
    if grants.iter().any(|grant| narrow(&grant)) {
        return Err(Error::state("職員", id, "管理者はすべての部署"));
    }
    let stays = grants.iter().any(|grant| grant.role == Role::Administrator);
    if account.is_administrator() && !stays {
        not_the_last(c, id)?;
    }
    diesel::delete(staff_grants::table.filter(staff_grants::staff_id.eq(id))).execute(c)?;
    let mut grants = grants.to_vec();
    grants.sort();
    grants.dedup();
    for grant in &grants {
        let row = (
            staff_grants::staff_id.eq(id),
            staff_grants::role.eq(grant.role.as_str()),
            staff_grants::department.eq(&grant.department),
        );
        on!(
            c,
            diesel::insert_into(staff_grants::table)
                .values(row)
                .execute(c)
        )?;
    }
    Ok(())
}

/// Refuses where nobody else who is at work administers.
pub(super) fn not_the_last(c: &mut AnyConnection, id: &str) -> Result<()> {
    if c.dialect() == crate::Dialect::Postgres {
        // Two administrators who remove each other at the same time: one waits for the other here.
        use diesel::connection::SimpleConnection as _;
        c.batch_execute("LOCK TABLE staff_grants IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let others: i64 = staff_grants::table
        .inner_join(staff::table.on(staff::id.eq(staff_grants::staff_id)))
        .filter(staff_grants::role.eq(Role::Administrator.as_str()))
        .filter(staff::state.eq(State::Active.as_str()))
        .filter(staff::id.ne(id))
        .count()
        .get_result(c)?;
    if others == 0 {
        Err(Error::state("職員", id, "最後の管理者"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_do_what_a_lower_one_may_in_its_departments() {
        let publisher = Grant::of(Role::Publisher, "kodomo");
        assert!(publisher.permits(Role::Author, Some("kodomo")));
        assert!(publisher.permits(Role::Publisher, None));
        assert!(!publisher.permits(Role::Author, Some("zeimu")));
        assert!(!publisher.permits(Role::Administrator, Some("kodomo")));
        let everywhere = Grant::everywhere(Role::Author);
        assert!(everywhere.permits(Role::Author, Some("zeimu")));
        assert!(!everywhere.permits(Role::Reviewer, Some("zeimu")));
    }
}
