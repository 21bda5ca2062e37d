//! How many flows an engine drives a second, from callback to effect to end, with a million
//! finished flows in the store, beside a store that began empty.
//!
//! `cargo bench -p abdm-processes --bench throughput` prints flows per second of both, and exits
//! with 1 when a target is missed. `ABDM_FLOWS=10000` takes fewer finished flows; `-- sqlite` or
//! `-- postgres` at the end takes one database alone.
//!
//! # How a store is filled
//! One real task is driven to its end, through the sealed store. Then SQL clones what it has left
//! in every table where a finished flow leaves rows: `flows`, `flow_keys`, and the memory of its
//! callback (`seen` in SQLite, `arrivals` in PostgreSQL). Each clone has an id that begins with its
//! time, as the engine makes them (`Ids::ordered`), and random texts of the same length where the
//! original has keyed hashes.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::headers::REQUEST_ID;
use abdm_core::message::{Inbound, InboundKey};
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::FlowStore;
use abdm_flow::{Engine, EngineOptions, Flow as _, SealedStore};
use abdm_processes::measure::{Rounds, Table};
use abdm_processes::place::key;
use abdm_processes::task::{Task, Worker, scope};
use abdm_store::testing::PostgresServer;
use abdm_store::{PostgresOptions, PostgresStore, SqliteStore};
use anyhow::{Context as _, ensure};
use rusqlite::Connection;
use tokio_postgres::NoTls;

const FINISHED: u32 = 1_000_000;
const ROUNDS: usize = 7;
const FLOWS: usize = 3_000;
const AT_ONCE: usize = 64;
const LOOKS: Duration = Duration::from_millis(10);
const TARGET: f64 = 0.9;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let finished = match std::env::var("ABDM_FLOWS") {
        Ok(number) => number.parse().context("ABDM_FLOWS is no number")?,
        Err(_) => FINISHED,
    };
    let only = std::env::args().skip(1).find(|name| !name.starts_with('-'));
    ensure!(
        only.as_deref().is_none_or(|only| ["sqlite", "postgres"].contains(&only)),
        "sqlite or postgres, or neither for both"
    );
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    let (full, empty) = (format!("with {finished} finished flows"), "beginning empty");
    let mut table = Table::new("flows per second", &full, empty);
    if wanted("sqlite") {
        table.line("SQLite", &sqlite(finished).await?, Some(TARGET));
    }
    if wanted("postgres") {
        table.line("PostgreSQL", &postgres(finished).await?, Some(TARGET));
    }
    Ok(table.verdict())
}

async fn sqlite(finished: u32) -> anyhow::Result<Rounds> {
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(format!("{name}.sqlite"));
    run(sqlite_store(&file("full"))?, 1).await?;
    fill_sqlite(&file("full"), finished)?;
    measured(sqlite_store(&file("full"))?, sqlite_store(&file("empty"))?).await
}

async fn postgres(finished: u32) -> anyhow::Result<Rounds> {
    let server = PostgresServer::start().context("no PostgreSQL on this machine")?;
    run(postgres_store(server.url(), "filled").await?, 1).await?;
    fill_postgres(server.url(), "filled", finished).await?;
    let full = postgres_store(server.url(), "filled").await?;
    measured(full, postgres_store(server.url(), "empty").await?).await
}

fn sqlite_store(file: &Path) -> anyhow::Result<Arc<dyn FlowStore>> {
    Ok(Arc::new(SealedStore::new(Arc::new(SqliteStore::open(file)?), key()?.into())))
}

async fn postgres_store(url: &str, schema: &str) -> anyhow::Result<Arc<dyn FlowStore>> {
    let mut options = PostgresOptions::default();
    options.schema = schema.to_owned();
    let store = PostgresStore::connect_with(url, options).await?;
    Ok(Arc::new(SealedStore::new(Arc::new(store), key()?.into())))
}

async fn measured(full: Arc<dyn FlowStore>, empty: Arc<dyn FlowStore>) -> anyhow::Result<Rounds> {
    let full = || run(Arc::clone(&full), FLOWS);
    let empty = || run(Arc::clone(&empty), FLOWS);
    Rounds::taken(ROUNDS, full, empty).await
}

