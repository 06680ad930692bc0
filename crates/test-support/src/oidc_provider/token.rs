//! The token endpoint.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use ring::hmac;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::key::Key;
use super::{Auth, CLIENT_ID, CLIENT_SECRET, Code, Shared, State, Wrong};

const HOUR: i64 = 60 * 60;

/// Changes a code for a token, once.
pub(super) async fn token(
    shared: web::Data<Shared>,
    request: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let wrong = shared.state().wrong;
    match wrong {
        Some(Wrong::Slow(wait)) => tokio::time::sleep(wait).await,
        Some(Wrong::Broken) => return HttpResponse::InternalServerError().finish(),
        _ => {}
    }
    let (url, now) = (shared.url(), (shared.clock)());
    let mut state = shared.state();
    if !is_client(&request, &form, state.auth) {
        state.problems.push("token: client".to_owned());
        return HttpResponse::Unauthorized().json(json!({ "error": "invalid_client" }));
    }
    let refused = |state: &mut State, why: &str| {
        state.problems.push(format!("token: {why}"));
        HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" }))
    };
    let Some(code) = state.codes.remove(get("code")) else {
        return refused(&mut state, "code");
    };
    if get("grant_type") != "authorization_code" || get("redirect_uri") != code.redirect {
        return refused(&mut state, "grant or redirect_uri");
    }
    if BASE64.encode(Sha256::digest(get("code_verifier"))) != code.challenge {
        return refused(&mut state, "code_verifier");
    }
    state.tokens += 1;
    let mut answer = json!({ "access_token": "of no use", "token_type": "Bearer" });
    if wrong != Some(Wrong::NoToken) {
        answer["id_token"] = json!(signed(&state.key, wrong, &claims(&url, code, wrong, now)));
    }
    HttpResponse::Ok().json(answer)
}

fn is_client(request: &HttpRequest, form: &HashMap<String, String>, auth: Auth) -> bool {
    if auth == Auth::Post {
        return form.get("client_id").is_some_and(|id| id == CLIENT_ID)
            && form
                .get("client_secret")
                .is_some_and(|secret| secret == CLIENT_SECRET);
    }
    let header = request.headers().get("authorization");
    let given = header
        .and_then(|header| header.to_str().ok())
        .and_then(|header| header.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    // Both parts are encoded as in a form (RFC 6749, 2.3.1).
    let decoded = |text: &str| {
        url::form_urlencoded::parse(format!("x={text}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    given
        .as_deref()
        .and_then(|given| given.split_once(':'))
        .is_some_and(|(id, secret)| {
            decoded(id).as_deref() == Some(CLIENT_ID)
                && decoded(secret).as_deref() == Some(CLIENT_SECRET)
        })
}

fn claims(url: &str, code: Code, wrong: Option<Wrong>, now: i64) -> Value {
    let mut claims = code.claims;
    let old = if wrong == Some(Wrong::Expired) {
        2 * HOUR
    } else {
        0
    };
    claims["iss"] = match wrong {
        Some(Wrong::Issuer) => json!("https://other.example"),
        _ => json!(url),
    };
    claims["aud"] = match wrong {
        Some(Wrong::Audience) => json!("another"),
        Some(Wrong::TwoAudiences) => json!([CLIENT_ID, "another"]),
        _ => json!(CLIENT_ID),
    };
    claims["iat"] = json!(now - old);
    claims["exp"] = json!(now - old + HOUR);
    claims["nonce"] = match wrong {
        Some(Wrong::Nonce) => json!("of somebody else"),
        Some(Wrong::NoNonce) => Value::Null,
        _ => json!(code.nonce),
    };
    claims
}

fn signed(key: &Key, wrong: Option<Wrong>, claims: &Value) -> String {
    let algorithm = match wrong {
        Some(Wrong::Unsigned) => "none",
        Some(Wrong::Shared) => "HS256",
        _ => key.algorithm(),
    };
    let header = json!({ "alg": algorithm, "typ": "JWT", "kid": key.id });
    let part = |value: &Value| BASE64.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = match wrong {
        Some(Wrong::Unsigned) => Vec::new(),
        Some(Wrong::Shared) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        }
        Some(Wrong::OtherKey) => Key::elliptic(&key.id).sign(message.as_bytes()),
        _ => key.sign(message.as_bytes()),
    };
    format!("{message}.{}", BASE64.encode(signature))
}
