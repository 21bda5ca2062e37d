//! Values as they stand, for whoever seals them anew.

use abdm_flow::store::{
    BodyId, EffectId, FlowId, KeptList, KeptPlace, KeptSort, KeptValue, MessageId, Scope,
    StoreError,
};
use bytes::Bytes;
use deadpool_postgres::Client;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::codec::{limit, number, unsigned};
use super::database;

/// A page that is wanted.
pub(super) struct Page {
    sort: KeptSort,
    after: Option<KeptValue>,
    limit: usize,
}

type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Page {
    pub(super) fn of(list: &KeptList<'_>) -> Self {
        Self { sort: list.sort, after: list.after.cloned(), limit: list.limit }
    }

    pub(super) async fn read(&self, client: &Client) -> Result<Vec<KeptValue>, StoreError> {
        let scope = self.after.as_ref().map_or("", |value| value.scope.as_str());
        let place = self.after.as_ref().map(|value| &value.place);
        let most = limit(self.limit);
        match self.sort {
            KeptSort::States => {
                let sql = "SELECT scope, state, id FROM flows WHERE (scope, id) > ($1, $2) \
                           ORDER BY scope, id LIMIT $3";
                // No id is all zeros: the first page begins behind it.
                let after = match place {
                    Some(KeptPlace::State(flow)) => flow.as_uuid(),
                    _ => Uuid::nil(),
                };
                let state = |row: &Row| KeptPlace::State(FlowId::from_uuid(row.get(2)));
                values(client, sql, &[&scope, &after, &most], state).await
            }
            KeptSort::Effects => {
                let sql = "SELECT scope, payload, id, flow FROM effects WHERE id > $1 \
                           ORDER BY id LIMIT $2";
                let after = match place {
                    Some(KeptPlace::Effect { id, .. }) => number(id.number()),
                    _ => -1,
                };
                let effect = |row: &Row| KeptPlace::Effect {
                    id: EffectId::new(unsigned(row.get(2))),
                    flow: FlowId::from_uuid(row.get(3)),
                };
                values(client, sql, &[&after, &most], effect).await
            }
            KeptSort::Rows => {
                let sql = "SELECT scope, payload, name, key FROM rows \
                           WHERE (scope, name, key) > ($1, $2, $3) \
                           ORDER BY scope, name, key LIMIT $4";
                let (table, key) = match place {
                    Some(KeptPlace::Row { table, key }) => (table.as_str(), key.as_str()),
                    _ => ("", ""),
                };
                let row = |row: &Row| KeptPlace::Row { table: row.get(2), key: row.get(3) };
                values(client, sql, &[&scope, &table, &key, &most], row).await
            }
            KeptSort::Bodies => {
                // The first condition is true of every id, and says that the index may be used.
                let sql = "SELECT scope, bytes, id FROM bodies \
                           WHERE id >= '00000000-0000-0000-0000-000000000000' \
                           AND (scope, id) > ($1, $2) ORDER BY scope, id LIMIT $3";
                let after = match place {
                    Some(KeptPlace::Body(body)) => body.as_uuid(),
                    _ => Uuid::nil(),
                };
                let body = |row: &Row| KeptPlace::Body(BodyId::from_uuid(row.get(2)));
                values(client, sql, &[&scope, &after, &most], body).await
            }
            KeptSort::Headers => {
                let sql = "SELECT scope, headers, id, body FROM messages WHERE id > $1 \
                           ORDER BY id LIMIT $2";
                let after = match place {
                    Some(KeptPlace::Headers { message, .. }) => number(message.number()),
                    _ => -1,
                };
                let headers = |row: &Row| KeptPlace::Headers {
                    message: MessageId::new(unsigned(row.get(2))),
                    body: BodyId::from_uuid(row.get(3)),
                };
                values(client, sql, &[&after, &most], headers).await
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// Scope and bytes stand first in every one of these queries.
async fn values(
    client: &Client,
    sql: &str,
    values: Values<'_>,
    place: impl Fn(&Row) -> KeptPlace,
) -> Result<Vec<KeptValue>, StoreError> {
    let statement = client.prepare_cached(sql).await.map_err(database)?;
    let rows = client.query(&statement, values).await.map_err(database)?;
    let value = |row: &Row| {
        let bytes: Vec<u8> = row.get(1);
        KeptValue::new(Scope::new(row.get::<_, String>(0)), place(row), Bytes::from(bytes))
    };
    Ok(rows.iter().map(value).collect())
}

pub(super) async fn replace(
    client: &Client,
    old: &KeptValue,
    new: &[u8],
) -> Result<bool, StoreError> {
    let (scope, was) = (old.scope.as_str(), old.bytes.as_ref());
    match &old.place {
        KeptPlace::State(flow) => {
            let sql = "UPDATE flows SET state = $4 WHERE scope = $1 AND id = $2 AND state = $3";
            let id: Uuid = flow.as_uuid();
            run(client, sql, &[&scope, &id, &was, &new]).await
        }
        KeptPlace::Effect { id, .. } => {
            let sql =
                "UPDATE effects SET payload = $4 WHERE scope = $1 AND id = $2 AND payload = $3";
            run(client, sql, &[&scope, &number(id.number()), &was, &new]).await
        }
        KeptPlace::Row { table, key } => {
            let sql = "UPDATE rows SET payload = $5 \
                       WHERE scope = $1 AND name = $2 AND key = $3 AND payload = $4";
            run(client, sql, &[&scope, table, key, &was, &new]).await
        }
        KeptPlace::Body(body) => {
            let sql = "UPDATE bodies SET bytes = $4 WHERE scope = $1 AND id = $2 AND bytes = $3";
            let id: Uuid = body.as_uuid();
            run(client, sql, &[&scope, &id, &was, &new]).await
        }
        KeptPlace::Headers { message, .. } => {
            let sql =
                "UPDATE messages SET headers = $4 WHERE scope = $1 AND id = $2 AND headers = $3";
            run(client, sql, &[&scope, &number(message.number()), &was, &new]).await
        }
        _ => Ok(false),
    }
}

async fn run(client: &Client, sql: &str, values: Values<'_>) -> Result<bool, StoreError> {
    let statement = client.prepare_cached(sql).await.map_err(database)?;
    Ok(client.execute(&statement, values).await.map_err(database)? > 0)
}
