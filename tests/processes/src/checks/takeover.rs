//! How soon the work of a dead node goes on: by another node, and by itself under its name.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use abdm_flow::ids::{Ids as _, RandomIds};

use super::{TasksNode, Trial};
use crate::checks::callbacks::Sender;
use crate::gateway::Gateway;
use crate::process::Process;
use crate::report::Report;

/// How much the dead node had under way.
const UNDER_WAY: usize = 20;
/// How often an idle node looks.
const POLL: Duration = Duration::from_millis(1250);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(2);

/// Tries both.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, lease_ms: u64, report: &mut Report) -> anyhow::Result<()> {
    println!("\na node dies over its work");
    let (lease, gateway) = (Duration::from_millis(lease_ms), Gateway::new()?);
    let store = trial.places.fresh();
    let mut first = TasksNode::new(trial, &store, "first", &gateway)?;
    (first.lease_ms, first.takes_ms, first.tells) = (lease_ms, 600_000, true);
    let mut second = TasksNode::new(trial, &store, "second", &gateway)?;
    (second.lease_ms, second.tells) = (lease_ms, true);
    let sender = Sender::new(&gateway)?;

    let mut dying = first.start().await?;
    let sent = send(&sender, &first).await?;
    begun(&mut dying, &sent).await?;
    // Only now: it might have begun some of it before.
    let mut other = second.start().await?;
    dying.kill().await?;
    let died = Instant::now();
    begun(&mut other, &sent).await?;
    let took = died.elapsed();
    other.kill().await?;
    let limit = lease + POLL;
    let told =
        format!("{:.2} s (lease {:.2} s + poll {:.2} s)", secs(took), secs(lease), secs(POLL));
    report.tell(format!("{UNDER_WAY} tasks of a dead node are taken over within"), told);
    report.demand("taken over within lease and poll", took <= limit + SLACK);
    report.demand("not before the lease is over", took >= lease.mul_f64(0.5));

    let sent = {
        let mut dying = first.start().await?;
        let sent = send(&sender, &first).await?;
        begun(&mut dying, &sent).await?;
        dying.kill().await?;
        sent
    };
    first.takes_ms = 0;
    let mut again = first.start().await?;
    let back = Instant::now();
    begun(&mut again, &sent).await?;
    let took = back.elapsed();
    report.tell(
        format!("{UNDER_WAY} tasks go on when their node returns under its name, after"),
        format!("{:.3} s", secs(took)),
    );
    report.demand("a node that returns goes on at once", took < SLACK.min(lease / 2));
    again.kill().await
}

/// Sends a node as many tasks as it has under way when it dies or is stopped.
pub(super) async fn send(sender: &Sender, to: &TasksNode) -> anyhow::Result<BTreeSet<String>> {
    let mut sent = BTreeSet::new();
    for _ in 0..UNDER_WAY {
        let id = RandomIds.uuid().to_string();
        sender.send_until_taken(&id, 0, &[to.address]).await;
        sent.insert(id);
    }
    Ok(sent)
}

/// Waits until a node has begun each of these.
pub(super) async fn begun(node: &mut Process, tasks: &BTreeSet<String>) -> anyhow::Result<()> {
    let mut left = tasks.clone();
    while !left.is_empty() {
        let line = node.says("begins").await?;
        left.remove(line.split(' ').next().unwrap_or_default());
    }
    Ok(())
}

fn secs(span: Duration) -> f64 {
    span.as_secs_f64()
}
