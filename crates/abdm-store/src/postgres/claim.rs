//! Claims: who may do what, and until when.

use abdm_flow::RequestId;
use abdm_flow::store::{
    Body, BodyId, Claim, Claimed, Earlier, Effect, EffectId, FlowId, Grant, Lease, Message,
    MessageId, Scope, StoreError, Task, Work, WorkId,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use deadpool_postgres::{Client, Transaction};
use uuid::Uuid;

use super::codec::{
    count, damaged, earlier, earlier_number, instant, limit, maybe_instant, millis, number,
    payload, scopes, unsigned,
};
use super::read::{FLOW, flow, stored_flow};
use super::{database, read};

/// What is claimed, by whom, until when.
pub(super) struct Wanted {
    scopes: Option<Vec<String>>,
    kinds: Vec<&'static str>,
    holder: String,
    now: i64,
    until: i64,
    limit: i64,
    bytes: u64,
}

impl Wanted {
    pub(super) fn of(claim: &Claim<'_>) -> Self {
        Self {
            scopes: claim.scopes.map(scopes),
            kinds: claim.kinds.to_vec(),
            holder: claim.holder.to_owned(),
            now: millis(claim.now),
            until: millis(claim.until),
            limit: limit(claim.limit),
            bytes: claim.bytes,
        }
    }
}

/// Of each queue what is due first and nobody else is claiming, and of all that what is due first.
/// `MATERIALIZED`, or the planner may lock more than it takes. `kind || ''`, or it may look for what
/// is due among all flows of a kind.
const PICK: &str = "WITH m AS MATERIALIZED (\
       SELECT due_at, scope, id AS number, NULL::uuid AS flow FROM messages \
       WHERE due_at <= $3 AND kind = ANY($1) AND ($2::text[] IS NULL OR scope = ANY($2)) \
       ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED), \
     e AS MATERIALIZED (\
       SELECT due_at, scope, id AS number, NULL::uuid AS flow FROM effects \
       WHERE due_at <= $3 AND kind = ANY($1) AND ($2::text[] IS NULL OR scope = ANY($2)) \
       ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED), \
     w AS MATERIALIZED (\
       SELECT due_at, scope, NULL::bigint AS number, id AS flow FROM flows \
       WHERE due_at <= $3 AND kind || '' = ANY($1) AND ($2::text[] IS NULL OR scope = ANY($2)) \
       ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) \
     SELECT 1 AS queue, * FROM m UNION ALL SELECT 2, * FROM e UNION ALL SELECT 3, * FROM w \
     ORDER BY due_at, queue, number, flow LIMIT $4";

const NEXT_DUE: &str = "SELECT min(due_at) FROM (\
       (SELECT due_at FROM messages WHERE due_at IS NOT NULL AND kind = ANY($1) \
        AND ($2::text[] IS NULL OR scope = ANY($2)) ORDER BY due_at LIMIT 1) UNION ALL \
       (SELECT due_at FROM effects WHERE due_at IS NOT NULL AND kind = ANY($1) \
        AND ($2::text[] IS NULL OR scope = ANY($2)) ORDER BY due_at LIMIT 1) UNION ALL \
       (SELECT due_at FROM flows WHERE due_at IS NOT NULL AND kind || '' = ANY($1) \
        AND ($2::text[] IS NULL OR scope = ANY($2)) ORDER BY due_at LIMIT 1)) AS next";

pub(super) async fn claim(client: &mut Client, wanted: &Wanted) -> Result<Claimed, StoreError> {
    let transaction = client.transaction().await.map_err(database)?;
    let pick = transaction.prepare_cached(PICK).await.map_err(database)?;
    let rows = transaction
        .query(&pick, &[&wanted.kinds, &wanted.scopes, &wanted.now, &wanted.limit])
        .await
        .map_err(database)?;
    let mut taker = Taker { holder: &wanted.holder, until: wanted.until, room: wanted.bytes };
    let mut work = Vec::with_capacity(rows.len());
    for row in rows {
        let scope = Scope::new(row.get::<_, String>(2));
        let id = match row.get::<_, i32>(0) {
            1 => WorkId::Message(MessageId::new(unsigned(row.get(3)))),
            2 => WorkId::Effect(EffectId::new(unsigned(row.get(3)))),
            _ => WorkId::Wake(FlowId::from_uuid(row.get(4))),
        };
        work.extend(taker.take(&transaction, &scope, id).await?);
    }
    let next = transaction.prepare_cached(NEXT_DUE).await.map_err(database)?;
    let next =
        transaction.query_one(&next, &[&wanted.kinds, &wanted.scopes]).await.map_err(database)?;
    let next: Option<i64> = next.get(0);
    transaction.commit().await.map_err(database)?;
    Ok(Claimed::new(work, maybe_instant(next)?))
}

/// Where work stands.
#[derive(Clone, Copy)]
enum Queue {
    Messages,
    Effects,
    Wakes,
}

impl Queue {
    const ALL: [Self; 3] = [Self::Messages, Self::Effects, Self::Wakes];

    const fn table(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Effects => "effects",
            Self::Wakes => "flows",
        }
    }

    /// When work of this queue is due once nobody holds it.
    const fn free_due(self) -> &'static str {
        match self {
            Self::Messages => "CASE WHEN dead_at IS NULL THEN not_before END",
            Self::Effects => "CASE WHEN dead_at IS NULL AND head THEN not_before END",
            Self::Wakes => "wake_at",
        }
    }
}

