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
    /// # Errors
    /// When it could not be stored: the call is then not sent.
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError>;

    /// Told when the call with this id has certainly begun nothing at the peer's, so that nothing
    /// of it will be heard. Of every other call without an answer nobody knows.
    fn had_no_effect(&self, _request_id: RequestId) {}

    /// Asked after the pause before each repetition: whether the call may still be made. What gave
    /// the right to it, a consent say, may have ended meanwhile. `false` ends the call with the
    /// error of its last try.
    async fn may_repeat(&self) -> bool {
        true
    }
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