/// Drives so many flows from their callbacks to their ends; how many a second.
async fn run(store: Arc<dyn FlowStore>, flows: usize) -> anyhow::Result<f64> {
    let mut options = EngineOptions::default();
    options.concurrency = AT_ONCE;
    let clock = Arc::new(SystemClock);
    let engine = Engine::with(Arc::clone(&store), clock, Arc::new(RandomIds), options);
    let handle = engine.register(Arc::new(Worker { takes: Duration::ZERO, tells: false }))?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        engine
            .run(async move {
                let _ = stopped.await;
            })
            .await;
    });
    let began = Instant::now();
    let mut beginning = tokio::task::JoinSet::new();
    for caller in 0..AT_ONCE {
        let handle = handle.clone();
        let own = (caller..flows).step_by(AT_ONCE).count();
        beginning.spawn(async move {
            for _ in 0..own {
                let id = RandomIds.uuid().to_string();
                let key = InboundKey::new(Task::KIND, &id);
                let inbound = Inbound::new(key, "{}", SystemClock.now());
                handle.accept(&scope(), inbound.with_header(REQUEST_ID, id)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(begun) = beginning.join_next().await {
        begun??;
    }
    loop {
        let depths = store.depths(&[Task::KIND]).await?;
        let depth = depths.first().context("no depths")?;
        ensure!(depth.dead == 0, "something was set aside");
        if depth.messages + depth.effects == 0 {
            break;
        }
        tokio::time::sleep(LOOKS).await;
    }
    let took = began.elapsed();
    let _ = stop.send(());
    running.await?;
    Ok(flows as f64 / took.as_secs_f64())
}

/// Clones the one finished flow of a file.
fn fill_sqlite(file: &Path, clones: u32) -> anyhow::Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(&format!(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; PRAGMA temp_store = MEMORY;
         BEGIN;
         CREATE TEMP TABLE one_flow AS SELECT * FROM flows WHERE kind = '{kind}' AND done;
         CREATE TEMP TABLE one_key AS SELECT * FROM flow_keys WHERE kind = '{kind}';
         CREATE TEMP TABLE one_seen AS SELECT * FROM seen WHERE kind = '{kind}';
         CREATE TEMP TABLE clones (n INTEGER PRIMARY KEY, id BLOB, key TEXT, message TEXT);
         INSERT INTO clones
           WITH RECURSIVE counted(n) AS
             (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {clones})
           SELECT n, unhex(printf('%012x', created_at - n) || hex(randomblob(10))),
             hex(randomblob(100)), hex(randomblob(100))
           FROM counted, one_flow;
         INSERT INTO flows
           SELECT scope, c.id, kind, version, state, revision, wake_at, done, created_at - c.n,
             updated_at - c.n, holder, held_until, fence, attempt, due_at
           FROM one_flow, clones c ORDER BY c.id;
         INSERT INTO flow_keys
           SELECT scope, kind, sort, substr(c.key, 1, length(text)), c.id
           FROM one_key, clones c ORDER BY c.key;
         INSERT INTO seen
           SELECT scope, endpoint, substr(c.message, 1, length(one_seen.message)), kind, at - c.n
           FROM one_seen, clones c ORDER BY c.message;
         COMMIT;
         DROP TABLE temp.clones;
         PRAGMA wal_checkpoint(TRUNCATE);",
        kind = Task::KIND,
    ))?;
    for table in ["flows", "flow_keys", "seen"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: u32 = connection.query_row(&count, [], |row| row.get(0))?;
        ensure!(rows > clones, "{rows} rows in {table}");
    }
    Ok(())
}

/// Clones the one finished flow of a schema.
async fn fill_postgres(url: &str, schema: &str, clones: u32) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let random = "replace(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid() \
                  || gen_random_uuid(), '-', '')";
    let ordered = "(lpad(to_hex(created_at - n), 12, '0') \
                   || substr(replace(gen_random_uuid()::text, '-', ''), 13))::uuid";
    client
        .batch_execute(&format!(
            "SET search_path = {schema}; SET synchronous_commit = off;
             CREATE TEMP TABLE one_flow AS SELECT * FROM flows WHERE kind = '{kind}' AND done;
             CREATE TEMP TABLE one_key AS SELECT * FROM flow_keys WHERE kind = '{kind}';
             CREATE TEMP TABLE one_arrival AS SELECT * FROM arrivals WHERE kind = '{kind}';
             CREATE TEMP TABLE clones AS
               SELECT n, {ordered} AS id, {random} AS key, {random} AS message
               FROM generate_series(1, {clones}) AS n, one_flow;
             INSERT INTO flows
               SELECT scope, c.id, kind, version, state, revision, wake_at, done, created_at - c.n,
                 updated_at - c.n, holder, held_until, fence, attempt, due_at
               FROM one_flow, clones c;
             INSERT INTO flow_keys
               SELECT scope, kind, sort, substr(c.key, 1, length(text)), c.id
               FROM one_key, clones c;
             INSERT INTO arrivals
               SELECT scope, endpoint, substr(c.message, 1, length(a.message)), kind,
                 settled_at - c.n
               FROM one_arrival a, clones c;",
            kind = Task::KIND,
        ))
        .await?;
    for table in ["flows", "flow_keys", "arrivals"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = client.query_one(&count, &[]).await?.get(0);
        ensure!(rows > i64::from(clones), "{rows} rows in {table}");
        // As a database that has filled over months is; what follows measures no clean-up.
        client.batch_execute(&format!("VACUUM (ANALYZE) {table}")).await?;
    }
    Ok(client.batch_execute("CHECKPOINT").await?)
}
