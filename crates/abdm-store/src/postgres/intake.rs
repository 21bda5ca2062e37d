//! Taking messages in.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use abdm_flow::store::{
    Accepted, Arrival, Body, BodyId, Grant, Lease, Message, MessageId, Note, Scope, StoreError,
    Task, Work, WorkId,
};
use chrono::{DateTime, Utc};
use deadpool_postgres::{Client, Transaction};
use tokio_postgres::{GenericClient, Statement};
use uuid::Uuid;

use super::codec::{damaged, limit, millis, unsigned};
use super::{codec, database};

/// One statement: what is not new changes nothing. `arrivals` keeps what was seen, settled or not,
/// so that a message that is settled at this moment is not taken for new. Before each table stands
/// the schema, or nothing on a connection of the store's own, which has it in its search path.
const ACCEPT: &str = "WITH new AS (\
       INSERT INTO @arrivals (scope, endpoint, message, kind) VALUES ($1::text, $2::text, $3::text, $4::text) \
       ON CONFLICT DO NOTHING RETURNING scope), \
     body AS (INSERT INTO @bodies (scope, id, bytes) SELECT scope, $5::uuid, $6::bytea FROM new) \
     INSERT INTO @messages (scope, kind, endpoint, message, headers, received_at, body, \
       body_length, queued_at, not_before, due_at, holder, held_until, fence, attempt) \
     SELECT scope, $4::text, $2::text, $3::text, $7::bytea, $8::bigint, $5::uuid, $9::bigint, \
       $8::bigint, $8::bigint, coalesce($11::bigint, $8::bigint), $10::text, $11::bigint, \
       $12::bigint, $13::integer FROM new RETURNING id";

/// On a connection of the store's own.
pub(super) async fn accept(client: &Client, arrival: &Arrival) -> Result<Accepted, StoreError> {
    static OWN: LazyLock<String> = LazyLock::new(|| ACCEPT.replace('@', ""));
    let statement = client.prepare_cached(&OWN).await.map_err(database)?;
    let client: &tokio_postgres::Client = client;
    put(client, &statement, arrival).await
}

/// Within somebody's own transaction.
pub(super) async fn accept_in(
    transaction: &tokio_postgres::Transaction<'_>,
    schema: &str,
    arrival: &Arrival,
) -> Result<Accepted, StoreError> {
    let qualified = ACCEPT.replace('@', &format!("{schema}."));
    let statement = transaction.prepare(&qualified).await.map_err(database)?;
    put(transaction, &statement, arrival).await
}

/// As [`ACCEPT`], of many at once of one scope. They are put in in the order of their keys, so that
/// two nodes that take in some of the same do not wait for each other in a ring; the messages' ids
/// are in the order in which they came.
const ACCEPT_MANY: &str = "WITH given AS (\
       SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::bytea[], \
         $7::bytea[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[], $12::bigint[], \
         $13::integer[]) WITH ORDINALITY AS given (endpoint, message, kind, body, bytes, headers, \
         received_at, length, holder, held_until, fence, attempt, place)), \
     new AS (\
       INSERT INTO arrivals (scope, endpoint, message, kind) \
       SELECT $1::text, endpoint, message, kind FROM given ORDER BY endpoint, message \
       ON CONFLICT DO NOTHING RETURNING endpoint, message), \
     fresh AS (SELECT given.* FROM given JOIN new USING (endpoint, message)), \
     body AS (INSERT INTO bodies (scope, id, bytes) SELECT $1::text, body, bytes FROM fresh) \
     INSERT INTO messages (scope, kind, endpoint, message, headers, received_at, body, \
       body_length, queued_at, not_before, due_at, holder, held_until, fence, attempt) \
     SELECT $1::text, kind, endpoint, message, headers, received_at, body, length, received_at, \
       received_at, coalesce(held_until, received_at), holder, held_until, fence, attempt \
     FROM fresh ORDER BY place RETURNING id, body";

/// Takes in several messages of one scope, of which no two have the same key: all, or none.
pub(super) async fn accept_many(
    client: &Client,
    arrivals: &[Arrival],
) -> Result<Vec<Accepted>, StoreError> {
    let [first, ..] = arrivals else {
        return Ok(Vec::new());
    };
    let statement = client.prepare_cached(ACCEPT_MANY).await.map_err(database)?;
    let columns = arrivals.iter().map(Columns::of).collect::<Result<Vec<_>, _>>()?;
    let texts =
        |of: for<'a> fn(&'a Columns<'_>) -> &'a str| columns.iter().map(of).collect::<Vec<&str>>();
    let rows = client
        .query(
            &statement,
            &[
                &first.scope.as_str(),
                &texts(|of| &of.endpoint),
                &texts(|of| &of.message),
                &texts(|of| of.kind),
                &columns.iter().map(|of| of.body).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.bytes).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.headers.as_slice()).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.at).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.length).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.held.holder.as_deref()).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.held.until).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.held.fence).collect::<Vec<_>>(),
                &columns.iter().map(|of| of.held.attempt).collect::<Vec<_>>(),
            ],
        )
        .await
        .map_err(database)?;
    let ids: BTreeMap<Uuid, i64> = rows.iter().map(|row| (row.get(1), row.get(0))).collect();
    let accepted = arrivals.iter().zip(&columns);
    accepted.map(|(arrival, of)| taken_in(arrival, of, ids.get(&of.body).copied())).collect()
}

