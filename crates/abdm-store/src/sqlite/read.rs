//! Reading, on threads of its own: a reader never waits for the writer.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use abdm_flow::RequestId;
use abdm_flow::store::{
    BodyId, FlowId, FlowKey, Row, RowList, RowPlace, Scope, StoreError, StoreErrorKind, StoredFlow,
};
use bytes::Bytes;
use rusqlite::{Connection, Error, OptionalExtension as _, ToSql, params};
use tokio::sync::oneshot;

use super::codec::{flow_id, instant, limit, maybe_instant, payload, unsigned};

type Reading = Box<dyn FnOnce(&Connection) + Send>;

/// The most calls that wait; who comes then is told that the store is overloaded.
const MOST_WAITING: usize = 4_096;

/// The threads that read.
#[derive(Debug)]
pub(super) struct Readers {
    calls: Option<SyncSender<Reading>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let (calls, waiting) = sync_channel::<Reading>(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = connections
            .into_iter()
            .filter_map(|connection| {
                let waiting = Arc::clone(&waiting);
                std::thread::Builder::new()
                    .name("abdm-store-reader".to_owned())
                    .spawn(move || serve(&connection, &waiting))
                    .ok()
            })
            .collect();
        Self { calls: Some(calls), threads }
    }

    pub(super) async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (caller, answer) = oneshot::channel();
        let unavailable =
            |why: &'static str| StoreError::with_source(StoreErrorKind::Unavailable, why);
        let reading: Reading = Box::new(move |connection| {
            let _ = caller.send(work(connection));
        });
        let calls = self.calls.as_ref().ok_or_else(|| unavailable("the store has stopped"))?;
        calls.try_send(reading).map_err(|error| match error {
            TrySendError::Full(_) => unavailable("too many calls wait"),
            TrySendError::Disconnected(_) => unavailable("the store has stopped"),
        })?;
        answer.await.map_err(|_| unavailable("the store has stopped"))?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.calls = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn serve(connection: &Connection, waiting: &Mutex<Receiver<Reading>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(reading) => reading(connection),
            Err(_) => return,
        }
    }
}

/// The columns of a flow, in the order in which [`stored_flow`] reads them.
pub(super) const FLOW: &str = "f.scope, f.id, f.kind, f.version, f.state, f.revision, f.wake_at, \
     f.done, f.created_at, f.updated_at";

/// Reads the columns [`FLOW`] from `first` on.
pub(super) fn stored_flow(row: &rusqlite::Row<'_>, first: usize) -> Result<StoredFlow, Error> {
    let scope: String = row.get(first)?;
    let id: Vec<u8> = row.get(first + 1)?;
    let kind: String = row.get(first + 2)?;
    let state: Vec<u8> = row.get(first + 4)?;
    let created_at = instant(row.get(first + 8)?)?;
    let version: u32 = row.get(first + 3)?;
    let mut flow = StoredFlow::new(
        flow_id(&id)?,
        Scope::new(scope),
        kind,
        version,
        payload(state),
        created_at,
    );
    flow.revision = unsigned(row.get(first + 5)?);
    flow.wake_at = maybe_instant(row.get(first + 6)?)?;
    flow.done = row.get(first + 7)?;
    flow.updated_at = instant(row.get(first + 9)?)?;
    Ok(flow)
}

pub(super) fn flow(
    connection: &Connection,
    scope: &Scope,
    id: FlowId,
) -> Result<Option<StoredFlow>, Error> {
    let sql = format!("SELECT {FLOW} FROM flows f WHERE f.scope = ?1 AND f.id = ?2");
    connection
        .prepare_cached(&sql)?
        .query_row(params![scope.as_str(), id.as_uuid().as_bytes()], |row| stored_flow(row, 0))
        .optional()
}

