//! The tokens that ABDM gives out, with their live claims.

use abdm_core::claims;
use abdm_core::id::HipId;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::error::SandboxError;
use crate::keys::SigningKey;

/// Who issues the sandbox's tokens, as at ABDM: independent of where this sandbox listens.
pub(crate) const ISSUER: &str = "https://dev.abdm.gov.in/auth/realms/central-registry";

/// The life of a link token: 182.5 days (live-measurements.md 10).
const LINK_TOKEN_SECONDS: i64 = 15_768_000;

/// A gateway session token of `client`; with `client` = `gateway` it is what callbacks carry.
pub(crate) fn session(
    key: &SigningKey,
    client: &str,
    now: DateTime<Utc>,
    seconds: i64,
) -> Result<String, SandboxError> {
    key.sign(&session_claims(client, now, seconds))
}

/// The claims of such a token.
pub(crate) fn session_claims(client: &str, now: DateTime<Utc>, seconds: i64) -> Value {
    json!({
        "iss": ISSUER,
        "aud": "account",
        "sub": crate::random_uuid().to_string(),
        (claims::KIND): "Bearer",
        (claims::AUTHORIZED_PARTY): client,
        (claims::CLIENT_ID): client,
        "preferred_username": format!("service-account-{client}").to_lowercase(),
        "realm_access": {"roles": ["hip", "hiu", "healthId", "offline_access"]},
        "scope": "openid email profile",
        "jti": crate::random_uuid().to_string(),
        "iat": now.timestamp(),
        "exp": (now + crate::world::seconds(seconds)).timestamp(),
    })
}

/// A link token (live-measurements.md 10).
pub(crate) fn link(
    key: &SigningKey,
    hip: &HipId,
    address: &AbhaAddress,
    number: Option<&AbhaNumber>,
    now: DateTime<Utc>,
) -> Result<String, SandboxError> {
    let digits = number.and_then(|number| number.to_digits().parse::<u64>().ok());
    key.sign(&json!({
        (claims::HIP_ID): hip,
        (claims::ABHA_NUMBER): digits,
        "transactionId": crate::random_uuid().to_string(),
        (claims::ABHA_ADDRESS): address,
        "sub": address,
        "iat": now.timestamp(),
        "exp": now.timestamp() + LINK_TOKEN_SECONDS,
    }))
}

/// An access token of V0.5, which a patient gives a facility by proving themselves. The contract
/// does not say what it is: here a link token that names the authentication it comes from.
#[cfg(feature = "v0_5")]
pub(crate) fn access(
    key: &SigningKey,
    hip: &HipId,
    address: &AbhaAddress,
    transaction: &str,
    ends_at: DateTime<Utc>,
) -> Result<String, SandboxError> {
    key.sign(&json!({
        (claims::HIP_ID): hip,
        "transactionId": transaction,
        (claims::ABHA_ADDRESS): address,
        "sub": address,
        "exp": ends_at.timestamp(),
    }))
}

/// What the sandbox reads of a link token that comes back.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkClaims {
    pub(crate) hip_id: String,
    pub(crate) abha_address: String,
    #[serde(default)]
    pub(crate) abha_number: Option<u64>,
    pub(crate) exp: i64,
    /// The authentication that gave it (V0.5).
    #[cfg(feature = "v0_5")]
    #[serde(default)]
    pub(crate) transaction_id: Option<String>,
}

/// A token of a person (m1-abha.md 3.1): `kind` is `Transaction`, `Transfer` or `Refresh`, `system`
/// `ABHA-N` for the number and `ABHA-A` for the address.
pub(crate) fn person(
    key: &SigningKey,
    (kind, system): (&str, &str),
    told: &[(&str, &str)],
    now: DateTime<Utc>,
    seconds: i64,
) -> Result<String, SandboxError> {
    let mut all = Map::new();
    all.insert(claims::KIND.to_owned(), kind.into());
    all.insert(claims::SYSTEM.to_owned(), system.into());
    all.insert("jti".to_owned(), crate::random_uuid().to_string().into());
    all.insert("iat".to_owned(), now.timestamp().into());
    all.insert("exp".to_owned(), (now.timestamp() + seconds).into());
    for (name, value) in told {
        all.insert((*name).to_owned(), (*value).into());
    }
    key.sign(&Value::Object(all))
}
