//! Settings from the environment: `KAIRAN_{SECTION}_{KEY}`.

use anyhow::{Context as _, Result};

/// Settings that the environment may override.
const OVERRIDES: &[(&str, &[&str])] = &[
    ("site", &["url", "app_url", "title"]),
    ("database", &["url", "pool_size", "connect_timeout"]),
    ("storage", &["url", "public_url"]),
    (
        "mail",
        &[
            "url",
            "from",
            "reply_to",
            "list_id",
            "bounce_domain",
            "connections",
            "rate",
            "log",
            "bounces",
        ],
    ),
    ("line", &["api_url", "token", "secret", "rate", "timeout"]),
    ("keys", &["file"]),
    (
        "notices",
        &[
            "quiet_hours",
            "stale_after_hours",
            "daily_cap",
            "confirm_above",
            "line_quota",
            "line_price",
        ],
    ),
    ("server", &["bind"]),
    (
        "sso",
        &[
            "issuer",
            "client_id",
            "client_secret",
            "client_secret_file",
            "label",
            "require",
            "mail_claim",
            "mail_verified",
            "ask_code",
            "timeout",
        ],
    ),
];

/// Puts what the environment says in place of what the file says.
pub(super) fn apply(
    table: &mut toml::Table,
    variable_of: impl Fn(&str) -> Option<String>,
) -> Result<()> {
    for (section, keys) in OVERRIDES {
        for key in *keys {
            let variable = format!("KAIRAN_{section}_{key}").to_uppercase();
            if let Some(value) = variable_of(&variable) {
                set(table, section, key, value, &variable)?;
            }
        }
    }
    Ok(())
}

fn set(
    table: &mut toml::Table,
    section: &str,
    key: &str,
    value: String,
    variable: &str,
) -> Result<()> {
    let entry = table
        .entry(section)
        .or_insert_with(|| toml::Value::Table(toml::Table::new()))
        .as_table_mut()
        .with_context(|| format!("[{section}] が表ではありません"))?;
    let numeric = [
        "pool_size",
        "connect_timeout",
        "connections",
        "rate",
        "timeout",
    ]
    .contains(&key)
        || section == "notices" && key != "quiet_hours";
    let value = if ["require", "mail_verified", "ask_code"].contains(&key) {
        toml::Value::Boolean(
            value
                .parse()
                .with_context(|| format!("{variable} は true か false で指定してください"))?,
        )
    } else if numeric {
        toml::Value::Integer(
            value
                .parse()
                .with_context(|| format!("{variable} は数で指定してください"))?,
        )
    } else {
        toml::Value::String(value)
    };
    entry.insert(key.to_owned(), value);
    Ok(())
}
