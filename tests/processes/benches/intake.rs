//! Durable intake of callbacks, beside a bare route that makes one durable insert for each request.
//!
//! `cargo bench -p abdm-processes --bench intake` prints requests per second of both, and exits
//! with 1 when a target is missed. 64 callers, each with a connection of its own that stays open,
//! send the same callback under fresh `REQUEST-ID`s; both sides run in this process, one at a time.
//!
//! Ours is the callback receiver with the check of the token's signature, in front of a sealed
//! store. The bare route checks nothing, seals nothing, and knows no duplicates but by its table's
//! primary key. The lines "its engine at work" have no target: there the node also begins, does and
//! ends a task for each callback meanwhile.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::headers::{HIP_ID, REQUEST_ID, TIMESTAMP};
use abdm_core::receiver::{listen, serve};
use abdm_flow::ids::{Ids as _, RandomIds};
use abdm_flow::store::FlowStore;
use abdm_flow::{EngineOptions, SealedStore};
use abdm_processes::gateway::{Gateway, verifier};
use abdm_processes::intake::{facility, path};
use abdm_processes::measure::{Rounds, Table};
use abdm_processes::place::key;
use abdm_processes::task::{Worker, scope};
use abdm_store::testing::PostgresServer;
use abdm_store::{PostgresOptions, PostgresStore, SqliteOptions, SqliteStore};
use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use deadpool_postgres::{Manager, Pool};
use rusqlite::{Connection, TransactionBehavior, params};
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

const CALLERS: usize = 64;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);
/// What a sync takes on the disk that is played.
const SLOW_SYNC: Duration = Duration::from_millis(5);
/// A consent notice as it comes; both sides get it.
const BODY_BYTES: usize = 1_024;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let gateway = Gateway::new()?;
    let folder = tempfile::tempdir()?;
    let server = PostgresServer::start().context("no PostgreSQL on this machine")?;
    let mut table = Table::new("durable intake, requests per second", "ours", "bare insert");
    let sqlite = [
        ("SQLite, the disk as it is", Duration::ZERO, false, Some(1.0)),
        ("SQLite, a sync takes 5 ms longer", SLOW_SYNC, false, Some(5.0)),
        ("SQLite, the disk as it is, its engine at work", Duration::ZERO, true, None),
    ];
    for (number, (what, slower, works, target)) in sqlite.into_iter().enumerate() {
        let file = |side: &str| folder.path().join(format!("{side}-{number}.sqlite"));
        let options = SqliteOptions::default().slower_sync(slower);
        let store = Arc::new(SqliteStore::open_with(file("ours"), &options)?);
        let node = Node::start(store, &gateway, works).await?;
        let ours = Callers::of(&gateway, node.address)?;
        let bare = Callers::of(&gateway, bare_sqlite(&file("bare"), slower).await?)?;
        let rounds = Rounds::taken(ROUNDS, || ours.call(), || bare.call()).await?;
        node.stop().await;
        table.line(what, &rounds, target);
    }
    let bare = Callers::of(&gateway, bare_postgres(server.url()).await?)?;
    let postgres = [
        ("PostgreSQL", "intake", false, Some(0.9)),
        ("PostgreSQL, its engine at work", "works", true, None),
    ];
    for (what, schema, works, target) in postgres {
        let mut options = PostgresOptions::default();
        options.schema = schema.to_owned();
        let store = Arc::new(PostgresStore::connect_with(server.url(), options).await?);
        let node = Node::start(store, &gateway, works).await?;
        let ours = Callers::of(&gateway, node.address)?;
        let rounds = Rounds::taken(ROUNDS, || ours.call(), || bare.call()).await?;
        node.stop().await;
        table.line(what, &rounds, target);
    }
    Ok(table.verdict())
}

/// A node of ours.
struct Node {
    address: SocketAddr,
    running: JoinHandle<()>,
}

impl Node {
    /// Starts one over this store.
    async fn start(
        store: Arc<dyn FlowStore>,
        gateway: &Gateway,
        works: bool,
    ) -> anyhow::Result<Self> {
        let store = Arc::new(SealedStore::new(store, key()?.into()));
        let mut options = EngineOptions::default();
        options.concurrency = CALLERS;
        let worker = Worker { takes: Duration::ZERO, tells: false };
        let (engine, router) = facility(store, worker, options, verifier(&gateway.key_set()))?;
        let listener = listen("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let running = tokio::spawn(async move {
            if works {
                tokio::join!(
                    serve(listener, router, std::future::pending()),
                    engine.run(std::future::pending())
                );
            } else {
                serve(listener, router, std::future::pending()).await;
            }
        });
        Ok(Self { address, running })
    }

    /// Stops it: it takes nothing from what is measured next.
    async fn stop(self) {
        self.running.abort();
        // It ends with the word that it was aborted.
        let _ = self.running.await;
    }
}

