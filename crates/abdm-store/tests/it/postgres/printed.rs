//! What the program prints for a DBA is what it makes.

use abdm_store::tokio_postgres::NoTls;
use abdm_store::{PostgresOptions, PostgresStore};

use super::{SERVER, fresh_schema};

#[tokio::test]
async fn every_table_and_index_that_is_made_is_in_the_printed_text() {
    let Some(server) = SERVER.as_ref() else { return };
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    let schema = options.schema.clone();
    let _store = PostgresStore::connect_with(server, options).await.unwrap();
    let (client, connection) = abdm_store::tokio_postgres::connect(server, NoTls).await.unwrap();
    tokio::spawn(connection);
    // An index that stands for a primary key has the name of its table.
    let made = "SELECT tablename FROM pg_tables WHERE schemaname = $1 UNION ALL \
                SELECT indexname FROM pg_indexes WHERE schemaname = $1 AND indexname NOT LIKE '%_pkey'";
    let printed = PostgresStore::schema();
    let made = client.query(made, &[&schema]).await.unwrap();
    assert!(made.len() > 9, "{made:?}");
    for name in made.iter().map(|row| row.get::<_, String>(0)) {
        let is_printed = ["TABLE", "TABLE IF NOT EXISTS", "INDEX", "UNIQUE INDEX"]
            .iter()
            .any(|what| printed.contains(&format!("CREATE {what} {name} ")));
        assert!(is_printed, "{name} is made and not printed");
    }
}
