//! Callbacks that were answered 202 while nodes were killed: each counts once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::headers::{HIP_ID, REQUEST_ID, TIMESTAMP};
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::DeadLetterList;
use anyhow::Context as _;

use super::in_the_end::{settled, tasks};
use super::{TasksNode, Trial};
use crate::gateway::Gateway;
use crate::intake::path;
use crate::kills::{Kills, Pace};
use crate::process::Process;
use crate::report::Report;
use crate::seeded::Seeded;
use crate::task::scope;

/// How many send at once.
const SENDERS: usize = 32;
/// How often a node is killed, at the least.
const KILLS: usize = 10;
/// With more callbacks, a node is killed for each so many.
const CALLBACKS_PER_KILL: usize = 250;
/// How long a sender waits before it sends again what was not taken.
const AGAIN: Duration = Duration::from_millis(20);

/// Tries it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, count: usize, report: &mut Report) -> anyhow::Result<()> {
    println!("\nnodes are killed while callbacks come in");
    let mut chance = Seeded::new(trial.seed);
    let planned = KILLS.max(count / CALLBACKS_PER_KILL);
    // What is on its way when a kill becomes due is answered all the same. So many lie behind the
    // last point, and after every point half of the kill's share is still to be sent.
    let work = count.saturating_sub(SENDERS);
    let mut kills = Kills::planned(work, planned, work / planned / 2, &mut chance)?;
    let (gateway, place) = (Gateway::new()?, trial.places.fresh());
    let mut nodes = Vec::new();
    for number in 0..trial.nodes {
        nodes.push(TasksNode::new(trial, &place, &format!("node-{number}"), &gateway)?);
    }
    let addresses: Arc<[SocketAddr]> = nodes.iter().map(|node| node.address).collect();
    let mut running = Vec::new();
    for node in &nodes {
        running.push(node.start().await?);
    }
    let ids: Arc<[String]> = (0..count).map(|_| RandomIds.uuid().to_string()).collect();
    let began = Instant::now();
    let (sender, pace) = (Sender::new(&gateway)?, kills.pace());
    let sending = async {
        let sent = send_all(sender, &ids, &addresses, &pace).await;
        pace.end();
        sent
    };
    let killing = async {
        while kills.due().await.is_some() {
            kill_one(&nodes, &mut running, &mut chance).await?;
            kills.carried_out();
        }
        anyhow::Ok(())
    };
    let (sent, ()) = tokio::try_join!(sending, killing)?;
    let took = began.elapsed();
    let happened = kills.so_far();
    report.tell("callbacks answered 202", count);
    report.tell("first taken by each node", told(&sent.taken));
    report.tell("kills meanwhile", happened);
    report.tell("sent again because no answer came", sent.repeats);
    report.tell("in", format!("{:.1} s", took.as_secs_f64()));
    report.demand(format!("{happened} of {planned} kills carried out"), happened == planned);
    report.demand("some callback found its node dead", sent.repeats > 0);
    report.demand("every node took callbacks", sent.taken.iter().all(|taken| *taken > 0));
    let store = place.open_sealed().await?;
    let settled = settled(store.as_ref()).await?;
    let counted = tasks(store.as_ref()).await?;
    let once = ids.iter().filter(|id| counted.get(*id) == Some(&(1, 1))).count();
    report.tell("of them counted once, and their work too", once);
    report.demand("in the end nothing is pending", settled);
    report.demand(format!("{} callback(s) lost or counted twice", count - once), once == count);
    report.demand("nothing was counted that was not sent", counted.len() == count);
    let dead = store.dead_letters(&DeadLetterList::new(10)).await?;
    report.demand("nothing was set aside", dead.is_empty());
    Ok(())
}

/// What came of sending.
struct Sent {
    /// How often it was sent in vain.
    repeats: usize,
    /// How many callbacks each address has taken.
    taken: Vec<usize>,
}

/// Sends every callback until it is taken, each to another node first.
async fn send_all(
    sender: Sender,
    ids: &Arc<[String]>,
    addresses: &Arc<[SocketAddr]>,
    pace: &Pace,
) -> anyhow::Result<Sent> {
    let (sender, next) = (Arc::new(sender), Arc::new(AtomicUsize::new(0)));
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (sender, ids, next) = (Arc::clone(&sender), Arc::clone(ids), Arc::clone(&next));
        let (addresses, pace) = (Arc::clone(addresses), pace.clone());
        sending.spawn(async move {
            let mut sent = Sent { repeats: 0, taken: vec![0; addresses.len()] };
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(id) = ids.get(number) else { return sent };
                let repeats = sender.send_until_taken(id, number, &addresses).await;
                let by = (number + repeats) % addresses.len().max(1);
                if let Some(taken) = sent.taken.get_mut(by) {
                    *taken += 1;
                }
                sent.repeats += repeats;
                pace.done_one().await;
            }
        });
    }
    let mut all = Sent { repeats: 0, taken: vec![0; addresses.len()] };
    while let Some(sent) = sending.join_next().await {
        let Sent { repeats, taken } = sent?;
        all.repeats += repeats;
        all.taken.iter_mut().zip(taken).for_each(|(sum, more)| *sum += more);
    }
    Ok(all)
}

fn told(counts: &[usize]) -> String {
    counts.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

/// Kills any node, and starts it again.
async fn kill_one(
    nodes: &[TasksNode],
    running: &mut [Process],
    chance: &mut Seeded,
) -> anyhow::Result<()> {
    let which = usize::try_from(chance.between(0, nodes.len() as u64))?;
    let node = nodes.get(which).context("no such node")?;
    let process = running.get_mut(which).context("no such node")?;
    process.kill().await?;
    *process = node.start().await?;
    Ok(())
}

/// ABDM's side: it sends a callback until it is taken.
#[derive(Debug)]
pub struct Sender {
    client: reqwest::Client,
    token: String,
}

impl Sender {
    /// One with a token of this gateway.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(gateway: &Gateway) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        Ok(Self { client, token: gateway.token()? })
    }

    /// Sends a callback to one address after the other, beginning with the one whose turn it is,
    /// until one answers 202; tells how often it was sent in vain.
    pub async fn send_until_taken(&self, id: &str, turn: usize, to: &[SocketAddr]) -> usize {
        let mut tries = 0;
        loop {
            let address = to.get((turn + tries) % to.len().max(1)).copied();
            let answer = match address {
                Some(address) => self.send(id, address).await,
                None => return tries,
            };
            if answer.is_ok_and(|answer| answer.status() == reqwest::StatusCode::ACCEPTED) {
                return tries;
            }
            tries += 1;
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn send(&self, id: &str, to: SocketAddr) -> reqwest::Result<reqwest::Response> {
        self.client
            .post(format!("http://{to}{}", path()))
            .bearer_auth(&self.token)
            .header(REQUEST_ID, id)
            .header(TIMESTAMP, format_timestamp(SystemClock.now()))
            .header(HIP_ID, scope().as_str())
            .header("Content-Type", "application/json")
            .body(r#"{"notification":{"status":"GRANTED","consentId":"c-1"}}"#)
            .send()
            .await
    }
}
