//! Promises that only many tasks at once can break.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::{KIND, begin, claim, effects, message, second, state, unexpected};
use crate::store::{
    Accepted, Commit, FlowStore, Outcome, Payload, StoreError, StoreErrorKind, WorkId,
};

/// How many claimers or writers there are at once.
const TASKS: i64 = 8;

/// Many claimers settle much work: each piece is claimed once, and of one flow never two effects
/// are out at the same time.
pub async fn two_claimers_never_hold_the_same_work(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    for number in 0..40 {
        store.accept(KIND, &message("E", &format!("m-{number}"))).await?;
    }
    for _ in 0..10 {
        begin(&store, effects(["1", "2", "3", "4"])).await?;
    }
    let mut claimers = JoinSet::new();
    for number in 0..TASKS {
        let store = Arc::clone(&store);
        claimers.spawn(async move {
            let holder = format!("node {number}");
            let mut mine: Vec<WorkId> = Vec::new();
            // So many empty looks in a row: the others are at the last pieces.
            let mut empty = 0;
            while empty < 200 {
                let mut leases = Vec::new();
                for claimed in store.claim_inbox(&claim(&holder, 1, 3)).await? {
                    leases.push(claimed.lease);
                }
                for claimed in store.claim_outbox(&claim(&holder, 1, 3)).await? {
                    leases.push(claimed.lease);
                }
                empty = if leases.is_empty() { empty + 1 } else { 0 };
                for lease in leases {
                    tokio::task::yield_now().await;
                    mine.push(lease.work.clone());
                    store.commit(&Commit::at(second(1)).settle(lease, Outcome::Done)).await?;
                }
                let left = store.queue_depths(KIND).await?;
                if left.inbox + left.outbox == 0 {
                    break;
                }
                tokio::task::yield_now().await;
            }
            Ok::<_, StoreError>(mine)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = claimers.join_next().await {
        all.extend(ended.map_err(|error| unexpected(error.to_string()))??);
    }
    let different: BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!(all.len(), different.len(), "something was claimed twice");
    assert_eq!(all.len(), 80);
    Ok(())
}

/// Many writers add one to a flow: each sum is written once, every loser is told.
pub async fn of_many_commits_at_once_one_wins(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    let id = begin(&store, state("0")).await?;
    let mut writers = JoinSet::new();
    for _ in 0..TASKS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let mut won = 0;
            while won < 10 {
                let read = store.load(id).await?.ok_or_else(|| unexpected("no flow"))?;
                tokio::task::yield_now().await;
                let sum: u64 =
                    read.state.decode().map_err(|error| unexpected(error.to_string()))?;
                let mut write = state("");
                write.state = Payload::from_text((sum + 1).to_string());
                match store.commit(&Commit::at(second(1)).write(id, read.revision, write)).await {
                    Ok(()) => won += 1,
                    Err(error) if error.kind == StoreErrorKind::Conflict => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.map_err(|error| unexpected(error.to_string()))??;
    }
    let read = store.load(id).await?.ok_or_else(|| unexpected("no flow"))?;
    assert_eq!(read.state.as_text(), "80");
    assert_eq!(read.revision, 81);
    Ok(())
}

/// The same message at many doors at once is new at one of them.
pub async fn the_same_message_at_once_is_taken_in_once(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    let mut doors = JoinSet::new();
    for _ in 0..TASKS {
        let store = Arc::clone(&store);
        doors.spawn(async move {
            let mut new = 0;
            for number in 0..20 {
                let accepted = store.accept(KIND, &message("E", &format!("m-{number}"))).await?;
                new += u32::from(accepted == Accepted::New);
                tokio::task::yield_now().await;
            }
            Ok::<_, StoreError>(new)
        });
    }
    let mut new = 0;
    while let Some(ended) = doors.join_next().await {
        new += ended.map_err(|error| unexpected(error.to_string()))??;
    }
    assert_eq!(new, 20);
    assert_eq!(store.claim_inbox(&claim("a", 1, 99)).await?.len(), 20);
    Ok(())
}
