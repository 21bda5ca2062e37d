//! Under which `REQUEST-ID` a call leaves, and remembering it: a callback will answer to it.

use async_trait::async_trait;

use crate::StoreError;
use crate::id::RequestId;
use crate::ids::Ids;

/// Gives every try of a call its `REQUEST-ID`, and stores it before the try is sent.
#[async_trait]
pub trait Correlate: Send + Sync {
    /// The id of a try that is about to be sent: a fresh one for each (gateway.md 8), from the
    /// client's source of ids unless the flow that makes the call has one of its own.
    ///
    /// Asked right before every try, the first and each repetition: what gave the right to the
    /// call, a consent say, may have ended during the pause.
    ///
    /// # Errors
    /// When it could not be stored, or the call may no longer be made: the try is then not sent,
    /// and the call ends with [`CallError::Store`](super::CallError::Store).
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError>;

    /// Told when the call with this id has certainly begun nothing at the peer's, so that nothing
    /// of it will be heard. Of every other call without an answer nobody knows.
    fn had_no_effect(&self, _request_id: RequestId) {}
}

/// Remembers nothing: for calls whose answer is all there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uncorrelated;

#[async_trait]
impl Correlate for Uncorrelated {
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError> {
        Ok(RequestId::fresh(ids))
    }
}
