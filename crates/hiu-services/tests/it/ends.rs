//! A consent ends: everything goes, at once and with proof.

use std::collections::BTreeSet;
use std::sync::Arc;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::ConsentId;
use abdm_core::person::PatientMismatch;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{DeadLetterList, FlowStore as _};
use chrono::TimeDelta;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::flow::{DocumentId, EndReason, Outcome, Standing};
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
use hiu_services::{Decision, Error};
use serde_json::{Value, json};

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, asked_for};
use crate::made_up::{at, consent_id};

#[tokio::test(start_paused = true)]
async fn a_revocation_in_the_middle_of_a_transfer_leaves_nothing() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;
    hospital.abdm.push(1, 2, &["OPD-1"]).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);

    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(proofs[0].documents, 1);
    hospital.abdm.push(2, 2, &["OPD-2"]).await;
    tokio::time::sleep(MINUTE).await;
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    let report = &hospital.abdm.wait_for::<NotifyHealthInformation>(1).await[0];
    assert_eq!(report["notification"]["statusNotification"]["sessionStatus"], "FAILED");
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Aborted));
    assert!(matches!(delivery.standing, Standing::Ended { reason: EndReason::Revoked, .. }));
    let acknowledged = hospital.abdm.wait_for::<AcknowledgeConsentDecision>(2).await;
    assert_eq!(
        acknowledged[1]["acknowledgement"],
        json!([{"status": "OK", "consentId": consent_id(1)}]),
        "a revocation without a list is about every artefact"
    );
}

#[tokio::test(start_paused = true)]
async fn a_revocation_waits_for_no_call_that_abdm_does_not_take() {
    let hospital = Hospital::open(Habits {
        fails_always: vec![
            AcknowledgeConsentDecision::META.path,
            NotifyHealthInformation::META.path,
        ],
        ..Habits::default()
    });
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    // Older calls are being tried again by now.
    tokio::time::sleep(5 * SECOND).await;
    let revoked_at = abdm_core::clock::Clock::now(&*hospital.abdm.clock);
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    let waited = proofs[0].erased_at - revoked_at;
    assert!(waited < TimeDelta::seconds(2), "{waited}");
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    // ABDM has a right to the report: it is tried on.
    let tried = hospital.abdm.calls::<NotifyHealthInformation>().len();
    tokio::time::sleep(HOUR).await;
    assert!(hospital.abdm.calls::<NotifyHealthInformation>().len() > tried + 10);
    // What is given up is kept for a person to see.
    tokio::time::sleep(12 * HOUR).await;
    let list = DeadLetterList::new(10).of_kind("hiu.artefact");
    let dead = hospital.store.dead_letters(&list).await.unwrap();
    assert_eq!(dead.len(), 1, "the report of the transfer");
}

/// Keeps a document long after it was asked to.
#[derive(Debug)]
struct Slow(Arc<MemoryRecords>);

#[async_trait::async_trait]
impl Records for Slow {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        tokio::time::sleep(30 * SECOND).await;
        self.0.keep(document).await
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.0.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.0.erase(proof).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_is_being_kept_when_its_consent_ends_is_erased_and_counted_in_the_proof() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    hospital.restart_with(Arc::new(Slow(hospital.records.clone())));
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(SECOND).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    let consent = hospital.hiu.consent(consent.id());
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(proofs[0].documents, 1, "the erasure came after it");
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_artefact_that_was_over_before_its_grant_is_not_waited_for() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    tokio::time::sleep(MINUTE).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    // No records is a decision, and is told as that.
    let none = consent.wait_for_records(HOUR).await;
    assert!(
        matches!(&none, Err(Error::NotGranted { decision }) if **decision == Decision::Revoked),
        "{none:?}"
    );
    assert!(consent.wait_for_erasure(HOUR).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_erase_date_comes_without_any_callback() {
    let mut habits = Habits::default();
    // The patient granted two hours, where thirty days had been asked for.
    let erase_at = at("2026-09-14T12:00:00Z");
    habits.terms.permission.data_erase_at = Some(erase_at);
    let hospital = Hospital::open(habits);
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    assert_eq!(hospital.medicines().len(), 2);
    let proofs = consent.wait_for_erasure(3 * HOUR).await.unwrap();
    assert_eq!(proofs[0].reason, EndReason::EraseDate);
    assert!(proofs[0].erased_at >= erase_at);
    assert!(proofs[0].erased_at < erase_at + TimeDelta::minutes(1));
    assert!(hospital.medicines().is_empty());
}

/// The store with every artefact's flow in another version of its snapshot.
/// The version of an artefact's snapshot.
const PRESENT: u32 = 2;

fn in_version(version: u32, stored: String) -> String {
    fn walk(value: &mut Value, version: u32) {
        match value {
            Value::Object(members) => {
                if members.get("kind") == Some(&json!("hiu.artefact"))
                    && members.contains_key("version")
                {
                    members["version"] = json!(version);
                }
                members.values_mut().for_each(|member| walk(member, version));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, version)),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(&stored).unwrap();
    walk(&mut value, version);
    value.to_string()
}

// While two releases run side by side, the older one may be asked to end what the newer one wrote.
// ABDM was told that the revocation is taken, and does not repeat it.
#[tokio::test(start_paused = true)]
async fn a_revocation_is_not_lost_on_a_node_that_cannot_read_the_artefact() {
    let mut hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    let newer = PRESENT + 1;
    hospital.crash_and_restart_over(|stored| in_version(newer, stored)).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    tokio::time::sleep(2 * HOUR).await;
    assert_eq!(hospital.medicines().len(), 2);
    hospital.crash_and_restart_over(|stored| in_version(PRESENT, stored)).await;
    let consent = hospital.hiu.consent(consent.id());
    assert_eq!(consent.wait_for_erasure(HOUR).await.unwrap().len(), 1);
    assert!(hospital.medicines().is_empty());
}

// A node that was held up may bring a document after another one has erased.
#[tokio::test(start_paused = true)]
async fn nothing_is_kept_of_a_consent_whose_erasure_is_proved() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    let stored = hospital.records.documents_under(&consent_id(1));
    let late = || hospital.records.open(&stored[0]).unwrap();
    let (kept, aside) = (late(), late());
    hospital.hiu.erase(&consent_id(1)).await.unwrap();
    consent.wait_for_erasure(HOUR).await.unwrap();
    hospital.records.keep(kept).await.unwrap();
    assert!(!hospital.records.set_aside(aside, PatientMismatch::AbhaAddress).await.unwrap());
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    assert!(hospital.records.set_aside_under(&consent_id(1)).is_empty());
}
