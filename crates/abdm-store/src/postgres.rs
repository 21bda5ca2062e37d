//! A store in PostgreSQL, for many nodes.

mod claim;
mod codec;
mod commit;
mod doors;
mod gathering;
mod intake;
mod kept;
mod read;
mod schema;
mod upkeep;

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use abdm_flow::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, Purge, Purged, QueueDepths,
    Row, RowList, Scope, StoreError, StoreErrorKind, StoredFlow, WorkId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use rustls::ClientConfig;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use self::doors::Listening;
pub use self::doors::PostgresListener;
use self::gathering::Gathering;
use self::schema::SchemaError;

/// A durable store in PostgreSQL.
///
/// What a call returned is durable (`synchronous_commit=on`, set at connect). Any number of nodes
/// share it. Each call runs in a task of its own, so that it ends by itself whoever still waits;
/// messages that come at once are taken in together.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
    schema: Arc<str>,
    listening: Listening,
    gathering: Arc<Gathering>,
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("pool", &self.pool.status()).finish()
    }
}

/// How a database is used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// The most connections of this node. Default 8.
    pub connections: usize,
    /// The schema in which the tables stand; it is made if need be. Default `abdm`.
    pub schema: String,
    /// How TLS is spoken. Without it a URL that wants TLS is refused.
    pub tls: Option<Arc<ClientConfig>>,
    /// The longest that a call waits for a connection, and that a statement takes. Default 10
    /// seconds.
    pub patience: Duration,
    listening: Listening,
}

impl PostgresOptions {
    /// Lets a listener change tables of its own in the same database with each commit.
    #[must_use]
    pub fn listener(mut self, listener: impl PostgresListener) -> Self {
        self.listening = Listening(Some(Arc::new(listener)));
        self
    }
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            schema: "abdm".to_owned(),
            tls: None,
            patience: Duration::from_secs(10),
            listening: Listening::default(),
        }
    }
}

/// Why a database cannot be used as a store. Names neither password nor host.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The text is no address of a PostgreSQL.
    #[error("not an address of a PostgreSQL: write postgres://user:password@host:5432/database")]
    Url,
    /// The schema's name is not one.
    #[error("a schema's name has 1 to 40 lower-case letters, digits and `_`, a letter first")]
    SchemaName,
    /// The address wants TLS.
    #[error("the address wants TLS (sslmode), and no TLS configuration was given")]
    Tls,
    /// A newer release has written the tables.
    #[error(
        "the tables have the version {found}, this program knows up to {known}: use the newer \
         program, or a backup from before"
    )]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The database cannot be reached, or says no.
    #[error("the database cannot be used as a store: {0}")]
    Store(#[from] StoreError),
}

abdm_base::debug_in_words!(ConnectError);

