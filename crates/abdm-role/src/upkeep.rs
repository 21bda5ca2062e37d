//! Running the engine of a role, forgetting what is finished, and sealing with the newest key.

use std::time::Duration;

use abdm_flow::Engine;

/// How often finished flows are forgotten, and what older keys have sealed is sealed anew.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long late duplicates of a message are recognised at most; they come for a day.
const DUPLICATES_COME_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Works until `shutdown` is ready, forgets once a day what has been finished for longer than
/// `retention`, and seals with the newest key what an older one has sealed. Dropping the future instead is a crash, which loses nothing.
pub async fn run(engine: &Engine, retention: Duration, shutdown: impl Future<Output = ()> + Send) {
    let forget = async {
        loop {
            forget_once(engine, retention).await;
            reseal_once(engine).await;
            tokio::time::sleep(A_DAY).await;
        }
    };
    // What is due comes first; forgetting ends with the engine.
    tokio::select! {
        biased;
        () = engine.run(shutdown) => {}
        () = forget => {}
    }
}

async fn forget_once(engine: &Engine, retention: Duration) {
    match engine.forget(retention, retention.min(DUPLICATES_COME_FOR)).await {
        Ok(purged) if purged.flows == 0 && purged.rows == 0 => {}
        Ok(purged) => {
            let (flows, rows) = (purged.flows, purged.rows);
            tracing::info!(flows, rows, "what was finished long ago was forgotten");
        }
        Err(error) => {
            tracing::warn!(%error, "what was finished long ago could not be forgotten");
        }
    }
}

async fn reseal_once(engine: &Engine) {
    match engine.reseal().await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "values were sealed with the newest key"),
        Err(error) => tracing::warn!(%error, "not everything could be sealed with the newest key"),
    }
}
