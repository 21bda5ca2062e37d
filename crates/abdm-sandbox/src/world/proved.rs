//! What a person proved on a family of ABHA addresses, for the call that follows.

use serde::{Deserialize, Serialize};

/// A proof that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Proved {
    /// A mobile number: for a new address.
    Mobile(String),
    /// An ABHA number, by the place of its owner: for a new address, or for a link.
    Number(usize),
}
