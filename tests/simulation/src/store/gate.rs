//! A node's way to its house's store: slow, broken off, refused for a while, and the place where
//! the node ends most often.

use std::sync::Arc;
use std::time::Duration;

use abdm_flow::store::{FlowStore as _, StoreError, StoreErrorKind};
use abdm_flow::testing::Gate;
use async_trait::async_trait;
use tokio::time::Instant;

use crate::house::House;
use crate::life::Life;
use crate::log::say;
use crate::world::World;

/// What happens around each call of a store by one life of a node.
#[derive(Debug)]
pub(crate) struct NodeGate {
    pub(crate) world: Arc<World>,
    pub(crate) house: Arc<House>,
    pub(crate) node: String,
    pub(crate) holder: Option<String>,
    pub(crate) life: Arc<Life>,
}

/// Whether a call changes something. Looks for work go on for ever: what happens around each of
/// them would happen around nothing else.
fn counts(call: &str) -> bool {
    !matches!(call, "claim" | "depths" | "purge" | "release")
}

impl NodeGate {
    fn unavailable<T>() -> Result<T, StoreError> {
        Err(StoreError::new(StoreErrorKind::Unavailable))
    }

    /// Somebody starts a second process under this node's name, or the store's operator gives its
    /// claims back: what it holds is anybody's.
    async fn loses_its_leases(&self) {
        if let Some(holder) = &self.holder {
            say!(self.world, "{} loses its leases", self.node);
            // The store in memory does it at once.
            let _ = self.house.memory.release(self.house.kinds, holder).await;
        }
    }
}

#[async_trait]
impl Gate for NodeGate {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        self.life.goes_on().await;
        if !counts(call) {
            return if self.house.is_away() { Self::unavailable() } else { Ok(()) };
        }
        let (world, rates) = (&self.world, &self.world.options.rates);
        world.takes_up_to(world.options.slowest_store).await;
        world.may_end(&self.node, &self.life, rates.crash_in_store).await;
        if world.strikes("node held", rates.pauses) {
            let span = world.random.pause(Duration::from_secs(20), Duration::from_secs(90));
            say!(world, "{} is held for {} s", self.node, span.as_secs());
            self.life.hold_until(Instant::now() + span);
            self.life.goes_on().await;
        }
        if world.strikes("leases lost", rates.leases_lost) {
            self.loses_its_leases().await;
        }
        if world.strikes("store away", rates.store_away) {
            let span = world.random.pause(Duration::from_secs(1), Duration::from_secs(120));
            self.house.goes_away_until(Instant::now() + span);
        }
        if self.house.is_away() || world.strikes("store fails before", rates.store_fails_before) {
            return Self::unavailable();
        }
        Ok(())
    }

    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        self.life.goes_on().await;
        if !counts(call) {
            return Ok(());
        }
        let (world, rates) = (&self.world, &self.world.options.rates);
        world.takes_up_to(world.options.slowest_store).await;
        world.may_end(&self.node, &self.life, rates.crash_in_store).await;
        if world.strikes("store fails after", rates.store_fails_after) {
            return Self::unavailable();
        }
        Ok(())
    }
}
