//! Names of roles, departments and instants as the screens of accounts show them.

use chrono::NaiveDateTime;
use kairan_content::SiteData;
use kairan_db::staff::{EVERYWHERE, Grant, Role, State};
use kairan_db::time::jst_from_utc;
use serde::Serialize;

use super::words::Language;

/// A role in a department, in words.
#[derive(Debug, Serialize)]
pub(crate) struct GrantView {
    pub(crate) role: String,
    pub(crate) department: String,
}

/// 役割
pub(crate) fn role(words: &Language, role: Role) -> &str {
    match role {
        Role::Author => words.get("作成者"),
        Role::Reviewer => words.get("承認者"),
        Role::Publisher => words.get("公開担当"),
        Role::Administrator => words.get("管理者"),
    }
}

/// What the role is for, in a sentence.
pub(crate) fn duty(words: &Language, role: Role) -> &str {
    match role {
        Role::Author => words.get("記事を書き、承認を頼みます。"),
        Role::Reviewer => words.get("ほかの人の記事を確かめ、承認します。"),
        Role::Publisher => words.get("承認された記事を公開し、住民に知らせます。"),
        Role::Administrator => {
            words.get("職員、分類、設定を管理し、記録を見ます。すべての部署が対象です。")
        }
    }
}

/// Where an account stands.
pub(crate) fn state(words: &Language, state: State) -> &str {
    match state {
        State::Invited => words.get("招待中"),
        State::Active => words.get("在籍"),
        State::Suspended => words.get("停止中"),
        State::Ended => words.get("離任"),
    }
}

/// 部署, or all of them; the key itself where the site does not know it any more.
pub(crate) fn department(words: &Language, site: &SiteData, key: &str) -> String {
    if key == EVERYWHERE {
        return words.get("すべての部署").to_owned();
    }
    site.departments
        .iter()
        .find(|department| department.key == key)
        .map_or_else(|| key.to_owned(), |department| department.name.clone())
}

/// Roles in words.
pub(crate) fn grants(words: &Language, site: &SiteData, grants: &[Grant]) -> Vec<GrantView> {
    grants
        .iter()
        .map(|grant| GrantView {
            role: role(words, grant.role).to_owned(),
            department: department(words, site, &grant.department),
        })
        .collect()
}

/// An instant as staff read it: `2026-12-01 09:00`, Japan time.
pub(crate) fn instant(utc: NaiveDateTime) -> String {
    jst_from_utc(utc).format("%Y-%m-%d %H:%M").to_string()
}
