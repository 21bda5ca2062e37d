//! Commits: one transaction each.
//!
//! Locks are taken in one order: the work, its flow, then what else changes. Whoever changes a lane
//! of a flow holds the flow's row, so that two at once cannot both leave a lane without its first
//! effect.

use std::borrow::Cow;

use abdm_flow::store::{
    Commit, Committed, EffectId, FlowChange, FlowId, FlowWrite, Lease, MessageId, NewRow, Outcome,
    RowChange, RowWrite, Scope, StoreError, StoreErrorKind, WaitFor, WorkChange, WorkId,
};
use abdm_flow::{Bodies, RequestId};
use chrono::{DateTime, Utc};
use deadpool_postgres::{Client, Transaction};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::claim::{grant, is_due, is_held};
use super::codec::{earlier_number, millis, number, unsigned, waits_for};
use super::doors::Listening;
use super::{codec, database, intake};

/// What a commit makes due.
type Due = Vec<WorkId>;

pub(super) async fn commit(
    client: &mut Client,
    commit: &Commit,
    listening: &Listening,
) -> Result<Committed, StoreError> {
    let mut transaction = client.transaction().await.map_err(database)?;
    let committed = carry_out(&transaction, commit).await?;
    listening.tell(&mut transaction, commit).await?;
    transaction.commit().await.map_err(database)?;
    Ok(committed)
}

pub(super) async fn run(
    transaction: &Transaction<'_>,
    sql: &str,
    values: &[&(dyn ToSql + Sync)],
) -> Result<u64, StoreError> {
    let statement = transaction.prepare_cached(sql).await.map_err(database)?;
    transaction.execute(&statement, values).await.map_err(database)
}

fn conflict() -> StoreError {
    StoreError::new(StoreErrorKind::Conflict)
}

async fn carry_out(
    transaction: &Transaction<'_>,
    commit: &Commit,
) -> Result<Committed, StoreError> {
    let (scope, now) = (&commit.scope, commit.now);
    if let Some(work) = &commit.work {
        let lease = work.lease();
        if lease.scope != *scope || !is_held(transaction, lease).await? {
            return Err(StoreError::new(StoreErrorKind::LeaseLost));
        }
    }
    let mut due = Due::new();
    let settled = match &commit.work {
        Some(WorkChange::Settle { lease, outcome }) => Some((lease, outcome)),
        _ => None,
    };
    if let Some(FlowChange { id, expected, write, .. }) = &commit.flow {
        if revision(transaction, scope, *id).await? != *expected {
            return Err(conflict());
        }
        if let Some(write) = write {
            write_flow(transaction, scope, (*id, *expected), write, now, &mut due).await?;
            let lease = settled.map(|(lease, _)| lease);
            change_bodies(transaction, scope, *id, write, lease).await?;
        }
    }
    for change in &commit.rows {
        change_row(transaction, scope, change).await?;
    }
    for (note, body) in &commit.notes {
        due.push(intake::put_note(transaction, scope, note, *body, now).await?);
    }
    if let Some((lease, outcome)) = settled {
        let written = commit.flow.as_ref().is_some_and(|flow| flow.write.is_some());
        settle(transaction, lease, outcome, written, now, &mut due).await?;
    }
    let work = grant(transaction, scope, commit.grant.as_ref(), &due, now).await?;
    let mut more = false;
    for id in due {
        more = more || is_due(transaction, scope, id, None, now).await?;
    }
    Ok(Committed::new(work, more))
}

/// The revision of a flow, which is locked until the end; 0 where there is none.
async fn revision(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: FlowId,
) -> Result<u64, StoreError> {
    let statement = transaction
        .prepare_cached("SELECT revision FROM flows WHERE scope = $1 AND id = $2 FOR UPDATE")
        .await
        .map_err(database)?;
    let row = transaction
        .query_opt(&statement, &[&scope.as_str(), &id.as_uuid()])
        .await
        .map_err(database)?;
    Ok(row.map_or(0, |row| unsigned(row.get(0))))
}

