//! Looking out for one callback.

use std::time::Duration;

use tokio::sync::oneshot;

use super::CallbackReceiver;
use crate::id::RequestId;

/// A look-out for one callback; made by [`CallbackReceiver::watch`].
#[derive(Debug)]
pub struct CallbackWatch<'r> {
    pub(super) receiver: &'r CallbackReceiver,
    pub(super) request_id: RequestId,
    pub(super) seen: oneshot::Receiver<&'static str>,
}

impl CallbackWatch<'_> {
    /// The name of the callback's endpoint, or `None` when none came within `patience`.
    pub async fn within(mut self, patience: Duration) -> Option<&'static str> {
        tokio::time::timeout(patience, &mut self.seen).await.ok()?.ok()
    }
}

impl Drop for CallbackWatch<'_> {
    fn drop(&mut self) {
        self.receiver.watched().remove(&self.request_id);
    }
}
