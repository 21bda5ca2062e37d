//! The clinic's own tables, in numbered steps. Where the flows are kept in SQLite too, they stand in the
//! same file, so that one transaction can change both.

use abdm_store::rusqlite::{Connection, TransactionBehavior};

use crate::error::ClinicError;

/// The steps. One that was released never changes.
const STEPS: &[&str] = &[
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
];

/// Brings the tables to the newest step. Safe when several processes start at once.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), ClinicError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction
        .execute_batch("CREATE TABLE IF NOT EXISTS clinic_steps (step INTEGER PRIMARY KEY)")?;
    let done: i64 =
        transaction.query_row("SELECT count(*) FROM clinic_steps", [], |row| row.get(0))?;
    for (step, sql) in (1..).zip(STEPS).filter(|(step, _)| *step > done) {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO clinic_steps VALUES (?1)", [step])?;
    }
    Ok(transaction.commit()?)
}
