//! The kinds of flow that an engine serves.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use tracing::Instrument as _;

use super::core::Core;
use crate::store::{Task, Work};
use crate::{Flow, FlowHost};

/// One kind of flow and its host, without their types.
#[async_trait]
pub(crate) trait Kind: Debug + Send + Sync {
    fn name(&self) -> &'static str;

    /// Whether it goes before others when hands are scarce.
    fn is_urgent(&self) -> bool;

    /// Does one piece of work to its end. What fails here is taken up again when the lease ends.
    async fn take(&self, core: &Arc<Core>, work: Work);
}

/// One kind of flow and its host.
#[derive(Debug)]
pub(crate) struct Served<H> {
    pub(super) host: Arc<H>,
}

impl<H: FlowHost> Served<H> {
    pub(super) const fn new(host: Arc<H>) -> Self {
        Self { host }
    }
}

#[async_trait]
impl<H: FlowHost> Kind for Served<H> {
    fn name(&self) -> &'static str {
        H::Flow::KIND
    }

    fn is_urgent(&self) -> bool {
        H::URGENT
    }

    async fn take(&self, core: &Arc<Core>, work: Work) {
        let Work { lease, attempt, earlier, deferrals, queued_at, task, .. } = work;
        let kind = H::Flow::KIND;
        match task {
            Task::Message(message) => {
                let endpoint = message.endpoint.as_str();
                // Who can read the message tells of which request it is.
                let request_id = tracing::field::Empty;
                let span = tracing::info_span!("message", kind, endpoint, attempt, request_id);
                let taken = super::message::Taken { message, attempt, deferrals, queued_at };
                self.take_message(core, &lease, &taken).instrument(span).await;
            }
            Task::Effect(effect, stored) => {
                let (flow, id) = (effect.flow, effect.id);
                let span = tracing::info_span!("effect", kind, %flow, effect = %id, attempt);
                let taken = super::effect::Taken { effect, stored, attempt, earlier, queued_at };
                self.take_effect(core, &lease, &taken).instrument(span).await;
            }
            Task::Wake(stored) => {
                let span = tracing::info_span!("wake", kind, flow = %stored.id, attempt);
                self.take_wake(core, &lease, stored, attempt).instrument(span).await;
            }
        }
    }
}

/// All kinds, by name.
#[derive(Debug)]
pub(crate) struct Kinds {
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    by_name: BTreeMap<&'static str, Arc<dyn Kind>>,
    names: Arc<[&'static str]>,
    urgent: Arc<[&'static str]>,
}

impl Default for Kinds {
    fn default() -> Self {
        let known = Known { by_name: BTreeMap::new(), names: Arc::new([]), urgent: Arc::new([]) };
        Self { known: RwLock::new(known) }
    }
}

impl Kinds {
    /// Whether it is new.
    pub(super) fn add(&self, kind: Arc<dyn Kind>) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.by_name.contains_key(kind.name()) {
            return false;
        }
        known.by_name.insert(kind.name(), kind);
        known.names = known.by_name.keys().copied().collect();
        let urgent = known.by_name.values().filter(|kind| kind.is_urgent());
        known.urgent = urgent.map(|kind| kind.name()).collect();
        true
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<dyn Kind>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.by_name.get(name).cloned()
    }

    /// Those that go before others when hands are scarce.
    pub(crate) fn urgent(&self) -> Arc<[&'static str]> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.urgent)
    }

    pub(crate) fn names(&self) -> Arc<[&'static str]> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.names)
    }
}
