//! `[sso]`: single sign-on for staff at the city's OpenID provider.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use kairan_web::{MAIL_CLAIM, SignOn, SignOnSettings};
use serde::Deserialize;

use super::Config;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sso {
    /// The provider, as it names itself; absent: staff have passwords alone.
    pub(crate) issuer: Option<String>,
    /// Kairan's name at the provider.
    pub(crate) client_id: String,
    /// What only Kairan and the provider know; better from `KAIRAN_SSO_CLIENT_SECRET` or a file.
    pub(crate) client_secret: String,
    /// A file that holds it.
    pub(crate) client_secret_file: Option<String>,
    /// The words of the button.
    pub(crate) label: Option<String>,
    /// Passwords open the accounts of administrators alone.
    pub(crate) require: bool,
    /// The claim that holds the mail address.
    pub(crate) mail_claim: String,
    /// Whether an address counts only with `email_verified`.
    pub(crate) mail_verified: bool,
    /// Whether the code of the authenticator app is asked for all the same.
    pub(crate) ask_code: bool,
    /// Seconds until an answer counts as missing.
    pub(crate) timeout: u64,
}

impl Default for Sso {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: String::new(),
            client_secret: String::new(),
            client_secret_file: None,
            label: None,
            require: false,
            mail_claim: MAIL_CLAIM.to_owned(),
            mail_verified: true,
            ask_code: false,
            timeout: 10,
        }
    }
}

impl std::fmt::Debug for Sso {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sso")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Single sign-on, where it is configured. Asks the provider nothing yet.
    pub(crate) fn sign_on(&self) -> Result<Option<SignOn>> {
        let Sso {
            issuer: Some(issuer),
            ..
        } = &self.sso
        else {
            return Ok(None);
        };
        let sso = self.sso.clone();
        let settings = SignOnSettings {
            issuer: issuer.clone(),
            client_secret: self.client_secret()?,
            client_id: sso.client_id,
            label: sso.label.filter(|label| !label.is_empty()),
            required: sso.require,
            mail_claim: sso.mail_claim,
            mail_verified: sso.mail_verified,
            ask_code: sso.ask_code,
            timeout: Duration::from_secs(sso.timeout.max(1)),
        };
        if settings.client_id.is_empty() {
            bail!(
                "[sso] client_id がありません。認証サーバーに登録した Kairan の ID を書いてください"
            );
        }
        let made = SignOn::new(settings, &self.app_url()).with_context(|| {
            format!("[sso] issuer の「{issuer}」を使えません。https:// から書いてください")
        })?;
        Ok(Some(made))
    }

    fn client_secret(&self) -> Result<String> {
        let secret = match &self.sso.client_secret_file {
            Some(file) => {
                let file = self.path(file);
                let text = std::fs::read_to_string(&file).with_context(|| {
                    format!(
                        "[sso] client_secret_file の {} を読めません",
                        file.display()
                    )
                })?;
                text.trim_end_matches(['\r', '\n']).to_owned()
            }
            None => self.sso.client_secret.clone(),
        };
        if secret.is_empty() {
            bail!(
                "認証サーバーのシークレットがありません。KAIRAN_SSO_CLIENT_SECRET か [sso] client_secret_file に指定してください"
            );
        }
        Ok(secret)
    }
}
