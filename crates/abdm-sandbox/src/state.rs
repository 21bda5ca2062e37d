//! The state file: what a restart must not lose.
//!
//! [`Saved`] is everything that a sandbox knows at one moment; [`StateFile`] reads and writes it, whole
//! or not at all; [`keep`] writes it whenever something has changed. What is in it says each part
//! itself: the world in `world/saved.rs`, keys in `keys.rs`, the journal in `journal.rs`.
//!
//! The form has a [`VERSION`]. A field that is added, taken away or means something else raises it: a
//! file of another version is refused, not guessed at.

pub(crate) mod bytes;
mod changes;
mod error;
mod file;
mod keeper;
pub(crate) mod secret;
mod status;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub(crate) use self::changes::Changes;
pub use self::error::StateError;
pub(crate) use self::file::StateFile;
pub(crate) use self::keeper::keep;
pub(crate) use self::status::Standing;
pub use self::status::StateStatus;
use crate::journal::SavedJournal;
use crate::keys::SavedKeys;
use crate::pending::Work;
use crate::world::SavedWorld;

/// The version of the form.
const VERSION: u64 = 1;

/// Everything that is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    /// By how much the clock was moved.
    pub(crate) moved: TimeDelta,
    pub(crate) keys: SavedKeys,
    pub(crate) world: SavedWorld,
    /// What is under way, by its number in the journal.
    pub(crate) pending: BTreeMap<u64, Work>,
    pub(crate) journal: SavedJournal,
}
