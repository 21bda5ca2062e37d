//! Taking messages in.

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

async fn put(
    client: &impl GenericClient,
    statement: &Statement,
    arrival: &Arrival,
) -> Result<Accepted, StoreError> {
    let (scope, inbound) = (&arrival.scope, &arrival.inbound);
    let headers = serde_json::to_vec(&inbound.headers).map_err(|_| damaged("headers are texts"))?;
    let at = millis(inbound.received_at);
    let grant = arrival.grant.as_ref().filter(|grant| grants(grant, arrival.kind));
    let held = Held::by(grant);
    let length = limit(inbound.body.len());
    let row = client
        .query_opt(
            statement,
            &[
                &scope.as_str(),
                &codec::key(&inbound.key.endpoint),
                &codec::key(&inbound.key.message),
                &arrival.kind,
                &arrival.body.as_uuid(),
                &inbound.body.as_ref(),
                &headers,
                &at,
                &length,
                &held.holder.as_deref(),
                &held.until,
                &held.fence,
                &held.attempt,
            ],
        )
        .await
        .map_err(database)?;
    let Some(row) = row else {
        return Ok(Accepted::Duplicate);
    };
    if grant.is_none() {
        return Ok(Accepted::New(None));
    }
    let id = WorkId::Message(MessageId::new(unsigned(row.get(0))));
    let body = Body::new(arrival.body, unsigned(length), Some(inbound.body.clone()));
    let message = Message::new(
        inbound.key.endpoint.clone(),
        inbound.headers.clone(),
        super::codec::instant(at)?,
        body,
    );
    let lease = Lease::new(scope.clone(), id, 1);
    let queued_at = super::codec::instant(at)?;
    let work = Work::new(lease, arrival.kind.to_owned(), queued_at, Task::Message(message));
    Ok(Accepted::New(Some(Box::new(work))))
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