async fn write_flow(
    transaction: &Transaction<'_>,
    scope: &Scope,
    (id, expected): (FlowId, u64),
    write: &FlowWrite,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), StoreError> {
    let (flow, at, scope_text) = (id.as_uuid(), millis(now), scope.as_str());
    let sql = if expected == 0 {
        "INSERT INTO flows (scope, id, kind, version, state, revision, wake_at, done, created_at, \
         updated_at, due_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $8, $6)"
    } else {
        "UPDATE flows SET version = $4, state = $5, revision = revision + 1, wake_at = $6, \
         done = $7, updated_at = $8, holder = NULL, held_until = NULL, attempt = 0, due_at = $6 \
         WHERE scope = $1 AND id = $2 AND kind = $3"
    };
    let version = i32::try_from(write.version).unwrap_or(i32::MAX);
    let state: &[u8] = write.state.as_bytes();
    let wake_at = write.wake_at.map(millis);
    run(
        transaction,
        sql,
        &[&scope_text, &flow, &write.kind, &version, &state, &wake_at, &write.done, &at],
    )
    .await?;
    due.push(WorkId::Wake(id));
    for key in &write.keys {
        // A key passes on from a finished flow only.
        let taken = run(
            transaction,
            "INSERT INTO flow_keys AS k (scope, kind, sort, text, flow) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (scope, kind, sort, text) DO UPDATE SET flow = excluded.flow \
             WHERE k.flow = excluded.flow OR (SELECT f.done FROM flows f \
             WHERE f.scope = k.scope AND f.id = k.flow)",
            &[&scope_text, &write.kind, &codec::key(&key.kind), &codec::key(&key.text), &flow],
        )
        .await?;
        if taken == 0 {
            return Err(conflict());
        }
    }
    for new in &write.effects {
        let (payload, request): (&[u8], _) =
            (new.payload.as_bytes(), new.request.map(|request| request.as_uuid()));
        run(
            transaction,
            "INSERT INTO effects (scope, kind, flow, lane, payload, request, queued_at, \
             created_at, not_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)",
            &[&scope_text, &write.kind, &flow, &new.lane, &payload, &request, &at],
        )
        .await?;
        due.extend(set_head(transaction, scope, flow, new.lane).await?);
        if let Some(request) = new.request {
            due.extend(remember_call(transaction, scope, request, id, now).await?);
        }
    }
    due.extend(wake_messages(transaction, scope, None, &WaitFor::Change(id), now).await?);
    for key in &write.keys {
        let comes = WaitFor::Key(key.clone());
        due.extend(wake_messages(transaction, scope, Some(write.kind), &comes, now).await?);
    }
    due.dedup();
    Ok(())
}

/// Makes the oldest effect of a lane the one that may be done, and gives it.
pub(super) async fn set_head(
    transaction: &Transaction<'_>,
    scope: &Scope,
    flow: Uuid,
    lane: &str,
) -> Result<Option<WorkId>, StoreError> {
    let statement = transaction
        .prepare_cached(
            "SELECT id, head FROM effects WHERE scope = $1 AND flow = $2 AND lane = $3 \
             AND dead_at IS NULL ORDER BY id LIMIT 1",
        )
        .await
        .map_err(database)?;
    let row = transaction
        .query_opt(&statement, &[&scope.as_str(), &flow, &lane])
        .await
        .map_err(database)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (head, is_head): (i64, bool) = (row.get(0), row.get(1));
    if !is_head {
        run(
            transaction,
            "UPDATE effects SET head = false, due_at = NULL WHERE scope = $1 AND flow = $2 \
             AND lane = $3 AND head",
            &[&scope.as_str(), &flow, &lane],
        )
        .await?;
        run(
            transaction,
            "UPDATE effects SET head = true, \
             due_at = greatest(not_before, coalesce(held_until, not_before)) \
             WHERE scope = $1 AND id = $2",
            &[&scope.as_str(), &head],
        )
        .await?;
    }
    Ok(Some(WorkId::Effect(EffectId::new(unsigned(head)))))
}

