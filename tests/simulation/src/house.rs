//! A house: what outlives the nodes that work in it.

use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::seal::{LookupKey, SealingKey};
use abdm_flow::SealedStore;
use abdm_flow::store::{FlowStore, MemoryStore};
use tokio::time::Instant;

use crate::store::broken::Memory;
use crate::store::works::Works;

const SEALED_WITH: [u8; 32] = [7; 32];
const LOOKED_UP_WITH: [u8; 32] = [8; 32];

/// A database, and what is known of it from outside.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) name: &'static str,
    pub(crate) kinds: &'static [&'static str],
    pub(crate) memory: Arc<MemoryStore>,
    pub(crate) works: Arc<Works>,
    pub(crate) broken: Arc<Memory>,
    away_until: Mutex<Option<Instant>>,
}

impl House {
    pub(crate) fn new(name: &'static str, kinds: &'static [&'static str]) -> Self {
        Self {
            name,
            kinds,
            memory: Arc::default(),
            works: Arc::default(),
            broken: Arc::default(),
            away_until: Mutex::default(),
        }
    }

    pub(crate) fn goes_away_until(&self, until: Instant) {
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    pub(crate) fn comes_back(&self) {
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn is_away(&self) -> bool {
        let until = *self.away_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// The house's key.
    ///
    /// # Panics
    /// Never: it has 32 bytes.
    pub(crate) fn key() -> SealingKey {
        SealingKey::from_bytes(&SEALED_WITH).expect("32 bytes")
    }

    /// A store sealed with the house's keys.
    pub(crate) fn sealed(store: Arc<dyn FlowStore>) -> SealedStore {
        let lookup = LookupKey::from_bytes(&LOOKED_UP_WITH).expect("32 bytes");
        SealedStore::with_lookup_key(store, Self::key().into(), lookup)
    }

    /// The store as it is, without anything in between.
    pub(crate) fn store(&self) -> SealedStore {
        Self::sealed(self.memory.clone())
    }
}
