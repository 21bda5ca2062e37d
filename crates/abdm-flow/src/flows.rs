//! Looking at flows: the only way by which a snapshot is read.

use std::marker::PhantomData;

use abdm_base::RequestId;

use crate::store::{FlowId, FlowKey, FlowList, FlowStore, Scope, StoreError, StoredFlow};
use crate::{EffectFailure, EngineError, Flow, ReceiveError, SnapshotError};

/// The flows of one kind in one scope, for looking at them.
///
/// The only way to snapshots, so that none is read past [`Flow::upgrade`], and that a snapshot of
/// another release is an error and never "there is none".
#[derive(Debug, Clone, Copy)]
pub struct Flows<'a, F> {
    store: &'a dyn FlowStore,
    scope: &'a Scope,
    kind: PhantomData<fn() -> F>,
}

/// A flow that was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found<F> {
    /// Its id.
    pub id: FlowId,
    /// How often it has changed, the beginning included.
    pub revision: u64,
    /// Whether it has come to its end.
    pub done: bool,
    /// The flow.
    pub flow: F,
}

impl<'a, F: Flow> Flows<'a, F> {
    /// The flows of a store.
    #[must_use]
    pub fn of(store: &'a dyn FlowStore, scope: &'a Scope) -> Self {
        Self { store, scope, kind: PhantomData }
    }

    /// The flow that has this key.
    ///
    /// # Errors
    /// [`ReadFlowError`].
    pub async fn find(&self, key: &FlowKey) -> Result<Option<Found<F>>, ReadFlowError> {
        found(self.store.find(self.scope, F::KIND, key).await?)
    }

    /// The flow with this id.
    ///
    /// # Errors
    /// [`ReadFlowError`], for a flow of another kind too.
    pub async fn load(&self, id: FlowId) -> Result<Option<Found<F>>, ReadFlowError> {
        found(self.store.load(self.scope, id).await?)
    }

    /// The flow that sent the call with this `REQUEST-ID`.
    ///
    /// # Errors
    /// [`ReadFlowError`], for a flow of another kind too.
    pub async fn of_request(&self, request: RequestId) -> Result<Option<Found<F>>, ReadFlowError> {
        found(self.store.find_request(self.scope, request).await?)
    }

    /// The flows in the order of their ids, at most `limit`, beginning after `after`.
    ///
    /// # Errors
    /// [`ReadFlowError`].
    pub async fn list(
        &self,
        after: Option<FlowId>,
        limit: usize,
    ) -> Result<Vec<Found<F>>, ReadFlowError> {
        let mut list = FlowList::new(self.scope, F::KIND, limit);
        list.after = after;
        let stored = self.store.flows(&list).await?;
        stored.into_iter().map(|stored| Ok(one(&stored)?)).collect()
    }
}

fn found<F: Flow>(stored: Option<StoredFlow>) -> Result<Option<Found<F>>, ReadFlowError> {
    Ok(stored.as_ref().map(one).transpose()?)
}

fn one<F: Flow>(stored: &StoredFlow) -> Result<Found<F>, SnapshotError> {
    let flow = read(stored)?;
    Ok(Found { id: stored.id, revision: stored.revision, done: stored.done, flow })
}

/// Reads a snapshot, of whatever version.
pub(crate) fn read<F: Flow>(stored: &StoredFlow) -> Result<F, SnapshotError> {
    let kind = F::KIND;
    if stored.kind != kind {
        return Err(SnapshotError::Kind { kind, found: stored.kind.clone() });
    }
    let corrupt = |source| SnapshotError::Corrupt { kind, source };
    match stored.version {
        version if version == F::VERSION => stored.state.decode().map_err(corrupt),
        version if version < F::VERSION => {
            F::upgrade(version, stored.state.decode().map_err(corrupt)?)
        }
        found => Err(SnapshotError::Version { kind, found, known: F::VERSION }),
    }
}

/// Why a flow cannot be looked at.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReadFlowError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The snapshot cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

abdm_base::debug_in_words!(ReadFlowError);

impl ReadFlowError {
    /// Whether it may be read later: a snapshot of another release, by a node of that release.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Snapshot(SnapshotError::Version { .. }) => true,
            Self::Snapshot(SnapshotError::Corrupt { .. } | SnapshotError::Kind { .. }) => false,
        }
    }
}

impl From<ReadFlowError> for EngineError {
    fn from(error: ReadFlowError) -> Self {
        match error {
            ReadFlowError::Store(error) => error.into(),
            ReadFlowError::Snapshot(error) => error.into(),
        }
    }
}

