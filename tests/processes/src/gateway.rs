//! ABDM's side of callbacks: a key of its own, and tokens that it signs.

use abdm_core::callback::{CallbackVerifier, KeyCache, StaticKeys, VerifyPolicy};
use abdm_core::clock::{Clock as _, SystemClock};
use anyhow::anyhow;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::sync::Arc;

/// Who signs.
const ISSUER: &str = "https://dev.abdm.gov.in/auth/realms/central-registry";

/// A gateway that can only sign.
#[derive(Debug)]
pub struct Gateway {
    key: KeyPair,
}

impl Gateway {
    /// One with a fresh key.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new() -> anyhow::Result<Self> {
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no key"))?;
        Ok(Self { key })
    }

    /// Its key set (JWKS).
    #[must_use]
    pub fn key_set(&self) -> String {
        let public = self.key.public_key();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{
            "kid": "gateway", "kty": "RSA", "use": "sig", "alg": "RS256",
            "n": encode(public.modulus().big_endian_without_leading_zero()),
            "e": encode(public.exponent().big_endian_without_leading_zero()),
        }]})
        .to_string()
    }

    /// A bearer token as callbacks carry it, good for an hour.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn token(&self) -> anyhow::Result<String> {
        let now = SystemClock.now().timestamp();
        let header = json!({"alg": "RS256", "kid": "gateway", "typ": "JWT"});
        let claims = json!({
            "iss": ISSUER, "aud": "account", "azp": "gateway", "clientId": "gateway",
            "typ": "Bearer", "preferred_username": "service-account-gateway",
            "iat": now - 60, "nbf": 0, "exp": now + 3600,
        });
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| anyhow!("the token cannot be signed"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What checks such tokens.
#[must_use]
pub fn verifier(key_set: &str) -> CallbackVerifier {
    let clock = Arc::new(SystemClock);
    let keys = KeyCache::new(Arc::new(StaticKeys::new(key_set)), clock.clone());
    CallbackVerifier::new(keys, VerifyPolicy::sandbox(), clock)
}
