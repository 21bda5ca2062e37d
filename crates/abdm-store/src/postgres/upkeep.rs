//! Dead letters, depths and forgetting.

use abdm_flow::store::{
    DeadItem, DeadLetter, DeadLetterList, EffectId, MessageId, Purge, Purged, QueueDepths, Scope,
    StoreError, WorkId,
};
use chrono::{DateTime, Utc};
use deadpool_postgres::{Client, Transaction};
use uuid::Uuid;

use super::codec::{instant, limit, maybe_instant, millis, number, scopes, unsigned};
use super::commit::{forget_message, run, set_head};
use super::{claim, database};

/// Which dead letters are read.
pub(super) struct Letters {
    scope: Option<String>,
    kind: Option<String>,
    since: Option<i64>,
    limit: usize,
}

/// The condition of the letters that are wanted.
const WANTED: &str = "dead_at IS NOT NULL AND ($1::text IS NULL OR scope = $1) \
     AND ($2::text IS NULL OR kind = $2) AND ($3::bigint IS NULL OR dead_at >= $3)";

impl Letters {
    pub(super) fn of(list: &DeadLetterList<'_>) -> Self {
        Self {
            scope: list.scope.map(|scope| scope.as_str().to_owned()),
            kind: list.kind.map(str::to_owned),
            since: list.since.map(millis),
            limit: list.limit,
        }
    }

    pub(super) async fn read(&self, client: &Client) -> Result<Vec<DeadLetter>, StoreError> {
        let mut letters = Vec::new();
        let messages = format!(
            "SELECT scope, id, kind, dead_reason, dead_at, endpoint, headers, received_at, body, \
             body_length FROM messages WHERE {WANTED} ORDER BY dead_at, id LIMIT $4"
        );
        for row in self.query(client, &messages).await? {
            let work = WorkId::Message(MessageId::new(unsigned(row.get(1))));
            letters.push(letter(&row, work, DeadItem::Message(claim::message(&row, 5)?))?);
        }
        let effects = format!(
            "SELECT scope, id, kind, dead_reason, dead_at, flow, lane, payload, request, created_at \
             FROM effects WHERE {WANTED} ORDER BY dead_at, id LIMIT $4"
        );
        for row in self.query(client, &effects).await? {
            let id = EffectId::new(unsigned(row.get(1)));
            let item = DeadItem::Effect(claim::effect(&row, id, 5)?);
            letters.push(letter(&row, WorkId::Effect(id), item)?);
        }
        letters.sort_by_key(|letter| (letter.at, letter.work));
        letters.truncate(self.limit);
        Ok(letters)
    }

    async fn query(
        &self,
        client: &Client,
        sql: &str,
    ) -> Result<Vec<tokio_postgres::Row>, StoreError> {
        client
            .query(sql, &[&self.scope, &self.kind, &self.since, &limit(self.limit)])
            .await
            .map_err(database)
    }
}

fn letter(
    row: &tokio_postgres::Row,
    work: WorkId,
    item: DeadItem,
) -> Result<DeadLetter, StoreError> {
    let scope = Scope::new(row.get::<_, String>(0));
    Ok(DeadLetter::new((scope, work), row.get(2), item, row.get(3), instant(row.get(4))?))
}

