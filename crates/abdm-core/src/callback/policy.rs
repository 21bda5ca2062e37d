//! What a callback's token must say.

use std::time::Duration;

use crate::environment::Environment;

/// What the token of an inbound message must say. Each field is a setting, because NHA has changed
/// these values before and publishes none of them for production (gateway.md 5).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyPolicy {
    /// The accepted `iss`, to the letter.
    pub issuers: Vec<String>,
    /// The accepted `azp` and `clientId` of a callback; one of the two claims must be there, and
    /// each that is there must be in this list. Not asked of a data push, which any client may
    /// send.
    pub authorised_parties: Vec<String>,
    /// What `aud` must hold when the token has one; `None` leaves the audience unchecked.
    pub audience: Option<String>,
    /// How long after its `exp` a well signed token is still accepted. One hour by default, because
    /// of ABDM's late redelivery (live-measurements.md 5).
    pub expired_grace: Duration,
    /// How far ahead of our clock `nbf` and `iat` may lie. One minute by default.
    pub leeway: Duration,
    /// Whether a data push must carry a token.
    pub push_token: PushTokenPolicy,
}

/// Whether a data push must carry a token (rulings.md 4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushTokenPolicy {
    /// A push may come without one, since some senders omit it and the path of the push URL cannot
    /// be guessed; a token that is there must be right.
    #[default]
    Optional,
    /// A push without a token is refused, as the specification says.
    Required,
}

impl VerifyPolicy {
    /// The policy for tokens of these issuers, everything else as on the sandbox.
    pub fn for_issuers<I: Into<String>>(issuers: impl IntoIterator<Item = I>) -> Self {
        Self {
            issuers: issuers.into_iter().map(Into::into).collect(),
            authorised_parties: vec!["gateway".to_owned()],
            audience: Some("account".to_owned()),
            expired_grace: Duration::from_secs(60 * 60),
            leeway: Duration::from_secs(60),
            push_token: PushTokenPolicy::Optional,
        }
    }

    /// The policy for ABDM's sandbox, with the issuers of [`Environment::sandbox`]: the one
    /// measured on callbacks in September 2026 and the older one of NHA's samples (gateway.md 5).
    #[must_use]
    pub fn sandbox() -> Self {
        Self::for_issuers(Environment::sandbox().issuers().iter().cloned())
    }
}
