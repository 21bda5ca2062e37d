//! Claims: who may do what, and until when.

use std::collections::BTreeMap;

use abdm_flow::store::{
    Body, Claim, Claimed, Effect, EffectId, FlowId, Grant, Lease, Message, MessageId, Scope, Task,
    Work, WorkId,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error, OptionalExtension as _, params};

use super::codec::{
    body_id, count, damaged, earlier, earlier_number, flow_id, instant, limit, list, maybe_instant,
    millis, number, payload, request_id, scopes, unsigned,
};
use super::read::{FLOW, stored_flow};

/// What is claimed, by whom, until when.
pub(super) struct Wanted {
    scopes: Option<String>,
    kinds: String,
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
            kinds: list(claim.kinds),
            holder: claim.holder.to_owned(),
            now: millis(claim.now),
            until: millis(claim.until),
            limit: limit(claim.limit),
            bytes: claim.bytes,
        }
    }
}

/// The condition of whatever is this claimer's to do.
const WANTED: &str = "due_at IS NOT NULL AND kind IN (SELECT value FROM json_each(?1)) \
     AND (?2 IS NULL OR scope IN (SELECT value FROM json_each(?2)))";

pub(super) fn claim(connection: &Connection, wanted: &Wanted) -> Result<Claimed, Error> {
    let mut due: Vec<(i64, Scope, WorkId)> = Vec::new();
    for queue in Queue::ALL {
        let sql = format!(
            "SELECT due_at, scope, id FROM {} WHERE {WANTED} AND due_at <= ?3 \
             ORDER BY due_at, id LIMIT ?4",
            queue.table()
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_map(
            params![wanted.kinds, wanted.scopes, wanted.now, wanted.limit],
            |row| {
                let scope: String = row.get(1)?;
                Ok((row.get(0)?, Scope::new(scope), queue.work(row)?))
            },
        )?;
        for found in found {
            due.push(found?);
        }
    }
    due.sort_by_key(|(at, _, work)| (*at, *work));
    due.truncate(usize::try_from(wanted.limit).unwrap_or(usize::MAX));
    let mut taker = Taker { holder: &wanted.holder, until: wanted.until, room: wanted.bytes };
    let mut work = Vec::with_capacity(due.len());
    for (_, scope, id) in due {
        work.extend(taker.take(connection, &scope, id)?);
    }
    let mut next: Option<i64> = None;
    for queue in Queue::ALL {
        let sql =
            format!("SELECT due_at FROM {} WHERE {WANTED} ORDER BY due_at LIMIT 1", queue.table());
        let due: Option<i64> = connection
            .prepare_cached(&sql)?
            .query_row(params![wanted.kinds, wanted.scopes], |row| row.get(0))
            .optional()?;
        next = next.into_iter().chain(due).min();
    }
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

    const fn of(work: WorkId) -> Option<Self> {
        match work {
            WorkId::Message(_) => Some(Self::Messages),
            WorkId::Effect(_) => Some(Self::Effects),
            WorkId::Wake(_) => Some(Self::Wakes),
            _ => None,
        }
    }

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
            Self::Effects => "CASE WHEN dead_at IS NULL AND head = 1 THEN not_before END",
            Self::Wakes => "wake_at",
        }
    }

    /// The third column of a row as this queue's work.
    fn work(self, row: &rusqlite::Row<'_>) -> Result<WorkId, Error> {
        Ok(match self {
            Self::Messages => WorkId::Message(MessageId::new(unsigned(row.get(2)?))),
            Self::Effects => WorkId::Effect(EffectId::new(unsigned(row.get(2)?))),
            Self::Wakes => WorkId::Wake(flow_id(&row.get::<_, Vec<u8>>(2)?)?),
        })
    }
}

/// The value of the column `id` of a piece of work.
pub(super) fn key_of(work: WorkId) -> rusqlite::types::Value {
    match work {
        WorkId::Message(id) => number(id.number()).into(),
        WorkId::Effect(id) => number(id.number()).into(),
        WorkId::Wake(id) => id.as_uuid().as_bytes().to_vec().into(),
        _ => rusqlite::types::Value::Null,
    }
}

/// Claims, of this work, what is due and fits the grant.
pub(super) fn grant(
    connection: &Connection,
    scope: &Scope,
    grant: Option<&Grant>,
    work: &[WorkId],
    now: DateTime<Utc>,
) -> Result<Vec<Work>, Error> {
    let Some(grant) = grant else {
        return Ok(Vec::new());
    };
    let kinds = list(&grant.kinds);
    let mut taker = Taker { holder: &grant.holder, until: millis(grant.until), room: 1 << 20 };
    let mut granted = Vec::new();
    for id in work {
        if granted.len() >= grant.limit {
            break;
        }
        if is_due(connection, scope, *id, Some(&kinds), now)? {
            granted.extend(taker.take(connection, scope, *id)?);
        }
    }
    Ok(granted)
}