/// A piece of work as it stands in its table.
#[derive(Clone, Copy)]
enum Place {
    Numbered(Queue, i64),
    Wake(Uuid),
}

impl Place {
    fn of(work: WorkId) -> Option<Self> {
        match work {
            WorkId::Message(id) => Some(Self::Numbered(Queue::Messages, number(id.number()))),
            WorkId::Effect(id) => Some(Self::Numbered(Queue::Effects, number(id.number()))),
            WorkId::Wake(id) => Some(Self::Wake(id.as_uuid())),
            _ => None,
        }
    }

    const fn queue(self) -> Queue {
        match self {
            Self::Numbered(queue, _) => queue,
            Self::Wake(_) => Queue::Wakes,
        }
    }

    /// The value of the column `id`.
    fn id(&self) -> &(dyn tokio_postgres::types::ToSql + Sync) {
        match self {
            Self::Numbered(_, id) => id,
            Self::Wake(id) => id,
        }
    }
}

/// Claims, of this work, what is due and fits the grant.
pub(super) async fn grant(
    transaction: &Transaction<'_>,
    scope: &Scope,
    grant: Option<&Grant>,
    work: &[WorkId],
    now: DateTime<Utc>,
) -> Result<Vec<Work>, StoreError> {
    let Some(grant) = grant else {
        return Ok(Vec::new());
    };
    let mut taker = Taker { holder: &grant.holder, until: millis(grant.until), room: 1 << 20 };
    let mut granted = Vec::new();
    for id in work {
        if granted.len() >= grant.limit {
            break;
        }
        if is_due(transaction, scope, *id, Some(&grant.kinds), now).await? {
            granted.extend(taker.take(transaction, scope, *id).await?);
        }
    }
    Ok(granted)
}

/// Whether work is due and, where kinds are named, of one of them. It is locked, so that it stays
/// so; what another transaction has locked is being claimed or changed there, and is not due here.
pub(super) async fn is_due(
    transaction: &Transaction<'_>,
    scope: &Scope,
    work: WorkId,
    kinds: Option<&[&'static str]>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(place) = Place::of(work) else {
        return Ok(false);
    };
    // Compared here: a condition on `due_at` would let the database look through all that is due.
    let sql = format!(
        "SELECT due_at, kind FROM {} WHERE scope = $1 AND id = $2 FOR UPDATE SKIP LOCKED",
        place.queue().table()
    );
    let statement = transaction.prepare_cached(&sql).await.map_err(database)?;
    let row = transaction
        .query_opt(&statement, &[&scope.as_str(), place.id()])
        .await
        .map_err(database)?;
    Ok(row.is_some_and(|row| {
        let (due_at, kind): (Option<i64>, &str) = (row.get(0), row.get(1));
        due_at.is_some_and(|at| at <= millis(now))
            && kinds.is_none_or(|kinds| kinds.contains(&kind))
    }))
}

