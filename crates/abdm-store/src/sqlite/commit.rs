//! Commits: checked as a whole, then carried out, inside one savepoint.

use abdm_flow::store::{
    Commit, Committed, EffectId, FlowChange, FlowId, FlowWrite, Lease, MessageId, NewRow, Outcome,
    RowChange, RowWrite, Scope, StoreError, StoreErrorKind, WaitFor, WorkChange, WorkId,
};
use abdm_flow::{Bodies, RequestId};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error, OptionalExtension as _, params};

use super::claim::{grant, is_due, is_held, key_of};
use super::codec::{earlier_number, flow_id, millis, number, unsigned, waits_for};
use super::{database, intake};

/// What a commit makes due.
type Due = Vec<WorkId>;

pub(super) fn commit(connection: &Connection, commit: &Commit) -> Result<Committed, StoreError> {
    check(connection, commit)?;
    carry_out(connection, commit).map_err(database)
}

fn conflict() -> StoreError {
    StoreError::new(StoreErrorKind::Conflict)
}

fn check(connection: &Connection, commit: &Commit) -> Result<(), StoreError> {
    if let Some(work) = &commit.work {
        let lease = work.lease();
        if lease.scope != commit.scope || !is_held(connection, lease).map_err(database)? {
            return Err(StoreError::new(StoreErrorKind::LeaseLost));
        }
    }
    let scope = &commit.scope;
    if let Some(change) = &commit.flow {
        if revision(connection, scope, change.id).map_err(database)? != change.expected {
            return Err(conflict());
        }
        for key in change.write.iter().flat_map(|write| &write.keys) {
            let kind = change.write.as_ref().map_or("", |write| write.kind);
            let open = connection
                .prepare_cached(
                    "SELECT 1 FROM flow_keys k JOIN flows f ON f.scope = k.scope AND f.id = k.flow \
                     WHERE k.scope = ?1 AND k.kind = ?2 AND k.sort = ?3 AND k.text = ?4 \
                     AND f.done = 0 AND f.id <> ?5",
                )
                .and_then(|mut statement| {
                    let id = change.id.as_uuid();
                    statement.exists(params![
                        scope.as_str(),
                        kind,
                        key.kind,
                        key.text,
                        id.as_bytes()
                    ])
                });
            if open.map_err(database)? {
                return Err(conflict());
            }
        }
        for effect in change.write.iter().flat_map(|write| &write.effects) {
            if let Some(request) = effect.request {
                refuse_foreign(connection, scope, request, change.id)?;
            }
        }
    }
    let mut new = std::collections::BTreeSet::new();
    for change in &commit.rows {
        let stored: Option<i64> = connection
            .prepare_cached("SELECT revision FROM rows WHERE scope = ?1 AND name = ?2 AND key = ?3")
            .and_then(|mut statement| {
                statement
                    .query_row(params![scope.as_str(), change.table, change.key], |row| row.get(0))
                    .optional()
            })
            .map_err(database)?;
        let fits = match &change.write {
            RowWrite::Insert(_) => stored.is_none() && new.insert((change.table, &change.key)),
            RowWrite::Replace { expected, .. } => stored.map(unsigned) == Some(*expected),
            _ => true,
        };
        if !fits {
            return Err(conflict());
        }
    }
    Ok(())
}

