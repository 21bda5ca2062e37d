//! The front door to the registries of facilities (HFR) and professionals (HPR): [`Registries`].
//!
//! Nothing of milestones 1 to 3 depends on the registries: their hosts are often away. What they
//! are good for is the set-up: find the own facility, link it to the bridge.
//!
//! ```no_run
//! use abdm_core::api::registry::{BridgeLinks, BridgeRole, RequestedLink};
//! use abdm_core::client::AbdmClient;
//! use abdm_core::registry::Registries;
//!
//! # async fn run(client: AbdmClient) -> Result<(), Box<dyn std::error::Error>> {
//! let registries = Registries::new(client.clone());
//! let facility = registries.facility("IN0000000001").await?.ok_or("no such facility")?;
//! let name = facility.facility_name.unwrap_or_default();
//! let hip = RequestedLink::new(client.client_id(), "Example HMS", BridgeRole::Hip);
//! let links = BridgeLinks::new("IN0000000001", name).service(hip);
//! for linked in registries.link_bridge(&links).await? {
//!     // "Already associated" is a success: `Linked { already: true, .. }`.
//!     println!("{}: {:?}", linked.requested.role, linked.outcome);
//! }
//! # Ok(())
//! # }
//! ```

mod error;
mod key;
mod links;
mod look_ups;
mod masters;
mod token;

use std::sync::Arc;

use serde_json::Value;

pub use self::error::RegistryError;
pub use self::key::{RegistryKey, RegistryKeyError};
pub use self::links::{BridgeLinked, LinkedAs};
pub use self::token::{GatewaySession, RegistryCredential, RegistryToken, RegistryTokenError};
use crate::api::registry::{KeepsRules, ProtectedText};
use crate::call::Call;
use crate::client::AbdmClient;
use crate::endpoint::{Endpoint, RegistryBearer};
use crate::headers::StandardHeaders;

/// The registries of facilities and professionals. Cheap to clone.
///
/// Each request is checked by the registry's field rules before it leaves. By default the gateway's
/// own session token goes with it ([`token`](Self::token) for another one). Production's host is
/// not published: give it by [`Environment::with_base`](crate::environment::Environment::with_base)
/// or every call is [`WireError::NoBase`](crate::wire::WireError::NoBase).
///
/// A 404 means "nothing found" where the registry itself says so; one of a server that does not
/// know the path is an error.
#[derive(Debug, Clone)]
pub struct Registries {
    client: AbdmClient,
    token: Arc<dyn RegistryToken>,
    protection: Protection,
}

/// How mobile numbers and OTPs are sent.
#[derive(Debug, Clone)]
enum Protection {
    /// Nobody has said.
    Unknown,
    /// Encrypted.
    Key(RegistryKey),
    /// As they are.
    Plain,
}

impl Registries {
    /// By this client.
    #[must_use]
    pub fn new(client: AbdmClient) -> Self {
        let (token, protection) = (Arc::new(GatewaySession), Protection::Unknown);
        Self { client, token, protection }
    }

    /// Another bearer token than the gateway session's: the sources differ on which it is
    /// (registries.md). This is the one place where it is chosen.
    #[must_use]
    pub fn token(mut self, token: impl RegistryToken) -> Self {
        self.token = Arc::new(token);
        self
    }

    /// The registry's own certificate, under which it wants mobile numbers and OTPs encrypted
    /// (RSA/ECB/PKCS1Padding). Never a key of milestone 1.
    #[must_use]
    pub fn key(mut self, key: RegistryKey) -> Self {
        self.protection = Protection::Key(key);
        self
    }

    /// Sends mobile numbers and OTPs as they are, over TLS: the table of the calls does not mark
    /// them as encrypted, the registry's page on encryption does (registries.md).
    #[must_use]
    pub fn unencrypted_fields(mut self) -> Self {
        self.protection = Protection::Plain;
        self
    }

    fn protect(&self, field: &'static str, value: &str) -> Result<ProtectedText, RegistryError> {
        match &self.protection {
            Protection::Unknown => Err(RegistryError::NoKey { field }),
            Protection::Key(key) => Ok(key.encrypt(value)?),
            Protection::Plain => Ok(ProtectedText::new(value)),
        }
    }

    /// Checks a request, and sends it.
    async fn send<E>(&self, path: E::Path, body: E::Request) -> Result<E::Response, RegistryError>
    where
        E: Endpoint<Auth = RegistryBearer, Headers = StandardHeaders>,
        E::Request: KeepsRules,
    {
        body.check()?;
        let own = match self.token.token().await? {
            RegistryCredential::GatewaySession => None,
            RegistryCredential::Own(token) => Some(token),
        };
        let call: Call<E> = Call::new(body).at(path).by(own);
        let answer = self.client.send(&call).await.map(|answered| answered.body);
        answer.map_err(RegistryError::from)
    }

    /// The same, where nothing found is an answer.
    async fn find<E>(
        &self,
        path: E::Path,
        body: E::Request,
    ) -> Result<Option<E::Response>, RegistryError>
    where
        E: Endpoint<Auth = RegistryBearer, Headers = StandardHeaders>,
        E::Request: KeepsRules,
    {
        match self.send::<E>(path, body).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_nothing_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Entries whose form is not published, as they came.
pub type UnpublishedEntry = Value;
