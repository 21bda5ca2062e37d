//! `Heartbeat`.

use abdm_core::lenient;
use abdm_core::wire::NoBody;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Whether the bridge is up. The gateway asks without a token.
    pub Heartbeat {
        method: GET,
        family: Bridge,
        path: "/v0.5/heartbeat",
        auth: NoAuth,
        envelope: Body,
        request: NoBody,
        response: HeartbeatAnswer,
        success: OK,
        replay: Safe,
        errors: BridgeServices,
        source: "m2-hip.md 10",
    }
}

abdm_core::open_enum! {
    /// How a bridge is.
    pub enum BridgeStatus {
        /// It takes messages.
        Up = "UP",
        /// It does not.
        Down = "DOWN",
    }
}

/// How a bridge is, and when that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeartbeatAnswer {
    /// When.
    #[serde(with = "lenient::instant")]
    pub timestamp: DateTime<Utc>,
    /// How.
    pub status: BridgeStatus,
}

impl HeartbeatAnswer {
    /// The bridge is so at this instant.
    #[must_use]
    pub const fn new(timestamp: DateTime<Utc>, status: BridgeStatus) -> Self {
        Self { timestamp, status }
    }
}