/// Whether work is due and, where kinds are named, of one of them.
pub(super) fn is_due(
    connection: &Connection,
    scope: &Scope,
    work: WorkId,
    kinds: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(queue) = Queue::of(work) else {
        return Ok(false);
    };
    let sql = format!(
        "SELECT 1 FROM {} WHERE scope = ?1 AND id = ?2 AND due_at <= ?3 \
         AND (?4 IS NULL OR kind IN (SELECT value FROM json_each(?4)))",
        queue.table()
    );
    connection.prepare_cached(&sql)?.exists(params![
        scope.as_str(),
        key_of(work),
        millis(now),
        kinds
    ])
}

/// Whoever takes work.
struct Taker<'a> {
    holder: &'a str,
    until: i64,
    /// How many bytes of bodies still come along.
    room: u64,
}

impl Taker<'_> {
    fn take(
        &mut self,
        connection: &Connection,
        scope: &Scope,
        work: WorkId,
    ) -> Result<Option<Work>, Error> {
        match work {
            WorkId::Message(id) => self.take_message(connection, scope, id).map(Some),
            WorkId::Effect(id) => self.take_effect(connection, scope, id),
            WorkId::Wake(id) => self.take_wake(connection, scope, id).map(Some),
            _ => Ok(None),
        }
    }

    fn take_message(
        &mut self,
        connection: &Connection,
        scope: &Scope,
        id: MessageId,
    ) -> Result<Work, Error> {
        let held = params![scope.as_str(), number(id.number()), self.holder, self.until];
        let (mut work, mut message) = connection
            .prepare_cached(
                "UPDATE messages SET attempt = attempt + 1, fence = fence + 1, holder = ?3, \
                 held_until = ?4, due_at = max(?4, not_before) WHERE scope = ?1 AND id = ?2 \
                 RETURNING kind, endpoint, headers, received_at, body, body_length, queued_at, \
                 attempt, deferrals, fence",
            )?
            .query_row(held, |row| {
                let message = message(row, 1)?;
                let lease = Lease::new(scope.clone(), WorkId::Message(id), unsigned(row.get(9)?));
                let task = Task::Message(message.clone());
                let mut work = Work::new(lease, row.get(0)?, instant(row.get(6)?)?, task);
                work.attempt = count(row.get(7)?);
                work.deferrals = count(row.get(8)?);
                Ok((work, message))
            })?;
        if message.body.length <= self.room {
            let bytes = super::read::body(connection, scope, message.body.id)?;
            if bytes.is_some() {
                self.room -= message.body.length;
            }
            message.body.bytes = bytes;
            work.task = Task::Message(message);
        }
        Ok(work)
    }

    fn take_effect(
        &mut self,
        connection: &Connection,
        scope: &Scope,
        id: EffectId,
    ) -> Result<Option<Work>, Error> {
        let perhaps_sent = earlier_number(abdm_flow::store::Earlier::PerhapsSent);
        let held =
            params![scope.as_str(), number(id.number()), self.holder, self.until, perhaps_sent];
        let (mut work, effect) = connection
            .prepare_cached(
                "UPDATE effects SET attempt = attempt + 1, fence = fence + 1, holder = ?3, \
                 held_until = ?4, due_at = max(?4, not_before), \
                 earlier = CASE WHEN begun = 1 THEN ?5 ELSE earlier END, begun = 1 \
                 WHERE scope = ?1 AND id = ?2 RETURNING kind, flow, lane, payload, request, \
                 created_at, queued_at, attempt, deferrals, fence, earlier",
            )?
            .query_row(held, |row| {
                let effect = effect(row, id, 1)?;
                let lease = Lease::new(scope.clone(), WorkId::Effect(id), unsigned(row.get(9)?));
                // The flow is read next.
                let task = Task::Message(nothing());
                let mut work = Work::new(lease, row.get(0)?, instant(row.get(6)?)?, task);
                work.attempt = count(row.get(7)?);
                work.deferrals = count(row.get(8)?);
                work.earlier = earlier(row.get(10)?);
                Ok((work, effect))
            })?;
        let Some(flow) = super::read::flow(connection, scope, effect.flow)? else {
            return Ok(None);
        };
        work.task = Task::Effect(effect, flow);
        Ok(Some(work))
    }

    fn take_wake(
        &mut self,
        connection: &Connection,
        scope: &Scope,
        id: FlowId,
    ) -> Result<Work, Error> {
        let sql = format!(
            "UPDATE flows AS f SET fence = fence + 1, attempt = attempt + 1, holder = ?3, \
             held_until = ?4, due_at = max(?4, wake_at) WHERE scope = ?1 AND id = ?2 \
             RETURNING {}, fence, attempt",
            FLOW.replace("f.", "")
        );
        let id_bytes = id.as_uuid();
        let held = params![scope.as_str(), id_bytes.as_bytes(), self.holder, self.until];
        connection.prepare_cached(&sql)?.query_row(held, |row| {
            let flow = stored_flow(row, 0)?;
            let lease = Lease::new(scope.clone(), WorkId::Wake(id), unsigned(row.get(10)?));
            let woken = flow.wake_at.ok_or_else(|| damaged("a wake-up has an instant"))?;
            let mut work = Work::new(lease, flow.kind.clone(), woken, Task::Wake(flow));
            work.attempt = count(row.get(11)?);
            Ok(work)
        })
    }
}