impl PostgresStore {
    /// Connects, with the default options, and brings the tables to the newest version.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::connect_with(url, PostgresOptions::default()).await
    }

    /// Connects, and brings the tables to the newest version.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect_with(url: &str, options: PostgresOptions) -> Result<Self, ConnectError> {
        let mut config = Config::from_str(url).map_err(|_| ConnectError::Url)?;
        if !is_schema_name(&options.schema) {
            return Err(ConnectError::SchemaName);
        }
        let patience = options.patience.as_millis();
        // Every statement but a count has its index. One that was planned while a queue was empty
        // would read the whole table, and go on doing so when the table has grown. The high cost
        // that a count is given by this must not start the JIT compiler.
        let settings = format!(
            "-c search_path={} -c synchronous_commit=on -c enable_seqscan=off -c jit=off \
             -c statement_timeout={patience} -c lock_timeout={patience} \
             -c idle_in_transaction_session_timeout={patience}",
            options.schema
        );
        config.options(settings);
        config.connect_timeout(options.patience);
        config.application_name("abdm-store");
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &options.tls {
            Some(tls) => {
                let tls = MakeRustlsConnect::new(ClientConfig::clone(tls));
                Manager::from_config(config, tls, manager)
            }
            None if config.get_ssl_mode() == SslMode::Require => return Err(ConnectError::Tls),
            None => Manager::from_config(config, NoTls, manager),
        };
        let pool = Pool::builder(manager)
            .max_size(options.connections.max(2))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(options.patience))
            .create_timeout(Some(options.patience))
            .build()
            .map_err(|error| {
                ConnectError::Store(StoreError::with_source(StoreErrorKind::Unavailable, error))
            })?;
        let schema: Arc<str> = options.schema.as_str().into();
        let listening = options.listening;
        let gathering = Arc::default();
        let store = Self { pool, schema: Arc::clone(&schema), listening, gathering };
        let migrated = store
            .call(move |mut client| async move { Ok(schema::migrate(&mut client, &schema).await) })
            .await?;
        match migrated {
            Ok(()) => Ok(store),
            Err(SchemaError::Newer(found)) => {
                Err(ConnectError::NewerSchema { found, known: schema::NEWEST })
            }
            Err(SchemaError::Database(error)) => Err(database(error).into()),
        }
    }

    /// The tables, for a person to read.
    #[must_use]
    pub fn schema() -> String {
        schema::text()
    }

    /// Runs a call in a task of its own: once begun it ends by itself.
    async fn call<T, F>(
        &self,
        work: impl FnOnce(Object) -> F + Send + 'static,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send,
    {
        let pool = self.pool.clone();
        let call = tokio::spawn(async move {
            let client = pool
                .get()
                .await
                .map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?;
            work(client).await
        });
        call.await.map_err(|error| StoreError::with_source(StoreErrorKind::Unavailable, error))?
    }
}

