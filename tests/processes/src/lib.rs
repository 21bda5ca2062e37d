//! Nodes as real processes, for what no simulation shows: `kill -9`, `SIGSTOP`, two processes on
//! one database. [`kill_test`] starts, kills and stops them, and checks from outside what became of
//! the work; `cargo xtask kill-test` runs it.

pub mod checks;
pub mod gateway;
pub mod intake;
pub mod kills;
pub mod measure;
pub mod nodes;
pub mod place;
pub mod process;
pub mod report;
pub mod seeded;
pub mod task;

use abdm_store::testing::PostgresServer;
use anyhow::{Context as _, bail};
use clap::{Parser, ValueEnum};

use self::checks::Trial;
use self::place::Places;
use self::report::Report;

/// Kills and stops real processes, and checks what became of their work.
#[derive(Debug, Parser)]
pub struct KillTest {
    /// The store under test.
    #[arg(long, value_enum)]
    pub store: StoreKind,
    /// A PostgreSQL that is there; without it one is started from the machine's binaries.
    #[arg(long)]
    pub url: Option<String>,
    /// How many transfers of records are pushed while nodes are killed.
    #[arg(long, default_value_t = 50)]
    pub transfers: usize,
    /// How many callbacks are answered 202 while nodes are killed.
    #[arg(long, default_value_t = 10_000)]
    pub callbacks: usize,
    /// How many commits are tried with a lease that has passed to somebody else.
    #[arg(long, default_value_t = 1_000)]
    pub stale: usize,
    /// The lease in the check of take-overs, in milliseconds. The engine's default is 30 seconds.
    #[arg(long, default_value_t = 30_000)]
    pub lease_ms: u64,
    /// What decides over the moments of the kills; a random one unless given.
    #[arg(long)]
    pub seed: Option<u64>,
}

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// One file, one node that is started again.
    Sqlite,
    /// One database, two nodes.
    Postgres,
}

/// Runs all checks and prints what was counted.
///
/// # Errors
/// When a check found a violation, or could not be carried out.
pub async fn kill_test(wanted: &KillTest) -> anyhow::Result<()> {
    let seed = wanted.seed.unwrap_or_else(seeded::fresh);
    let server = match (wanted.store, &wanted.url) {
        (StoreKind::Postgres, None) => Some(
            PostgresServer::start()
                .context("no PostgreSQL on this machine: install it, or give --url")?,
        ),
        _ => None,
    };
    let url = wanted.url.clone().or_else(|| server.as_ref().map(|server| server.url().to_owned()));
    let places = Places::new(wanted.store, url)?;
    let nodes = if wanted.store == StoreKind::Sqlite { 1 } else { 2 };
    println!("{:?}, {nodes} node(s), seed {seed}", wanted.store);
    let mut report = Report::default();
    let trial = Trial { places: &places, nodes, seed };
    checks::stale::run(&trial, wanted.stale, &mut report).await?;
    checks::stopped::run(&trial, &mut report).await?;
    checks::takeover::run(&trial, wanted.lease_ms, &mut report).await?;
    checks::callbacks::run(&trial, wanted.callbacks, &mut report).await?;
    checks::transfers::run(&trial, wanted.transfers, &mut report).await?;
    report.print();
    if report.violations() > 0 {
        bail!("{} violation(s); again with --seed {seed}", report.violations());
    }
    Ok(())
}
