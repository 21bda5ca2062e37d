//! One who claims work, is stopped for longer than its lease, and commits all the same.

use std::io::BufRead as _;
use std::time::Duration;

use abdm_core::clock::{Clock as _, SystemClock, later};
use abdm_flow::store::{Claim, Commit, Lease, NewRow, Outcome, Payload, RowChange, StoreErrorKind};
use anyhow::ensure;
use clap::Args;

use crate::place::Place;
use crate::task::scope;

/// The kind of the flows of this trial.
pub const TRIAL: &str = "kill.stale";

/// One who claims work, waits, and commits.
#[derive(Debug, Args)]
pub struct Holder {
    /// Its store.
    #[arg(long)]
    store: Place,
    /// How much it claims.
    #[arg(long)]
    tries: usize,
    /// How long its claim lasts.
    #[arg(long)]
    lease_ms: u64,
    /// Breaks the rule that is under test: it commits without its lease.
    #[arg(long)]
    ignores_the_fence: bool,
}

/// What whoever carries a piece of work out leaves behind: a row of its own for each, so that two
/// of them are seen from outside, and so is each of them.
pub fn rows_of(holder: &str, lease: &Lease) -> RowChange {
    let row = NewRow::new(Payload::from_bytes("{}")).under(holder, 0);
    RowChange::put("kill.done", format!("{holder}/{:?}", lease.work), row)
}

impl Holder {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.store.open().await?;
        let now = SystemClock.now();
        let until = later(now, Duration::from_millis(self.lease_ms));
        let claim = Claim::new(&[TRIAL], "stopped", now, until, self.tries);
        let work = store.claim(&claim).await?.work;
        ensure!(work.len() == self.tries, "only {} pieces were there", work.len());
        println!("holds {}", work.len());
        // It is stopped here; what it is told, it finds when it goes on.
        let mut go = String::new();
        std::io::stdin().lock().read_line(&mut go)?;
        let (mut committed, mut refused) = (0, 0);
        for held in work {
            let rows = [rows_of("stopped", &held.lease)];
            let commit = Commit::at(scope(), SystemClock.now()).rows(rows);
            let commit = if self.ignores_the_fence {
                commit
            } else {
                commit.settle(held.lease, Outcome::Done)
            };
            match store.commit(&commit).await {
                Ok(_) => committed += 1,
                Err(error) if error.kind == StoreErrorKind::LeaseLost => refused += 1,
                Err(error) => return Err(error.into()),
            }
        }
        println!("committed {committed} refused {refused}");
        Ok(())
    }
}
