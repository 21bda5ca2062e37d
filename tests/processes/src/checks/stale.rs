//! A node that is stopped for longer than its lease, and goes on: none of its commits counts.

use std::time::Duration;

use abdm_core::clock::{Clock as _, SystemClock, later};
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    Claim, Commit, FlowId, FlowStore, FlowWrite, NewEffect, Outcome, Payload, RowList, Work,
};
use anyhow::ensure;

use super::Trial;
use crate::nodes::{TRIAL, rows_of};
use crate::place::Place;
use crate::process::Process;
use crate::report::Report;
use crate::task::scope;

const LEASE_MS: u64 = 200;
/// So many suffice to show that the check finds what it looks for.
const BROKEN_TRIES: usize = 20;

/// Tries it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, tries: usize, report: &mut Report) -> anyhow::Result<()> {
    println!("\na node is stopped for longer than its lease");
    let kept = stop_and_go_on(&trial.places.fresh(), tries, false).await?;
    report.tell("commits of a node that was stopped for longer than its lease", tries);
    report.tell("of them refused", kept.refused);
    report.tell("stale commits found from outside", kept.stale);
    report.demand(format!("no stale commit: {} of {tries}", kept.stale), kept.stale == 0);
    report.demand("every late commit is refused", kept.refused == tries);
    report.demand(
        format!("whoever took over did all of it: {} of {tries}", kept.taken_over),
        kept.taken_over == tries,
    );
    let broken = stop_and_go_on(&trial.places.fresh(), BROKEN_TRIES, true).await?;
    report.tell(
        "the same check on a node that ignores the fence finds",
        format!("{} of {BROKEN_TRIES}", broken.stale),
    );
    report.demand("the check finds a node that ignores the fence", broken.stale == BROKEN_TRIES);
    Ok(())
}

struct Found {
    refused: usize,
    stale: usize,
    taken_over: usize,
}

async fn stop_and_go_on(place: &Place, tries: usize, broken: bool) -> anyhow::Result<Found> {
    let store = place.open().await?;
    for _ in 0..tries {
        let mut write = FlowWrite::new(TRIAL, 1, Payload::from_bytes("{}"));
        write.effects.push(NewEffect::new("main", Payload::from_bytes("{}")));
        let id = FlowId::fresh(&RandomIds);
        store.commit(&Commit::at(scope(), SystemClock.now()).write(id, 0, write)).await?;
    }
    let mut arguments = vec![
        "holder".to_owned(),
        format!("--store={place}"),
        format!("--tries={tries}"),
        format!("--lease-ms={LEASE_MS}"),
    ];
    arguments.extend(broken.then(|| "--ignores-the-fence".to_owned()));
    let mut node = Process::start(&arguments)?;
    node.says("holds").await?;
    node.stop().await?;
    tokio::time::sleep(Duration::from_millis(2 * LEASE_MS)).await;
    let now = SystemClock.now();
    let claim = Claim::new(&[TRIAL], "second", now, later(now, Duration::from_secs(60)), tries);
    let mut taken = store.claim(&claim).await?.work;
    ensure!(taken.len() == tries, "{} of {tries} could be taken over", taken.len());
    // Half of it is done when the stopped node goes on, the other half is under way.
    let later_half = taken.split_off(tries / 2);
    settle(store.as_ref(), taken).await?;
    node.tell("go").await?;
    node.go_on().await?;
    let said = node.says("committed").await?;
    let refused = said.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
    settle(store.as_ref(), later_half).await?;
    let stale = left_by(store.as_ref(), "stopped").await?;
    let taken_over = left_by(store.as_ref(), "second").await?;
    Ok(Found { refused, stale, taken_over })
}

async fn settle(store: &dyn FlowStore, work: Vec<Work>) -> anyhow::Result<()> {
    for held in work {
        let rows = [rows_of("second", &held.lease)];
        let commit = Commit::at(scope(), SystemClock.now()).rows(rows);
        store.commit(&commit.settle(held.lease, Outcome::Done)).await?;
    }
    Ok(())
}

/// How many rows somebody has left behind.
async fn left_by(store: &dyn FlowStore, holder: &str) -> anyhow::Result<usize> {
    let scope = scope();
    let list = RowList::new(&scope, "kill.done", holder, 1_000_000);
    Ok(store.rows(&list).await?.len())
}
