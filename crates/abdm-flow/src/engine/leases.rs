//! The claims of this node, renewed together while their work goes on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::store::Lease;

/// The leases that are held, and who is told when one is lost.
#[derive(Debug, Default)]
pub(crate) struct Leases {
    held: Mutex<BTreeMap<Lease, Arc<Notify>>>,
}

impl Leases {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Lease, Arc<Notify>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All leases that are to be renewed.
    pub(crate) fn all(&self) -> Vec<Lease> {
        self.lock().keys().cloned().collect()
    }

    /// Somebody else has it by now.
    pub(crate) fn lost(&self, lease: &Lease) {
        if let Some(told) = self.lock().get(lease) {
            told.notify_one();
        }
    }

    /// Does a piece of work while its lease is renewed. `None` when the lease was lost: somebody
    /// else has the work, and going on would only do it twice.
    pub(crate) async fn keeping<T>(
        &self,
        lease: &Lease,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let told = Arc::new(Notify::new());
        self.lock().insert(lease.clone(), Arc::clone(&told));
        let _kept = Kept { leases: self, lease };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = told.notified() => None,
        }
    }
}

struct Kept<'a> {
    leases: &'a Leases,
    lease: &'a Lease,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        self.leases.lock().remove(self.lease);
    }
}