/// The revision of a flow; 0 where there is none. A flow of another scope has one that nobody
/// expects.
fn revision(connection: &Connection, scope: &Scope, id: FlowId) -> Result<u64, Error> {
    let revision: Option<i64> = connection
        .prepare_cached("SELECT revision FROM flows WHERE scope = ?1 AND id = ?2")?
        .query_row(params![scope.as_str(), id.as_uuid().as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(revision.map_or(0, unsigned))
}

/// A `REQUEST-ID` is of one flow.
fn refuse_foreign(
    connection: &Connection,
    scope: &Scope,
    request: RequestId,
    flow: FlowId,
) -> Result<(), StoreError> {
    let foreign = connection
        .prepare_cached("SELECT 1 FROM requests WHERE scope = ?1 AND request = ?2 AND flow <> ?3")
        .and_then(|mut statement| {
            let (request, flow) = (request.as_uuid(), flow.as_uuid());
            statement.exists(params![scope.as_str(), request.as_bytes(), flow.as_bytes()])
        });
    if foreign.map_err(database)? { Err(conflict()) } else { Ok(()) }
}

fn carry_out(connection: &Connection, commit: &Commit) -> Result<Committed, Error> {
    let (scope, now) = (&commit.scope, commit.now);
    let mut due = Due::new();
    let settled = match &commit.work {
        Some(WorkChange::Settle { lease, outcome }) => Some((lease, outcome)),
        _ => None,
    };
    if let Some(FlowChange { id, expected, write: Some(write), .. }) = &commit.flow {
        write_flow(connection, scope, (*id, *expected), write, now, &mut due)?;
        change_bodies(connection, scope, *id, write, settled.map(|(lease, _)| lease))?;
    }
    for change in &commit.rows {
        change_row(connection, scope, change)?;
    }
    for (note, body) in &commit.notes {
        due.push(intake::put_note(connection, scope, note, *body, now)?);
    }
    if let Some((lease, outcome)) = settled {
        let written = commit.flow.as_ref().is_some_and(|flow| flow.write.is_some());
        settle(connection, lease, outcome, written, now, &mut due)?;
    }
    let work = grant(connection, scope, commit.grant.as_ref(), &due, now)?;
    let mut more = false;
    for id in due {
        more = more || is_due(connection, scope, id, None, now)?;
    }
    Ok(Committed::new(work, more))
}

fn write_flow(
    connection: &Connection,
    scope: &Scope,
    (id, expected): (FlowId, u64),
    write: &FlowWrite,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), Error> {
    let (flow, at) = (id.as_uuid(), millis(now));
    let sql = if expected == 0 {
        "INSERT INTO flows (scope, id, kind, version, state, revision, wake_at, done, created_at, \
         updated_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?8, ?6)"
    } else {
        "UPDATE flows SET version = ?4, state = ?5, revision = revision + 1, wake_at = ?6, \
         done = ?7, updated_at = ?8, holder = NULL, held_until = NULL, attempt = 0, due_at = ?6 \
         WHERE scope = ?1 AND id = ?2 AND kind = ?3"
    };
    connection.prepare_cached(sql)?.execute(params![
        scope.as_str(),
        flow.as_bytes(),
        write.kind,
        write.version,
        write.state.as_bytes().as_ref(),
        write.wake_at.map(millis),
        write.done,
        at,
    ])?;
    due.push(WorkId::Wake(id));
    for key in &write.keys {
        connection
            .prepare_cached(
                "INSERT INTO flow_keys (scope, kind, sort, text, flow) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT DO UPDATE SET flow = excluded.flow",
            )?
            .execute(params![scope.as_str(), write.kind, key.kind, key.text, flow.as_bytes()])?;
    }
    for new in &write.effects {
        let request = new.request.map(|request| request.as_uuid());
        connection
            .prepare_cached(
                "INSERT INTO effects (scope, kind, flow, lane, payload, request, queued_at, \
                 created_at, not_before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7)",
            )?
            .execute(params![
                scope.as_str(),
                write.kind,
                flow.as_bytes(),
                new.lane,
                new.payload.as_bytes().as_ref(),
                request.as_ref().map(|request| request.as_bytes()),
                at,
            ])?;
        due.extend(set_head(connection, scope, id, new.lane)?);
        if let Some(request) = new.request {
            due.extend(remember_call(connection, scope, request, id, now)?);
        }
    }
    due.extend(wake_messages(connection, scope, None, &WaitFor::Change(id), now)?);
    for key in &write.keys {
        let comes = WaitFor::Key(key.clone());
        due.extend(wake_messages(connection, scope, Some(write.kind), &comes, now)?);
    }
    due.dedup();
    Ok(())
}

/// Makes the oldest effect of a lane the one that may be done, and gives it.
pub(super) fn set_head(
    connection: &Connection,
    scope: &Scope,
    flow: FlowId,
    lane: &str,
) -> Result<Option<WorkId>, Error> {
    let flow = flow.as_uuid();
    let head: Option<i64> = connection
        .prepare_cached(
            "SELECT id FROM effects WHERE scope = ?1 AND flow = ?2 AND lane = ?3 \
             AND dead_at IS NULL ORDER BY id LIMIT 1",
        )?
        .query_row(params![scope.as_str(), flow.as_bytes(), lane], |row| row.get(0))
        .optional()?;
    let Some(head) = head else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "UPDATE effects SET head = 1, due_at = max(not_before, ifnull(held_until, not_before)) \
             WHERE id = ?1 AND head = 0",
        )?
        .execute([head])?;
    connection
        .prepare_cached(
            "UPDATE effects SET head = 0, due_at = NULL WHERE scope = ?1 AND flow = ?2 \
             AND lane = ?3 AND head = 1 AND id <> ?4",
        )?
        .execute(params![scope.as_str(), flow.as_bytes(), lane, head])?;
    Ok(Some(WorkId::Effect(EffectId::new(unsigned(head)))))
}

fn change_bodies(
    connection: &Connection,
    scope: &Scope,
    id: FlowId,
    write: &FlowWrite,
    settled: Option<&Lease>,
) -> Result<(), Error> {
    let Bodies { keep, drop, drop_all, .. } = &write.bodies;
    let flow = id.as_uuid();
    if *drop_all {
        connection
            .prepare_cached("DELETE FROM bodies WHERE scope = ?1 AND owner = ?2")?
            .execute(params![scope.as_str(), flow.as_bytes()])?;
    }
    for body in drop {
        connection
            .prepare_cached("DELETE FROM bodies WHERE scope = ?1 AND id = ?2 AND owner = ?3")?
            .execute(params![scope.as_str(), body.as_uuid().as_bytes(), flow.as_bytes()])?;
    }
    for (body, bytes) in &write.new_bodies {
        connection
            .prepare_cached("INSERT INTO bodies (scope, id, owner, bytes) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                scope.as_str(),
                body.as_uuid().as_bytes(),
                flow.as_bytes(),
                bytes.as_ref()
            ])?;
    }
    if let (true, Some(work @ WorkId::Message(_))) = (*keep, settled.map(|lease| lease.work)) {
        connection
            .prepare_cached(
                "UPDATE bodies SET owner = ?3 WHERE scope = ?1 AND id = \
                 (SELECT body FROM messages WHERE scope = ?1 AND id = ?2)",
            )?
            .execute(params![scope.as_str(), key_of(work), flow.as_bytes()])?;
    }
    Ok(())
}

