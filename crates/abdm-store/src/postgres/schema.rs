//! The tables, in numbered steps.

use deadpool_postgres::Client;

/// One step. A step that was released never changes.
struct Migration {
    version: i64,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration { version: 1, sql: include_str!("schema/001.sql") }];

/// The table that tells which step the others have.
const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL);";

/// The version that this program writes.
pub(super) const NEWEST: i64 = 1;

/// The number of the advisory lock that nodes take which start at once: "abdm".
const LOCK: i64 = 0x6162_646d;

/// Why the tables are not as they should be.
pub(super) enum SchemaError {
    /// A newer program has written them.
    Newer(i64),
    /// The database says no.
    Database(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for SchemaError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings the tables to the newest version. Safe when several nodes start at once.
pub(super) async fn migrate(client: &mut Client, schema: &str) -> Result<(), SchemaError> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    // The name was checked: letters, digits and `_`.
    transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}")).await?;
    transaction.batch_execute(VERSION_TABLE).await?;
    let found = transaction.query_opt("SELECT version FROM schema_version", &[]).await?;
    let found: i64 = found.map_or(0, |row| row.get(0));
    if found > NEWEST {
        return Err(SchemaError::Newer(found));
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
        transaction.batch_execute(migration.sql).await?;
    }
    transaction.execute("DELETE FROM schema_version", &[]).await?;
    transaction.execute("INSERT INTO schema_version VALUES ($1)", &[&NEWEST]).await?;
    transaction.commit().await?;
    Ok(())
}

/// Everything that is made as text, for a person to read.
pub(super) fn text() -> String {
    let steps = MIGRATIONS
        .iter()
        .map(|migration| format!("-- version {}\n{}", migration.version, migration.sql));
    let version = format!("\n-- Which version the tables have.\n{VERSION_TABLE}\n");
    steps.chain([version]).collect()
}
