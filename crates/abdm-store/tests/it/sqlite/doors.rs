//! Doors for the vendor's own tables in the same file.

use std::error::Error;
use std::sync::Arc;

use abdm_flow::SealedStore;
use abdm_flow::ids::RandomIds;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Commit, FlowStore, Inbound, InboundKey, NewRow, Payload,
    RowChange, RowWrite, Scope, StoreErrorKind,
};
use abdm_store::rusqlite::{Connection, TransactionBehavior};
use abdm_store::{SqliteListener, SqliteOptions, SqliteStore};
use chrono::{DateTime, TimeDelta};

use super::fresh_file;

fn arrival(message: &str) -> Arrival {
    let key = InboundKey::new("clinic.record-final", message);
    let inbound = Inbound::new(key, message.to_owned(), DateTime::UNIX_EPOCH);
    Arrival::new(Scope::new("IN01"), "doors.kind", inbound, BodyId::fresh(&RandomIds))
}

async fn messages(store: &dyn FlowStore) -> usize {
    let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(1);
    let claim = Claim::new(&["doors.kind"], "nobody", now, now + TimeDelta::seconds(9), 9);
    store.claim(&claim).await.unwrap().work.len()
}

#[tokio::test]
async fn a_message_comes_if_and_only_if_the_callers_transaction_is_committed() {
    let file = fresh_file("doors");
    let bare = Arc::new(SqliteStore::open(&file).unwrap());
    let sealed = SealedStore::new(bare, SealingKey::generate().unwrap().into());
    let mut own = Connection::open(&file).unwrap();
    own.execute("CREATE TABLE visits (id TEXT)", []).unwrap();
    let visits = |own: &Connection| -> i64 {
        own.query_row("SELECT count(*) FROM visits", [], |row| row.get(0)).unwrap()
    };
    for (committed, count) in [(false, 0), (true, 1)] {
        let kept = sealed.as_kept(&arrival("OPD-42")).await.unwrap();
        let transaction = own.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        transaction.execute("INSERT INTO visits VALUES ('OPD-42')", []).unwrap();
        assert!(SqliteStore::accept_in(&transaction, &kept).unwrap().is_new());
        if committed {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
        assert_eq!(visits(&own), count);
        assert_eq!(messages(&sealed).await, usize::try_from(count).unwrap());
    }
    // Said again it is the same message, by either way in.
    let again = sealed.as_kept(&arrival("OPD-42")).await.unwrap();
    assert_eq!(SqliteStore::accept_in(&own, &again).unwrap(), Accepted::Duplicate);
    assert_eq!(sealed.accept(&arrival("OPD-42")).await.unwrap(), Accepted::Duplicate);
}

/// Keeps the vendor's own list of rows, and takes no row of the key `refused`.
struct Chart;

impl SqliteListener for Chart {
    fn changed(
        &self,
        connection: &Connection,
        commit: &Commit,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        for change in commit.rows.iter().filter(|change| change.table == "doors.rows") {
            let RowWrite::Insert(row) = &change.write else { continue };
            let text: String = row.payload.decode()?;
            connection.execute("INSERT INTO chart VALUES (?1, ?2)", [&change.key, &text])?;
            if change.key == "refused" {
                return Err("a text that nobody else is to see".into());
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_listener_changes_its_own_tables_with_the_commit_or_neither_changes() {
    let file = fresh_file("listener");
    let own = Connection::open(&file).unwrap();
    own.execute("PRAGMA auto_vacuum = INCREMENTAL", []).ok();
    own.execute("CREATE TABLE chart (key TEXT, text TEXT)", []).unwrap();
    let options = SqliteOptions::default().listener(Chart);
    let bare = Arc::new(SqliteStore::open_with(&file, &options).unwrap());
    let sealed = SealedStore::new(bare, SealingKey::generate().unwrap().into());
    let scope = Scope::new("IN01");
    let insert = |key: &str| {
        let row = NewRow::new(Payload::encode(&format!("the row {key}")).unwrap());
        let change = RowChange::insert("doors.rows", key, row);
        Commit::at(scope.clone(), DateTime::UNIX_EPOCH).rows([change])
    };
    sealed.commit(&insert("taken")).await.unwrap();
    let refused = sealed.commit(&insert("refused")).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Unavailable);
    assert!(!format!("{refused:?}").contains("nobody else"), "{refused:?}");

    let kept: Vec<(String, String)> = own
        .prepare("SELECT key, text FROM chart")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(kept, [("taken".to_owned(), "the row taken".to_owned())]);
    assert!(sealed.row(&scope, "doors.rows", "taken").await.unwrap().is_some());
    assert!(sealed.row(&scope, "doors.rows", "refused").await.unwrap().is_none());
}

/// Panics over a row of the key `odd`.
struct Fragile;

impl SqliteListener for Fragile {
    fn changed(&self, _: &Connection, commit: &Commit) -> Result<(), Box<dyn Error + Send + Sync>> {
        assert!(commit.rows.iter().all(|change| change.key != "odd"), "on purpose");
        Ok(())
    }
}

#[tokio::test]
async fn a_listener_that_panics_undoes_its_commit_and_the_store_goes_on() {
    let options = SqliteOptions::default().listener(Fragile);
    let store = SqliteStore::open_with(fresh_file("fragile"), &options).unwrap();
    let scope = Scope::new("IN01");
    let insert = |key: &str| {
        let row = NewRow::new(Payload::encode(&key).unwrap());
        let change = RowChange::insert("doors.rows", key, row);
        Commit::at(scope.clone(), DateTime::UNIX_EPOCH).rows([change])
    };
    let refused = store.commit(&insert("odd")).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Unavailable);
    store.commit(&insert("plain")).await.unwrap();
    assert!(store.row(&scope, "doors.rows", "odd").await.unwrap().is_none());
    assert!(store.row(&scope, "doors.rows", "plain").await.unwrap().is_some());
}
