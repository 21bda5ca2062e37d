//! The clinic: its database, and what it is called.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_examples::hip_program::{EventLines, Phone};
use abdm_examples::store::Database;
use abdm_store::rusqlite::Connection;
use abdm_store::rusqlite::config::DbConfig;
use chrono::{DateTime, Utc};

use crate::error::ClinicError;
use crate::schema::migrate;

/// How long another writer of the file is waited for.
const BUSY: Duration = Duration::from_secs(10);
/// How many statements stay prepared: more than the clinic has.
const STATEMENTS: usize = 64;
/// Where the tables are while the flows are in PostgreSQL.
const BESIDE_POSTGRES: &str = "clinic.db";

/// The clinic's program, but for its HIP. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Clinic {
    connection: Arc<Mutex<Connection>>,
    /// Whether the flows are in the same file.
    pub(crate) holds_flows: bool,
    pub(crate) hip_id: HipId,
    pub(crate) name: String,
    pub(crate) phone: Phone,
    pub(crate) events: EventLines,
}

impl Clinic {
    /// Opens the clinic's tables where its flows are.
    pub(crate) fn open(
        flows: &Database,
        hip_id: HipId,
        name: &str,
        events: EventLines,
    ) -> Result<Self, ClinicError> {
        let mut connection = match flows {
            Database::Sqlite(file) => Connection::open(file)?,
            Database::Postgres(_) => Connection::open(Path::new(BESIDE_POSTGRES))?,
            _ => Connection::open_in_memory()?,
        };
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // What is prepared stays so: else SQLite plans some statements anew for each key.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        migrate(&mut connection)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            holds_flows: matches!(flows, Database::Sqlite(_)),
            hip_id,
            name: name.to_owned(),
            phone: Phone::default(),
            events,
        })
    }

    /// Works on the database, on a thread that may wait.
    pub(crate) async fn on<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, ClinicError> + Send + 'static,
    ) -> Result<T, ClinicError> {
        let connection = Arc::clone(&self.connection);
        let work = move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(ClinicError::GivenUp))
    }
}

/// An instant as the tables have it.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, ClinicError> {
    Ok(DateTime::parse_from_rfc3339(text)?.to_utc())
}
