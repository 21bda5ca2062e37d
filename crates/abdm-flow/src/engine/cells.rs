//! One event of a flow at a time, on this node, and its latest snapshot while it is in use.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::store::{FlowId, StoredFlow};

type Cell = Arc<AsyncMutex<Option<StoredFlow>>>;

/// The flows that this node is busy with.
///
/// Within one node the tasks of one flow take turns, so that they do not lose races against each
/// other; against other nodes the revision decides. Who comes next finds the snapshot that the one
/// before has written.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Mutex<BTreeMap<FlowId, Cell>>,
}

/// One task's turn at a flow.
pub(crate) struct Turn<'a> {
    latest: Option<OwnedMutexGuard<Option<StoredFlow>>>,
    visit: Visit<'a>,
}

impl Cells {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<FlowId, Cell>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a flow's cell, and with it the latest snapshot, while somebody is busy with the flow.
    pub(crate) fn visit(&self, id: FlowId) -> Visit<'_> {
        let cell = Arc::clone(self.lock().entry(id).or_default());
        Visit { cells: self, id, cell }
    }

    /// Waits for the turn.
    pub(crate) async fn turn(&self, id: FlowId) -> Turn<'_> {
        let visit = self.visit(id);
        let latest = Some(Arc::clone(&visit.cell).lock_owned().await);
        Turn { latest, visit }
    }
}

/// One who is busy with a flow, has the turn or waits for it, and may be dropped while waiting. The
/// cell goes with the last of them.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    cells: &'a Cells,
    id: FlowId,
    cell: Cell,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let mut cells = self.cells.lock();
        // The map's own, and this visit's.
        if Arc::strong_count(&self.cell) <= 2 {
            cells.remove(&self.id);
        }
    }
}

impl Turn<'_> {
    /// The latest snapshot that this node knows of.
    pub(crate) fn latest(&self) -> Option<&StoredFlow> {
        self.latest.as_ref().and_then(|latest| latest.as_ref())
    }

    pub(crate) fn set(&mut self, stored: Option<StoredFlow>) {
        if let Some(latest) = &mut self.latest {
            **latest = stored;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Before the visit ends: the guard counts as a user of the cell.
        self.latest = None;
        debug_assert!(Arc::strong_count(&self.visit.cell) >= 2, "the map still holds it");
    }
}

#[cfg(test)]
mod tests {
    use abdm_base::ids::SeededIds;

    use super::*;

    #[tokio::test]
    async fn a_cell_lives_as_long_as_somebody_uses_it() {
        let cells = Cells::default();
        let id = FlowId::fresh(&SeededIds::new(1));
        let first = cells.turn(id).await;
        {
            let waiting = cells.turn(id);
            tokio::pin!(waiting);
            let given_up = tokio::time::timeout(std::time::Duration::ZERO, &mut waiting).await;
            assert!(given_up.is_err(), "it is the first one's turn");
        }
        assert_eq!(cells.lock().len(), 1);
        drop(first);
        assert_eq!(cells.lock().len(), 0);
        drop(cells.turn(id).await);
        assert_eq!(cells.lock().len(), 0);
    }
}
