//! `ListBridgeServices`.

use serde::{Deserialize, Serialize};

use crate::id::ServiceId;
use crate::lenient;
use crate::open_enum;
use crate::wire::NoBody;

crate::endpoint! {
    /// What is registered for this client id: the callback URL and the facilities with their roles.
    /// The first thing to read when no callback comes.
    pub ListBridgeServices {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/bridge-services",
        auth: Session,
        request: NoBody,
        response: Option<BridgeServices>,
        success: OK,
        replay: Safe,
        errors: BridgeServices,
        source: "gateway.md 4",
    }
}

open_enum! {
    /// A role of a registered service.
    pub enum ServiceType {
        /// Health Information Provider.
        Hip = "HIP",
        /// Health Information User.
        Hiu = "HIU",
        /// Health locker.
        HealthLocker = "HEALTH_LOCKER",
        /// PHR app.
        Phr = "PHR",
    }
}

/// The bridge and its services. Nothing registered: 204 and no body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BridgeServices {
    /// The bridge itself.
    #[serde(default)]
    pub bridge: Option<Bridge>,
    /// The facilities, by service id.
    #[serde(with = "lenient::list", default)]
    pub services: Vec<BridgeService>,
}

impl BridgeServices {
    /// A bridge and its services.
    #[must_use]
    pub const fn new(bridge: Bridge, services: Vec<BridgeService>) -> Self {
        Self { bridge: Some(bridge), services }
    }
}

/// One client's bridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bridge {
    /// The bridge id, which is the client id.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// The registered callback URL.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether it is switched on.
    #[serde(default)]
    pub active: Option<bool>,
    /// Whether NHA has barred it.
    #[serde(default)]
    pub blocklisted: Option<bool>,
}

impl Bridge {
    /// An active bridge with this id and callback URL.
    #[must_use]
    pub fn new(id: impl Into<String>, url: Option<String>) -> Self {
        Self { id: id.into(), name: None, url, active: Some(true), blocklisted: Some(false) }
    }
}

/// One facility on the bridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BridgeService {
    /// The service id: what `X-HIP-ID` and `X-HIU-ID` must hold, to the letter.
    pub id: ServiceId,
    /// The name that patients see.
    #[serde(default)]
    pub name: Option<String>,
    /// Its roles; seen empty.
    #[serde(with = "lenient::list", default)]
    pub types: Vec<ServiceType>,
    /// Whether it is switched on.
    #[serde(default)]
    pub active: Option<bool>,
}

impl BridgeService {
    /// An active service in these roles.
    #[must_use]
    pub fn new(id: ServiceId, name: impl Into<String>, types: Vec<ServiceType>) -> Self {
        Self { id, name: Some(name.into()), types, active: Some(true) }
    }
}
