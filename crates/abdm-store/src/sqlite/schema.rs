//! The tables, in numbered steps.

use rusqlite::{Connection, TransactionBehavior};

/// One step of the schema. A step that was released never changes.
struct Migration {
    version: i64,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration { version: 1, sql: include_str!("schema/001.sql") }];

/// The version that this program writes.
pub(super) const NEWEST: i64 = 1;

/// Why the schema is not as it should be.
pub(super) enum SchemaError {
    /// A newer program has written the file.
    Newer(i64),
    /// SQLite says no.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for SchemaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Brings a file to the newest version. Safe when several processes start at once.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SchemaError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > NEWEST {
        return Err(SchemaError::Newer(found));
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > found) {
        transaction.execute_batch(migration.sql)?;
        transaction.pragma_update(None, "user_version", migration.version)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The whole schema as text, for a person to read.
pub(super) fn text() -> String {
    MIGRATIONS
        .iter()
        .map(|migration| format!("-- version {}\n{}", migration.version, migration.sql))
        .collect()
}
