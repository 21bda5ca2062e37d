//! How the database finds what it is asked for.
//!
//! A queue is empty most of the time, and an empty table is read as well by any index, or by none.
//! A statement that was planned in such a moment goes on as it was planned when the table has
//! grown.

use std::time::{Duration, Instant};

use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    Arrival, BodyId, Claim, Commit, DeadLetterList, FlowId, FlowKey, FlowList, FlowStore,
    FlowWrite, Inbound, InboundKey, KeptList, KeptSort, NewEffect, NewRow, Outcome, Payload, Purge,
    RowChange, RowList, Scope, Task, Work,
};
use abdm_flow::{MAIN_LANE, RequestId};
use abdm_store::tokio_postgres::NoTls;
use abdm_store::{PostgresOptions, PostgresStore};
use chrono::{DateTime, TimeDelta, Utc};

use super::{SERVER, fresh_schema};

const KIND: &str = "plans.kind";
const MANY: usize = 250;
const TABLES: [&str; 8] =
    ["flows", "flow_keys", "requests", "arrivals", "messages", "effects", "bodies", "rows"];

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn arrival(kind: &'static str, message: &str) -> Arrival {
    let inbound = Inbound::new(InboundKey::new("plans", message), message.to_owned(), now());
    Arrival::new(Scope::new("IN01"), kind, inbound, BodyId::fresh(&RandomIds))
}

/// Begins a flow for a message, and ends it for its effect.
async fn settle(store: &PostgresStore, work: Work) {
    let scope = work.lease.scope.clone();
    let commit = Commit::at(scope.clone(), now());
    let (key, request) = (FlowKey::new("lease", format!("{:?}", work.lease)), RequestId::random());
    let payload = |text: &str| Payload::encode(&text).unwrap();
    let commit = match work.task {
        Task::Message(_) => {
            let id = FlowId::fresh(&RandomIds);
            let mut write = FlowWrite::new(KIND, 1, payload("begun"));
            write.keys = vec![key.clone()];
            let call = NewEffect::new(MAIN_LANE, payload("call"));
            write.effects = vec![call.calling(request)];
            write.bodies.keep = true;
            let row = RowChange::insert("plans.rows", id.to_string(), NewRow::new(payload("row")));
            commit.write(id, 0, write).rows([row])
        }
        Task::Effect(_, flow) => {
            let mut write = FlowWrite::new(KIND, 1, payload("ended"));
            write.done = true;
            write.bodies.drop_all = true;
            commit.write(flow.id, flow.revision, write)
        }
        _ => commit,
    };
    store.commit(&commit.settle(work.lease, Outcome::Done)).await.unwrap();
    let by_key = store.find(&scope, KIND, &key).await.unwrap();
    let by_request = store.find_request(&scope, request).await.unwrap();
    assert_eq!(by_key.map(|flow| flow.id), by_request.map(|flow| flow.id));
}

/// Reads every body, a few at a time.
async fn read_bodies(store: &PostgresStore) {
    let mut after = None;
    loop {
        let page =
            store.kept(&KeptList::new(KeptSort::Bodies, 4).after(after.as_ref())).await.unwrap();
        match page.into_iter().next_back() {
            Some(last) => after = Some(last),
            None => break,
        }
    }
}

/// Takes so many messages in, and works until nothing is due.
async fn work(store: &PostgresStore, round: usize, messages: usize) {
    let scope = Scope::new("IN01");
    for message in 0..messages {
        store.accept(&arrival(KIND, &format!("{round} {message}"))).await.unwrap();
    }
    read_bodies(store).await;
    loop {
        let later = now() + TimeDelta::seconds(30);
        let claimed = store.claim(&Claim::new(&[KIND], "node", now(), later, 256)).await.unwrap();
        if claimed.work.is_empty() {
            break;
        }
        let leases: Vec<_> = claimed.work.iter().map(|work| work.lease.clone()).collect();
        store.renew(&leases, later).await.unwrap();
        for work in claimed.work {
            settle(store, work).await;
        }
    }
    store.flows(&FlowList::new(&scope, KIND, 5)).await.unwrap();
    store.rows(&RowList::new(&scope, "plans.rows", "nobody", 5)).await.unwrap();
    store.dead_letters(&DeadLetterList::new(5)).await.unwrap();
    store.depths(&[KIND]).await.unwrap();
    let old = now() - TimeDelta::days(1);
    store.purge(&Purge::new(&[KIND], old, old, now(), 50)).await.unwrap();
    store.release(&[KIND], "node").await.unwrap();
}

#[tokio::test]
async fn a_statement_that_was_planned_while_the_queues_were_empty_finds_its_row_when_they_are_full()
{
    let Some(server) = SERVER.as_ref() else { return };
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    options.connections = 2;
    let schema = options.schema.clone();
    let store = PostgresStore::connect_with(server, options).await.unwrap();
    let (client, connection) = abdm_store::tokio_postgres::connect(server, NoTls).await.unwrap();
    tokio::spawn(connection);
    // As the database's own upkeep leaves them in a quiet hour: next to nothing in them.
    work(&store, 0, 1).await;
    store.accept(&arrival("plans.left", "one that nobody claims")).await.unwrap();
    for table in TABLES {
        client.batch_execute(&format!("VACUUM (ANALYZE) {schema}.{table}")).await.unwrap();
    }
    // A statement is planned for good after it was used a few times.
    for round in 1..9 {
        work(&store, round, 1).await;
    }
    work(&store, 9, MANY).await;
    // A connection tells what it has read when it ends, at the latest.
    drop(store);
    let read = "SELECT relname, '', seq_scan, seq_tup_read FROM pg_stat_user_tables \
                WHERE schemaname = $1 UNION ALL \
                SELECT relname, indexrelname, idx_scan, idx_tup_read FROM pg_stat_user_indexes \
                WHERE schemaname = $1";
    let until = Instant::now() + Duration::from_secs(60);
    let read: Vec<(String, String, i64, i64)> = loop {
        let rows = client.query(read, &[&schema]).await.unwrap();
        let read = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)));
        let read: Vec<(String, String, i64, i64)> = read.collect();
        let of_messages = read.iter().filter(|(table, ..)| table == "messages");
        if of_messages.map(|(.., times, _)| times).sum::<i64>() >= 3 * MANY as i64 {
            break read;
        }
        assert!(Instant::now() < until, "no word of what was read");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    // To look through the queue each time would be to read half of its square.
    let most = |times: i64| 4 * times + 8 * MANY as i64;
    let read = read.iter().filter(|(table, ..)| TABLES.contains(&table.as_str()));
    let too_many: Vec<_> = read.filter(|(.., times, rows)| *rows > most(*times)).collect();
    assert!(too_many.is_empty(), "table, index, looks, rows: {too_many:?}");
}
