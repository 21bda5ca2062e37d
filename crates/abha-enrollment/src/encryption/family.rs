//! Which RSA key belongs to which calls.

use std::fmt::Debug;

/// The calls that share one RSA key. ABDM has two keys and chooses by the *path* of the call; a
/// value under the wrong key is refused with texts that blame the value (m1-abha.md 4).
///
/// The families are types, so a value that was encrypted for one does not fit into a request of the
/// other.
pub trait KeyFamily: Debug + Clone + Copy + PartialEq + Eq + Send + Sync + 'static {
    /// The name in logs and errors.
    const NAME: &'static str;
}

/// The key of `/v3/enrollment/*` and `/v3/profile/*`: 4096 bits on the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbhaKey;

impl KeyFamily for AbhaKey {
    const NAME: &'static str = "abha";
}

/// The key of `/v3/phr/*`, web and app alike: 2048 bits on the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhrKey;

impl KeyFamily for PhrKey {
    const NAME: &'static str = "phr";
}