pub(super) async fn replay(
    client: &mut Client,
    scope: &Scope,
    work: WorkId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    const AGAIN: &str = "SET dead_at = NULL, dead_reason = NULL, attempt = 0, deferrals = 0, \
         queued_at = $3, not_before = $3";
    let (scope_text, at) = (scope.as_str(), millis(now));
    match work {
        WorkId::Message(id) => {
            let sql = format!(
                "UPDATE messages {AGAIN}, due_at = $3 \
                 WHERE scope = $1 AND id = $2 AND dead_reason IS NOT NULL"
            );
            let id = number(id.number());
            let replayed =
                client.execute(&sql, &[&scope_text, &id, &at]).await.map_err(database)?;
            Ok(replayed > 0)
        }
        WorkId::Effect(id) => {
            let transaction = client.transaction().await.map_err(database)?;
            let id = number(id.number());
            // Whoever changes a lane holds its flow.
            transaction
                .query_opt(
                    "SELECT 1 FROM flows WHERE scope = $1 AND id = \
                     (SELECT flow FROM effects WHERE scope = $1 AND id = $2) FOR UPDATE",
                    &[&scope_text, &id],
                )
                .await
                .map_err(database)?;
            let sql = format!(
                "UPDATE effects {AGAIN} WHERE scope = $1 AND id = $2 AND dead_reason IS NOT NULL \
                 RETURNING flow, lane"
            );
            let row =
                transaction.query_opt(&sql, &[&scope_text, &id, &at]).await.map_err(database)?;
            let Some(row) = row else {
                return Ok(false);
            };
            let (flow, lane): (Uuid, String) = (row.get(0), row.get(1));
            set_head(&transaction, scope, flow, &lane).await?;
            transaction.commit().await.map_err(database)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

pub(super) async fn discard(
    client: &mut Client,
    scope: &Scope,
    work: WorkId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let transaction = client.transaction().await.map_err(database)?;
    let gone = match work {
        WorkId::Message(id) => {
            let dead = transaction
                .query_opt(
                    "SELECT 1 FROM messages WHERE scope = $1 AND id = $2 AND dead_reason IS NOT NULL \
                     FOR UPDATE",
                    &[&scope.as_str(), &number(id.number())],
                )
                .await
                .map_err(database)?;
            if dead.is_some() {
                forget_message(&transaction, scope, id, now).await?;
            }
            dead.is_some()
        }
        WorkId::Effect(id) => {
            let sql =
                "DELETE FROM effects WHERE scope = $1 AND id = $2 AND dead_reason IS NOT NULL";
            run(&transaction, sql, &[&scope.as_str(), &number(id.number())]).await? > 0
        }
        _ => false,
    };
    transaction.commit().await.map_err(database)?;
    Ok(gone)
}

pub(super) async fn depths(
    client: &Client,
    kinds: &[&'static str],
) -> Result<Vec<QueueDepths>, StoreError> {
    let rows = client
        .query(
            "SELECT k.kind, \
             (SELECT count(*) FROM messages m WHERE m.kind = k.kind AND m.dead_at IS NULL), \
             (SELECT count(*) FROM effects e WHERE e.kind = k.kind AND e.dead_at IS NULL), \
             (SELECT count(*) FROM messages m WHERE m.kind = k.kind AND m.dead_at IS NOT NULL) \
             + (SELECT count(*) FROM effects e WHERE e.kind = k.kind AND e.dead_at IS NOT NULL), \
             (SELECT min(queued_at) FROM messages m WHERE m.kind = k.kind AND m.dead_at IS NULL), \
             (SELECT min(queued_at) FROM effects e WHERE e.kind = k.kind AND e.dead_at IS NULL) \
             FROM unnest($1::text[]) WITH ORDINALITY AS k (kind, place) ORDER BY k.place",
            &[&kinds],
        )
        .await
        .map_err(database)?;
    let depths = |row: &tokio_postgres::Row| {
        let count = |column: usize| unsigned(row.get(column));
        let since = |column: usize| maybe_instant(row.get(column));
        Ok(QueueDepths::new(row.get(0), count(1), count(2), count(3)).since(since(4)?, since(5)?))
    };
    rows.iter().map(depths).collect()
}

/// What is forgotten.
pub(super) struct Forget {
    scopes: Option<Vec<String>>,
    kinds: Vec<&'static str>,
    finished_before: i64,
    seen_before: i64,
    now: DateTime<Utc>,
    limit: usize,
}

impl Forget {
    pub(super) fn of(purge: &Purge<'_>) -> Self {
        Self {
            scopes: purge.scopes.map(scopes),
            kinds: purge.kinds.to_vec(),
            finished_before: millis(purge.finished_before),
            seen_before: millis(purge.seen_before),
            now: purge.now,
            limit: purge.limit,
        }
    }
}

pub(super) async fn purge(client: &mut Client, forget: &Forget) -> Result<Purged, StoreError> {
    let transaction = client.transaction().await.map_err(database)?;
    let dead = purge_dead(&transaction, forget).await?;
    let flows = purge_flows(&transaction, forget).await?;
    let most = limit(forget.limit);
    let seen = run(
        &transaction,
        "DELETE FROM arrivals a USING (SELECT scope, endpoint, message FROM arrivals \
           WHERE settled_at < $1 AND kind = ANY($2) \
           AND ($4::text[] IS NULL OR scope = ANY($4)) ORDER BY settled_at LIMIT $3) o \
         WHERE a.scope = o.scope AND a.endpoint = o.endpoint AND a.message = o.message",
        &[&forget.seen_before, &forget.kinds, &most, &forget.scopes],
    )
    .await?;
    let rows = run(
        &transaction,
        "DELETE FROM rows r USING (SELECT scope, name, key FROM rows \
           WHERE expires_at <= $1 AND ($3::text[] IS NULL OR scope = ANY($3)) \
           ORDER BY expires_at LIMIT $2) o \
         WHERE r.scope = o.scope AND r.name = o.name AND r.key = o.key",
        &[&millis(forget.now), &most, &forget.scopes],
    )
    .await?;
    transaction.commit().await.map_err(database)?;
    Ok(Purged::new(flows, dead, seen, rows))
}

async fn purge_dead(transaction: &Transaction<'_>, forget: &Forget) -> Result<u64, StoreError> {
    let messages = transaction
        .query(
            "SELECT scope, id FROM messages WHERE dead_at < $1 AND kind = ANY($2) \
             AND ($4::text[] IS NULL OR scope = ANY($4)) \
             ORDER BY dead_at LIMIT $3 FOR UPDATE SKIP LOCKED",
            &[&forget.finished_before, &forget.kinds, &limit(forget.limit), &forget.scopes],
        )
        .await
        .map_err(database)?;
    for row in &messages {
        let scope = Scope::new(row.get::<_, String>(0));
        let id = MessageId::new(unsigned(row.get(1)));
        forget_message(transaction, &scope, id, forget.now).await?;
    }
    let left = limit(forget.limit - messages.len());
    let effects = run(
        transaction,
        "DELETE FROM effects e USING (SELECT scope, id FROM effects \
           WHERE dead_at < $1 AND kind = ANY($2) \
           AND ($4::text[] IS NULL OR scope = ANY($4)) ORDER BY dead_at LIMIT $3) o \
         WHERE e.scope = o.scope AND e.id = o.id",
        &[&forget.finished_before, &forget.kinds, &left, &forget.scopes],
    )
    .await?;
    Ok(effects + u64::try_from(messages.len()).unwrap_or(u64::MAX))
}

async fn purge_flows(transaction: &Transaction<'_>, forget: &Forget) -> Result<u64, StoreError> {
    run(
        transaction,
        "WITH old AS MATERIALIZED (SELECT f.scope, f.id FROM flows f \
           WHERE f.done AND f.updated_at < $1 AND f.kind = ANY($2) \
           AND ($4::text[] IS NULL OR f.scope = ANY($4)) AND \
           (SELECT e.id FROM effects e WHERE e.scope = f.scope AND e.flow = f.id LIMIT 1) IS NULL \
           ORDER BY f.updated_at LIMIT $3 FOR UPDATE SKIP LOCKED), \
         k AS (DELETE FROM flow_keys x USING old o WHERE x.scope = o.scope AND x.flow = o.id), \
         r AS (DELETE FROM requests x USING old o WHERE x.scope = o.scope AND x.flow = o.id), \
         b AS (DELETE FROM bodies x USING old o WHERE x.scope = o.scope AND x.owner = o.id) \
         DELETE FROM flows x USING old o WHERE x.scope = o.scope AND x.id = o.id",
        &[&forget.finished_before, &forget.kinds, &limit(forget.limit), &forget.scopes],
    )
    .await
}