pub(super) fn flow_by_key(
    connection: &Connection,
    scope: &Scope,
    kind: &str,
    key: &FlowKey,
) -> Result<Option<StoredFlow>, Error> {
    let sql = format!(
        "SELECT {FLOW} FROM flow_keys k JOIN flows f ON f.scope = k.scope AND f.id = k.flow \
         WHERE k.scope = ?1 AND k.kind = ?2 AND k.sort = ?3 AND k.text = ?4"
    );
    connection
        .prepare_cached(&sql)?
        .query_row(params![scope.as_str(), kind, key.kind, key.text], |row| stored_flow(row, 0))
        .optional()
}

pub(super) fn flow_by_request(
    connection: &Connection,
    scope: &Scope,
    request: RequestId,
) -> Result<Option<StoredFlow>, Error> {
    let sql = format!(
        "SELECT {FLOW} FROM requests r JOIN flows f ON f.scope = r.scope AND f.id = r.flow \
         WHERE r.scope = ?1 AND r.request = ?2"
    );
    connection
        .prepare_cached(&sql)?
        .query_row(params![scope.as_str(), request.as_uuid().as_bytes()], |row| stored_flow(row, 0))
        .optional()
}

pub(super) fn flows(
    connection: &Connection,
    scope: &Scope,
    kind: &str,
    after: Option<FlowId>,
    most: usize,
) -> Result<Vec<StoredFlow>, Error> {
    let sql = format!(
        "SELECT {FLOW} FROM flows f WHERE f.scope = ?1 AND f.kind = ?2 AND f.id > ?3 \
         ORDER BY f.id LIMIT ?4"
    );
    // No id is shorter than this one, so that all come after it.
    let after = after.map(|id| id.as_uuid().as_bytes().to_vec()).unwrap_or_default();
    connection
        .prepare_cached(&sql)?
        .query_map(params![scope.as_str(), kind, after, limit(most)], |row| stored_flow(row, 0))?
        .collect()
}

pub(super) fn body(
    connection: &Connection,
    scope: &Scope,
    id: BodyId,
) -> Result<Option<Bytes>, Error> {
    let bytes: Option<Vec<u8>> = connection
        .prepare_cached("SELECT bytes FROM bodies WHERE scope = ?1 AND id = ?2")?
        .query_row(params![scope.as_str(), id.as_uuid().as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(bytes.map(Bytes::from))
}

/// Reads sort, revision, payload and key.
fn stored_row(row: &rusqlite::Row<'_>) -> Result<Row, Error> {
    let sort: i64 = row.get(0)?;
    let bytes: Vec<u8> = row.get(2)?;
    let key: String = row.get(3)?;
    Ok(Row::new(sort, unsigned(row.get(1)?), payload(bytes), RowPlace::new(sort, key)))
}

pub(super) fn row(
    connection: &Connection,
    scope: &Scope,
    table: &str,
    key: &str,
) -> Result<Option<Row>, Error> {
    connection
        .prepare_cached(
            "SELECT sort, revision, payload, key FROM rows \
             WHERE scope = ?1 AND name = ?2 AND key = ?3",
        )?
        .query_row(params![scope.as_str(), table, key], stored_row)
        .optional()
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
            parent: list.parent.to_owned(),
            after: list.after.clone(),
            newest_first: list.newest_first,
            limit: limit(list.limit),
        }
    }

    pub(super) fn read(&self, connection: &Connection) -> Result<Vec<Row>, Error> {
        let (beyond, order) =
            if self.newest_first { ("<", "sort DESC, key DESC") } else { (">", "sort, key") };
        let (scope, place) = (self.scope.as_str(), self.after.as_ref());
        let mut values: Vec<&dyn ToSql> = vec![&scope, &self.table, &self.parent, &self.limit];
        let mut further = String::new();
        if let Some(place) = place {
            further = format!("AND (sort, key) {beyond} (?5, ?6)");
            values.extend([&place.sort as &dyn ToSql, &place.key]);
        }
        let sql = format!(
            "SELECT sort, revision, payload, key FROM rows \
             WHERE scope = ?1 AND name = ?2 AND parent = ?3 {further} ORDER BY {order} LIMIT ?4"
        );
        connection.prepare_cached(&sql)?.query_map(values.as_slice(), stored_row)?.collect()
    }
}
