//! `FindBridgeService`.

use serde::{Deserialize, Serialize};

use crate::id::ServiceId;
use crate::wire::NoBody;

crate::endpoint! {
    /// One service by its id. Does not show the callback URL; an unknown id answers 200 with an
    /// empty body, or 404.
    pub FindBridgeService {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/bridge-service/serviceId/{serviceId}",
        auth: Session,
        params: ServiceId,
        request: NoBody,
        response: Option<RegisteredService>,
        success: OK,
        replay: Safe,
        errors: BridgeServices,
        source: "gateway.md 4",
    }
}

/// A service as registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredService {
    /// The bridge that serves it.
    #[serde(default)]
    pub bridge_id: Option<String>,
    /// The service id.
    pub service_id: ServiceId,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether it is a HIP.
    #[serde(default)]
    pub is_hip: bool,
    /// Whether it is a HIU.
    #[serde(default)]
    pub is_hiu: bool,
    /// Whether it is switched on.
    #[serde(default)]
    pub active: bool,
}

impl RegisteredService {
    /// An active service on `bridge_id` in these roles.
    #[must_use]
    pub fn new(
        bridge_id: impl Into<String>,
        service_id: ServiceId,
        is_hip: bool,
        is_hiu: bool,
    ) -> Self {
        Self {
            bridge_id: Some(bridge_id.into()),
            service_id,
            name: None,
            is_hip,
            is_hiu,
            active: true,
        }
    }
}
