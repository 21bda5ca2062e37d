//! What is linked on the facility's own wish.

use abdm_core::id::PatientReference;
use async_trait::async_trait;
use hip_services::{Hip, LinkPatient};
use serde_json::json;

use super::EventLines;

/// The hospital's answer to "whose visits could be linked?".
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Patients with an ABHA address and visits that have records: all of them, or this one.
    ///
    /// # Errors
    /// Any.
    async fn to_link(&self, patient: Option<&PatientReference>)
    -> anyhow::Result<Vec<LinkPatient>>;
}

/// Links the visits of every patient, or of one; what becomes of it comes by event. For how many
/// patients it was begun.
///
/// # Errors
/// When the hospital cannot say whose visits there are.
pub async fn link_all(
    hip: &Hip,
    desk: &dyn Desk,
    patient: Option<&PatientReference>,
    events: &EventLines,
) -> anyhow::Result<usize> {
    let mut begun = 0;
    for wish in desk.to_link(patient).await? {
        let (reference, contexts) = (wish.reference.clone(), wish.references());
        match hip.link(wish).await {
            Ok(_) => begun += 1,
            Err(error) => {
                eprintln!("the visits of {reference} cannot be linked: {error}");
                let problem = error.to_string();
                events.line(
                    "link-refused",
                    json!({ "patient": reference, "careContexts": contexts, "problem": problem }),
                );
            }
        }
    }
    Ok(begun)
}