async fn change_bodies(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: FlowId,
    write: &FlowWrite,
    settled: Option<&Lease>,
) -> Result<(), StoreError> {
    let Bodies { keep, drop, drop_all, .. } = &write.bodies;
    let (flow, scope) = (id.as_uuid(), scope.as_str());
    if *drop_all {
        let sql = "DELETE FROM bodies WHERE scope = $1 AND owner = $2";
        run(transaction, sql, &[&scope, &flow]).await?;
    }
    for body in drop {
        // `owner = $3` would let the database look through all that the flow keeps.
        let sql = "DELETE FROM bodies WHERE scope = $1 AND id = $2 \
             AND owner IS NOT DISTINCT FROM $3";
        run(transaction, sql, &[&scope, &body.as_uuid(), &flow]).await?;
    }
    for (body, bytes) in &write.new_bodies {
        let sql = "INSERT INTO bodies (scope, id, owner, bytes) VALUES ($1, $2, $3, $4)";
        run(transaction, sql, &[&scope, &body.as_uuid(), &flow, &bytes.as_ref()]).await?;
    }
    if let (true, Some(WorkId::Message(message))) = (*keep, settled.map(|lease| lease.work)) {
        let sql = "UPDATE bodies SET owner = $3 WHERE scope = $1 AND id = \
             (SELECT body FROM messages WHERE scope = $1 AND id = $2)";
        run(transaction, sql, &[&scope, &number(message.number()), &flow]).await?;
    }
    Ok(())
}

async fn change_row(
    transaction: &Transaction<'_>,
    scope: &Scope,
    change: &RowChange,
) -> Result<(), StoreError> {
    let key = codec::key(&change.key);
    let (scope, table, key) = (scope.as_str(), change.table, key.as_ref());
    let changed = match &change.write {
        RowWrite::Insert(row) => put(transaction, (scope, table, key), row, "DO NOTHING").await?,
        RowWrite::Put(row) => {
            let update = "DO UPDATE SET parent = excluded.parent, sort = excluded.sort, \
                 revision = r.revision + 1, payload = excluded.payload, \
                 expires_at = excluded.expires_at";
            put(transaction, (scope, table, key), row, update).await?
        }
        RowWrite::Replace { expected, row } => {
            let payload: &[u8] = row.payload.as_bytes();
            let (expires_at, expected) = (row.expires_at.map(millis), number(*expected));
            run(
                transaction,
                "UPDATE rows SET parent = $4, sort = $5, revision = revision + 1, payload = $6, \
                 expires_at = $7 WHERE scope = $1 AND name = $2 AND key = $3 AND revision = $8",
                &[&scope, &table, &key, &parent(row), &row.sort, &payload, &expires_at, &expected],
            )
            .await?
        }
        RowWrite::Delete => {
            let sql = "DELETE FROM rows WHERE scope = $1 AND name = $2 AND key = $3";
            run(transaction, sql, &[&scope, &table, &key]).await?;
            1
        }
        RowWrite::DeleteChildren => {
            let sql = "DELETE FROM rows WHERE scope = $1 AND name = $2 AND parent = $3";
            run(transaction, sql, &[&scope, &table, &key]).await?;
            1
        }
        _ => 1,
    };
    if changed == 0 { Err(conflict()) } else { Ok(()) }
}

fn parent(row: &NewRow) -> Option<Cow<'_, str>> {
    row.parent.as_deref().map(codec::key)
}

async fn put(
    transaction: &Transaction<'_>,
    (scope, table, key): (&str, &str, &str),
    row: &NewRow,
    otherwise: &str,
) -> Result<u64, StoreError> {
    let sql = format!(
        "INSERT INTO rows AS r (scope, name, key, parent, sort, revision, payload, expires_at) \
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (scope, name, key) {otherwise}"
    );
    let (payload, expires_at): (&[u8], _) = (row.payload.as_bytes(), row.expires_at.map(millis));
    run(transaction, &sql, &[&scope, &table, &key, &parent(row), &row.sort, &payload, &expires_at])
        .await
}

