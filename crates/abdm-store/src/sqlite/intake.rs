//! Taking messages in.

use abdm_flow::store::MessageId;
use abdm_flow::store::{Accepted, Arrival, BodyId, Note, Scope, WorkId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error, params};

use super::claim::grant;
use super::codec::{damaged, limit, millis, unsigned};

pub(super) fn accept(connection: &Connection, arrival: &Arrival) -> Result<Accepted, Error> {
    let (scope, inbound) = (&arrival.scope, &arrival.inbound);
    let key = params![scope.as_str(), inbound.key.endpoint, inbound.key.message];
    let known: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM seen WHERE scope = ?1 AND endpoint = ?2 AND message = ?3) \
             OR EXISTS (SELECT 1 FROM messages WHERE scope = ?1 AND endpoint = ?2 AND message = ?3)",
        )?
        .query_row(key, |row| row.get(0))?;
    if known {
        return Ok(Accepted::Duplicate);
    }
    let headers = serde_json::to_vec(&inbound.headers).map_err(|_| damaged("headers are texts"))?;
    let now = inbound.received_at;
    let new = New {
        kind: arrival.kind,
        endpoint: &inbound.key.endpoint,
        message: Some(&inbound.key.message),
        headers: &headers,
        body: arrival.body,
        bytes: &inbound.body,
    };
    let id = put(connection, scope, &new, now)?;
    let granted = grant(connection, scope, arrival.grant.as_ref(), &[WorkId::Message(id)], now)?;
    Ok(Accepted::New(granted.into_iter().next().map(Box::new)))
}

/// A message on its way into the inbox.
struct New<'a> {
    kind: &'a str,
    endpoint: &'a str,
    message: Option<&'a str>,
    headers: &'a [u8],
    body: BodyId,
    bytes: &'a [u8],
}

fn put(
    connection: &Connection,
    scope: &Scope,
    new: &New<'_>,
    now: DateTime<Utc>,
) -> Result<MessageId, Error> {
    let (body, at) = (new.body.as_uuid(), millis(now));
    connection
        .prepare_cached("INSERT INTO bodies (scope, id, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![scope.as_str(), body.as_bytes(), new.bytes])?;
    connection
        .prepare_cached(
            "INSERT INTO messages (scope, kind, endpoint, message, headers, received_at, body, \
             body_length, queued_at, not_before, due_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6, ?6, ?6)",
        )?
        .execute(params![
            scope.as_str(),
            new.kind,
            new.endpoint,
            new.message,
            new.headers,
            at,
            body.as_bytes(),
            limit(new.bytes.len()),
        ])?;
    Ok(MessageId::new(unsigned(connection.last_insert_rowid())))
}

/// Puts a note of one flow into the inbox of another's kind.
pub(super) fn put_note(
    connection: &Connection,
    scope: &Scope,
    note: &Note,
    body: BodyId,
    now: DateTime<Utc>,
) -> Result<WorkId, Error> {
    let new = New {
        kind: note.kind,
        endpoint: note.subject,
        message: None,
        headers: b"{}",
        body,
        bytes: note.payload.as_bytes(),
    };
    put(connection, scope, &new, now).map(WorkId::Message)
}