/// Whoever takes work.
struct Taker<'a> {
    holder: &'a str,
    until: i64,
    /// How many bytes of bodies still come along.
    room: u64,
}

impl Taker<'_> {
    async fn take(
        &mut self,
        transaction: &Transaction<'_>,
        scope: &Scope,
        work: WorkId,
    ) -> Result<Option<Work>, StoreError> {
        match work {
            WorkId::Message(id) => self.take_message(transaction, scope, id).await.map(Some),
            WorkId::Effect(id) => self.take_effect(transaction, scope, id).await,
            WorkId::Wake(id) => self.take_wake(transaction, scope, id).await.map(Some),
            _ => Ok(None),
        }
    }

    async fn take_message(
        &mut self,
        transaction: &Transaction<'_>,
        scope: &Scope,
        id: MessageId,
    ) -> Result<Work, StoreError> {
        let statement = transaction
            .prepare_cached(
                "UPDATE messages SET attempt = attempt + 1, fence = fence + 1, holder = $3, \
                 held_until = $4, due_at = greatest($4, not_before) WHERE scope = $1 AND id = $2 \
                 RETURNING kind, endpoint, headers, received_at, body, body_length, queued_at, \
                 attempt, deferrals, fence",
            )
            .await
            .map_err(database)?;
        let row = transaction
            .query_one(
                &statement,
                &[&scope.as_str(), &number(id.number()), &self.holder, &self.until],
            )
            .await
            .map_err(database)?;
        let mut message = message(&row, 1)?;
        if message.body.length <= self.room {
            message.body.bytes = read::body(transaction, scope, message.body.id).await?;
            if message.body.bytes.is_some() {
                self.room -= message.body.length;
            }
        }
        let lease = Lease::new(scope.clone(), WorkId::Message(id), unsigned(row.get(9)));
        let task = Task::Message(message);
        let mut work = Work::new(lease, row.get(0), instant(row.get(6))?, task);
        work.attempt = count(row.get(7));
        work.deferrals = count(row.get(8));
        Ok(work)
    }

    async fn take_effect(
        &mut self,
        transaction: &Transaction<'_>,
        scope: &Scope,
        id: EffectId,
    ) -> Result<Option<Work>, StoreError> {
        let statement = transaction
            .prepare_cached(
                "UPDATE effects SET attempt = attempt + 1, fence = fence + 1, holder = $3, \
                 held_until = $4, due_at = greatest($4, not_before), \
                 earlier = CASE WHEN begun THEN $5 ELSE earlier END, begun = true \
                 WHERE scope = $1 AND id = $2 RETURNING kind, flow, lane, payload, request, \
                 created_at, queued_at, attempt, deferrals, fence, earlier",
            )
            .await
            .map_err(database)?;
        let row = transaction
            .query_one(
                &statement,
                &[
                    &scope.as_str(),
                    &number(id.number()),
                    &self.holder,
                    &self.until,
                    &earlier_number(Earlier::PerhapsSent),
                ],
            )
            .await
            .map_err(database)?;
        let effect = effect(&row, id, 1)?;
        let Some(flow) = flow(transaction, scope, effect.flow).await? else {
            return Ok(None);
        };
        let lease = Lease::new(scope.clone(), WorkId::Effect(id), unsigned(row.get(9)));
        let task = Task::Effect(effect, flow);
        let mut work = Work::new(lease, row.get(0), instant(row.get(6))?, task);
        work.attempt = count(row.get(7));
        work.deferrals = count(row.get(8));
        work.earlier = earlier(row.get(10));
        Ok(Some(work))
    }

    async fn take_wake(
        &mut self,
        transaction: &Transaction<'_>,
        scope: &Scope,
        id: FlowId,
    ) -> Result<Work, StoreError> {
        let sql = format!(
            "UPDATE flows AS f SET fence = fence + 1, attempt = attempt + 1, holder = $3, \
             held_until = $4, due_at = greatest($4, wake_at) WHERE scope = $1 AND id = $2 \
             RETURNING {FLOW}, f.fence, f.attempt"
        );
        let statement = transaction.prepare_cached(&sql).await.map_err(database)?;
        let row = transaction
            .query_one(&statement, &[&scope.as_str(), &id.as_uuid(), &self.holder, &self.until])
            .await
            .map_err(database)?;
        let flow = stored_flow(&row)?;
        let woken = flow.wake_at.ok_or_else(|| damaged("a wake-up has an instant"))?;
        let lease = Lease::new(scope.clone(), WorkId::Wake(id), unsigned(row.get(10)));
        let mut work = Work::new(lease, flow.kind.clone(), woken, Task::Wake(flow));
        work.attempt = count(row.get(11));
        Ok(work)
    }
}