async fn settle(
    transaction: &Transaction<'_>,
    lease: &Lease,
    outcome: &Outcome,
    written: bool,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), StoreError> {
    match lease.work {
        WorkId::Message(id) => settle_message(transaction, &lease.scope, id, outcome, now).await,
        WorkId::Effect(id) => settle_effect(transaction, &lease.scope, id, outcome, now, due).await,
        // A change of the flow has ended the claim and said what comes next.
        WorkId::Wake(_) if written => Ok(()),
        WorkId::Wake(id) => {
            let wake_at = match outcome {
                Outcome::Later { not_before, .. } => Some(millis(*not_before)),
                _ => None,
            };
            run(
                transaction,
                "UPDATE flows SET wake_at = $3, due_at = $3, revision = revision + 1, \
                 attempt = 0, holder = NULL, held_until = NULL WHERE scope = $1 AND id = $2",
                &[&lease.scope.as_str(), &id.as_uuid(), &wake_at],
            )
            .await
            .map(drop)
        }
        _ => Ok(()),
    }
}

async fn settle_message(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: MessageId,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (scope_text, id_number) = (scope.as_str(), number(id.number()));
    match outcome {
        Outcome::Later { not_before, waits_for: waits, .. } => {
            let there = match waits {
                Some(comes) => is_there(transaction, scope, id, comes).await?,
                None => false,
            };
            let not_before = if there { &now } else { not_before };
            let waits = waits.as_ref().filter(|_| !there).map(waits_for);
            run(
                transaction,
                "UPDATE messages SET holder = NULL, held_until = NULL, attempt = 0, \
                 deferrals = deferrals + 1, not_before = $3, due_at = $3, waits_for = $4 \
                 WHERE scope = $1 AND id = $2",
                &[&scope_text, &id_number, &millis(*not_before), &waits],
            )
            .await
            .map(drop)
        }
        Outcome::Dead { reason } => run(
            transaction,
            "UPDATE messages SET holder = NULL, held_until = NULL, attempt = 0, \
             waits_for = NULL, dead_reason = $3, dead_at = $4, due_at = NULL \
             WHERE scope = $1 AND id = $2",
            &[&scope_text, &id_number, &codec::prose(reason), &millis(now)],
        )
        .await
        .map(drop),
        _ => forget_message(transaction, scope, id, now).await,
    }
}

/// Whether what a message is to wait for came while it was being put off: it would wait for ever.
async fn is_there(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: MessageId,
    comes: &WaitFor,
) -> Result<bool, StoreError> {
    let (scope, id) = (scope.as_str(), number(id.number()));
    let row = match comes {
        WaitFor::Key(key) => {
            let sql = "SELECT 1 FROM flow_keys WHERE scope = $1 AND kind = \
                 (SELECT kind FROM messages WHERE scope = $1 AND id = $2) \
                 AND sort = $3 AND text = $4";
            transaction
                .query_opt(sql, &[&scope, &id, &codec::key(&key.kind), &codec::key(&key.text)])
                .await
        }
        WaitFor::Request(request) => {
            let sql = "SELECT 1 FROM requests WHERE scope = $1 AND request = $2";
            transaction.query_opt(sql, &[&scope, &request.as_uuid()]).await
        }
        _ => return Ok(false),
    };
    Ok(row.map_err(database)?.is_some())
}

/// A message is settled for good: only that it came is remembered.
pub(super) async fn forget_message(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    run(
        transaction,
        "WITH gone AS (DELETE FROM messages WHERE scope = $1 AND id = $2 \
           RETURNING endpoint, message, body), \
         settled AS (UPDATE arrivals SET settled_at = $3 WHERE scope = $1 \
           AND endpoint = (SELECT endpoint FROM gone) AND message = (SELECT message FROM gone)) \
         DELETE FROM bodies WHERE scope = $1 AND id = (SELECT body FROM gone) AND owner IS NULL",
        &[&scope.as_str(), &number(id.number()), &millis(now)],
    )
    .await
    .map(drop)
}

