//! PostgreSQL: a server that is there (`ABDM_TEST_POSTGRES`, a URL), or one that the tests start
//! from the machine's binaries. Without either the tests say that they skip; under `CI=true` that
//! is a failure.

mod doors;
mod plans;
mod printed;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use abdm_flow::SealedStore;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::FlowStore;
use abdm_store::testing::PostgresServer;
use abdm_store::{PostgresOptions, PostgresStore};

/// The server's address.
static SERVER: LazyLock<Option<String>> = LazyLock::new(|| {
    if let Ok(url) = std::env::var("ABDM_TEST_POSTGRES") {
        return Some(url);
    }
    let started = PostgresServer::start().map(|server| server.url().to_owned());
    if started.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "no PostgreSQL: install it, or set ABDM_TEST_POSTGRES to a URL"
        );
        eprintln!("skipped: no PostgreSQL on this machine, and ABDM_TEST_POSTGRES is not set");
    }
    started
});

/// The name of a schema that nobody else uses.
fn fresh_schema() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("suite_{}_{number}", std::process::id())
}

/// A store in a schema of its own, or `None` where there is no server.
async fn fresh() -> Option<Arc<dyn FlowStore>> {
    let url = SERVER.as_ref()?;
    let mut options = PostgresOptions::default();
    options.schema = fresh_schema();
    options.connections = 4;
    Some(Arc::new(PostgresStore::connect_with(url, options).await.unwrap()))
}

async fn fresh_sealed() -> Option<Arc<dyn FlowStore>> {
    let ring = SealingKey::generate().unwrap().into();
    let sealed = SealedStore::new(fresh().await?, ring);
    Some(Arc::new(sealed))
}

mod bare {
    abdm_flow::flow_store_tests!(where there is super::fresh());
}

mod sealed {
    abdm_flow::flow_store_tests!(where there is super::fresh_sealed());
}
