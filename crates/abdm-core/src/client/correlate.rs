//! Remembering which request a callback will answer.

use async_trait::async_trait;

use crate::id::RequestId;
use crate::store::StoreError;

/// Told every `REQUEST-ID` before the call that carries it is sent.
#[async_trait]
pub trait Correlate: Send + Sync {
    /// Stores that a call with this id is about to be sent.
    ///
    /// # Errors
    /// When it could not be stored: the call is then not sent.
    async fn about_to_send(&self, request_id: RequestId) -> Result<(), StoreError>;

    /// Told when the call with this id has certainly begun nothing at the peer's, so that nothing of
    /// it will be heard. Of every other call without an answer nobody knows.
    fn had_no_effect(&self, _request_id: RequestId) {}
}

/// Remembers nothing: for calls whose answer is all there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uncorrelated;

#[async_trait]
impl Correlate for Uncorrelated {
    async fn about_to_send(&self, _: RequestId) -> Result<(), StoreError> {
        Ok(())
    }
}
