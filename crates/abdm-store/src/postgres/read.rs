//! Reading.

use abdm_flow::RequestId;
use abdm_flow::store::{
    BodyId, FlowId, FlowKey, Row, RowList, RowPlace, Scope, StoreError, StoredFlow,
};
use bytes::Bytes;
use deadpool_postgres::Client;
use deadpool_postgres::GenericClient;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::codec::{instant, limit, maybe_instant, payload, unsigned};
use super::{codec, database};

/// The columns of a flow, in the order in which [`stored_flow`] reads them.
pub(super) const FLOW: &str = "f.scope, f.id, f.kind, f.version, f.state, f.revision, f.wake_at, \
     f.done, f.created_at, f.updated_at";

/// Reads the columns [`FLOW`].
pub(super) fn stored_flow(row: &tokio_postgres::Row) -> Result<StoredFlow, StoreError> {
    let (scope, id): (String, Uuid) = (row.get(0), row.get(1));
    let version = u32::try_from(row.get::<_, i32>(3)).unwrap_or(0);
    let state = payload(row.get(4));
    let kind: String = row.get(2);
    let created_at = instant(row.get(8))?;
    let (id, scope) = (FlowId::from_uuid(id), Scope::new(scope));
    let mut flow = StoredFlow::new(id, scope, kind, version, state, created_at);
    flow.revision = unsigned(row.get(5));
    flow.wake_at = maybe_instant(row.get(6))?;
    flow.done = row.get(7);
    flow.updated_at = instant(row.get(9))?;
    Ok(flow)
}

pub(super) async fn flow(
    client: &impl GenericClient,
    scope: &Scope,
    id: FlowId,
) -> Result<Option<StoredFlow>, StoreError> {
    let sql = format!("SELECT {FLOW} FROM flows f WHERE f.scope = $1 AND f.id = $2");
    let statement = client.prepare_cached(&sql).await.map_err(database)?;
    let row =
        client.query_opt(&statement, &[&scope.as_str(), &id.as_uuid()]).await.map_err(database)?;
    row.as_ref().map(stored_flow).transpose()
}

pub(super) async fn flow_by_key(
    client: &Client,
    scope: &Scope,
    kind: &str,
    key: &FlowKey,
) -> Result<Option<StoredFlow>, StoreError> {
    let sql = format!(
        "SELECT {FLOW} FROM flows f WHERE f.scope = $1 AND f.id = (SELECT k.flow FROM flow_keys k \
         WHERE k.scope = $1 AND k.kind = $2 AND k.sort = $3 AND k.text = $4)"
    );
    let statement = client.prepare_cached(&sql).await.map_err(database)?;
    let row = client
        .query_opt(
            &statement,
            &[&scope.as_str(), &kind, &codec::key(&key.kind), &codec::key(&key.text)],
        )
        .await
        .map_err(database)?;
    row.as_ref().map(stored_flow).transpose()
}

pub(super) async fn flow_by_request(
    client: &Client,
    scope: &Scope,
    request: RequestId,
) -> Result<Option<StoredFlow>, StoreError> {
    let sql = format!(
        "SELECT {FLOW} FROM flows f WHERE f.scope = $1 AND f.id = (SELECT r.flow FROM requests r \
         WHERE r.scope = $1 AND r.request = $2)"
    );
    let statement = client.prepare_cached(&sql).await.map_err(database)?;
    let row = client
        .query_opt(&statement, &[&scope.as_str(), &request.as_uuid()])
        .await
        .map_err(database)?;
    row.as_ref().map(stored_flow).transpose()
}

pub(super) async fn flows(
    client: &Client,
    scope: &Scope,
    kind: &str,
    after: Option<FlowId>,
    most: usize,
) -> Result<Vec<StoredFlow>, StoreError> {
    let sql = format!(
        "SELECT {FLOW} FROM flows f WHERE f.scope = $1 AND f.kind = $2 \
         AND f.id > $3 ORDER BY f.id LIMIT $4"
    );
    let statement = client.prepare_cached(&sql).await.map_err(database)?;
    // No id is all zeros: the first page begins behind it.
    let after = after.map_or_else(Uuid::nil, |id| id.as_uuid());
    let rows = client
        .query(&statement, &[&scope.as_str(), &kind, &after, &limit(most)])
        .await
        .map_err(database)?;
    rows.iter().map(stored_flow).collect()
}

pub(super) async fn body(
    client: &impl GenericClient,
    scope: &Scope,
    id: BodyId,
) -> Result<Option<Bytes>, StoreError> {
    let statement = client
        .prepare_cached("SELECT bytes FROM bodies WHERE scope = $1 AND id = $2")
        .await
        .map_err(database)?;
    let row =
        client.query_opt(&statement, &[&scope.as_str(), &id.as_uuid()]).await.map_err(database)?;
    Ok(row.map(|row| Bytes::from(row.get::<_, Vec<u8>>(0))))
}

/// Reads sort, revision, payload and key.
fn stored_row(row: &tokio_postgres::Row) -> Row {
    let sort: i64 = row.get(0);
    let place = RowPlace::new(sort, row.get(3));
    Row::new(sort, unsigned(row.get(1)), payload(row.get(2)), place)
}

pub(super) async fn row(
    client: &Client,
    scope: &Scope,
    table: &str,
    key: &str,
) -> Result<Option<Row>, StoreError> {
    let statement = client
        .prepare_cached(
            "SELECT sort, revision, payload, key FROM rows \
             WHERE scope = $1 AND name = $2 AND key = $3",
        )
        .await
        .map_err(database)?;
    let row = client
        .query_opt(&statement, &[&scope.as_str(), &table, &codec::key(key)])
        .await
        .map_err(database)?;
    Ok(row.as_ref().map(stored_row))
}

/// One page of rows.
pub(super) struct RowPage {
    scope: Scope,
    table: String,
    parent: String,
    after: Option<RowPlace>,
    newest_first: bool,
    limit: i64,
}

impl RowPage {
    pub(super) fn of(list: &RowList<'_>) -> Self {
        Self {
            scope: list.scope.clone(),
            table: list.table.to_owned(),
            parent: codec::key(list.parent).into_owned(),
            after: list.after.clone(),
            newest_first: list.newest_first,
            limit: limit(list.limit),
        }
    }

    pub(super) async fn read(&self, client: &Client) -> Result<Vec<Row>, StoreError> {
        let (beyond, order) =
            if self.newest_first { ("<", "sort DESC, key DESC") } else { (">", "sort, key") };
        let (scope, place) = (self.scope.as_str(), self.after.as_ref());
        let (sort, key) = place.map_or((0, ""), |place| (place.sort, place.key.as_str()));
        let mut values: Vec<&(dyn ToSql + Sync)> =
            vec![&scope, &self.table, &self.parent, &self.limit];
        let mut further = String::new();
        if place.is_some() {
            further = format!("AND (sort, key) {beyond} ($5, $6::text COLLATE \"C\")");
            values.extend([&sort as &(dyn ToSql + Sync), &key]);
        }
        let sql = format!(
            "SELECT sort, revision, payload, key FROM rows \
             WHERE scope = $1 AND name = $2 AND parent = $3 {further} ORDER BY {order} LIMIT $4"
        );
        let statement = client.prepare_cached(&sql).await.map_err(database)?;
        let rows = client.query(&statement, &values).await.map_err(database)?;
        Ok(rows.iter().map(stored_row).collect())
    }
}
