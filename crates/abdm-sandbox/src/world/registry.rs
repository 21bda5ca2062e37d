//! Clients, their bridges and their facilities.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use abdm_core::api::gateway::{Bridge, BridgeService, ServiceType};
use abdm_core::id::ServiceId;
use abdm_core::secret::ClientSecret;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::error::SandboxError;
use crate::state::secret;
use crate::transcript::Party;

/// The service id of the patients' own apps, as the live sandbox's app has it (m2-hip.md 2).
pub(crate) const PHR_HIU_ID: &str = "sbx_001";

/// A client id, which is also the id of its bridge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// The id as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for ClientId {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a facility does on a bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// It has records (HIP).
    Hip,
    /// It asks for records (HIU).
    Hiu,
    /// Both.
    Both,
}

/// A facility on a client's bridge.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Facility {
    /// The service id: what `X-HIP-ID` and `X-HIU-ID` hold.
    pub id: String,
    /// The name that patients see.
    pub name: String,
    /// What it does.
    pub role: Role,
    /// On whose bridge.
    pub client: ClientId,
}

impl Facility {
    /// A facility by its parts.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        role: Role,
        client: impl Into<ClientId>,
    ) -> Self {
        Self { id: id.into(), name: name.into(), role, client: client.into() }
    }

    pub(crate) const fn is_hip(&self) -> bool {
        matches!(self.role, Role::Hip | Role::Both)
    }

    pub(crate) const fn is_hiu(&self) -> bool {
        matches!(self.role, Role::Hiu | Role::Both)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Client {
    #[serde(with = "secret::client_secret")]
    secret: ClientSecret,
    party: Party,
    url: Option<String>,
}

/// Who is registered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Registry {
    clients: BTreeMap<ClientId, Client>,
    facilities: BTreeMap<String, (Facility, Record)>,
    numbers: u64,
    /// OTPs that went to the contacts of facilities.
    #[serde(skip)]
    pub(crate) contact_otps: ContactOtps,
}

/// OTPs that went to the contacts of facilities, the latest hundred.
#[derive(Debug, Clone, Default)]
pub(crate) struct ContactOtps(Vec<(String, String, String)>);

impl ContactOtps {
    /// Keeps the OTP of a transaction for a facility.
    pub(crate) fn keep(&mut self, transaction: &str, facility: &str, otp: &str) {
        if self.0.len() >= 100 {
            self.0.remove(0);
        }
        self.0.push((transaction.to_owned(), facility.to_owned(), otp.to_owned()));
    }

    /// The OTP of a transaction, if it is about this facility.
    pub(crate) fn of(&self, transaction: &str, facility: &str) -> Option<&str> {
        let mut all = self.0.iter();
        let own = all.find(|(id, of, _)| id == transaction && of == facility);
        own.map(|(.., otp)| otp.as_str())
    }

    /// Forgets a transaction: its OTP was good once.
    pub(crate) fn forget(&mut self, transaction: &str) {
        self.0.retain(|(id, ..)| id != transaction);
    }
}

/// The registry's own notes on a facility.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Its running number.
    pub(crate) number: u64,
    /// Since when it is registered.
    pub(crate) at: DateTime<Utc>,
}

impl Registry {
    /// Adds a client. One of this id gets another secret and name; its callback URL stays.
    pub(crate) fn add_client(&mut self, id: ClientId, secret: ClientSecret, party: Party) {
        let url = self.url(&id);
        self.clients.insert(id, Client { secret, party, url });
    }

    pub(crate) fn add_facility(&mut self, facility: Facility, at: DateTime<Utc>) {
        let known = self.facilities.get(&facility.id).map(|(_, record)| *record);
        let record = known.unwrap_or_else(|| {
            self.numbers += 1;
            Record { number: self.numbers, at }
        });
        self.facilities.insert(facility.id.clone(), (facility, record));
    }

    /// Takes a client and its facilities away; whether there was one.
    pub(crate) fn remove_client(&mut self, id: &ClientId) -> bool {
        self.facilities.retain(|_, (facility, _)| facility.client != *id);
        self.clients.remove(id).is_some()
    }

    /// Takes a facility away; whether there was one.
    pub(crate) fn remove_facility(&mut self, id: &str) -> bool {
        self.facilities.remove(id).is_some()
    }