fn change_row(connection: &Connection, scope: &Scope, change: &RowChange) -> Result<(), Error> {
    let put = |row: &NewRow| {
        connection
            .prepare_cached(
                "INSERT INTO rows (scope, name, key, parent, sort, revision, payload, expires_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7) ON CONFLICT DO UPDATE SET \
                 parent = excluded.parent, sort = excluded.sort, revision = revision + 1, \
                 payload = excluded.payload, expires_at = excluded.expires_at",
            )?
            .execute(params![
                scope.as_str(),
                change.table,
                change.key,
                row.parent,
                row.sort,
                row.payload.as_bytes().as_ref(),
                row.expires_at.map(millis),
            ])
    };
    let place = params![scope.as_str(), change.table, change.key];
    match &change.write {
        RowWrite::Insert(row) | RowWrite::Put(row) | RowWrite::Replace { row, .. } => put(row)?,
        RowWrite::Delete => connection
            .prepare_cached("DELETE FROM rows WHERE scope = ?1 AND name = ?2 AND key = ?3")?
            .execute(place)?,
        RowWrite::DeleteChildren => connection
            .prepare_cached("DELETE FROM rows WHERE scope = ?1 AND name = ?2 AND parent = ?3")?
            .execute(place)?,
        _ => 0,
    };
    Ok(())
}

