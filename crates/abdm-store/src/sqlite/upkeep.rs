//! Dead letters, depths and forgetting.

use abdm_flow::store::{
    DeadItem, DeadLetter, DeadLetterList, EffectId, MessageId, Purge, Purged, QueueDepths, Scope,
    WorkId,
};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error, OptionalExtension as _, params};

use super::claim;
use super::codec::{
    flow_id, instant, limit, list, maybe_instant, millis, number, scopes, unsigned,
};
use super::commit::{forget_message, set_head};

/// Which dead letters are read.
pub(super) struct Letters {
    scope: Option<String>,
    kind: Option<String>,
    since: Option<i64>,
    limit: usize,
}

/// The condition of the letters that are wanted.
const WANTED: &str = "dead_at IS NOT NULL AND (?1 IS NULL OR scope = ?1) \
     AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR dead_at >= ?3)";

impl Letters {
    pub(super) fn of(list: &DeadLetterList<'_>) -> Self {
        Self {
            scope: list.scope.map(|scope| scope.as_str().to_owned()),
            kind: list.kind.map(str::to_owned),
            since: list.since.map(millis),
            limit: list.limit,
        }
    }

    pub(super) fn read(&self, connection: &Connection) -> Result<Vec<DeadLetter>, Error> {
        let mut letters = self.messages(connection)?;
        letters.extend(self.effects(connection)?);
        letters.sort_by_key(|letter| (letter.at, letter.work));
        letters.truncate(self.limit);
        Ok(letters)
    }

    fn messages(&self, connection: &Connection) -> Result<Vec<DeadLetter>, Error> {
        let sql = format!(
            "SELECT scope, id, kind, dead_reason, dead_at, endpoint, headers, received_at, body, \
             body_length FROM messages WHERE {WANTED} ORDER BY dead_at, id LIMIT ?4"
        );
        connection
            .prepare_cached(&sql)?
            .query_map(params![self.scope, self.kind, self.since, limit(self.limit)], |row| {
                let work = WorkId::Message(MessageId::new(unsigned(row.get(1)?)));
                letter(row, work, DeadItem::Message(claim::message(row, 5)?))
            })?
            .collect()
    }

    fn effects(&self, connection: &Connection) -> Result<Vec<DeadLetter>, Error> {
        let sql = format!(
            "SELECT scope, id, kind, dead_reason, dead_at, flow, lane, payload, request, created_at \
             FROM effects WHERE {WANTED} ORDER BY dead_at, id LIMIT ?4"
        );
        connection
            .prepare_cached(&sql)?
            .query_map(params![self.scope, self.kind, self.since, limit(self.limit)], |row| {
                let id = EffectId::new(unsigned(row.get(1)?));
                letter(row, WorkId::Effect(id), DeadItem::Effect(claim::effect(row, id, 5)?))
            })?
            .collect()
    }
}

fn letter(row: &rusqlite::Row<'_>, work: WorkId, item: DeadItem) -> Result<DeadLetter, Error> {
    let scope: String = row.get(0)?;
    let at = instant(row.get(4)?)?;
    Ok(DeadLetter::new((Scope::new(scope), work), row.get(2)?, item, row.get(3)?, at))
}

