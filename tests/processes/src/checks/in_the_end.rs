//! What became of tasks, when nothing happens to them any more.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use abdm_flow::store::FlowStore;
use abdm_flow::{Flow as _, Flows};
use anyhow::bail;

use crate::task::{Task, scope};

/// How long everything may take to be done.
const IN_THE_END: Duration = Duration::from_secs(120);
/// How often it is looked.
const LOOKS: Duration = Duration::from_millis(200);
/// For so long nothing must be pending: a node that works on what another has settled would come
/// to its end within it, and be counted.
const SETTLES_FOR: Duration = Duration::from_secs(2);

/// Waits until no task is pending, neither waiting nor in somebody's hands, and stays so. Tells
/// whether that came to pass.
///
/// # Errors
/// The store's.
pub(super) async fn settled(store: &dyn FlowStore) -> anyhow::Result<bool> {
    let until = Instant::now() + IN_THE_END;
    let mut settled_since = None;
    while Instant::now() < until {
        let depths = store.depths(&[Task::KIND]).await?;
        let pending: u64 = depths.iter().map(|depth| depth.messages + depth.effects).sum();
        if pending > 0 {
            settled_since = None;
        } else if settled_since.get_or_insert_with(Instant::now).elapsed() >= SETTLES_FOR {
            return Ok(true);
        }
        tokio::time::sleep(LOOKS).await;
    }
    Ok(false)
}

/// How often each callback and its work counted.
///
/// # Errors
/// The store's, and when a callback has two tasks.
pub(super) async fn tasks(store: &dyn FlowStore) -> anyhow::Result<BTreeMap<String, (u32, u32)>> {
    let scope = scope();
    let flows = Flows::<Task>::of(store, &scope);
    let (mut counted, mut after) = (BTreeMap::new(), None);
    loop {
        let page = flows.list(after, 500).await?;
        let Some(last) = page.last() else { return Ok(counted) };
        after = Some(last.id);
        for found in page {
            let Task { id, came, worked } = found.flow;
            if counted.insert(id, (came, worked)).is_some() {
                bail!("two tasks of one callback");
            }
        }
    }
}
