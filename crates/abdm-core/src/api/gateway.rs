//! Session, keys and bridge registration (gateway.md 3-5).

mod certificates;
mod find_bridge_service;
mod list_bridge_services;
mod openid_configuration;
mod sessions;
mod update_bridge_url;

pub use self::certificates::{FetchCertificates, JsonWebKeys};
pub use self::find_bridge_service::{FindBridgeService, RegisteredService};
pub use self::list_bridge_services::{
    Bridge, BridgeService, BridgeServices, ListBridgeServices, ServiceType,
};
pub use self::openid_configuration::{FetchOpenIdConfiguration, OpenIdConfiguration};
pub use self::sessions::{CreateSession, SessionRequest, SessionResponse};
pub use self::update_bridge_url::{BridgeUrl, UpdateBridgeUrl};
