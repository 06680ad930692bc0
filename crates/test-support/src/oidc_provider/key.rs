//! Keys that tokens are signed with, made when they are needed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use sha2::Sha256;

pub(super) struct Key {
    pub(super) id: String,
    secret: Secret,
}

enum Secret {
    Elliptic(Box<EcdsaKeyPair>),
    Rsa(Box<RsaPrivateKey>),
}

impl Key {
    pub(super) fn elliptic(id: &str) -> Self {
        let (curve, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(curve, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &random).expect("its own");
        Self {
            id: id.to_owned(),
            secret: Secret::Elliptic(Box::new(pair)),
        }
    }

    pub(super) fn rsa(id: &str) -> Self {
        let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key");
        Self {
            id: id.to_owned(),
            secret: Secret::Rsa(Box::new(key)),
        }
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match self.secret {
            Secret::Elliptic(_) => "ES256",
            Secret::Rsa(_) => "RS256",
        }
    }

    /// As a JSON Web Key.
    pub(super) fn public(&self) -> Value {
        match &self.secret {
            Secret::Elliptic(pair) => {
                // An uncompressed point: 4, x, y.
                let point = pair.public_key().as_ref();
                json!({
                    "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
                    "x": BASE64.encode(&point[1..33]), "y": BASE64.encode(&point[33..]),
                })
            }
            Secret::Rsa(key) => json!({
                "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
                "n": BASE64.encode(key.n().to_bytes_be()), "e": BASE64.encode(key.e().to_bytes_be()),
            }),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Elliptic(pair) => pair
                .sign(&SystemRandom::new(), message)
                .expect("a signature")
                .as_ref()
                .to_vec(),
            Secret::Rsa(key) => SigningKey::<Sha256>::new(RsaPrivateKey::clone(key))
                .sign(message)
                .to_vec(),
        }
    }
}
