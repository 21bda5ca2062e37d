//! One event of a flow at a time, on this node, and its latest snapshot while it is in use.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::store::{FlowId, StoredFlow};

type Latest = Arc<AsyncMutex<Option<StoredFlow>>>;

/// The flows that this node is busy with.
///
/// Within one node the tasks of one flow take turns, so that they do not lose races against each
/// other; against other nodes the revision decides. Who comes next finds the snapshot that the one
/// before has written.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    cells: Mutex<BTreeMap<FlowId, Cell>>,
}

#[derive(Debug, Default)]
struct Cell {
    latest: Latest,
    /// How many are busy with the flow.
    visits: usize,
}

/// One task's turn at a flow. The turn ends before the visit.
pub(crate) struct Turn<'a> {
    latest: OwnedMutexGuard<Option<StoredFlow>>,
    _visit: Visit<'a>,
}

impl Cells {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<FlowId, Cell>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a flow's cell, and with it the latest snapshot, while somebody is busy with the flow.
    pub(crate) fn visit(&self, id: FlowId) -> Visit<'_> {
        let mut cells = self.lock();
        let cell = cells.entry(id).or_default();
        cell.visits += 1;
        Visit { cells: self, id, latest: Arc::clone(&cell.latest) }
    }

    /// Waits for the turn.
    pub(crate) async fn turn(&self, id: FlowId) -> Turn<'_> {
        let visit = self.visit(id);
        let latest = Arc::clone(&visit.latest).lock_owned().await;
        Turn { latest, _visit: visit }
    }
}

/// One who is busy with a flow, has the turn or waits for it, and may be dropped while waiting. The
/// cell goes with the last of them.
#[derive(Debug)]
pub(crate) struct Visit<'a> {
    cells: &'a Cells,
    id: FlowId,
    latest: Latest,
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.cells.lock().entry(self.id) {
            entry.get_mut().visits -= 1;
            if entry.get().visits == 0 {
                entry.remove();
            }
        }
    }
}

impl Turn<'_> {
    /// The latest snapshot that this node knows of.
    pub(crate) fn latest(&self) -> Option<&StoredFlow> {
        self.latest.as_ref()
    }

    pub(crate) fn set(&mut self, stored: Option<StoredFlow>) {
        *self.latest = stored;
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

    #[test]
    fn a_cell_goes_with_the_last_visit_in_whatever_order_they_end() {
        let cells = Cells::default();
        let id = FlowId::fresh(&SeededIds::new(1));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..2_000).for_each(|_| drop(cells.visit(id))));
            }
        });
        assert_eq!(cells.lock().len(), 0);
    }
}
