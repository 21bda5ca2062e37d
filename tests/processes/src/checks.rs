//! The checks, each with a store of its own.

pub mod callbacks;
mod in_the_end;
mod keeps;
pub mod stale;
pub mod stopped;
pub mod takeover;
mod town;
pub mod transfers;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

use crate::gateway::Gateway;
use crate::place::{Place, Places};
use crate::process::Process;

/// What the checks of one run share.
#[derive(Debug)]
pub struct Trial<'a> {
    /// Where stores are made.
    pub places: &'a Places,
    /// How many nodes there are.
    pub nodes: usize,
    /// What decides over the moments.
    pub seed: u64,
}

/// A free address of the loopback interface.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// How a node that does tasks is started, again and again.
#[derive(Debug, Clone)]
struct TasksNode {
    store: Place,
    name: String,
    address: SocketAddr,
    keys: PathBuf,
    lease_ms: u64,
    takes_ms: u64,
    tells: bool,
}

impl TasksNode {
    fn new(
        trial: &Trial<'_>,
        store: &Place,
        name: &str,
        gateway: &Gateway,
    ) -> anyhow::Result<Self> {
        let keys = trial.places.folder().join("keys.json");
        std::fs::write(&keys, gateway.key_set())?;
        let (store, name, address) = (store.clone(), name.to_owned(), free_address()?);
        Ok(Self { store, name, address, keys, lease_ms: 30_000, takes_ms: 0, tells: false })
    }

    /// Starts it, and waits until it listens.
    async fn start(&self) -> anyhow::Result<Process> {
        let mut arguments = vec![
            "tasks".to_owned(),
            format!("--store={}", self.store),
            format!("--name={}", self.name),
            format!("--listen={}", self.address),
            format!("--keys={}", self.keys.display()),
            format!("--lease-ms={}", self.lease_ms),
            format!("--takes-ms={}", self.takes_ms),
        ];
        arguments.extend(self.tells.then(|| "--tells".to_owned()));
        let mut process = Process::start(&arguments)?;
        process.says("listening").await?;
        Ok(process)
    }
}
