//! A node that takes callbacks in and does their tasks.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use abdm_core::receiver::{listen, serve};
use abdm_flow::EngineOptions;
use clap::Args;

use crate::gateway::verifier;
use crate::intake::facility;
use crate::place::Place;
use crate::task::Worker;

/// A node that takes callbacks in and does their tasks.
#[derive(Debug, Args)]
pub struct Tasks {
    /// Its store.
    #[arg(long)]
    store: Place,
    /// Its name, which lasts.
    #[arg(long)]
    name: String,
    /// Where it listens.
    #[arg(long)]
    listen: SocketAddr,
    /// The gateway's key set.
    #[arg(long)]
    keys: PathBuf,
    /// How long a claim lasts.
    #[arg(long, default_value_t = 30_000)]
    lease_ms: u64,
    /// How long a task takes.
    #[arg(long, default_value_t = 0)]
    takes_ms: u64,
    /// Whether it says when it begins one, and when it ends one.
    #[arg(long)]
    tells: bool,
}

impl Tasks {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut options = EngineOptions::default();
        options.node = Some(self.name);
        options.lease = Duration::from_millis(self.lease_ms);
        options.concurrency = 64;
        let worker = Worker { takes: Duration::from_millis(self.takes_ms), tells: self.tells };
        let verifier = verifier(&std::fs::read_to_string(&self.keys)?);
        let store = self.store.open_sealed().await?;
        let (engine, router) = facility(store, worker, options, verifier)?;
        let listener = listen(self.listen).await?;
        println!("listening {}", listener.local_addr()?);
        tokio::join!(
            serve(listener, router, std::future::pending()),
            engine.run(std::future::pending())
        );
        Ok(())
    }
}
