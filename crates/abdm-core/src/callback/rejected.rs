//! Why an inbound message is refused.

use chrono::Duration;
use http::StatusCode;

use crate::headers::documented_spelling;

/// Why an inbound message is not accepted as ABDM's.
///
/// The texts name the check and the remedy, never the token or its claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackRejected {
    /// No `Authorization` header, or none with a bearer token.
    #[error("the message carries no bearer token; ABDM's callbacks always do")]
    MissingToken,
    /// The token is not a JWT, or lacks a claim that decides.
    #[error("the bearer token cannot be read: {0}")]
    MalformedToken(&'static str),
    /// No key of the set has the token's `kid`, not even after a fresh look.
    #[error(
        "the token is signed with a key that ABDM's key set does not hold; if ABDM has just changed \
         its keys, the redelivery will pass"
    )]
    UnknownKey,
    /// The token names another algorithm than its key, or one that is never used.
    #[error("the token's algorithm is not the one of its key (RS256 or RS512)")]
    AlgorithmMismatch,
    /// The signature does not fit.
    #[error("the token's signature is wrong: it was not made by ABDM, or was changed on the way")]
    BadSignature,
    /// `iss` is not one of [`VerifyPolicy::issuers`](super::VerifyPolicy::issuers).
    #[error(
        "the token's issuer is not in VerifyPolicy::issuers; check that the environment is the one \
         whose gateway calls"
    )]
    WrongIssuer,
    /// `azp` or `clientId` is not one of
    /// [`VerifyPolicy::authorised_parties`](super::VerifyPolicy::authorised_parties).
    #[error("the token belongs to another client than the gateway (azp, clientId)")]
    WrongParty,
    /// `aud` does not hold [`VerifyPolicy::audience`](super::VerifyPolicy::audience).
    #[error("the token's audience is not the one of VerifyPolicy::audience")]
    WrongAudience,
    /// The token is over for longer than
    /// [`VerifyPolicy::expired_grace`](super::VerifyPolicy::expired_grace).
    #[error("the token ended {} s ago, longer than the grace allows", late_by.num_seconds())]
    Expired {
        /// The time since the token's end.
        late_by: Duration,
    },
    /// `nbf` or `iat` lies in the future by more than the leeway.
    #[error("the token is not valid yet; check this machine's clock (NTP)")]
    NotYetValid,
    /// A required header is missing.
    #[error("the header {} is missing", documented_spelling(name))]
    MissingHeader {
        /// The header's name, in lower case.
        name: &'static str,
    },
    /// A required header cannot be read.
    #[error("the header {} is malformed: {rule}", documented_spelling(name))]
    MalformedHeader {
        /// The header's name, in lower case.
        name: &'static str,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The key set cannot be fetched and the key is not known.
    #[error(
        "ABDM's key set cannot be fetched, so that nothing can be verified; check the session and \
         the network"
    )]
    KeysUnavailable,
}

impl CallbackRejected {
    /// The HTTP status to answer with: 503 when we could not look, 401 otherwise (rulings.md 27).
    /// ABDM delivers once more after either.
    #[must_use]
    pub fn http_status(&self) -> StatusCode {
        match self {
            Self::KeysUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// A short, stable name for metrics and logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::MalformedToken(_) => "malformed_token",
            Self::UnknownKey => "unknown_key",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::BadSignature => "bad_signature",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongParty => "wrong_party",
            Self::WrongAudience => "wrong_audience",
            Self::Expired { .. } => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::MissingHeader { .. } => "missing_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::KeysUnavailable => "keys_unavailable",
        }
    }
}
