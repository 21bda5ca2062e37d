//! Looking at other flows: the one reader of stored snapshots.

use std::marker::PhantomData;

use super::{EffectFailure, Flow, FlowId, FlowKey, ReceiveError, RunnerError, SnapshotError};
use crate::id::RequestId;
use crate::store::{FlowStore, StoreError, StoredFlow};

/// The stored flows of one kind, to be looked at and not changed.
///
/// Every snapshot is read as a runner reads it, older versions by [`Flow::upgrade`]. What cannot be
/// read is an error and never "there is none": a comparison that needs the flow must not be left
/// out because another release wrote it.
///
/// Both errors of a host come from its error by `?`: a snapshot of another release, like a store
/// that does not answer, is tried again later; a damaged one is set aside.
pub struct Flows<'a, F> {
    store: &'a dyn FlowStore,
    kind: PhantomData<fn() -> F>,
}

impl<F: Flow> std::fmt::Debug for Flows<'_, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flows").field("kind", &F::KIND).finish_non_exhaustive()
    }
}

/// A flow as it was stored last.
#[derive(Debug)]
#[non_exhaustive]
pub struct Found<F> {
    /// Its id.
    pub id: FlowId,
    /// The flow.
    pub flow: F,
    /// Whether it has ended.
    pub done: bool,
}

impl<'a, F: Flow> Flows<'a, F> {
    /// The flows of this kind in `store`.
    #[must_use]
    pub fn of(store: &'a dyn FlowStore) -> Self {
        Self { store, kind: PhantomData }
    }

    /// The id of the flow with this key; its snapshot is not looked at.
    ///
    /// # Errors
    /// The store's.
    pub async fn id_of(&self, key: &FlowKey) -> Result<Option<FlowId>, StoreError> {
        self.store.find(F::KIND, key).await
    }

    /// The flow with this id; `None` when it was never there or is forgotten.
    ///
    /// # Errors
    /// The store's, or that the snapshot cannot be read.
    pub async fn load(&self, id: FlowId) -> Result<Option<Found<F>>, ReadFlowError> {
        let Some(stored) = self.store.load(id).await? else {
            return Ok(None);
        };
        Ok(Some(Found { id, flow: read(&stored)?, done: stored.done }))
    }

    /// The flow with this key.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub async fn find(&self, key: &FlowKey) -> Result<Option<Found<F>>, ReadFlowError> {
        match self.id_of(key).await? {
            Some(id) => self.load(id).await,
            None => Ok(None),
        }
    }

    /// The flow whose call had this `REQUEST-ID`.
    ///
    /// # Errors
    /// As [`load`](Self::load); a flow of another kind is [`SnapshotError::Kind`].
    pub async fn by_request(&self, request: RequestId) -> Result<Option<Found<F>>, ReadFlowError> {
        match self.store.find_request(request).await? {
            Some(id) => self.load(id).await,
            None => Ok(None),
        }
    }
}

/// Reads the state of a stored flow, of the present version or an older one.
pub(super) fn read<F: Flow>(stored: &StoredFlow) -> Result<F, SnapshotError> {
    if stored.kind != F::KIND {
        return Err(SnapshotError::Kind { kind: F::KIND, found: stored.kind.clone() });
    }
    let corrupt = |source| SnapshotError::Corrupt { kind: F::KIND, source };
    match stored.version {
        version if version == F::VERSION => stored.state.decode().map_err(corrupt),
        version if version < F::VERSION => {
            F::upgrade(version, stored.state.decode().map_err(corrupt)?)
        }
        found => Err(SnapshotError::Version { kind: F::KIND, found, known: F::VERSION }),
    }
}

/// Why a stored flow cannot be looked at. It never means that there is none.
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

crate::error::debug_in_words!(ReadFlowError);

impl ReadFlowError {
    /// Whether it may be readable later: by a node of the release that wrote it, or when the store
    /// answers.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Store(_) | Self::Snapshot(SnapshotError::Version { .. }) => true,
            Self::Snapshot(SnapshotError::Corrupt { .. } | SnapshotError::Kind { .. }) => false,
        }
    }
}

impl From<ReadFlowError> for RunnerError {
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
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::flow::{FailureAction, FlowError, Step};
    use crate::store::{Commit, FlowWrite, MemoryStore, Payload};

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

    async fn kept(kind: &str, version: u32, state: &str) -> (MemoryStore, FlowKey) {
        let (store, key) = (MemoryStore::new(), FlowKey::new("patient", "1"));
        let mut write = FlowWrite::new(kind, version, Payload::from_text(state));
        write.keys = vec![key.clone()];
        let commit = Commit::at(DateTime::UNIX_EPOCH).write(FlowId::random(), 0, write);
        store.commit(&commit).await.unwrap();
        (store, key)
    }

    // Review C3: a flow of another release is upgraded or an error, and never "there is none".
    #[tokio::test]
    async fn a_snapshot_of_an_older_release_is_upgraded_when_another_flow_looks_at_it() {
        let (store, key) = kept(Patient::KIND, 1, r#"{"number":"91000000000001"}"#).await;
        let found = Flows::<Patient>::of(&store).find(&key).await.unwrap().unwrap();
        assert_eq!(found.flow.abha_number.as_deref(), Some("91000000000001"));
        assert!(!found.done);
    }

    // Review C3.
    #[tokio::test]
    async fn a_snapshot_of_a_newer_release_is_an_error_that_is_tried_again() {
        let (store, key) = kept(Patient::KIND, 3, r#"{"numbers":["91000000000001"]}"#).await;
        let error = Flows::<Patient>::of(&store).find(&key).await.unwrap_err();
        assert!(error.is_retryable(), "{error}");
        let failure: EffectFailure<()> = error.into();
        assert_eq!(failure.action, FailureAction::Retry);
        let error = Flows::<Patient>::of(&store).find(&key).await.unwrap_err();
        assert!(matches!(ReceiveError::from(error), ReceiveError::NotYet { .. }));
    }

    // Review C3.
    #[tokio::test]
    async fn a_damaged_snapshot_is_an_error_and_nothing_else() {
        let (store, key) = kept(Patient::KIND, 2, r#"{"abha_number":7}"#).await;
        let error = Flows::<Patient>::of(&store).find(&key).await.unwrap_err();
        assert!(!error.is_retryable());
        let failure: EffectFailure<()> = error.into();
        assert_eq!(failure.action, FailureAction::Bury);
        let unknown = FlowKey::new("patient", "2");
        assert!(Flows::<Patient>::of(&store).find(&unknown).await.unwrap().is_none());
    }
}
