//! An encrypted field.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::family::KeyFamily;

/// A field under the RSA key of family `K`, in base64 as it stands on the wire.
///
/// Clients get one from
/// [[`PublicKey::encrypt`](super::PublicKey::encrypt)](super::PublicKey::encrypt) only; servers
/// read one from a request, in whatever state it came.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Encrypted<K: KeyFamily> {
    text: String,
    #[serde(skip)]
    family: PhantomData<K>,
}

impl<K: KeyFamily> Encrypted<K> {
    pub(super) const fn from_base64(text: String) -> Self {
        Self { text, family: PhantomData }
    }

    /// The base64 text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<K: KeyFamily> fmt::Debug for Encrypted<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encrypted<{}>({} characters)", K::NAME, self.text.len())
    }
}
