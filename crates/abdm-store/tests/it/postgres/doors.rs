//! Doors for the vendor's own tables in the same database.

use std::error::Error;
use std::sync::Arc;

use abdm_flow::SealedStore;
use abdm_flow::ids::RandomIds;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Commit, FlowStore, Inbound, InboundKey, NewRow, Payload,
    RowChange, RowWrite, Scope, StoreErrorKind,
};
use abdm_store::tokio_postgres::{Client, NoTls, Transaction};
use abdm_store::{PostgresListener, PostgresOptions, PostgresStore};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};

use super::{SERVER, fresh_schema};

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

/// A connection of the vendor's own, with a schema and a table of its own.
async fn vendor(url: &str, schema: &str) -> Client {
    let (client, connection) = abdm_store::tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let sql = format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.own (key text, text text)");
    client.batch_execute(&sql).await.unwrap();
    client
}

async fn own_rows(own: &Client, vendors: &str) -> Vec<(String, String)> {
    let sql = format!("SELECT key, text FROM {vendors}.own");
    let rows = own.query(&sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn a_message_comes_if_and_only_if_the_callers_transaction_is_committed() {
    let Some(server) = SERVER.as_ref() else { return };
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    let bare = Arc::new(PostgresStore::connect_with(server, options).await.unwrap());
    let sealed = SealedStore::new(bare.clone(), SealingKey::generate().unwrap().into());
    let vendors = fresh_schema();
    let mut own = vendor(server, &vendors).await;
    for (committed, count) in [(false, 0), (true, 1)] {
        let kept = sealed.as_kept(&arrival("OPD-42")).await.unwrap();
        let transaction = own.transaction().await.unwrap();
        let sql = format!("INSERT INTO {vendors}.own VALUES ('OPD-42', 'final')");
        transaction.execute(&sql, &[]).await.unwrap();
        assert!(bare.accept_in(&transaction, &kept).await.unwrap().is_new());
        if committed {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
        assert_eq!(own_rows(&own, &vendors).await.len(), count);
        assert_eq!(messages(&sealed).await, count);
    }
    // Said again it is the same message, by either way in.
    let again = sealed.as_kept(&arrival("OPD-42")).await.unwrap();
    let transaction = own.transaction().await.unwrap();
    let accepted = bare.accept_in(&transaction, &again).await.unwrap();
    assert_eq!(accepted, Accepted::Duplicate);
    transaction.commit().await.unwrap();
    assert_eq!(sealed.accept(&arrival("OPD-42")).await.unwrap(), Accepted::Duplicate);
}

/// Keeps the vendor's own list of rows, and takes no row of the key `refused`.
struct Chart(String);

#[async_trait]
impl PostgresListener for Chart {
    async fn changed(
        &self,
        transaction: &Transaction<'_>,
        commit: &Commit,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        for change in commit.rows.iter().filter(|change| change.table == "doors.rows") {
            let RowWrite::Insert(row) = &change.write else { continue };
            let text: String = row.payload.decode()?;
            let sql = format!("INSERT INTO {}.own VALUES ($1, $2)", self.0);
            transaction.execute(&sql, &[&change.key, &text]).await?;
            if change.key == "refused" {
                return Err("a text that nobody else is to see".into());
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_listener_changes_its_own_tables_with_the_commit_or_neither_changes() {
    let Some(server) = SERVER.as_ref() else { return };
    let vendors = fresh_schema();
    let own = vendor(server, &vendors).await;
    let mut options = PostgresOptions::default().listener(Chart(vendors.clone()));
    options.schema = fresh_schema();
    let bare = Arc::new(PostgresStore::connect_with(server, options).await.unwrap());
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
    let kept = own_rows(&own, &vendors).await;
    assert_eq!(kept, [("taken".to_owned(), "the row taken".to_owned())]);
    assert!(sealed.row(&scope, "doors.rows", "taken").await.unwrap().is_some());
    assert!(sealed.row(&scope, "doors.rows", "refused").await.unwrap().is_none());
}

/// Lets the error of its own statement pass.
struct Careless;

#[async_trait]
impl PostgresListener for Careless {
    async fn changed(
        &self,
        transaction: &Transaction<'_>,
        _: &Commit,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let _ = transaction.execute("INSERT INTO nowhere.at_all VALUES (1)", &[]).await;
        Ok(())
    }
}

#[tokio::test]
async fn a_commit_whose_listener_let_a_failed_statement_pass_is_no_success() {
    let Some(server) = SERVER.as_ref() else { return };
    let mut options = PostgresOptions::default().listener(Careless);
    options.schema = fresh_schema();
    let store = PostgresStore::connect_with(server, options).await.unwrap();
    let scope = Scope::new("IN01");
    let row = NewRow::new(Payload::encode(&"a row").unwrap());
    let change = RowChange::insert("doors.rows", "r", row);
    let commit = Commit::at(scope.clone(), DateTime::UNIX_EPOCH).rows([change]);
    let refused = store.commit(&commit).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Unavailable);
    assert!(store.row(&scope, "doors.rows", "r").await.unwrap().is_none());
}
