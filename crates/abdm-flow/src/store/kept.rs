//! Values as they stand at rest, for whoever seals them anew.

use std::fmt;

use bytes::Bytes;

use super::{BodyId, EffectId, FlowId, MessageId, Scope};

/// A sort of value at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeptSort {
    /// Snapshots of flows.
    States,
    /// Effects.
    Effects,
    /// Rows.
    Rows,
    /// Bodies of messages.
    Bodies,
    /// Headers of messages, as a JSON object of texts.
    Headers,
}

impl KeptSort {
    /// Every sort.
    pub const ALL: [Self; 5] =
        [Self::States, Self::Effects, Self::Rows, Self::Bodies, Self::Headers];
}

/// Where a value stands within a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeptPlace {
    /// The snapshot of a flow.
    State(FlowId),
    /// An effect.
    Effect {
        /// Which.
        id: EffectId,
        /// Of which flow.
        flow: FlowId,
    },
    /// A row, by its table and its key as the store keeps them.
    Row {
        /// The table.
        table: String,
        /// The key.
        key: String,
    },
    /// A body.
    Body(BodyId),
    /// The headers of a message.
    Headers {
        /// Which message.
        message: MessageId,
        /// Its body.
        body: BodyId,
    },
}

/// One value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeptValue {
    /// Whose.
    pub scope: Scope,
    /// Where.
    pub place: KeptPlace,
    /// What.
    pub bytes: Bytes,
}

impl KeptValue {
    /// A value, for implementations of the store.
    #[must_use]
    pub const fn new(scope: Scope, place: KeptPlace, bytes: Bytes) -> Self {
        Self { scope, place, bytes }
    }
}

/// Prints the size of the value only.
impl fmt::Debug for KeptValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptValue")
            .field("scope", &self.scope)
            .field("place", &self.place)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A page of the values of one sort, in an order that stays the same.
#[derive(Debug, Clone, Copy)]
#[must_use]
#[non_exhaustive]
pub struct KeptList<'a> {
    /// Which sort.
    pub sort: KeptSort,
    /// Those behind this one, whether or not it is still there.
    pub after: Option<&'a KeptValue>,
    /// At most so many.
    pub limit: usize,
}

impl<'a> KeptList<'a> {
    /// The first values of a sort.
    pub const fn new(sort: KeptSort, limit: usize) -> Self {
        Self { sort, after: None, limit }
    }

    /// Those behind `last`, the last one of the page before.
    pub const fn after(mut self, last: Option<&'a KeptValue>) -> Self {
        self.after = last;
        self
    }
}
