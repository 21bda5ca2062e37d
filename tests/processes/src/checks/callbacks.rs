//! Callbacks that were answered 202 while nodes were killed: each counts once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::headers::{HIP_ID, REQUEST_ID, TIMESTAMP};
use abdm_flow::Flows;
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::{DeadLetterList, FlowStore};
use anyhow::bail;

use super::{TasksNode, Trial};
use crate::gateway::Gateway;
use crate::intake::path;
use crate::process::Process;
use crate::report::Report;
use crate::seeded::Seeded;
use crate::task::{Task, scope};

/// How many send at once.
const SENDERS: usize = 32;
/// How long a sender waits before it sends again what was not taken.
const AGAIN: Duration = Duration::from_millis(20);
/// How long everything may take to be done in the end.
const IN_THE_END: Duration = Duration::from_secs(120);

/// Tries it.
///
/// # Errors
/// When it cannot be tried.
pub async fn run(trial: &Trial<'_>, count: usize, report: &mut Report) -> anyhow::Result<()> {
    println!("\nnodes are killed while callbacks come in");
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
    let sender = Arc::new(Sender::new(&gateway)?);
    let ids: Arc<[String]> = (0..count).map(|_| RandomIds.uuid().to_string()).collect();
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..SENDERS {
        let (sender, ids) = (Arc::clone(&sender), Arc::clone(&ids));
        let (next, addresses) = (Arc::clone(&next), Arc::clone(&addresses));
        sending.spawn(async move {
            let mut repeats = 0;
            while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                repeats += sender.send_until_taken(id, &addresses).await;
            }
            repeats
        });
    }
    let mut chance = Seeded::new(trial.seed);
    let (mut kills, mut repeats) = (0, 0);
    loop {
        let pause = Duration::from_millis(chance.between(100, 1_500));
        let ended = tokio::time::timeout(pause, sending.join_next()).await;
        match ended {
            Ok(None) => break,
            Ok(Some(done)) => repeats += done?,
            Err(_) => {
                kills += 1;
                kill_one(&nodes, &mut running, &mut chance).await?;
            }
        }
    }
    let took = began.elapsed();
    report.tell("callbacks answered 202", count);
    report.tell("kills meanwhile", kills);
    report.tell("sent again because no answer came", repeats);
    report.tell("in", format!("{:.1} s", took.as_secs_f64()));
    report.demand("some node was killed", kills > 0);
    let store = place.open_sealed().await?;
    let counted = in_the_end(store.as_ref(), count).await?;
    let once = ids.iter().filter(|id| counted.get(*id) == Some(&(1, 1))).count();
    report.tell("of them counted once, and their work too", once);
    report.demand(format!("{} callback(s) lost or counted twice", count - once), once == count);
    report.demand("nothing was counted that was not sent", counted.len() == count);
    let dead = store.dead_letters(&DeadLetterList::new(10)).await?;
    report.demand("nothing was set aside", dead.is_empty());
    Ok(())
}

/// Kills any node, and starts it again.
async fn kill_one(
    nodes: &[TasksNode],
    running: &mut [Process],
    chance: &mut Seeded,
) -> anyhow::Result<()> {
    let which = usize::try_from(chance.between(0, nodes.len() as u64)).unwrap_or(0);
    if let (Some(node), Some(process)) = (nodes.get(which), running.get_mut(which)) {
        process.kill().await?;
        *process = node.start().await?;
    }
    Ok(())
}

/// How often each callback and its work counted, when all of it is done.
async fn in_the_end(
    store: &dyn FlowStore,
    count: usize,
) -> anyhow::Result<BTreeMap<String, (u32, u32)>> {
    let until = Instant::now() + IN_THE_END;
    loop {
        let counted = tasks(store).await?;
        let done = counted.values().filter(|(_, worked)| *worked > 0).count();
        if done >= count || Instant::now() > until {
            return Ok(counted);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn tasks(store: &dyn FlowStore) -> anyhow::Result<BTreeMap<String, (u32, u32)>> {
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

    /// Sends a callback to one address after the other until one answers 202; tells how often it
    /// was sent in vain.
    pub async fn send_until_taken(&self, id: &str, to: &[SocketAddr]) -> usize {
        let mut tries = 0;
        loop {
            let address = to.get(tries % to.len().max(1)).copied();
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
