//! How the database finds what it is asked for.
//!
//! A queue is empty most of the time. A statement that was planned in such a moment and reads the
//! whole table goes on doing so when the table has grown, and gets slower with each row that came
//! and went.

use std::time::{Duration, Instant};

use abdm_flow::MAIN_LANE;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    Arrival, BodyId, Claim, Commit, DeadLetterList, FlowId, FlowKey, FlowList, FlowStore,
    FlowWrite, Inbound, InboundKey, NewEffect, NewRow, Outcome, Payload, Purge, RowChange, RowList,
    Scope, Task, Work,
};
use abdm_store::tokio_postgres::NoTls;
use abdm_store::{PostgresOptions, PostgresStore};
use chrono::{DateTime, TimeDelta, Utc};

use super::{SERVER, fresh_schema};

const KIND: &str = "plans.kind";
const TABLES: [&str; 7] =
    ["flows", "flow_keys", "requests", "arrivals", "messages", "effects", "bodies"];

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn arrival(message: &str) -> Arrival {
    let inbound = Inbound::new(InboundKey::new("plans", message), message.to_owned(), now());
    Arrival::new(Scope::new("IN01"), KIND, inbound, BodyId::fresh(&RandomIds))
}

/// Begins a flow for a message, and ends it for its effect.
async fn settle(store: &PostgresStore, work: Work) {
    let commit = Commit::at(work.lease.scope.clone(), now());
    let payload = |text: &str| Payload::encode(&text).unwrap();
    let commit = match work.task {
        Task::Message(message) => {
            let id = FlowId::fresh(&RandomIds);
            let mut write = FlowWrite::new(KIND, 1, payload("begun"));
            write.keys = vec![FlowKey::new("message", message.body.id.to_string())];
            let call = NewEffect::new(MAIN_LANE, payload("call"));
            write.effects = vec![call.calling(abdm_flow::RequestId::random())];
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
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_however_small_it_was_at_first() {
    let Some(server) = SERVER.as_ref() else { return };
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    options.connections = 2;
    let schema = options.schema.clone();
    let store = PostgresStore::connect_with(server, options).await.unwrap();
    let scope = Scope::new("IN01");
    for round in 0..30 {
        for message in 0..4 {
            store.accept(&arrival(&format!("{round} {message}"))).await.unwrap();
        }
        loop {
            let later = now() + TimeDelta::seconds(30);
            let claimed = store.claim(&Claim::new(&[KIND], "node", now(), later, 16)).await.unwrap();
            if claimed.work.is_empty() {
                break;
            }
            let leases: Vec<_> = claimed.work.iter().map(|work| work.lease.clone()).collect();
            store.renew(&leases, later).await.unwrap();
            for work in claimed.work {
                settle(&store, work).await;
            }
        }
        store.find(&scope, KIND, &FlowKey::new("message", "nobody")).await.unwrap();
        store.find_request(&scope, abdm_flow::RequestId::random()).await.unwrap();
        store.flows(&FlowList::new(&scope, KIND, 5)).await.unwrap();
        store.rows(&RowList::new(&scope, "plans.rows", "nobody", 5)).await.unwrap();
        store.dead_letters(&DeadLetterList::new(5)).await.unwrap();
        store.depths(&[KIND]).await.unwrap();
        let old = now() - TimeDelta::days(1);
        store.purge(&Purge::new(&[KIND], old, old, now(), 50)).await.unwrap();
        store.release(&[KIND], "node").await.unwrap();
    }
    // A connection tells what it has read when it ends, at the latest.
    drop(store);
    let (client, connection) = abdm_store::tokio_postgres::connect(server, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = "SELECT relname, seq_tup_read, idx_scan FROM pg_stat_user_tables WHERE schemaname = $1";
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let rows = client.query(sql, &[&schema]).await.unwrap();
        let read = rows.iter().map(|row| (row.get::<_, String>(0), row.get::<_, i64>(1)));
        let read: Vec<_> = read.filter(|(table, _)| TABLES.contains(&table.as_str())).collect();
        assert_eq!(read.len(), TABLES.len(), "{read:?}");
        let by_index = rows.iter().filter(|row| row.get::<_, String>(0) == "messages");
        if by_index.map(|row| row.get::<_, i64>(2)).sum::<i64>() >= 240 {
            assert!(read.iter().all(|(_, rows)| *rows == 0), "rows read one by one: {read:?}");
            break;
        }
        assert!(Instant::now() < until, "no word of what was read");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
