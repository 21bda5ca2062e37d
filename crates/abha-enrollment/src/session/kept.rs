//! A session as a sealed snapshot keeps it.

use std::fmt::Debug;

use abdm_core::secret::RefreshToken;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{USUAL_LIFE, USUAL_REFRESH_LIFE, life};
use crate::api::token::{IssuedToken, IssuedTokens, exposed};

/// A session of any kind. Written into sealed snapshots only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    #[serde(serialize_with = "exposed")]
    pub(super) token: IssuedToken,
    pub(super) expires_at: DateTime<Utc>,
    #[serde(serialize_with = "exposed")]
    pub(super) refresh_token: RefreshToken,
    pub(super) refresh_expires_at: DateTime<Utc>,
}

impl Kept {
    /// The token's text, to be asked for its claims.
    pub(crate) fn token(&self) -> &str {
        self.token.expose()
    }

    fn renewed(self, tokens: IssuedTokens, now: DateTime<Utc>) -> Self {
        let token = IssuedToken::new(tokens.token.expose());
        let expires_at = now + life(tokens.expires_in, USUAL_LIFE);
        let kept = Self { token, expires_at, ..self };
        match tokens.refresh_token {
            None => kept,
            Some(refresh_token) => Self {
                refresh_token,
                refresh_expires_at: now + life(tokens.refresh_expires_in, USUAL_REFRESH_LIFE),
                ..kept
            },
        }
    }
}

/// A session type. Public in name only, so that a public trait may demand it and nobody else can
/// implement it.
pub trait Keepable: Sized + Clone + Debug + Send + Sync + 'static {
    /// To the snapshot.
    fn keep(&self) -> Kept;

    /// And back.
    fn of_kept(kept: Kept) -> Self;

    /// The session after a renewal. An answer without a new refresh token leaves the old one in
    /// force, until when it was.
    fn renewed(&self, tokens: IssuedTokens, now: DateTime<Utc>) -> Self {
        Self::of_kept(self.keep().renewed(tokens, now))
    }
}
