//! The kinds of flow that an engine serves.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use super::core::Core;
use crate::store::{Task, Work};
use crate::{Flow, FlowHost};

/// One kind of flow and its host, without their types.
#[async_trait]
pub(crate) trait Kind: Debug + Send + Sync {
    fn name(&self) -> &'static str;

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

    async fn take(&self, core: &Arc<Core>, work: Work) {
        let Work { lease, attempt, earlier, deferrals, queued_at, task, .. } = work;
        match task {
            Task::Message(message) => {
                let taken = super::message::Taken { message, attempt, deferrals, queued_at };
                self.take_message(core, &lease, &taken).await;
            }
            Task::Effect(effect, stored) => {
                let taken = super::effect::Taken { effect, stored, attempt, earlier, queued_at };
                self.take_effect(core, &lease, &taken).await;
            }
            Task::Wake(stored) => self.take_wake(core, &lease, stored, attempt).await,
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
}

impl Default for Kinds {
    fn default() -> Self {
        let known = Known { by_name: BTreeMap::new(), names: Arc::new([]) };
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
        true
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<dyn Kind>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.by_name.get(name).cloned()
    }

    pub(crate) fn names(&self) -> Arc<[&'static str]> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.names)
    }
}
