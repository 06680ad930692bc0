//! The protocol, as the library `openidconnect` speaks it: there with state, nonce and PKCE; back with a code, which is
//! changed for a token whose signature, issuer, audience, time and nonce are checked.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use chrono::{NaiveDateTime, TimeDelta};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IdToken,
    IdTokenClaims, IdTokenFields, IdTokenVerifier, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::fetch::fetch;
use super::{MAIL_CLAIM, SignOn};

/// How long description and keys are good without being fetched again.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How far the provider's clock may be behind ours.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// The longest name of a person, in bytes (OpenID Connect Core 2).
const SUBJECT: usize = 255;
/// Signatures that are believed: those of the provider's public keys. Never `none`, and none made with the secret we share.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// The claims that the standard does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Others {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Others {}

type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    Algorithm,
>;
pub(super) type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why the provider's word cannot be had or believed. No words of an answer: they may hold what is nobody's business.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// No usable answer.
    #[error("the provider does not answer as it should: {0}")]
    Away(String),
    /// The code was refused, or the token is not to be believed.
    #[error("the provider's word is not believed: {0}")]
    Refused(&'static str),
}

/// Somebody who is sent to the provider.
pub(crate) struct Sent {
    /// Where to.
    pub(crate) url: Url,
    /// What the provider hands back.
    pub(crate) state: String,
    /// What the token must hold.
    pub(crate) nonce: String,
    /// What shows that the code was asked for by us (PKCE).
    pub(crate) verifier: String,
}

/// Who came back.
pub(crate) struct Person {
    /// The provider's name for them.
    pub(crate) subject: String,
    /// Their mail address, where it may be believed.
    pub(crate) mail: Option<String>,
}

impl SignOn {
    /// Sends somebody to the provider.
    pub(crate) async fn send(&self) -> Result<Sent, Fault> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes: &[&str] = match self.settings.mail_claim.as_str() {
            MAIL_CLAIM => &["email"],
            _ => &["email", "profile"],
        };
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Sent {
            url,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Who came back with this code.
    pub(crate) async fn receive(
        &self,
        code: String,
        nonce: String,
        verifier: String,
        now: NaiveDateTime,
    ) -> Result<Person, Fault> {
        let client = self.client(false).await?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Fault::Away("it names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&|request| fetch(self.http.clone(), request))
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => Fault::Refused("code"),
                RequestTokenError::Request(error) => Fault::Away(error.to_string()),
                _ => Fault::Away("its answer to a code cannot be read".to_owned()),
            })?;
        let token = answer.id_token().ok_or(Fault::Refused("no id token"))?;
        let nonce = Nonce::new(nonce);
        match verified(&client, token, &nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // The provider has new keys.
                let client = self.client(true).await?;
                self.person(verified(&client, token, &nonce, now).map_err(|error| why(&error))?)
            }
            Err(error) => Err(why(&error)),
            Ok(claims) => self.person(claims),
        }
    }

    fn person(&self, claims: &IdTokenClaims<Others, CoreGenderClaim>) -> Result<Person, Fault> {
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > SUBJECT {
            return Err(Fault::Refused("subject"));
        }
        let believed = !self.settings.mail_verified || claims.email_verified() == Some(true);
        let mail = match self.settings.mail_claim.as_str() {
            MAIL_CLAIM => claims.email().map(|mail| mail.as_str()),
            other => claims
                .additional_claims()
                .all
                .get(other)
                .and_then(Value::as_str)
                .or_else(|| match other {
                    "preferred_username" => claims.preferred_username().map(|name| name.as_str()),
                    _ => None,
                }),
        };
        Ok(Person {
            subject: subject.to_owned(),
            mail: mail.filter(|_| believed).map(str::to_owned),
        })
    }

    /// The provider as it describes itself; `anew` even where it is known already.
    pub(super) async fn client(&self, anew: bool) -> Result<Client, Fault> {
        // Not held while the provider is asked: one that is slow must not make people queue.
        let known = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((since, client)) = known
            && !anew
            && since.elapsed() < FRESH
        {
            return Ok(client);
        }
        let get = |request: HttpRequest| fetch(self.http.clone(), request);
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &get)
            .await
            .map_err(|error| Fault::Away(discovery(&error)))?;
        // Basic is what the standard assumes; some take the secret in the form alone.
        let auth = match found.token_endpoint_auth_methods_supported() {
            Some(methods)
                if !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                    && methods.contains(&CoreClientAuthMethod::ClientSecretPost) =>
            {
                AuthType::RequestBody
            }
            _ => AuthType::BasicAuth,
        };
        let (id, secret) = (self.client_id.clone(), self.secret.clone());
        let client = Client::from_provider_metadata(found, id, Some(secret))
            .set_auth_type(auth)
            .set_redirect_uri(self.redirect.clone());
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), client.clone()));
        Ok(client)
    }
}

fn verified<'a>(
    client: &Client,
    token: &'a Token,
    nonce: &Nonce,
    now: NaiveDateTime,
) -> Result<&'a IdTokenClaims<Others, CoreGenderClaim>, ClaimsVerificationError> {
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> = client.id_token_verifier();
    let verifier = verifier
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || (now - SKEW).and_utc());
    token.claims(&verifier, nonce)
}

/// What is wrong with a token, in a word.
fn why(error: &ClaimsVerificationError) -> Fault {
    Fault::Refused(match error {
        ClaimsVerificationError::Expired(_) => "expired",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "token",
    })
}

fn discovery<E: std::error::Error + 'static>(error: &openidconnect::DiscoveryError<E>) -> String {
    use openidconnect::DiscoveryError as D;
    match error {
        D::Request(error) => error.to_string(),
        D::Response(status, ..) => format!("it answers {status}"),
        D::Parse(_) => "its description cannot be read".to_owned(),
        D::Validation(_) => "its description names another issuer".to_owned(),
        _ => "its description cannot be fetched".to_owned(),
    }
}
