//! What the people at the facility's desks want done.

use std::sync::Arc;

use abdm_core::id::PatientReference;
use async_trait::async_trait;
use hip_services::{Hip, LinkPatient};
use serde_json::json;

use super::{EventLines, Queue, Records};

/// The hospital's answers to those who work at its desks.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Patients with an ABHA address and visits that have records: all of them, or this one.
    ///
    /// # Errors
    /// Any.
    async fn to_link(&self, patient: Option<&PatientReference>)
    -> anyhow::Result<Vec<LinkPatient>>;

    /// Calls the next patient who waits at a counter today: the token number, if anybody waits.
    ///
    /// # Errors
    /// Any.
    async fn call_next(&self, counter: &str) -> anyhow::Result<Option<String>>;
}

/// The desks of a hospital in memory: its records, and its queues.
#[async_trait]
impl Desk for (Arc<Records>, Queue) {
    async fn to_link(
        &self,
        patient: Option<&PatientReference>,
    ) -> anyhow::Result<Vec<LinkPatient>> {
        Ok(self.0.to_link(patient))
    }

    async fn call_next(&self, counter: &str) -> anyhow::Result<Option<String>> {
        Ok(self.1.call_next(counter))
    }
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