/// Tried again, unless the snapshot is damaged.
impl<E> From<ReadFlowError> for EffectFailure<E> {
    fn from(error: ReadFlowError) -> Self {
        if error.is_retryable() {
            Self::retry(error.to_string())
        } else {
            Self::bury(error.to_string())
        }
    }
}

/// Tried again by a node of the release that wrote it, unless the snapshot is damaged.
impl<E> From<SnapshotError> for EffectFailure<E> {
    fn from(error: SnapshotError) -> Self {
        ReadFlowError::from(error).into()
    }
}

/// Offered again, unless the snapshot is damaged or of another kind.
impl From<ReadFlowError> for ReceiveError {
    fn from(error: ReadFlowError) -> Self {
        if error.is_retryable() {
            Self::not_yet(error.to_string())
        } else {
            Self::poison(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use abdm_base::ids::SeededIds;
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::store::{Commit, FlowWrite, MemoryStore, Payload};
    use crate::{FailureAction, FlowError, Step};

    /// What release 2 knows; release 1 wrote `{"number":…}`.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Patient {
        abha_number: Option<String>,
    }

    impl Flow for Patient {
        const KIND: &'static str = "test.patient";
        const VERSION: u32 = 2;
        type Event = ();
        type Effect = ();

        fn on(&mut self, (): (), _: DateTime<Utc>) -> Result<Step<()>, FlowError> {
            Ok(Step::nothing())
        }

        fn woken() {}

        fn upgrade(version: u32, state: serde_json::Value) -> Result<Self, SnapshotError> {
            assert_eq!(version, 1);
            let number = state.get("number").and_then(|number| number.as_str());
            Ok(Self { abha_number: number.map(str::to_owned) })
        }
    }

    async fn kept(version: u32, state: &'static str) -> (MemoryStore, Scope, FlowKey) {
        let (store, scope) = (MemoryStore::new(), Scope::new("a hospital"));
        let key = FlowKey::new("patient", "1");
        let mut write = FlowWrite::new(Patient::KIND, version, Payload::from_bytes(state));
        write.keys = vec![key.clone()];
        let id = FlowId::fresh(&SeededIds::new(1));
        let commit = Commit::at(scope.clone(), DateTime::UNIX_EPOCH).write(id, 0, write);
        store.commit(&commit).await.unwrap();
        (store, scope, key)
    }

    // Review C3: a flow of another release is upgraded or an error, and never "there is none".
    #[tokio::test]
    async fn a_snapshot_of_an_older_release_is_upgraded_when_another_flow_looks_at_it() {
        let (store, scope, key) = kept(1, r#"{"number":"91000000000001"}"#).await;
        let found = Flows::<Patient>::of(&store, &scope).find(&key).await.unwrap().unwrap();
        assert_eq!(found.flow.abha_number.as_deref(), Some("91000000000001"));
        assert!(!found.done);
    }

    // Review C3.
    #[tokio::test]
    async fn a_snapshot_of_a_newer_release_is_an_error_that_is_tried_again() {
        let (store, scope, key) = kept(3, r#"{"numbers":["91000000000001"]}"#).await;
        let flows = Flows::<Patient>::of(&store, &scope);
        let error = flows.find(&key).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        let failure: EffectFailure<()> = error.into();
        assert_eq!(failure.action, FailureAction::Retry);
        let error = flows.find(&key).await.unwrap_err();
        assert!(matches!(ReceiveError::from(error), ReceiveError::NotYet { .. }));
    }

    // Review C3.
    #[tokio::test]
    async fn a_damaged_snapshot_is_an_error_and_nothing_else() {
        let (store, scope, key) = kept(2, r#"{"abha_number":7}"#).await;
        let flows = Flows::<Patient>::of(&store, &scope);
        let error = flows.find(&key).await.unwrap_err();
        assert!(!error.is_retryable());
        let failure: EffectFailure<()> = error.into();
        assert_eq!(failure.action, FailureAction::Bury);
        let unknown = FlowKey::new("patient", "2");
        assert!(flows.find(&unknown).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_flow_of_another_scope_is_not_there() {
        let (store, _, key) = kept(2, r#"{"abha_number":null}"#).await;
        let other = Scope::new("another hospital");
        assert!(Flows::<Patient>::of(&store, &other).find(&key).await.unwrap().is_none());
    }
}