/// A message without content.
fn nothing() -> Message {
    let body = Body::new(abdm_flow::store::BodyId::from_uuid(uuid::Uuid::nil()), 0, None);
    Message::new(String::new(), BTreeMap::new(), DateTime::UNIX_EPOCH, body)
}

/// Reads endpoint, headers, received_at, body and body_length from `first` on.
pub(super) fn message(row: &rusqlite::Row<'_>, first: usize) -> Result<Message, Error> {
    let headers: Vec<u8> = row.get(first + 1)?;
    let headers =
        serde_json::from_slice(&headers).map_err(|_| damaged("headers are a map of texts"))?;
    let body: Vec<u8> = row.get(first + 3)?;
    let body = Body::new(body_id(&body)?, unsigned(row.get(first + 4)?), None::<Bytes>);
    Ok(Message::new(row.get(first)?, headers, instant(row.get(first + 2)?)?, body))
}

/// Reads flow, lane, payload, request and created_at from `first` on.
pub(super) fn effect(row: &rusqlite::Row<'_>, id: EffectId, first: usize) -> Result<Effect, Error> {
    let flow: Vec<u8> = row.get(first)?;
    let request: Option<Vec<u8>> = row.get(first + 3)?;
    let request = request.map(|bytes| request_id(&bytes)).transpose()?;
    let (lane, bytes) = (row.get(first + 1)?, row.get(first + 2)?);
    let created_at = instant(row.get(first + 4)?)?;
    Ok(Effect::new((id, flow_id(&flow)?), lane, payload(bytes), request, created_at))
}

/// Whether the work is still held under this lease.
pub(super) fn is_held(connection: &Connection, lease: &Lease) -> Result<bool, Error> {
    let Some(queue) = Queue::of(lease.work) else {
        return Ok(false);
    };
    let sql = format!(
        "SELECT 1 FROM {} WHERE scope = ?1 AND id = ?2 AND fence = ?3 AND holder IS NOT NULL",
        queue.table()
    );
    let lease = params![lease.scope.as_str(), key_of(lease.work), number(lease.fence)];
    connection.prepare_cached(&sql)?.exists(lease)
}

/// Gives back the leases that are lost.
pub(super) fn renew(
    connection: &Connection,
    leases: Vec<Lease>,
    until: DateTime<Utc>,
) -> Result<Vec<Lease>, Error> {
    let mut lost = Vec::new();
    for lease in leases {
        if !is_held(connection, &lease)? {
            lost.push(lease);
            continue;
        }
        let Some(queue) = Queue::of(lease.work) else { continue };
        let sql = format!(
            "UPDATE {} SET held_until = ?3, due_at = max(?3, {}) WHERE scope = ?1 AND id = ?2",
            queue.table(),
            queue.free_due()
        );
        connection.prepare_cached(&sql)?.execute(params![
            lease.scope.as_str(),
            key_of(lease.work),
            millis(until)
        ])?;
    }
    Ok(lost)
}

pub(super) fn release(connection: &Connection, kinds: &str, holder: &str) -> Result<(), Error> {
    for queue in Queue::ALL {
        let sql = format!(
            "UPDATE {} SET holder = NULL, held_until = NULL, due_at = {} \
             WHERE holder = ?2 \
             AND kind IN (SELECT value FROM json_each(?1))",
            queue.table(),
            queue.free_due()
        );
        connection.prepare_cached(&sql)?.execute(params![kinds, holder])?;
    }
    Ok(())
}
