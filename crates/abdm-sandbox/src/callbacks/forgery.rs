//! Bearers that are not the gateway's: what a receiver must refuse.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::error::SandboxError;
use crate::tokens;

/// How the bearer of a callback is forged. A receiver refuses every one of them with 401.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Forgery {
    /// Signed with a key of its own under a `kid` that no key set has.
    #[default]
    UnknownKid,
    /// Signed with a key of its own under the `kid` of the published key.
    WrongKey,
    /// `alg: none`, with no signature.
    AlgNone,
    /// `alg: HS256`, signed with the published public key (its PEM text) as the secret.
    Hs256PublicKey,
    /// Signed with the published key; `iss` is not ABDM's.
    WrongIssuer,
    /// Signed with the published key; `azp` and `clientId` are another client's: the session token
    /// that anybody can ask for.
    WrongParty,
    /// Signed with the published key; over since a day.
    Expired,
}

/// A bearer of this kind, as of now.
pub(super) fn token(
    engine: &Engine,
    kind: Forgery,
    now: DateTime<Utc>,
    seconds: i64,
) -> Result<String, SandboxError> {
    let keys = engine.keys();
    let gateway = &keys.gateway;
    let claims = |now| tokens::session_claims("gateway", now, seconds);
    match kind {
        Forgery::UnknownKid => engine.forged_keys()?.gateway.sign(&claims(now)),
        Forgery::WrongKey => engine.forged_keys()?.gateway.sign_as(gateway.id(), &claims(now)),
        Forgery::AlgNone => {
            let header = json!({"alg": "none", "typ": "JWT", "kid": gateway.id()});
            Ok(format!("{}.", unsigned(&header, &claims(now))))
        }
        Forgery::Hs256PublicKey => {
            let header = json!({"alg": "HS256", "typ": "JWT", "kid": gateway.id()});
            let text = unsigned(&header, &claims(now));
            let key = hmac::Key::new(hmac::HMAC_SHA256, gateway.public_pem().as_bytes());
            let tag = hmac::sign(&key, text.as_bytes());
            Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref())))
        }
        Forgery::WrongIssuer => {
            let mut claims = claims(now);
            if let Some(issuer) = claims.get_mut("iss") {
                *issuer = "https://dev.abdm.example/auth/realms/central-registry".into();
            }
            gateway.sign(&claims)
        }
        Forgery::WrongParty => {
            gateway.sign(&tokens::session_claims("SBX_SOMEBODY_ELSE", now, seconds))
        }
        Forgery::Expired => gateway.sign(&claims(now - TimeDelta::days(1))),
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
