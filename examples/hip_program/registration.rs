//! Tells ABDM where it may call.

use std::time::{Duration, Instant};

use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::environment::Family;
use anyhow::Context as _;

/// For how long a gateway may still be starting.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);

/// Registers the callback URL; a gateway that is not up yet is waited for.
pub(super) async fn register(client: &AbdmClient, url: &str) -> anyhow::Result<()> {
    let until = Instant::now() + PATIENCE;
    let gateway = client.environment().base(Family::Gateway);
    let mut told = false;
    loop {
        match set_callback_url(client, url).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_retryable() && Instant::now() < until => {
                if !told {
                    eprintln!(
                        "{gateway} does not take the callback URL yet, trying again: {error}"
                    );
                    told = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                return Err(error).with_context(|| {
                    format!(
                        "the callback URL {url} could not be registered at {gateway} (with \
                         --no-register the program starts without)"
                    )
                });
            }
        }
    }
}