    /// The clients of others: the patients' own apps are left out.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &ClientId> {
        self.clients.iter().filter(|(_, client)| client.party != Party::Phr).map(|(id, _)| id)
    }

    pub(crate) fn facilities(&self) -> impl Iterator<Item = &Facility> {
        self.facilities.values().map(|(facility, _)| facility)
    }

    /// What is kept of it: of the clients under which patients' apps call only those that are still
    /// needed, or there would be one more for each look into an app.
    pub(crate) fn saved(&self, needed: &BTreeSet<ClientId>) -> Self {
        let mut saved = self.clone();
        saved.clients.retain(|id, client| client.party != Party::Phr || needed.contains(id));
        saved
    }

    /// Forgets the clients under which patients' apps call.
    pub(crate) fn forget_apps(&mut self) {
        self.clients.retain(|_, client| client.party != Party::Phr);
    }

    /// The clock goes back by so much: nobody is registered in the future.
    pub(crate) fn go_back(&mut self, back: TimeDelta) {
        for (_, record) in self.facilities.values_mut() {
            record.at -= back;
        }
    }

    pub(crate) fn has_client(&self, id: &ClientId) -> bool {
        self.clients.contains_key(id)
    }

    pub(crate) fn knows(&self, id: &ClientId, secret: &ClientSecret) -> bool {
        self.clients.get(id).is_some_and(|client| client.secret.expose() == secret.expose())
    }

    pub(crate) fn secret(&self, id: &ClientId) -> Option<ClientSecret> {
        Some(self.clients.get(id)?.secret.clone())
    }

    pub(crate) fn party(&self, id: &ClientId) -> Party {
        let unknown = || Party::Other("unknown".to_owned());
        self.clients.get(id).map_or_else(unknown, |client| client.party.clone())
    }

    /// The last writer wins, for every facility of the client.
    pub(crate) fn set_url(&mut self, id: &ClientId, url: String) {
        if let Some(client) = self.clients.get_mut(id) {
            client.url = Some(url);
        }
    }

    pub(crate) fn url(&self, id: &ClientId) -> Option<String> {
        self.clients.get(id)?.url.clone()
    }

    pub(crate) fn facility(&self, id: &str) -> Option<&Facility> {
        self.facilities.get(id).map(|(facility, _)| facility)
    }

    /// Whether nobody has the id of a facility.
    pub(crate) fn check_free(&self, id: &str) -> Result<(), SandboxError> {
        match self.facility(id) {
            Some(_) => Err(SandboxError::Taken { kind: "facility", id: id.to_owned() }),
            None => Ok(()),
        }
    }

    pub(crate) fn record(&self, id: &str) -> Option<(&Facility, Record)> {
        self.facilities.get(id).map(|(facility, record)| (facility, *record))
    }

    pub(crate) fn bridge(&self, id: &ClientId) -> Option<(Bridge, Vec<BridgeService>)> {
        let client = self.clients.get(id)?;
        let facilities = self.facilities.values().map(|(facility, _)| facility);
        let services = facilities.filter(|facility| facility.client == *id);
        let services = services.filter_map(|facility| {
            let types = match facility.role {
                Role::Hip => vec![ServiceType::Hip],
                Role::Hiu => vec![ServiceType::Hiu],
                Role::Both => vec![ServiceType::Hip, ServiceType::Hiu],
            };
            let service = ServiceId::new(facility.id.clone()).ok()?;
            Some(BridgeService::new(service, facility.name.clone(), types))
        });
        Some((Bridge::new(id.as_str(), client.url.clone()), services.collect()))
    }
}

impl super::World {
    pub(crate) fn is_hip_of(&self, client: &ClientId, id: &str) -> bool {
        self.registry.facility(id).is_some_and(|f| f.client == *client && f.is_hip())
    }

    pub(crate) fn is_hiu_of(&self, client: &ClientId, id: &str) -> bool {
        let is_app = id == PHR_HIU_ID && self.registry.party(client) == Party::Phr;
        is_app || self.registry.facility(id).is_some_and(|f| f.client == *client && f.is_hiu())
    }

    pub(crate) fn party_of(&self, client: &ClientId) -> Party {
        self.registry.party(client)
    }
}
