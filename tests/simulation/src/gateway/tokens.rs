//! The gateway's key, and the token that stands in its callbacks.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use abdm_core::environment::Environment;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const KEY_ID: &str = "simulation";
const HOUR: i64 = 3_600;

/// The key of this process; nothing of it reaches a log.
static KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).expect("the library makes keys"));

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The public half, as the key set shows it.
pub(super) fn public_key() -> Value {
    let public = KEY.public_key();
    json!({
        "kid": KEY_ID, "kty": "RSA", "alg": "RS256", "use": "sig",
        "n": encode(public.modulus().big_endian_without_leading_zero()),
        "e": encode(public.exponent().big_endian_without_leading_zero()),
    })
}

/// To whom a token belongs.
pub(super) const GATEWAY: &str = "gateway";
pub(super) const BRIDGE: &str = "SBX_000000";

/// The tokens that were made, by whose they are and their hour: signing takes its time.
static TOKENS: Mutex<BTreeMap<(&'static str, i64), String>> = Mutex::new(BTreeMap::new());

/// A token of this hour, good for this one and the next.
pub(super) fn of(whose: &'static str, now: DateTime<Utc>) -> String {
    let hour = now.timestamp() / HOUR;
    let mut tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    tokens.entry((whose, hour)).or_insert_with(|| token(whose, hour * HOUR)).clone()
}

/// The signatures of all tokens, which stand in nobody's log.
pub(crate) fn signatures() -> Vec<String> {
    let tokens = TOKENS.lock().unwrap_or_else(PoisonError::into_inner);
    tokens.values().filter_map(|token| token.split('.').nth(2).map(str::to_owned)).collect()
}

/// # Panics
/// When the cryptographic library does not sign.
fn token(whose: &str, from: i64) -> String {
    let environment = Environment::sandbox();
    let header = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"});
    let claims = json!({
        "iss": environment.issuers().first(), "azp": whose, "aud": "account",
        "iat": from - HOUR, "exp": from + 2 * HOUR,
    });
    let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
        .expect("the key signs");
    format!("{message}.{}", encode(signature))
}
