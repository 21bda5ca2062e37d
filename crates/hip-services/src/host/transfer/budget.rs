//! How much of the documents of all transfers is in memory at once.
//!
//! Two things are bounded. Documents that are being produced, whose size nobody knows before they
//! are there: so many at a time, and one that turns out to be large counts as such until it may
//! leave. Pages on their way, whose size is known: so many bytes. A page larger than all of them
//! goes alone.
//!
//! Both are handed out in the order in which they were asked for, and given back when what they
//! were for is dropped, whatever ends it. Within a transfer pages ask in their order: for reading
//! one after the other, for leaving only the first that is left. So whoever may leave waits for
//! nobody, whoever waits to leave waits for those alone, and whoever waits to read for those in
//! turn: none waits for ever.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many documents of all transfers are produced at once, unless the facility says otherwise.
pub(crate) const DEFAULT_DOCUMENTS_AT_ONCE: usize = 8;
/// How many bytes of all transfers are in flight at once, unless the facility says otherwise.
pub(crate) const DEFAULT_BYTES_IN_FLIGHT: u64 = 128 * 1024 * 1024;
/// While its page leaves, a document is there four times: itself, encrypted, and in base64 in the
/// page and in the request.
const TIMES_IN_MEMORY: u64 = 4;
/// In these bytes are counted.
const UNIT: u64 = 1024;
/// A document that is no larger does not count as one that is produced, once it is there: as many
/// of them may wait as transfers push pages at once.
const SMALL: usize = 256 * 1024;

#[derive(Debug)]
pub(crate) struct PageBudget {
    producing: Arc<Semaphore>,
    in_flight: Arc<Semaphore>,
    units: u32,
}

/// A document may be produced.
#[derive(Debug)]
pub(super) struct MayRead(Option<OwnedSemaphorePermit>);

/// A page may be on its way.
#[derive(Debug)]
pub(super) struct MayLeave(#[expect(dead_code, reason = "dropped with the page")] Permit);

/// Of a semaphore that is never closed.
type Permit = Option<OwnedSemaphorePermit>;

impl PageBudget {
    /// So many documents, so many bytes; at least one of each.
    pub(crate) fn new(documents: usize, bytes: u64) -> Self {
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize);
        let units = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        Self {
            producing: Arc::new(Semaphore::new(documents.clamp(1, most))),
            in_flight: Arc::new(Semaphore::new(units as usize)),
            units,
        }
    }

    /// Waits until one more document may be produced.
    pub(super) async fn may_read(&self) -> MayRead {
        MayRead(Arc::clone(&self.producing).acquire_owned().await.ok())
    }

    /// The same where nobody waits.
    pub(super) fn may_read_now(&self) -> Option<MayRead> {
        Arc::clone(&self.producing).try_acquire_owned().ok().map(|permit| MayRead(Some(permit)))
    }

    /// Waits until the page of a document of this size may be on its way.
    pub(super) async fn may_leave(&self, document: usize) -> MayLeave {
        MayLeave(Arc::clone(&self.in_flight).acquire_many_owned(self.units(document)).await.ok())
    }

    /// The same where nobody waits, and there is room.
    pub(super) fn may_leave_now(&self, document: usize) -> Option<MayLeave> {
        let permit = Arc::clone(&self.in_flight).try_acquire_many_owned(self.units(document));
        permit.ok().map(|permit| MayLeave(Some(permit)))
    }

    fn units(&self, document: usize) -> u32 {
        let bytes = u64::try_from(document).unwrap_or(u64::MAX).saturating_mul(TIMES_IN_MEMORY);
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX).clamp(1, self.units)
    }
}

impl MayRead {
    /// The document is there, and of this size.
    pub(super) fn is_read(&mut self, document: usize) {
        if document <= SMALL {
            self.is_over();
        }
    }

    /// It is produced, and counts elsewhere from now on.
    pub(super) fn is_over(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const KIB: usize = 1024;

    #[tokio::test]
    async fn pages_are_on_their_way_as_far_as_their_bytes_go_and_one_larger_goes_alone() {
        let budget = PageBudget::new(1, 1024 * 1024);
        let half = budget.may_leave(128 * KIB).await;
        let _other = budget.may_leave_now(128 * KIB).unwrap();
        assert!(budget.may_leave_now(1).is_none());
        drop(half);
        assert!(budget.may_leave_now(usize::MAX).is_none(), "not beside another");
        drop(_other);
        let _alone = budget.may_leave_now(usize::MAX).unwrap();
        assert!(budget.may_leave_now(1).is_none());
    }

    #[tokio::test]
    async fn a_large_page_that_waits_is_not_passed_by_small_ones() {
        let budget = PageBudget::new(1, 1024 * 1024);
        let first = budget.may_leave(128 * KIB).await;
        let mut large = Box::pin(budget.may_leave(256 * KIB));
        assert!((&mut large).now_or_never().is_none());
        assert!(budget.may_leave_now(1).is_none(), "there is room, and somebody waits for it");
        drop(first);
        assert!((&mut large).now_or_never().is_some());
        assert!(budget.may_leave_now(1).is_some());
    }

    #[tokio::test]
    async fn who_no_longer_waits_holds_nobody_up() {
        let budget = PageBudget::new(1, 1024 * 1024);
        let _first = budget.may_leave(128 * KIB).await;
        let mut large = Box::pin(budget.may_leave(256 * KIB));
        assert!((&mut large).now_or_never().is_none());
        drop(large);
        assert!(budget.may_leave_now(128 * KIB).is_some());
    }

    #[tokio::test]
    async fn a_small_document_counts_until_it_is_there_and_a_large_one_until_it_may_leave() {
        let budget = PageBudget::new(1, 1024 * 1024);
        let mut reading = budget.may_read().await;
        assert!(budget.may_read_now().is_none());
        reading.is_read(SMALL + 1);
        assert!(budget.may_read_now().is_none());
        reading.is_over();
        let mut reading = budget.may_read_now().unwrap();
        reading.is_read(SMALL);
        assert!(budget.may_read_now().is_some());
    }
}