fn settle(
    connection: &Connection,
    lease: &Lease,
    outcome: &Outcome,
    written: bool,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), Error> {
    match lease.work {
        WorkId::Message(id) => settle_message(connection, &lease.scope, id, outcome, now),
        WorkId::Effect(id) => settle_effect(connection, &lease.scope, id, outcome, now, due),
        // A change of the flow has ended the claim and said what comes next.
        WorkId::Wake(_) if written => Ok(()),
        WorkId::Wake(id) => {
            let wake_at = match outcome {
                Outcome::Later { not_before, .. } => Some(millis(*not_before)),
                _ => None,
            };
            connection
                .prepare_cached(
                    "UPDATE flows SET wake_at = ?3, due_at = ?3, revision = revision + 1, \
                     attempt = 0, holder = NULL, held_until = NULL WHERE scope = ?1 AND id = ?2",
                )?
                .execute(params![lease.scope.as_str(), id.as_uuid().as_bytes(), wake_at])
                .map(drop)
        }
        _ => Ok(()),
    }
}

fn settle_message(
    connection: &Connection,
    scope: &Scope,
    id: MessageId,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match outcome {
        Outcome::Later { waits_for: Some(comes), .. }
            if is_there(connection, scope, id, comes)? =>
        {
            connection
                .prepare_cached(
                    "UPDATE messages SET holder = NULL, held_until = NULL, attempt = 0, \
                     deferrals = deferrals + 1, not_before = ?3, due_at = ?3, waits_for = NULL \
                     WHERE scope = ?1 AND id = ?2",
                )?
                .execute(params![scope.as_str(), number(id.number()), millis(now)])
                .map(drop)
        }
        Outcome::Later { not_before, waits_for: waits, .. } => connection
            .prepare_cached(
                "UPDATE messages SET holder = NULL, held_until = NULL, attempt = 0, \
                 deferrals = deferrals + 1, not_before = ?3, due_at = ?3, waits_for = ?4 \
                 WHERE scope = ?1 AND id = ?2",
            )?
            .execute(params![
                scope.as_str(),
                number(id.number()),
                millis(*not_before),
                waits.as_ref().map(waits_for)
            ])
            .map(drop),
        Outcome::Dead { reason } => connection
            .prepare_cached(
                "UPDATE messages SET holder = NULL, held_until = NULL, attempt = 0, \
                 waits_for = NULL, dead_reason = ?3, dead_at = ?4, due_at = NULL \
                 WHERE scope = ?1 AND id = ?2",
            )?
            .execute(params![scope.as_str(), number(id.number()), reason, millis(now)])
            .map(drop),
        _ => forget_message(connection, scope, id, now),
    }
}

/// Whether what a message is to wait for came while it was being put off: it would wait for ever.
fn is_there(
    connection: &Connection,
    scope: &Scope,
    id: MessageId,
    comes: &WaitFor,
) -> Result<bool, Error> {
    match comes {
        WaitFor::Key(key) => connection
            .prepare_cached(
                "SELECT 1 FROM flow_keys k JOIN messages m ON m.scope = k.scope AND m.kind = k.kind \
                 WHERE m.scope = ?1 AND m.id = ?2 AND k.sort = ?3 AND k.text = ?4",
            )?
            .exists(params![scope.as_str(), number(id.number()), key.kind, key.text]),
        WaitFor::Request(request) => connection
            .prepare_cached("SELECT 1 FROM requests WHERE scope = ?1 AND request = ?2")?
            .exists(params![scope.as_str(), request.as_uuid().as_bytes()]),
        _ => Ok(false),
    }
}

/// A message is settled for good: only that it came is remembered.
pub(super) fn forget_message(
    connection: &Connection,
    scope: &Scope,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let place = params![scope.as_str(), number(id.number())];
    connection
        .prepare_cached(
            "DELETE FROM bodies WHERE scope = ?1 AND owner IS NULL AND id = \
             (SELECT body FROM messages WHERE scope = ?1 AND id = ?2)",
        )?
        .execute(place)?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO seen (scope, endpoint, message, kind, at) \
             SELECT scope, endpoint, message, kind, ?3 FROM messages \
             WHERE scope = ?1 AND id = ?2 AND message IS NOT NULL",
        )?
        .execute(params![scope.as_str(), number(id.number()), millis(now)])?;
    connection
        .prepare_cached("DELETE FROM messages WHERE scope = ?1 AND id = ?2")?
        .execute(place)
        .map(drop)
}

