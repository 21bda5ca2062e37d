//! A session as a sealed snapshot keeps it.

use std::fmt::Debug;

use abdm_core::secret::RefreshToken;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::token::{IssuedToken, exposed};

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

/// A session type. Public in name only, so that a public trait may demand it and nobody else can
/// implement it.
pub trait Keepable: Sized + Clone + Debug + Send + Sync + 'static {
    /// To the snapshot.
    fn keep(&self) -> Kept;

    /// And back.
    fn of_kept(kept: Kept) -> Self;
}
