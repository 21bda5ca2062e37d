//! Names by which flows are found.

use std::fmt;
use std::str::FromStr;

use abdm_base::IdError;
use abdm_base::ids::Ids;
use serde::{Deserialize, Serialize};

/// The identity of one flow: a UUID of [`Ids::ordered`], ours alone, never sent to anybody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowId(uuid::Uuid);

impl FlowId {
    /// A fresh id.
    #[must_use]
    pub fn fresh(ids: &dyn Ids) -> Self {
        Self(ids.ordered())
    }

    /// Takes a UUID as a flow's id.
    #[must_use]
    pub const fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id)
    }

    /// The UUID, for stores that keep it as 16 bytes.
    #[must_use]
    pub const fn as_uuid(&self) -> uuid::Uuid {
        self.0
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlowId({self})")
    }
}

impl FromStr for FlowId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        uuid::Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| IdError::new("FlowId", "it must be a UUID, 8-4-4-4-12 hex digits"))
    }
}

/// A name under which later messages find a flow: what it is about, in the words of the business.
///
/// For example `("transaction", "a1b2…")` for a transfer or `("consent", "c3d4…")` for an artefact.
/// A key belongs to at most one flow of a kind at a time: that is how two callbacks that mean the
/// same thing, each with its own `REQUEST-ID`, come to one flow. A finished flow keeps its keys
/// until it is purged, or until a new flow takes them over.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FlowKey {
    /// What sort of name it is, for example `transaction`.
    pub kind: String,
    /// The name.
    pub text: String,
}

impl FlowKey {
    /// The key `text` of the sort `kind`.
    #[must_use]
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind: kind.into(), text: text.into() }
    }
}

/// Prints the sort only: the text may be an ABHA address or a patient's number.
impl fmt::Debug for FlowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlowKey({}: …)", self.kind)
    }
}

/// To whom flows, messages and rows belong: the facility, as a rule by its HIP or HIU id.
///
/// Many facilities share one store; nothing of one is found, claimed or changed under the scope of
/// another. It leads every key and index of a store, so that a large one can be split by it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Scope(std::sync::Arc<str>);

impl Scope {
    /// The scope of this name.
    #[must_use]
    pub fn new(name: impl AsRef<str>) -> Self {
        Self(name.as_ref().into())
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Scope {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.as_str().to_owned()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({self})")
    }
}

/// The identity of a body, ours alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodyId(uuid::Uuid);

impl BodyId {
    /// A fresh id.
    #[must_use]
    pub fn fresh(ids: &dyn Ids) -> Self {
        Self(ids.ordered())
    }

    /// Takes a UUID as a body's id.
    #[must_use]
    pub const fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id)
    }

    /// The UUID, for stores that keep it as 16 bytes.
    #[must_use]
    pub const fn as_uuid(&self) -> uuid::Uuid {
        self.0
    }
}

impl fmt::Display for BodyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for BodyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyId({self})")
    }
}