/// One connection behind a lock, one transaction for each request.
#[derive(Clone)]
struct BareSqlite {
    connection: Arc<Mutex<Connection>>,
    slower: Duration,
}

async fn bare_sqlite(file: &Path, slower: Duration) -> anyhow::Result<SocketAddr> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE callbacks (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
    )?;
    let connection = Arc::new(Mutex::new(connection));
    open(Router::new().route(path(), post(insert_sqlite)), BareSqlite { connection, slower }).await
}

async fn insert_sqlite(
    State(bare): State<BareSqlite>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let id = request_id(&headers);
    let inserted = tokio::task::spawn_blocking(move || {
        let mut connection = bare.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached("INSERT INTO callbacks (id, body) VALUES (?1, ?2)")?
            .execute(params![id, &*body])?;
        transaction.commit()?;
        if !bare.slower.is_zero() {
            std::thread::sleep(bare.slower);
        }
        Ok::<_, rusqlite::Error>(())
    });
    answered(matches!(inserted.await, Ok(Ok(()))))
}

/// As many connections as our store has, one statement for each request, its own transaction.
async fn bare_postgres(url: &str) -> anyhow::Result<SocketAddr> {
    let manager = Manager::new(url.parse()?, NoTls);
    let pool = Pool::builder(manager).max_size(PostgresOptions::default().connections).build()?;
    let table = "CREATE TABLE callbacks (id text PRIMARY KEY, body bytea NOT NULL)";
    pool.get().await?.batch_execute(table).await?;
    open(Router::new().route(path(), post(insert_postgres)), pool).await
}

async fn insert_postgres(State(pool): State<Pool>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let id = request_id(&headers);
    let insert = async {
        let client = pool.get().await.ok()?;
        let insert = "INSERT INTO callbacks (id, body) VALUES ($1, $2)";
        let statement = client.prepare_cached(insert).await.ok()?;
        client.execute(&statement, &[&id, &&*body]).await.ok()
    };
    answered(insert.await.is_some())
}

async fn open<S>(router: Router<S>, state: S) -> anyhow::Result<SocketAddr>
where
    S: Clone + Send + Sync + 'static,
{
    let listener = listen("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = router.with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

fn request_id(headers: &HeaderMap) -> String {
    let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    id.unwrap_or_default().to_owned()
}

const fn answered(is_durable: bool) -> StatusCode {
    if is_durable { StatusCode::ACCEPTED } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Who sends callbacks to one address.
struct Callers {
    /// One for each caller: a connection of its own.
    clients: Vec<reqwest::Client>,
    url: String,
    token: String,
    body: Bytes,
}

impl Callers {
    fn of(gateway: &Gateway, address: SocketAddr) -> anyhow::Result<Self> {
        let clients = (0..CALLERS).map(|_| reqwest::Client::builder().build());
        let notice = r#"{"notification":{"status":"GRANTED","consentId":"c-1","signature":""}}"#;
        let signature = "s".repeat(BODY_BYTES - notice.len());
        let body = notice.replace(r#"re":"""#, &format!(r#"re":"{signature}""#)).into();
        let (url, token) = (format!("http://{address}{}", path()), gateway.token()?);
        Ok(Self { clients: clients.collect::<Result<_, _>>()?, url, token, body })
    }

    /// Sends for the time of one round; how many a second were answered 202.
    async fn call(&self) -> anyhow::Result<f64> {
        let began = Instant::now();
        let mut calling = tokio::task::JoinSet::new();
        for client in &self.clients {
            let (client, url) = (client.clone(), self.url.clone());
            let (token, body) = (self.token.clone(), self.body.clone());
            calling.spawn(async move {
                let mut taken = 0_u32;
                while began.elapsed() < ROUND {
                    let request = client
                        .post(&url)
                        .bearer_auth(&token)
                        .header(REQUEST_ID, RandomIds.uuid().to_string())
                        .header(TIMESTAMP, format_timestamp(SystemClock.now()))
                        .header(HIP_ID, scope().as_str())
                        .header("Content-Type", "application/json")
                        .body(body.clone());
                    let answer = request.send().await?;
                    ensure!(answer.status() == StatusCode::ACCEPTED, "{}", answer.status());
                    taken += 1;
                }
                Ok(taken)
            });
        }
        let mut taken = 0.0;
        while let Some(count) = calling.join_next().await {
            taken += f64::from(count??);
        }
        Ok(taken / began.elapsed().as_secs_f64())
    }
}
