//! Flows at rest.

use abdm_core::seal::{Sealed, SealingKeyRing};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, Problem};

/// The version of snapshots that this release writes.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Snapshot<S> {
    version: u32,
    /// Which kind of flow, so that one is not opened as another.
    kind: String,
    state: S,
}

/// Seals a flow's state. All of it is sealed: it holds tokens and the person's data.
pub(super) fn seal<S: Serialize>(
    kind: &str,
    state: &S,
    keys: &SealingKeyRing,
    context: &str,
) -> Result<Sealed, Error> {
    let snapshot = Snapshot { version: VERSION, kind: kind.to_owned(), state };
    let text = serde_json::to_vec(&snapshot).map_err(|_| Error::new(Problem::ProgramFault))?;
    Ok(keys.seal(&Zeroizing::new(text), &bound(kind, context))?)
}

/// Opens it again.
pub(super) fn open<S: DeserializeOwned>(
    kind: &str,
    sealed: &Sealed,
    keys: &SealingKeyRing,
    context: &str,
) -> Result<S, Error> {
    let text = keys.open(sealed, &bound(kind, context))?;
    let snapshot: Snapshot<S> =
        serde_json::from_slice(&text).map_err(|_| Error::new(Problem::SavedFlowUnreadable))?;
    if snapshot.version == VERSION && snapshot.kind == kind {
        Ok(snapshot.state)
    } else {
        Err(Error::new(Problem::SavedFlowUnreadable))
    }
}

fn bound(kind: &str, context: &str) -> String {
    format!("abha-enrollment/{kind}/{context}")
}