async fn put(
    client: &impl GenericClient,
    statement: &Statement,
    arrival: &Arrival,
) -> Result<Accepted, StoreError> {
    let of = Columns::of(arrival)?;
    let row = client
        .query_opt(
            statement,
            &[
                &arrival.scope.as_str(),
                &of.endpoint,
                &of.message,
                &of.kind,
                &of.body,
                &of.bytes,
                &of.headers,
                &of.at,
                &of.length,
                &of.held.holder.as_deref(),
                &of.held.until,
                &of.held.fence,
                &of.held.attempt,
            ],
        )
        .await
        .map_err(database)?;
    taken_in(arrival, &of, row.map(|row| row.get(0)))
}

/// What became of a message: it is new if it got an id.
fn taken_in(arrival: &Arrival, of: &Columns<'_>, id: Option<i64>) -> Result<Accepted, StoreError> {
    let Some(id) = id else {
        return Ok(Accepted::Duplicate);
    };
    if of.held.holder.is_none() {
        return Ok(Accepted::New(None));
    }
    let inbound = &arrival.inbound;
    let id = WorkId::Message(MessageId::new(unsigned(id)));
    let body = Body::new(arrival.body, unsigned(of.length), Some(inbound.body.clone()));
    let queued_at = codec::instant(of.at)?;
    let message =
        Message::new(inbound.key.endpoint.clone(), inbound.headers.clone(), queued_at, body);
    let lease = Lease::new(arrival.scope.clone(), id, 1);
    let work = Work::new(lease, arrival.kind.to_owned(), queued_at, Task::Message(message));
    Ok(Accepted::New(Some(Box::new(work))))
}

/// A message as it stands in the tables.
struct Columns<'a> {
    endpoint: Cow<'a, str>,
    message: Cow<'a, str>,
    kind: &'a str,
    body: Uuid,
    bytes: &'a [u8],
    headers: Vec<u8>,
    at: i64,
    length: i64,
    held: Held,
}

impl<'a> Columns<'a> {
    fn of(arrival: &'a Arrival) -> Result<Self, StoreError> {
        let inbound = &arrival.inbound;
        let grant = arrival.grant.as_ref().filter(|grant| grants(grant, arrival.kind));
        Ok(Self {
            endpoint: codec::key(&inbound.key.endpoint),
            message: codec::key(&inbound.key.message),
            kind: arrival.kind,
            body: arrival.body.as_uuid(),
            bytes: inbound.body.as_ref(),
            headers: serde_json::to_vec(&inbound.headers)
                .map_err(|_| damaged("headers are texts"))?,
            at: millis(inbound.received_at),
            length: limit(inbound.body.len()),
            held: Held::by(grant),
        })
    }
}

fn grants(grant: &Grant, kind: &str) -> bool {
    grant.limit > 0 && grant.kinds.contains(&kind)
}

/// The claim with which a message comes in.
struct Held {
    holder: Option<Arc<str>>,
    until: Option<i64>,
    fence: i64,
    attempt: i32,
}

impl Held {
    fn by(grant: Option<&Grant>) -> Self {
        match grant {
            Some(grant) => Self {
                holder: Some(Arc::clone(&grant.holder)),
                until: Some(millis(grant.until)),
                fence: 1,
                attempt: 1,
            },
            None => Self { holder: None, until: None, fence: 0, attempt: 0 },
        }
    }
}

/// Puts a note of one flow into the inbox of another's kind.
pub(super) async fn put_note(
    transaction: &Transaction<'_>,
    scope: &Scope,
    note: &Note,
    body: BodyId,
    now: DateTime<Utc>,
) -> Result<WorkId, StoreError> {
    let (id, bytes): (Uuid, &[u8]) = (body.as_uuid(), note.payload.as_bytes());
    let statement = transaction
        .prepare_cached(
            "WITH body AS (INSERT INTO bodies (scope, id, bytes) VALUES ($1, $4, $5)) \
             INSERT INTO messages (scope, kind, endpoint, headers, received_at, body, body_length, \
             queued_at, not_before, due_at) \
             VALUES ($1, $2, $3, '{}', $6, $4, $7, $6, $6, $6) RETURNING id",
        )
        .await
        .map_err(database)?;
    let row = transaction
        .query_one(
            &statement,
            &[
                &scope.as_str(),
                &note.kind,
                &note.subject,
                &id,
                &bytes,
                &millis(now),
                &limit(bytes.len()),
            ],
        )
        .await
        .map_err(database)?;
    Ok(WorkId::Message(MessageId::new(unsigned(row.get(0)))))
}
