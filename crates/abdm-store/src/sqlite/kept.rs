//! Values as they stand, for whoever seals them anew.

use abdm_flow::store::{
    BodyId, EffectId, FlowId, KeptList, KeptPlace, KeptSort, KeptValue, MessageId, Scope,
};
use bytes::Bytes;
use rusqlite::{Connection, Error, Row, ToSql, params};

use super::codec::{body_id, flow_id, limit, number, unsigned};

/// A page that is wanted.
pub(super) struct Page {
    sort: KeptSort,
    after: Option<KeptValue>,
    limit: usize,
}

impl Page {
    pub(super) fn of(list: &KeptList<'_>) -> Self {
        Self { sort: list.sort, after: list.after.cloned(), limit: list.limit }
    }

    pub(super) fn read(&self, connection: &Connection) -> Result<Vec<KeptValue>, Error> {
        let scope = self.after.as_ref().map_or("", |value| value.scope.as_str());
        let place = self.after.as_ref().map(|value| &value.place);
        let most = limit(self.limit);
        match self.sort {
            KeptSort::States => {
                let sql = "SELECT scope, state, id FROM flows WHERE (scope, id) > (?1, ?2) \
                           ORDER BY scope, id LIMIT ?3";
                let after = match place {
                    Some(KeptPlace::State(flow)) => flow.as_uuid().as_bytes().to_vec(),
                    _ => Vec::new(),
                };
                let state = |row: &Row<'_>| {
                    let id: Vec<u8> = row.get(2)?;
                    flow_id(&id).map(KeptPlace::State)
                };
                values(connection, sql, params![scope, after, most], state)
            }
            KeptSort::Effects => {
                let sql = "SELECT scope, payload, id, flow FROM effects WHERE id > ?1 \
                           ORDER BY id LIMIT ?2";
                let after = match place {
                    Some(KeptPlace::Effect { id, .. }) => number(id.number()),
                    _ => -1,
                };
                let effect = |row: &Row<'_>| {
                    let flow: Vec<u8> = row.get(3)?;
                    let id = EffectId::new(unsigned(row.get(2)?));
                    Ok(KeptPlace::Effect { id, flow: flow_id(&flow)? })
                };
                values(connection, sql, params![after, most], effect)
            }
            KeptSort::Rows => {
                let sql = "SELECT scope, payload, name, key FROM rows \
                           WHERE (scope, name, key) > (?1, ?2, ?3) \
                           ORDER BY scope, name, key LIMIT ?4";
                let (table, key) = match place {
                    Some(KeptPlace::Row { table, key }) => (table.as_str(), key.as_str()),
                    _ => ("", ""),
                };
                let row =
                    |row: &Row<'_>| Ok(KeptPlace::Row { table: row.get(2)?, key: row.get(3)? });
                values(connection, sql, params![scope, table, key, most], row)
            }
            KeptSort::Bodies => {
                let sql = "SELECT scope, bytes, id FROM bodies WHERE (scope, id) > (?1, ?2) \
                           ORDER BY scope, id LIMIT ?3";
                let after = match place {
                    Some(KeptPlace::Body(body)) => body.as_uuid().as_bytes().to_vec(),
                    _ => Vec::new(),
                };
                let body = |row: &Row<'_>| {
                    let id: Vec<u8> = row.get(2)?;
                    body_id(&id).map(KeptPlace::Body)
                };
                values(connection, sql, params![scope, after, most], body)
            }
            KeptSort::Headers => {
                let sql = "SELECT scope, headers, id, body FROM messages WHERE id > ?1 \
                           ORDER BY id LIMIT ?2";
                let after = match place {
                    Some(KeptPlace::Headers { message, .. }) => number(message.number()),
                    _ => -1,
                };
                let headers = |row: &Row<'_>| {
                    let body: Vec<u8> = row.get(3)?;
                    let message = MessageId::new(unsigned(row.get(2)?));
                    Ok(KeptPlace::Headers { message, body: body_id(&body)? })
                };
                values(connection, sql, params![after, most], headers)
            }
            _ => Ok(Vec::new()),
        }
    }
}

/// Scope and bytes stand first in every one of these queries.
fn values(
    connection: &Connection,
    sql: &str,
    values: &[&dyn ToSql],
    place: impl Fn(&Row<'_>) -> Result<KeptPlace, Error>,
) -> Result<Vec<KeptValue>, Error> {
    connection
        .prepare_cached(sql)?
        .query_map(values, |row| {
            let (scope, bytes): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok(KeptValue::new(Scope::new(scope), place(row)?, Bytes::from(bytes)))
        })?
        .collect()
}

pub(super) fn replace(connection: &Connection, old: &KeptValue, new: &[u8]) -> Result<bool, Error> {
    let (scope, was) = (old.scope.as_str(), old.bytes.as_ref());
    let run = |sql: &str, values: &[&dyn ToSql]| {
        connection.prepare_cached(sql)?.execute(values).map(|count| count > 0)
    };
    match &old.place {
        KeptPlace::State(flow) => {
            let sql = "UPDATE flows SET state = ?4 WHERE scope = ?1 AND id = ?2 AND state = ?3";
            run(sql, params![scope, flow_bytes(*flow), was, new])
        }
        KeptPlace::Effect { id, .. } => {
            let sql =
                "UPDATE effects SET payload = ?4 WHERE scope = ?1 AND id = ?2 AND payload = ?3";
            run(sql, params![scope, number(id.number()), was, new])
        }
        KeptPlace::Row { table, key } => {
            let sql = "UPDATE rows SET payload = ?5 \
                       WHERE scope = ?1 AND name = ?2 AND key = ?3 AND payload = ?4";
            run(sql, params![scope, table, key, was, new])
        }
        KeptPlace::Body(body) => {
            let sql = "UPDATE bodies SET bytes = ?4 WHERE scope = ?1 AND id = ?2 AND bytes = ?3";
            run(sql, params![scope, body_bytes(*body), was, new])
        }
        KeptPlace::Headers { message, .. } => {
            let sql =
                "UPDATE messages SET headers = ?4 WHERE scope = ?1 AND id = ?2 AND headers = ?3";
            run(sql, params![scope, number(message.number()), was, new])
        }
        _ => Ok(false),
    }
}

fn flow_bytes(flow: FlowId) -> Vec<u8> {
    flow.as_uuid().as_bytes().to_vec()
}

fn body_bytes(body: BodyId) -> Vec<u8> {
    body.as_uuid().as_bytes().to_vec()
}
