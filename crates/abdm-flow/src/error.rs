//! Why a flow did not take an event.

use crate::store::PayloadError;

/// Why a flow did not take an event. States and events are named, their contents never.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// The event can never be valid from here. An inbound message is set aside as a dead letter.
    #[error("the event `{event}` is not valid in the state `{state}`")]
    NotValid {
        /// The state the flow is in.
        state: &'static str,
        /// The event that came.
        event: &'static str,
    },
    /// The event came before what it needs. An inbound message is kept and offered again after the
    /// next change of the flow, within the engine's bounds.
    #[error("the event `{event}` came too early, the flow is in the state `{state}`")]
    NotYet {
        /// The state the flow is in.
        state: &'static str,
        /// The event that came.
        event: &'static str,
    },
    /// The time in which this was possible is over: ask again from the start.
    #[error("expired: {what} is no longer possible")]
    Expired {
        /// What is over, for example `consent`.
        what: &'static str,
    },
    /// The patient said no.
    #[error("denied by the patient: {what}")]
    Denied {
        /// What was denied.
        what: &'static str,
    },
    /// The patient took it back.
    #[error("revoked by the patient: {what}")]
    Revoked {
        /// What was revoked.
        what: &'static str,
    },
    /// The stored state cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

abdm_base::debug_in_words!(FlowError);

impl FlowError {
    /// [`FlowError::NotValid`].
    #[must_use]
    pub const fn not_valid(state: &'static str, event: &'static str) -> Self {
        Self::NotValid { state, event }
    }

    /// [`FlowError::NotYet`].
    #[must_use]
    pub const fn not_yet(state: &'static str, event: &'static str) -> Self {
        Self::NotYet { state, event }
    }

    /// Whether the same event may be taken later.
    #[must_use]
    pub const fn is_not_yet(&self) -> bool {
        matches!(self, Self::NotYet { .. })
    }
}

/// Why a stored state cannot be read.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The snapshot is of a version that this program does not know: an older one that
    /// [`upgrade`](crate::Flow::upgrade) does not read, or a newer one written by a newer node.
    #[error("a `{kind}` snapshot has version {found}, this program knows up to {known}")]
    Version {
        /// The kind of flow.
        kind: &'static str,
        /// The version found.
        found: u32,
        /// The version this program writes.
        known: u32,
    },
    /// The snapshot does not read as the version it claims to be.
    #[error("a `{kind}` snapshot is damaged")]
    Corrupt {
        /// The kind of flow.
        kind: &'static str,
        /// Where it does not fit.
        #[source]
        source: PayloadError,
    },
    /// The flow is of another kind than the host that was asked.
    #[error("the flow is of the kind `{found}`, not `{kind}`")]
    Kind {
        /// The kind asked for.
        kind: &'static str,
        /// The kind it has.
        found: String,
    },
}

abdm_base::debug_in_words!(SnapshotError);
