//! The queue: who waits at which counter, and who is called.

use abdm_core::clock::format_timestamp;
use abdm_examples::hip_program::india::day_began;
use abdm_store::rusqlite::{Connection, OptionalExtension as _, params};
use chrono::{DateTime, Utc};

use crate::error::ClinicError;

/// Who was called last at a counter, of those who came today. Token numbers begin anew each day: that of
/// another day says nothing (rulings.md 34).
pub(crate) const SERVING: &str = "SELECT number FROM queue
     WHERE counter = ?1 AND came_at >= ?2 AND called_at IS NOT NULL
     ORDER BY called_at DESC, came_at DESC LIMIT 1";
/// Calls who has waited longest at a counter, of those who came today.
pub(crate) const CALL_NEXT: &str = "UPDATE queue SET called_at = ?3 WHERE share = (
         SELECT share FROM queue WHERE counter = ?1 AND came_at >= ?2 AND called_at IS NULL
         ORDER BY came_at, share LIMIT 1)
     RETURNING number";

/// The token number that is being served at a counter, if anybody was called today.
pub(crate) fn serving(
    connection: &Connection,
    counter: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, ClinicError> {
    let today = format_timestamp(day_began(now));
    let mut row = connection.prepare_cached(SERVING)?;
    Ok(row.query_row(params![counter, today], |row| row.get(0)).optional()?)
}

/// Calls the next patient at a counter: the token number, if anybody waits there.
pub(crate) fn call_next(
    connection: &Connection,
    counter: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>, ClinicError> {
    let (today, now) = (format_timestamp(day_began(now)), format_timestamp(now));
    let mut row = connection.prepare_cached(CALL_NEXT)?;
    Ok(row.query_row(params![counter, today, now], |row| row.get(0)).optional()?)
}
