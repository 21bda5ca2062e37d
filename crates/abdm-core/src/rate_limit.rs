//! The hook for an outbound rate limit.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::endpoint::Metadata;

/// Asked right before every HTTP attempt, the session's own included. ABDM publishes no general
/// numbers, and blocks for 24 hours whoever exceeds them (codes 1022, 2429, then 1027); a facility
/// that runs bulk jobs sets its own.
#[async_trait]
pub trait RateLimit: Debug + Send + Sync + 'static {
    /// Returns when the call may be sent.
    async fn admit(&self, endpoint: &Metadata);
}

/// No limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

#[async_trait]
impl RateLimit for Unlimited {
    async fn admit(&self, _: &Metadata) {}
}
