//! Which token goes with the calls of the registries.

use async_trait::async_trait;

use crate::secret::AccessToken;

/// What goes with a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RegistryCredential {
    /// The client's own gateway session token: it is kept and renewed by the client.
    GatewaySession,
    /// A token that the registry itself has issued.
    Own(AccessToken),
}

/// Gives the bearer token of the registries' calls.
///
/// The sources differ on it (registries.md): the portal's pages show the session token in an
/// example and say that no call is named that issues the token; older pages have calls of their own
/// for it; two live clients send the gateway session's. So it is asked here, once for each call,
/// and nowhere else; a token of the registries goes to no other host.
#[async_trait]
pub trait RegistryToken: std::fmt::Debug + Send + Sync + 'static {
    /// The token for a call that is about to leave.
    ///
    /// # Errors
    /// When there is none.
    async fn token(&self) -> Result<RegistryCredential, RegistryTokenError>;
}

/// The gateway's own session token, as two live clients send it. The default.
#[derive(Debug, Clone, Copy, Default)]
pub struct GatewaySession;

#[async_trait]
impl RegistryToken for GatewaySession {
    async fn token(&self) -> Result<RegistryCredential, RegistryTokenError> {
        Ok(RegistryCredential::GatewaySession)
    }
}

/// A token that does not change while the program runs.
#[async_trait]
impl RegistryToken for AccessToken {
    async fn token(&self) -> Result<RegistryCredential, RegistryTokenError> {
        Ok(RegistryCredential::Own(self.clone()))
    }
}

/// Why there is no token for the registries. Holds no secret.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no token for the registries: {reason}")]
#[non_exhaustive]
pub struct RegistryTokenError {
    /// Why, and what to do.
    pub reason: String,
    /// Whether there may be one later without anybody acting.
    pub is_retryable: bool,
}

crate::error::debug_in_words!(RegistryTokenError);

impl RegistryTokenError {
    /// There is none, for this reason.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), is_retryable: false }
    }

    /// The same, and there may be one later.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.is_retryable = true;
        self
    }
}
