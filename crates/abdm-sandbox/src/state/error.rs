//! What can be wrong with a state file.

use std::io;
use std::path::PathBuf;

/// Why a state file cannot be used. None of these texts has anything of its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Another sandbox uses it.
    #[error(
        "the state file {} is in use by another sandbox: end that one, or give this one a file of its \
         own",
        file.display()
    )]
    InUse {
        /// Which.
        file: PathBuf,
    },
    /// The lock beside it cannot be made.
    #[error(
        "the state file {} cannot be locked: its folder must be there and writable, and the file \
         system must have locks",
        file.display()
    )]
    Lock {
        /// Which.
        file: PathBuf,
        /// The system's account.
        #[source]
        source: io::Error,
    },
    /// It is there and cannot be read.
    #[error("the state file {} cannot be read", file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// The system's account.
        #[source]
        source: io::Error,
    },
    /// It is no state file, or not a whole one.
    #[error(
        "the state file {} is damaged, or is none ({place}): put a good copy in its place, or move it \
         away to begin anew. It was left as it is",
        file.display()
    )]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where in it, without its content.
        place: String,
    },
    /// Another version of the sandbox wrote it.
    #[error(
        "the state file {} has the form {found}, written by abdm-sandbox {program}; this one is {own} \
         and reads the form {known}: start the one that wrote it, or move the file away to begin \
         anew. It was left as it is",
        file.display(),
        own = env!("CARGO_PKG_VERSION")
    )]
    OtherVersion {
        /// Which.
        file: PathBuf,
        /// The version of its form.
        found: u64,
        /// The version that this program reads.
        known: u64,
        /// The version of the program that wrote it.
        program: String,
    },
    /// It could not be written. What was there before is there still.
    #[error("the state file {} cannot be written", file.display())]
    Write {
        /// Which.
        file: PathBuf,
        /// The system's account.
        #[source]
        source: io::Error,
    },
}

impl StateError {
    /// The text with its causes.
    pub(super) fn told(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            text.push_str(": ");
            text.push_str(&inner.to_string());
            cause = inner.source();
        }
        text
    }
}