/// Reads endpoint, headers, received_at, body and body_length from `first` on.
pub(super) fn message(row: &tokio_postgres::Row, first: usize) -> Result<Message, StoreError> {
    let headers: Vec<u8> = row.get(first + 1);
    let headers =
        serde_json::from_slice(&headers).map_err(|_| damaged("headers are a map of texts"))?;
    let id = BodyId::from_uuid(row.get(first + 3));
    let body = Body::new(id, unsigned(row.get(first + 4)), None::<Bytes>);
    Ok(Message::new(row.get(first), headers, instant(row.get(first + 2))?, body))
}

/// Reads flow, lane, payload, request and created_at from `first` on.
pub(super) fn effect(
    row: &tokio_postgres::Row,
    id: EffectId,
    first: usize,
) -> Result<Effect, StoreError> {
    let flow = FlowId::from_uuid(row.get(first));
    let request = row.get::<_, Option<Uuid>>(first + 3).map(RequestId::from_uuid);
    let created_at = instant(row.get(first + 4))?;
    let (lane, bytes) = (row.get(first + 1), payload(row.get(first + 2)));
    Ok(Effect::new((id, flow), lane, bytes, request, created_at))
}

/// Whether the work is still held under this lease; locks it, so that it stays so.
pub(super) async fn is_held(
    transaction: &Transaction<'_>,
    lease: &Lease,
) -> Result<bool, StoreError> {
    let Some(place) = Place::of(lease.work) else {
        return Ok(false);
    };
    // Who holds it says until when. A condition on `holder` would let the database look through all
    // that is held.
    let sql = format!(
        "SELECT 1 FROM {} WHERE scope = $1 AND id = $2 AND fence = $3 AND held_until IS NOT NULL \
         FOR UPDATE",
        place.queue().table()
    );
    let statement = transaction.prepare_cached(&sql).await.map_err(database)?;
    let row = transaction
        .query_opt(&statement, &[&lease.scope.as_str(), place.id(), &number(lease.fence)])
        .await
        .map_err(database)?;
    Ok(row.is_some())
}

/// Gives back the leases that are lost.
pub(super) async fn renew(
    client: &impl GenericClient,
    leases: Vec<Lease>,
    until: DateTime<Utc>,
) -> Result<Vec<Lease>, StoreError> {
    let mut lost = Vec::new();
    for lease in leases {
        let Some(place) = Place::of(lease.work) else { continue };
        let queue = place.queue();
        let sql = format!(
            "UPDATE {} SET held_until = $4, \
             due_at = CASE WHEN {free} IS NOT NULL THEN greatest($4, {free}) END \
             WHERE scope = $1 AND id = $2 AND fence = $3 AND held_until IS NOT NULL",
            queue.table(),
            free = queue.free_due()
        );
        let statement = client.prepare_cached(&sql).await.map_err(database)?;
        let renewed = client
            .execute(
                &statement,
                &[&lease.scope.as_str(), place.id(), &number(lease.fence), &millis(until)],
            )
            .await
            .map_err(database)?;
        if renewed == 0 {
            lost.push(lease);
        }
    }
    Ok(lost)
}

pub(super) async fn release(
    client: &impl GenericClient,
    kinds: &[&'static str],
    holder: &str,
) -> Result<(), StoreError> {
    for queue in Queue::ALL {
        let sql = format!(
            "UPDATE {} SET holder = NULL, held_until = NULL, due_at = {} \
             WHERE holder = $2 AND kind = ANY($1)",
            queue.table(),
            queue.free_due()
        );
        client.execute(&sql, &[&kinds, &holder]).await.map_err(database)?;
    }
    Ok(())
}