pub(super) fn replay(
    connection: &Connection,
    scope: &Scope,
    work: WorkId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    const AGAIN: &str = "SET dead_at = NULL, dead_reason = NULL, attempt = 0, deferrals = 0, \
         queued_at = ?3, not_before = ?3";
    match work {
        WorkId::Message(id) => {
            let sql = format!(
                "UPDATE messages {AGAIN}, due_at = ?3 \
                 WHERE scope = ?1 AND id = ?2 AND dead_at IS NOT NULL"
            );
            let replayed = connection.prepare_cached(&sql)?.execute(params![
                scope.as_str(),
                number(id.number()),
                millis(now)
            ])?;
            Ok(replayed > 0)
        }
        WorkId::Effect(id) => {
            let sql = format!(
                "UPDATE effects {AGAIN} WHERE scope = ?1 AND id = ?2 AND dead_at IS NOT NULL \
                 RETURNING flow, lane"
            );
            let lane: Option<(Vec<u8>, String)> = connection
                .prepare_cached(&sql)?
                .query_row(params![scope.as_str(), number(id.number()), millis(now)], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let Some((flow, lane)) = lane else {
                return Ok(false);
            };
            set_head(connection, scope, flow_id(&flow)?, &lane)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

pub(super) fn discard(
    connection: &Connection,
    scope: &Scope,
    work: WorkId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    match work {
        WorkId::Message(id) => {
            let dead = connection
                .prepare_cached(
                    "SELECT 1 FROM messages WHERE scope = ?1 AND id = ?2 AND dead_at IS NOT NULL",
                )?
                .exists(params![scope.as_str(), number(id.number())])?;
            if dead {
                forget_message(connection, scope, id, now)?;
            }
            Ok(dead)
        }
        WorkId::Effect(id) => {
            let gone = connection
                .prepare_cached(
                    "DELETE FROM effects WHERE scope = ?1 AND id = ?2 AND dead_at IS NOT NULL",
                )?
                .execute(params![scope.as_str(), number(id.number())])?;
            Ok(gone > 0)
        }
        _ => Ok(false),
    }
}

pub(super) fn depths(
    connection: &Connection,
    kinds: &[&'static str],
) -> Result<Vec<QueueDepths>, Error> {
    let counted = |table: &str, kind: &str| {
        let sql = format!(
            "SELECT count(*) - count(dead_at), count(dead_at), \
             min(CASE WHEN dead_at IS NULL THEN queued_at END) FROM {table} WHERE kind = ?1"
        );
        connection.prepare_cached(&sql)?.query_row([kind], |row| {
            let oldest = maybe_instant(row.get(2)?)?;
            Ok((unsigned(row.get(0)?), unsigned(row.get(1)?), oldest))
        })
    };
    kinds
        .iter()
        .map(|kind| {
            let (messages, dead_messages, oldest_message) = counted("messages", kind)?;
            let (effects, dead_effects, oldest_effect) = counted("effects", kind)?;
            let dead = dead_messages + dead_effects;
            Ok(QueueDepths::new((*kind).to_owned(), messages, effects, dead)
                .since(oldest_message, oldest_effect))
        })
        .collect()
}

/// What is forgotten.
pub(super) struct Forget {
    scopes: Option<String>,
    kinds: String,
    finished_before: i64,
    seen_before: i64,
    now: DateTime<Utc>,
    limit: usize,
}

impl Forget {
    pub(super) fn of(purge: &Purge<'_>) -> Self {
        Self {
            scopes: purge.scopes.map(scopes),
            kinds: list(purge.kinds),
            finished_before: millis(purge.finished_before),
            seen_before: millis(purge.seen_before),
            now: purge.now,
            limit: purge.limit,
        }
    }
}

pub(super) fn purge(connection: &Connection, forget: &Forget) -> Result<Purged, Error> {
    let dead = purge_dead(connection, forget)?;
    let flows = purge_flows(connection, forget)?;
    let seen = connection
        .prepare_cached(
            "DELETE FROM seen WHERE (scope, endpoint, message) IN \
             (SELECT scope, endpoint, message FROM seen WHERE at < ?1 \
              AND kind IN (SELECT value FROM json_each(?2)) \
              AND (?4 IS NULL OR scope IN (SELECT value FROM json_each(?4))) \
              ORDER BY at LIMIT ?3)",
        )?
        .execute(params![forget.seen_before, forget.kinds, limit(forget.limit), forget.scopes])?;
    let rows = connection
        .prepare_cached(
            "DELETE FROM rows WHERE rowid IN (SELECT rowid FROM rows \
             WHERE expires_at IS NOT NULL AND expires_at <= ?1 \
             AND (?3 IS NULL OR scope IN (SELECT value FROM json_each(?3))) \
             ORDER BY expires_at LIMIT ?2)",
        )?
        .execute(params![millis(forget.now), limit(forget.limit), forget.scopes])?;
    // The pages that are free go back to the disk.
    connection.execute_batch("PRAGMA incremental_vacuum(256)")?;
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Purged::new(number(flows), number(dead), number(seen), number(rows)))
}

fn purge_dead(connection: &Connection, forget: &Forget) -> Result<usize, Error> {
    let old = |table: &str, most: usize| -> Result<Vec<(Scope, u64)>, Error> {
        let sql = format!(
            "SELECT scope, id FROM {table} WHERE dead_at IS NOT NULL AND dead_at < ?1 \
             AND kind IN (SELECT value FROM json_each(?2)) \
             AND (?4 IS NULL OR scope IN (SELECT value FROM json_each(?4))) \
             ORDER BY dead_at LIMIT ?3"
        );
        connection
            .prepare_cached(&sql)?
            .query_map(
                params![forget.finished_before, forget.kinds, limit(most), forget.scopes],
                |row| {
                    let scope: String = row.get(0)?;
                    Ok((Scope::new(scope), unsigned(row.get(1)?)))
                },
            )?
            .collect()
    };
    let messages = old("messages", forget.limit)?;
    let effects = old("effects", forget.limit - messages.len())?;
    for (scope, id) in &messages {
        forget_message(connection, scope, MessageId::new(*id), forget.now)?;
    }
    for (scope, id) in &effects {
        connection
            .prepare_cached("DELETE FROM effects WHERE scope = ?1 AND id = ?2")?
            .execute(params![scope.as_str(), number(*id)])?;
    }
    Ok(messages.len() + effects.len())
}

fn purge_flows(connection: &Connection, forget: &Forget) -> Result<usize, Error> {
    let old: Vec<(String, Vec<u8>)> = connection
        .prepare_cached(
            "SELECT f.scope, f.id FROM flows f WHERE f.done = 1 AND f.updated_at < ?1 \
             AND f.kind IN (SELECT value FROM json_each(?2)) \
             AND (?4 IS NULL OR f.scope IN (SELECT value FROM json_each(?4))) AND NOT EXISTS \
             (SELECT 1 FROM effects e WHERE e.scope = f.scope AND e.flow = f.id) LIMIT ?3",
        )?
        .query_map(
            params![forget.finished_before, forget.kinds, limit(forget.limit), forget.scopes],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<Result<_, Error>>()?;
    for (scope, id) in &old {
        for sql in [
            "DELETE FROM flow_keys WHERE scope = ?1 AND flow = ?2",
            "DELETE FROM requests WHERE scope = ?1 AND flow = ?2",
            "DELETE FROM bodies WHERE scope = ?1 AND owner = ?2",
            "DELETE FROM flows WHERE scope = ?1 AND id = ?2",
        ] {
            connection.prepare_cached(sql)?.execute(params![scope, id])?;
        }
    }
    Ok(old.len())
}
