//! The cache of ABDM's public keys.
//!
//! No rotation policy is published, so a key is kept for a bounded time only, and fetched again
//! when a refusal looks as if the key had changed. However many calls wait, one fetches.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::client::{AbdmClient, CallError};
use abdm_core::environment::Family;
use abdm_core::wire::NoBody;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::family::KeyFamily;
use super::public_key::{EncryptionError, PublicKey, RsaKey};
use crate::api::certificate::FetchCertificate;
use crate::api::phr::FetchPhrCertificate;

/// After a failed fetch nobody asks again for this long; those who wait share the failure.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);
/// Keys are fetched again on suspicion at most this often: most refusals that make one suspect are
/// about the value. The first suspicion is let through however fresh the key is.
const FLOOR_BETWEEN_SUSPICIONS: TimeDelta = TimeDelta::seconds(30);

/// Which of ABDM's two keys a family of calls uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// The key of the ABHA family (4096 bits on the sandbox).
    Abha,
    /// The key of the PHR families (2048 bits on the sandbox).
    Phr,
}

/// Where keys come from and how long they are kept.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct KeyPolicy {
    /// How long a key is used before it is fetched again. One hour unless said otherwise.
    pub lifetime: Duration,
    /// The key for ABHA-address verification (`/v3/phr/web`). The PHR one by path, as NHA observed
    /// in 2026; one live client of 2025 used the ABHA one (rulings.md 24).
    pub web: KeySource,
}

impl Default for KeyPolicy {
    fn default() -> Self {
        Self { lifetime: Duration::from_secs(3600), web: KeySource::Phr }
    }
}

/// Why no key could be obtained.
#[derive(Debug, Clone)]
pub(crate) enum NoKey {
    Call(Arc<CallError>),
    Unusable(EncryptionError),
}

#[derive(Debug)]
pub(crate) struct Keys {
    policy: KeyPolicy,
    abha: Slot,
    phr: Slot,
}

#[derive(Debug, Default)]
struct Slot {
    held: RwLock<Option<Held>>,
    /// Held by the one who fetches.
    fetching: Mutex<Fetches>,
}

/// What is known of the fetches so far.
#[derive(Debug, Default)]
struct Fetches {
    /// The last failure, and until when it is shared.
    failure: Option<(NoKey, DateTime<Utc>)>,
    /// When a refusal last led to a fetch.
    suspected_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
struct Held {
    key: Arc<RsaKey>,
    fetched_at: DateTime<Utc>,
}

impl Keys {
    pub(crate) fn new(policy: KeyPolicy) -> Self {
        Self { policy, abha: Slot::default(), phr: Slot::default() }
    }

    /// The key for calls of `family`.
    pub(crate) async fn key<K: KeyFamily>(
        &self,
        client: &AbdmClient,
        family: Family,
    ) -> Result<PublicKey<K>, NoKey> {
        let oldest = lifetime(self.policy.lifetime);
        self.fetched_within(client, family, oldest).await.map(|held| PublicKey::labelled(held.key))
    }

    /// After a refusal that may mean a wrong key: a key that differs from `used`, when there is
    /// one.
    pub(crate) async fn other_than<K: KeyFamily>(
        &self,
        client: &AbdmClient,
        family: Family,
        used: &PublicKey<K>,
    ) -> Result<Option<PublicKey<K>>, NoKey> {
        let source = self.source(family);
        let slot = self.slot(source);
        let other = |held: &Held| {
            (!held.key.is_same(used.rsa())).then(|| PublicKey::labelled(held.key.clone()))
        };
        if let Some(other) = slot.held().as_ref().and_then(other) {
            return Ok(Some(other));
        }
        let mut fetches = slot.fetching.lock().await;
        let now = client.now();
        let lately = fetches.suspected_at.is_some_and(|at| now - at < FLOOR_BETWEEN_SUSPICIONS);
        if !lately {
            fetches.suspected_at = Some(now);
            return Ok(other(&slot.fetch(client, source, &mut fetches).await?));
        }
        Ok(slot.held().as_ref().and_then(other))
    }

    async fn fetched_within(
        &self,
        client: &AbdmClient,
        family: Family,
        oldest: TimeDelta,
    ) -> Result<Held, NoKey> {
        let source = self.source(family);
        let slot = self.slot(source);
        let fresh = |held: &Held| client.now() - held.fetched_at < oldest;
        if let Some(held) = slot.held().filter(fresh) {
            return Ok(held);
        }
        let mut fetches = slot.fetching.lock().await;
        if let Some(held) = slot.held().filter(fresh) {
            return Ok(held);
        }
        slot.fetch(client, source, &mut fetches).await
    }

    const fn slot(&self, source: KeySource) -> &Slot {
        match source {
            KeySource::Abha => &self.abha,
            KeySource::Phr => &self.phr,
        }
    }

    const fn source(&self, family: Family) -> KeySource {
        match family {
            Family::AbhaAddressWeb => self.policy.web,
            Family::PhrApp => KeySource::Phr,
            _ => KeySource::Abha,
        }
    }
}

impl Slot {
    /// Fetches the key, unless a fetch has just failed.
    async fn fetch(
        &self,
        client: &AbdmClient,
        source: KeySource,
        fetches: &mut Fetches,
    ) -> Result<Held, NoKey> {
        if let Some((failure, until)) = fetches.failure.as_ref()
            && client.now() < *until
        {
            return Err(failure.clone());
        }
        match fetch(client, source).await {
            Ok(key) => {
                let held = Held { key: Arc::new(key), fetched_at: client.now() };
                fetches.failure = None;
                self.hold(held.clone());
                Ok(held)
            }
            Err(failure) => {
                fetches.failure = Some((failure.clone(), client.now() + PAUSE_AFTER_FAILURE));
                Err(failure)
            }
        }
    }

    fn held(&self) -> Option<Held> {
        self.held.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn hold(&self, held: Held) {
        *self.held.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(held);
    }
}

async fn fetch(client: &AbdmClient, source: KeySource) -> Result<RsaKey, NoKey> {
    let answered = match source {
        KeySource::Abha => client.send(&Call::<FetchCertificate>::new(NoBody)).await,
        KeySource::Phr => client.send(&Call::<FetchPhrCertificate>::new(NoBody)).await,
    };
    let certificate = answered.map_err(|error| NoKey::Call(Arc::new(error)))?.body;
    RsaKey::read(&certificate).map_err(NoKey::Unusable)
}

fn lifetime(told: Duration) -> TimeDelta {
    TimeDelta::from_std(told).unwrap_or(TimeDelta::days(1)).min(TimeDelta::days(1))
}
