//! A kept corpus of what was stored: the snapshots of every version of a kind of flow, with the
//! effects and notes that were stored beside them.
//!
//! One file is one snapshot: `tests/corpus/<kind>/v<version>/<name>.json` of the flow's crate. The
//! tests that [`flow_corpus_tests!`](crate::flow_corpus_tests) makes read every file, of whatever
//! version, and drive it on to an end, and fail where a version or a variant has none.
//!
//! # To add files
//! Whoever raises [`Flow::VERSION`], or adds a stage or an effect, extends
//! [`InCorpus::walks`] and runs the ignored test of the crate once:
//! `cargo test -p CRATE --all-features --lib write_the_corpus -- --ignored`. It writes what is
//! missing of the present version. What is there is what a release has stored somewhere, and is
//! never written again.

mod kept;
mod tests_of;
mod variants;
mod walk;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

pub use self::kept::{Kept, KeptEffect, KeptNote};
pub use self::tests_of::{drive_on, is_complete, write};
pub use self::variants::{variant_of, variants_of};
pub use self::walk::Walk;
use crate::Flow;

/// A kind of flow whose stored states are kept.
pub trait InCorpus: Flow {
    /// Every variant that a file must show: of the states and what is stored within them, of the
    /// notes, and of what is within an effect (`effect/Announce/…`). See [`variants_of`]. Those of
    /// the effects themselves are looked for beside.
    fn stages() -> Vec<String>;

    /// Which of them this state shows.
    fn shows(&self) -> Vec<String>;

    /// Ways through the flow that come by all of them.
    fn walks() -> Vec<Walk<Self>>;

    /// What comes of an effect when all goes well.
    fn answers(&self, effect: Self::Effect, now: DateTime<Utc>) -> Vec<Self::Event>;

    /// What it waits for, without an effect under way, when all goes well.
    fn awaited(&self, now: DateTime<Utc>) -> Option<Self::Event> {
        let _ = now;
        None
    }

    /// Whether it may stay as it is for ever without having come to an end.
    fn rests(&self) -> bool {
        false
    }

    /// Reads a note as its addressee does, and tells its variant.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read_note(note: &KeptNote) -> Result<String, String> {
        Err(format!("no note to {} was expected", note.kind))
    }
}

/// Where the files of a crate are kept: `root` is the crate's `CARGO_MANIFEST_DIR`.
fn folder<F: Flow>(root: &str, version: u32) -> PathBuf {
    Path::new(root).join("tests/corpus").join(F::KIND).join(format!("v{version}"))
}

/// The tests of the corpus of some kinds of flow, each in a module of its own.
///
/// ```ignore
/// abdm_flow::flow_corpus_tests! { links: crate::flow::LinkFlow }
/// ```
#[macro_export]
macro_rules! flow_corpus_tests {
    ($($name:ident: $flow:ty),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn every_kept_state_is_read_and_driven_on_to_an_end() {
                $crate::testing::corpus::drive_on::<$flow>(env!("CARGO_MANIFEST_DIR"));
            }

            #[test]
            fn every_version_and_every_variant_has_a_file() {
                $crate::testing::corpus::is_complete::<$flow>(env!("CARGO_MANIFEST_DIR"));
            }

            #[test]
            #[ignore = "writes what is missing of the present version, see abdm_flow::testing::corpus"]
            fn write_the_corpus() {
                $crate::testing::corpus::write::<$flow>(env!("CARGO_MANIFEST_DIR"));
            }
        }
    )+};
}
