//! Whether there is anything to write.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Told by whoever changes what is kept; heard by the one who writes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    unsaved: AtomicBool,
    told: Notify,
}

impl Changes {
    /// Something has changed.
    pub(crate) fn mark(&self) {
        if !self.0.unsaved.swap(true, Ordering::SeqCst) {
            self.0.told.notify_one();
        }
    }

    /// Whether something has changed that is not written yet.
    pub(crate) fn are_unsaved(&self) -> bool {
        self.0.unsaved.load(Ordering::SeqCst)
    }

    /// Waits until something has changed.
    pub(super) async fn marked(&self) {
        while !self.are_unsaved() {
            self.0.told.notified().await;
        }
    }

    /// Everything up to now is about to be written; whether that is anything. Said before the state
    /// is looked at: what changes meanwhile is written the next time.
    pub(super) fn take(&self) -> bool {
        self.0.unsaved.swap(false, Ordering::SeqCst)
    }
}