fn is_schema_name(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// An error of the database. Its text may quote values, so that only its code is kept.
fn database(error: tokio_postgres::Error) -> StoreError {
    let kind = match error.code() {
        Some(state) if *state == SqlState::DATA_CORRUPTED => StoreErrorKind::Corrupt,
        // Two nodes have done the same at the same moment: look again.
        Some(state) if *state == SqlState::UNIQUE_VIOLATION => StoreErrorKind::Conflict,
        // A value or a size that the database can never take: trying again would not help.
        Some(state) if state.code().starts_with("22") || state.code().starts_with("54") => {
            StoreErrorKind::Corrupt
        }
        _ => StoreErrorKind::Unavailable,
    };
    let told = match error.code() {
        Some(state) => format!("PostgreSQL says {}", state.code()),
        None if error.is_closed() => "the connection to PostgreSQL is closed".to_owned(),
        None => "PostgreSQL does not answer".to_owned(),
    };
    StoreError::with_source(kind, told)
}

#[async_trait]
impl FlowStore for PostgresStore {
    async fn load(&self, scope: &Scope, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        let scope = scope.clone();
        self.call(move |client| async move { read::flow(&client, &scope, id).await }).await
    }

    async fn find(
        &self,
        scope: &Scope,
        kind: &str,
        key: &FlowKey,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let (scope, kind, key) = (scope.clone(), kind.to_owned(), key.clone());
        self.call(
            move |client| async move { read::flow_by_key(&client, &scope, &kind, &key).await },
        )
        .await
    }

    async fn find_request(
        &self,
        scope: &Scope,
        request: RequestId,
    ) -> Result<Option<StoredFlow>, StoreError> {
        let scope = scope.clone();
        self.call(
            move |client| async move { read::flow_by_request(&client, &scope, request).await },
        )
        .await
    }

    async fn flows(&self, list: &FlowList<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        let (scope, kind) = (list.scope.clone(), list.kind.to_owned());
        let (after, limit) = (list.after, list.limit);
        self.call(
            move |client| async move { read::flows(&client, &scope, &kind, after, limit).await },
        )
        .await
    }

    async fn row(&self, scope: &Scope, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        let (scope, table, key) = (scope.clone(), table.to_owned(), key.to_owned());
        self.call(move |client| async move { read::row(&client, &scope, &table, &key).await }).await
    }

    async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        let page = read::RowPage::of(list);
        self.call(move |client| async move { page.read(&client).await }).await
    }

    async fn body(&self, scope: &Scope, id: BodyId) -> Result<Option<Bytes>, StoreError> {
        let scope = scope.clone();
        self.call(move |client| async move { read::body(&client, &scope, id).await }).await
    }

    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        self.gathering.accept(&self.pool, arrival.clone()).await
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        let wanted = claim::Wanted::of(claim);
        self.call(move |mut client| async move { claim::claim(&mut client, &wanted).await }).await
    }

    async fn renew(
        &self,
        leases: &[Lease],
        until: DateTime<Utc>,
    ) -> Result<Vec<Lease>, StoreError> {
        let mut leases = leases.to_vec();
        // In one order, so that two who hold some of the same do not wait for each other.
        leases.sort();
        self.call(move |mut client| async move {
            let transaction = client.transaction().await.map_err(database)?;
            let lost = claim::renew(&transaction, leases, until).await?;
            transaction.commit().await.map_err(database)?;
            Ok(lost)
        })
        .await
    }

    async fn release(&self, kinds: &[&'static str], holder: &str) -> Result<(), StoreError> {
        let (kinds, holder) = (kinds.to_vec(), holder.to_owned());
        self.call(move |mut client| async move {
            let transaction = client.transaction().await.map_err(database)?;
            claim::release(&transaction, &kinds, &holder).await?;
            transaction.commit().await.map_err(database)
        })
        .await
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let (commit, listening) = (commit.clone(), self.listening.clone());
        self.call(move |mut client| async move {
            commit::commit(&mut client, &commit, &listening).await
        })
        .await
    }

    async fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError> {
        let page = kept::Page::of(list);
        self.call(move |client| async move { page.read(&client).await }).await
    }

    async fn replace_kept(&self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError> {
        let old = old.clone();
        self.call(move |client| async move { kept::replace(&client, &old, &new).await }).await
    }

    fn has_listener(&self) -> bool {
        self.listening.0.is_some()
    }

    async fn remember_request(
        &self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        self.call(move |mut client| async move {
            commit::remember(&mut client, &scope, request, flow).await
        })
        .await
    }

    async fn dead_letters(&self, list: &DeadLetterList<'_>) -> Result<Vec<DeadLetter>, StoreError> {
        let wanted = upkeep::Letters::of(list);
        self.call(move |client| async move { wanted.read(&client).await }).await
    }

    async fn replay(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let scope = scope.clone();
        self.call(
            move |mut client| async move { upkeep::replay(&mut client, &scope, work, now).await },
        )
        .await
    }

    async fn discard(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let scope = scope.clone();
        self.call(
            move |mut client| async move { upkeep::discard(&mut client, &scope, work, now).await },
        )
        .await
    }

    async fn depths(&self, kinds: &[&'static str]) -> Result<Vec<QueueDepths>, StoreError> {
        let kinds = kinds.to_vec();
        self.call(move |client| async move { upkeep::depths(&client, &kinds).await }).await
    }

    async fn purge(&self, purge: &Purge<'_>) -> Result<Purged, StoreError> {
        let wanted = upkeep::Forget::of(purge);
        self.call(move |mut client| async move { upkeep::purge(&mut client, &wanted).await }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_be_an_address_is_refused_by_its_rule() {
        let url = PostgresStore::connect("mysql://x").await.unwrap_err();
        assert!(matches!(url, ConnectError::Url), "{url}");
        let options =
            PostgresOptions { schema: "abdm; DROP".to_owned(), ..PostgresOptions::default() };
        let name = PostgresStore::connect_with("postgres://localhost/x", options).await;
        assert!(matches!(name, Err(ConnectError::SchemaName)));
        let tls = PostgresStore::connect("postgres://localhost/x?sslmode=require").await;
        assert!(matches!(tls, Err(ConnectError::Tls)));
    }
}
