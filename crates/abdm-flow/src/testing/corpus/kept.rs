//! One file of the corpus.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::folder;
use crate::store::{FlowId, Payload, Scope, StoredFlow};
use crate::{Flow, SnapshotError, flows};

/// A snapshot, and what was stored by the commit that wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When the flow wanted to be woken.
    pub wake_at: Option<DateTime<Utc>>,
    /// Whether it had come to its end.
    pub done: bool,
    /// The snapshot.
    pub state: Value,
    /// The effects of the last step, in their order.
    pub effects: Vec<KeptEffect>,
    /// The notes of the last step.
    pub notes: Vec<KeptNote>,
}

/// A stored effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptEffect {
    /// Its lane.
    pub lane: String,
    /// What was to be done.
    pub effect: Value,
}

/// A stored note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptNote {
    /// The kind of flow that is told.
    pub kind: String,
    /// What sort of note it is.
    pub subject: String,
    /// What it says.
    pub says: Value,
}

impl KeptNote {
    /// Reads what it says.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_value(self.says.clone()).map_err(|error| error.to_string())
    }
}

impl Kept {
    /// The flow, by the only way by which snapshots are read: older versions are upgraded.
    pub(super) fn flow<F: Flow>(&self, version: u32) -> Result<F, SnapshotError> {
        let state = Payload::from_bytes(self.state.to_string());
        let id = FlowId::from_uuid(uuid::Uuid::nil());
        flows::read(&StoredFlow::new(id, Scope::new("corpus"), F::KIND, version, state, self.at))
    }

    /// The files of one version with their names, in the order of these.
    pub(super) fn all<F: Flow>(root: &str, version: u32) -> Vec<(String, Self)> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder::<F>(root, version)).into_iter().flatten().flatten() {
            let path = entry.path();
            files.push((name(&path), read(&path)));
        }
        files.sort_by(|one, other| one.0.cmp(&other.0));
        files
    }
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[expect(clippy::panic, reason = "a test that cannot read its data fails")]
fn read(path: &Path) -> Kept {
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
