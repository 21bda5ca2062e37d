//! The parts of a callback's token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::rejected::CallbackRejected;
use crate::wire::parse_json;

/// Tokens of the gateway have about 1.5 KB; nothing longer than this is looked at.
const MAX_TOKEN_LENGTH: usize = 16 * 1024;

/// What the token's header says. Nothing of it is believed, it only picks the key.
#[derive(Debug)]
pub(super) struct TokenHeader {
    pub(super) kid: String,
    pub(super) alg: String,
}

impl TokenHeader {
    /// Reads the header of a token that nobody has verified.
    pub(super) fn read(token: &str) -> Result<Self, CallbackRejected> {
        #[derive(Deserialize)]
        struct Raw {
            alg: Option<String>,
            kid: Option<String>,
            crit: Option<serde_json::Value>,
        }
        if token.len() > MAX_TOKEN_LENGTH {
            return Err(CallbackRejected::MalformedToken("it is too long"));
        }
        let not_a_jwt = CallbackRejected::MalformedToken("it is not a signed JWT");
        let mut parts = token.split('.');
        let (Some(header), Some(_), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(not_a_jwt);
        };
        let header = URL_SAFE_NO_PAD.decode(header).map_err(|_| not_a_jwt.clone())?;
        let raw: Raw = parse_json(&header).ok_or(not_a_jwt)?;
        if raw.crit.is_some() {
            return Err(CallbackRejected::MalformedToken("it demands an extension (crit)"));
        }
        Ok(Self {
            kid: raw.kid.ok_or(CallbackRejected::MalformedToken("it names no key (kid)"))?,
            alg: raw.alg.ok_or(CallbackRejected::MalformedToken("it names no algorithm (alg)"))?,
        })
    }
}

/// The claims that decide. Times are seconds since 1970, with or without a fraction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claims {
    iss: Option<String>,
    azp: Option<String>,
    client_id: Option<String>,
    aud: Option<Audience>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    /// Checks the signature with the key and its own algorithm, and reads the claims. Which claims
    /// are right is decided by the caller, on its own clock.
    pub(super) fn verify(
        token: &str,
        key: &DecodingKey,
        algorithm: Algorithm,
    ) -> Result<Self, CallbackRejected> {
        use jsonwebtoken::errors::ErrorKind;

        install_provider();
        let mut signature_only = Validation::new(algorithm);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        jsonwebtoken::decode::<Self>(token, key, &signature_only).map(|token| token.claims).map_err(
            |error| match error.kind() {
                ErrorKind::InvalidAlgorithm => CallbackRejected::AlgorithmMismatch,
                ErrorKind::Json(_) | ErrorKind::Utf8(_) => {
                    CallbackRejected::MalformedToken("its claims cannot be read")
                }
                _ => CallbackRejected::BadSignature,
            },
        )
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.iss.as_deref()
    }

    /// The clients that the token names as its owner.
    pub(super) fn parties(&self) -> impl Iterator<Item = &str> {
        self.azp.as_deref().into_iter().chain(self.client_id.as_deref())
    }

    /// Whether `aud` holds this audience; `None` when the token has no `aud`.
    pub(super) fn is_for(&self, audience: &str) -> Option<bool> {
        self.aud.as_ref().map(|aud| match aud {
            Audience::One(one) => one == audience,
            Audience::Several(several) => several.iter().any(|one| one == audience),
        })
    }

    pub(super) fn expires_at(&self) -> Result<DateTime<Utc>, CallbackRejected> {
        let exp = self.exp.ok_or(CallbackRejected::MalformedToken("it has no end (exp)"))?;
        instant(exp).ok_or(CallbackRejected::MalformedToken("its end (exp) is no time"))
    }

    /// The instants before which the token does not hold.
    pub(super) fn starts(&self) -> Result<Vec<DateTime<Utc>>, CallbackRejected> {
        [self.nbf, self.iat]
            .into_iter()
            .flatten()
            .map(|seconds| {
                instant(seconds)
                    .ok_or(CallbackRejected::MalformedToken("its start (nbf, iat) is no time"))
            })
            .collect()
    }
}

fn instant(seconds: f64) -> Option<DateTime<Utc>> {
    // `as` saturates, and `from_timestamp` refuses what no calendar holds.
    DateTime::from_timestamp(seconds.floor() as i64, 0)
}

/// Tells `jsonwebtoken` which cryptography to use. With several backends in the vendor's build it
/// would panic at the first verification; a provider that is installed already stays.
fn install_provider() {
    let _already_set = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}