fn settle_effect(
    connection: &Connection,
    scope: &Scope,
    id: EffectId,
    outcome: &Outcome,
    now: DateTime<Utc>,
    due: &mut Due,
) -> Result<(), Error> {
    let place = params![scope.as_str(), number(id.number())];
    if let Outcome::Later { not_before, perhaps_sent, .. } = outcome {
        let sent = if *perhaps_sent {
            abdm_flow::store::Earlier::PerhapsSent
        } else {
            abdm_flow::store::Earlier::NotSent
        };
        return connection
            .prepare_cached(
                "UPDATE effects SET holder = NULL, held_until = NULL, begun = 0, \
                 earlier = max(earlier, ?4), deferrals = deferrals + 1, not_before = ?3, \
                 due_at = CASE WHEN head = 1 THEN ?3 END WHERE scope = ?1 AND id = ?2",
            )?
            .execute(params![
                scope.as_str(),
                number(id.number()),
                millis(*not_before),
                earlier_number(sent)
            ])
            .map(drop);
    }
    let lane: Option<(Vec<u8>, String)> = connection
        .prepare_cached("SELECT flow, lane FROM effects WHERE scope = ?1 AND id = ?2")?
        .query_row(place, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Outcome::Dead { reason } = outcome {
        connection
            .prepare_cached(
                "UPDATE effects SET holder = NULL, held_until = NULL, dead_reason = ?3, \
                 dead_at = ?4, head = 0, due_at = NULL WHERE scope = ?1 AND id = ?2",
            )?
            .execute(params![scope.as_str(), number(id.number()), reason, millis(now)])?;
    } else {
        connection
            .prepare_cached("DELETE FROM effects WHERE scope = ?1 AND id = ?2")?
            .execute(place)?;
    }
    if let Some((flow, lane)) = lane {
        due.extend(set_head(connection, scope, flow_id(&flow)?, &lane)?);
    }
    Ok(())
}

pub(super) fn remember(
    connection: &Connection,
    scope: &Scope,
    request: RequestId,
    flow: FlowId,
) -> Result<(), StoreError> {
    if revision(connection, scope, flow).map_err(database)? == 0 {
        return Err(conflict());
    }
    refuse_foreign(connection, scope, request, flow)?;
    // What waits for the call is due from the beginning of time: there is no `now` here, and the
    // message has been in the inbox for a while.
    remember_call(connection, scope, request, flow, DateTime::UNIX_EPOCH)
        .map(drop)
        .map_err(database)
}

fn remember_call(
    connection: &Connection,
    scope: &Scope,
    request: RequestId,
    flow: FlowId,
    now: DateTime<Utc>,
) -> Result<Due, Error> {
    connection
        .prepare_cached(
            "INSERT INTO requests (scope, request, flow) VALUES (?1, ?2, ?3) \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            scope.as_str(),
            request.as_uuid().as_bytes(),
            flow.as_uuid().as_bytes()
        ])?;
    wake_messages(connection, scope, None, &WaitFor::Request(request), now)
}

/// What waited for this is due, of whichever kind or of this one.
fn wake_messages(
    connection: &Connection,
    scope: &Scope,
    kind: Option<&str>,
    comes: &WaitFor,
    now: DateTime<Utc>,
) -> Result<Due, Error> {
    connection
        .prepare_cached(
            "UPDATE messages SET waits_for = NULL, not_before = min(not_before, ?4), \
             due_at = max(min(not_before, ?4), ifnull(held_until, min(not_before, ?4))) \
             WHERE scope = ?1 AND waits_for = ?2 AND (?3 IS NULL OR kind = ?3) RETURNING id",
        )?
        .query_map(params![scope.as_str(), waits_for(comes), kind, millis(now)], |row| {
            Ok(WorkId::Message(MessageId::new(unsigned(row.get(0)?))))
        })?
        .collect()
}
