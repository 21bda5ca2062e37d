//! Tells ABDM where it may call.

use std::time::{Duration, Instant};

use abdm_core::api::gateway::ServiceType;
use abdm_core::bridge::{self, BridgeFault, Expected, set_callback_url};
use abdm_core::client::AbdmClient;
use abdm_core::environment::Family;
use abdm_core::id::HipId;
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

/// The facility is no HIP of this client id.
#[derive(Debug, thiserror::Error)]
#[error(
    "{fault}. ABDM takes what an unknown facility sends, and never answers. The HIPs of this client id: \
     {known}. Give one of them with --hip-id"
)]
pub(super) struct NotOurs {
    fault: BridgeFault,
    known: String,
}

/// Whether the facility is a HIP of this client id. Where ABDM does not say, nobody knows.
pub(super) async fn check_facility(client: &AbdmClient, hip_id: &HipId) -> Result<(), NotOurs> {
    let Ok(services) = bridge::services(client).await else {
        return Ok(());
    };
    let expected = Expected::at("").service(hip_id.as_service(), ServiceType::Hip);
    // What is said of the URL is another matter: with --no-register it may be a proxy's.
    let fault = bridge::check(&services, &expected).into_iter().find(|fault| {
        matches!(
            fault,
            BridgeFault::UnknownService(_)
                | BridgeFault::MissingRole(..)
                | BridgeFault::InactiveService(_)
        )
    });
    let Some(fault) = fault else { return Ok(()) };
    let hips = services.services.iter().filter(|service| service.types.contains(&ServiceType::Hip));
    let known: Vec<&str> = hips.map(|service| service.id.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(NotOurs { fault, known })
}

#[cfg(test)]
mod tests {
    use abdm_sandbox::examples::{CLINIC, HOSPITAL};

    use super::*;
    use crate::connection::Connection;

    #[tokio::test]
    async fn a_facility_that_is_no_hip_of_the_client_id_is_named_with_those_that_are() {
        let connection = Connection::embedded().await.unwrap();
        connection.sandbox.as_ref().unwrap().register_examples().unwrap();
        let check = async |id: &str| {
            let id: HipId = id.parse().unwrap();
            check_facility(&connection.client, &id).await
        };
        check(CLINIC.facility).await.unwrap();
        for unknown in ["IN9999999999", HOSPITAL.facility] {
            let text = check(unknown).await.unwrap_err().to_string();
            assert!(text.contains(unknown) && text.contains(CLINIC.facility), "{text}");
        }
    }
}