async fn settle_effect(
    transaction: &Transaction<'_>,
    scope: &Scope,
    id: EffectId,
    outcome: &Outcome,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), StoreError> {
    let (scope_text, id_number) = (scope.as_str(), number(id.number()));
    if let Outcome::Later { not_before, perhaps_sent, .. } = outcome {
        let sent = if *perhaps_sent {
            abdm_flow::store::Earlier::PerhapsSent
        } else {
            abdm_flow::store::Earlier::NotSent
        };
        return run(
            transaction,
            "UPDATE effects SET holder = NULL, held_until = NULL, begun = false, \
             earlier = greatest(earlier, $4), deferrals = deferrals + 1, not_before = $3::bigint, \
             due_at = CASE WHEN head THEN $3::bigint END WHERE scope = $1 AND id = $2",
            &[&scope_text, &id_number, &millis(*not_before), &earlier_number(sent)],
        )
        .await
        .map(drop);
    }
    let statement = transaction
        .prepare_cached("SELECT flow, lane FROM effects WHERE scope = $1 AND id = $2")
        .await
        .map_err(database)?;
    let row =
        transaction.query_opt(&statement, &[&scope_text, &id_number]).await.map_err(database)?;
    let Some(row) = row else {
        return Ok(());
    };
    let (flow, lane): (Uuid, String) = (row.get(0), row.get(1));
    // Whoever changes a lane holds its flow.
    revision(transaction, scope, FlowId::from_uuid(flow)).await?;
    if let Outcome::Dead { reason } = outcome {
        run(
            transaction,
            "UPDATE effects SET holder = NULL, held_until = NULL, dead_reason = $3, \
             dead_at = $4, head = false, due_at = NULL WHERE scope = $1 AND id = $2",
            &[&scope_text, &id_number, &codec::prose(reason), &millis(now)],
        )
        .await?;
    } else {
        let sql = "DELETE FROM effects WHERE scope = $1 AND id = $2";
        run(transaction, sql, &[&scope_text, &id_number]).await?;
    }
    due.extend(set_head(transaction, scope, flow, &lane).await?);
    Ok(())
}

pub(super) async fn remember(
    client: &mut Client,
    scope: &Scope,
    request: RequestId,
    flow: FlowId,
) -> Result<(), StoreError> {
    let transaction = client.transaction().await.map_err(database)?;
    let known = transaction
        .query_opt(
            "SELECT 1 FROM flows WHERE scope = $1 AND id = $2",
            &[&scope.as_str(), &flow.as_uuid()],
        )
        .await
        .map_err(database)?;
    if known.is_none() {
        return Err(conflict());
    }
    // What waits for the call is due from the beginning of time: there is no `now` here, and the
    // message has been in the inbox for a while.
    remember_call(&transaction, scope, request, flow, DateTime::UNIX_EPOCH).await?;
    transaction.commit().await.map_err(database)
}

/// A `REQUEST-ID` is of one flow.
async fn remember_call(
    transaction: &Transaction<'_>,
    scope: &Scope,
    request: RequestId,
    flow: FlowId,
    now: DateTime<Utc>,
) -> Result<Due, StoreError> {
    let own = run(
        transaction,
        "INSERT INTO requests AS r (scope, request, flow) VALUES ($1, $2, $3) \
         ON CONFLICT (scope, request) DO UPDATE SET flow = excluded.flow \
         WHERE r.flow = excluded.flow",
        &[&scope.as_str(), &request.as_uuid(), &flow.as_uuid()],
    )
    .await?;
    if own == 0 {
        return Err(conflict());
    }
    wake_messages(transaction, scope, None, &WaitFor::Request(request), now).await
}

/// What waited for this is due, of whichever kind or of this one.
async fn wake_messages(
    transaction: &Transaction<'_>,
    scope: &Scope,
    kind: Option<&str>,
    comes: &WaitFor,
    now: DateTime<Utc>,
) -> Result<Due, StoreError> {
    let statement = transaction
        .prepare_cached(
            "UPDATE messages SET waits_for = NULL, not_before = least(not_before, $4), due_at = \
             greatest(least(not_before, $4), coalesce(held_until, least(not_before, $4))) \
             WHERE scope = $1 AND waits_for = $2 AND ($3::text IS NULL OR kind = $3) RETURNING id",
        )
        .await
        .map_err(database)?;
    let rows = transaction
        .query(&statement, &[&scope.as_str(), &waits_for(comes), &kind, &millis(now)])
        .await
        .map_err(database)?;
    Ok(rows.iter().map(|row| WorkId::Message(MessageId::new(unsigned(row.get(0))))).collect())
}
