//! A running node that is stopped over its work for longer than its lease, while another node takes
//! over, and that then goes on with what it had in hand.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::{Commit, DeadLetterList, FlowStore, NewRow, Payload, RowChange};
use anyhow::bail;

use super::in_the_end::{settled, tasks};
use super::takeover::{begun, send};
use super::{TasksNode, Trial};
use crate::checks::callbacks::Sender;
use crate::gateway::Gateway;
use crate::process::Process;
use crate::report::Report;
use crate::task::scope;

const LEASE_MS: u64 = 1_500;
/// So long a task is in hand: longer than it takes to begin all of them, and to stop the node.
const TAKES_MS: u64 = 3_000;
/// How often the node is stopped anew, if it stood still in the midst of a write to the file, where
/// it holds up everybody (docs/durability.md).
const STOPS: usize = 5;
/// How a node says that it ends a task.
const ENDS: &str = "ends ";
/// Within it a node that goes on has said what it ends.
const LATE: Duration = Duration::from_secs(2);

/// Tries it twice: the other node has done the work when the first goes on, or is at it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, report: &mut Report) -> anyhow::Result<()> {
    println!("\na running node is stopped over its work, and another takes over");
    for (when, takes_ms) in [("has done it", 0), ("is at it", 2 * TAKES_MS)] {
        let found = stop_and_take_over(trial, takes_ms).await?;
        let Found { in_hand, ended, once, settled, dead } = found;
        report.tell(format!("tasks in the hands of a stopped engine; another {when}"), in_hand);
        report.tell("of them ended by the stopped one, too late", ended);
        report.tell("of all tasks counted once", once.0);
        report.demand("the stopped engine had work in hand", in_hand > 0);
        report.demand("the stopped engine ended some of it, too late", ended > 0);
        report.demand(format!("{} of {} tasks counted once", once.0, once.1), once.0 == once.1);
        report.demand("in the end nothing is pending", settled);
        report.demand("nothing was set aside", dead == 0);
    }
    Ok(())
}

struct Found {
    in_hand: usize,
    ended: usize,
    once: (usize, usize),
    settled: bool,
    dead: usize,
}

async fn stop_and_take_over(trial: &Trial<'_>, second_takes_ms: u64) -> anyhow::Result<Found> {
    let (gateway, place) = (Gateway::new()?, trial.places.fresh());
    let mut first = TasksNode::new(trial, &place, "first", &gateway)?;
    (first.lease_ms, first.takes_ms, first.tells) = (LEASE_MS, TAKES_MS, true);
    let mut second = TasksNode::new(trial, &place, "second", &gateway)?;
    (second.lease_ms, second.takes_ms, second.tells) = (LEASE_MS, second_takes_ms, true);
    let sender = Sender::new(&gateway)?;
    let store = place.open_sealed().await?;

    let mut stopped = first.start().await?;
    let mut sent = BTreeSet::new();
    let mut stops = 0;
    let stopped_at = loop {
        let fresh = send(&sender, &first).await?;
        begun(&mut stopped, &fresh).await?;
        sent.extend(fresh);
        stopped.stop().await?;
        let stopped_at = Instant::now();
        if can_be_written(store.as_ref()).await {
            break stopped_at;
        }
        stopped.go_on().await?;
        settled(store.as_ref()).await?;
        stops += 1;
        if stops == STOPS {
            bail!("the node was stopped {STOPS} times in the midst of a write");
        }
    };
    let counted = tasks(store.as_ref()).await?;
    let is_in_hand = |id: &&String| counted.get(*id).is_none_or(|(_, worked)| *worked == 0);
    let in_hand: BTreeSet<String> = sent.iter().filter(is_in_hand).cloned().collect();

    let mut other = second.start().await?;
    begun(&mut other, &in_hand).await?;
    if second_takes_ms == 0 {
        settled(store.as_ref()).await?;
    }
    // When it goes on, its work is over, and all that is left is to say so.
    let over = Duration::from_millis(TAKES_MS);
    tokio::time::sleep(over.saturating_sub(stopped_at.elapsed())).await;
    // What it said before it was stopped was not too late.
    let said = stopped.unread().await?;
    let was_ended = |id: &&String| said.iter().any(|line| line.strip_prefix(ENDS) == Some(*id));
    let not_ended = in_hand.iter().filter(|id| !was_ended(id)).cloned().collect();
    stopped.go_on().await?;
    let ended = ended(&mut stopped, &not_ended).await;
    let settled = settled(store.as_ref()).await?;

    let counted = tasks(store.as_ref()).await?;
    let once = sent.iter().filter(|id| counted.get(*id) == Some(&(1, 1))).count();
    let dead = store.dead_letters(&DeadLetterList::new(100)).await?.len();
    stopped.kill().await?;
    other.kill().await?;
    Ok(Found { in_hand: in_hand.len(), ended, once: (once, sent.len()), settled, dead })
}

/// Whether a stopped node does not hold the store up.
async fn can_be_written(store: &dyn FlowStore) -> bool {
    let row = NewRow::new(Payload::from_bytes("{}"));
    let row = RowChange::put("kill.probe", RandomIds.uuid().to_string(), row);
    store.commit(&Commit::at(scope(), SystemClock.now()).rows([row])).await.is_ok()
}

/// How many of these tasks a node ends, as far as it says so soon.
async fn ended(node: &mut Process, tasks: &BTreeSet<String>) -> usize {
    let mut left = tasks.clone();
    while !left.is_empty() {
        match tokio::time::timeout(LATE, node.says(ENDS)).await {
            Ok(Ok(id)) => left.remove(&id),
            _ => break,
        };
    }
    tasks.len() - left.len()
}
