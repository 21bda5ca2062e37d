//! Records are asked for again: nothing that was answered 202 is lost, whichever comes first.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::id::ConsentId;
use hiu_services::Consent;
use hiu_services::api::health_information::*;
use hiu_services::flow::{DocumentId, Outcome};
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};

use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, alone, asked_for, asked_on};
use crate::made_up::{consent_id, document};

/// A record store that fails while it is shut.
#[derive(Debug)]
struct Gate {
    inner: Arc<MemoryRecords>,
    shut: AtomicBool,
}

impl Gate {
    fn before(hospital: &mut Hospital) -> Arc<Self> {
        let gate = Arc::new(Self { inner: hospital.records.clone(), shut: false.into() });
        hospital.restart_with(gate.clone());
        gate
    }

    fn shut(&self, shut: bool) {
        self.shut.store(shut, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Records for Gate {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        if self.shut.load(Ordering::SeqCst) {
            return Err(RecordsError::new("the database does not answer"));
        }
        self.inner.keep(document).await
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.inner.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.inner.erase(proof).await
    }
}

/// A transfer that was reported without OPD-2, of which a late page may come.
async fn reported_without_the_second() -> (Hospital, Consent) {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    assert_eq!(hospital.delivery(&consent).await.outcome, Some(Outcome::Complete));
    (hospital, consent)
}

async fn ask_again(hospital: &Hospital) {
    hospital.hiu.request_records(&consent_id(1)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_late_page_that_waits_to_be_opened_is_kept_although_records_are_asked_for_again() {
    let (mut hospital, _) = reported_without_the_second().await;
    hospital.stop_working();
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    ask_again(&hospital).await;
    hospital.crash_and_restart().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(2).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    assert_eq!(hospital.documents().await, 2, "the erasure knows of it");
}

#[tokio::test(start_paused = true)]
async fn a_late_page_whose_opening_fails_is_kept_although_records_are_asked_for_again() {
    let (mut hospital, _) = reported_without_the_second().await;
    let gate = Gate::before(&mut hospital);
    gate.shut(true);
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    tokio::time::sleep(SECOND).await;
    ask_again(&hospital).await;
    tokio::time::sleep(MINUTE).await;
    gate.shut(false);
    hospital.abdm.wait_for::<RequestHealthInformation>(2).await;
    tokio::time::sleep(MINUTE).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
}

// (ruling 31) Taken until the request's own deadline, as without the second request.
#[tokio::test(start_paused = true)]
async fn a_late_page_of_the_earlier_request_is_kept_until_its_deadline_and_then_refused() {
    let (hospital, consent) = reported_without_the_second().await;
    let first = hospital.abdm.request().data_push_url;
    let late = ["OPD-2", "OPD-2, too late"]
        .map(|text| hospital.abdm.page(2, 2, vec![("OPD-2", document(text))]));
    ask_again(&hospital).await;
    hospital.abdm.wait_for::<RequestHealthInformation>(2).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.abdm.push_body(&first, &late[0]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    tokio::time::sleep(20 * MINUTE).await;
    assert_eq!(hospital.abdm.push_body(&first, &late[1]).await, 409);
    // The later request is a transfer of its own.
    let delivery = hospital.delivery(&consent).await;
    assert!(matches!(delivery.outcome, Some(Outcome::Failed(_))), "{delivery:?}");
}

#[tokio::test(start_paused = true)]
async fn records_asked_for_twice_at_once_are_requested_once() {
    let (hospital, consent) = reported_without_the_second().await;
    tokio::join!(ask_again(&hospital), ask_again(&hospital));
    hospital.abdm.wait_for::<RequestHealthInformation>(2).await;
    ask_again(&hospital).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.abdm.push(1, 2, &["OPD-1"]).await, 202);
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 202);
    assert_eq!(hospital.delivery(&consent).await.outcome, Some(Outcome::Complete));
    tokio::time::sleep(MINUTE).await;
    assert_eq!(hospital.abdm.calls::<RequestHealthInformation>().len(), 2);
    assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 2);
}

// What was answered 202 is not given up because the hospital's record store is down for long.
#[tokio::test(start_paused = true)]
async fn a_page_is_kept_when_the_record_store_comes_back_after_hours_and_reported_once() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    let gate = Gate::before(&mut hospital);
    gate.shut(true);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(
        delivery.problems().collect::<Vec<_>>(),
        ["it could not be opened in time"],
        "told in time, and honestly"
    );
    tokio::time::sleep(3 * HOUR).await;
    gate.shut(false);
    tokio::time::sleep(HOUR).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(hospital.documents().await, 1);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.documents().count(), delivery.problems().count()), (1, 0));
    assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 1);
    assert!(!hospital.has_keys().await);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_kept_however_few_tries_the_workers_are_given() {
    let mut options = alone();
    options.max_attempts = 2;
    let (mut hospital, consent) = asked_on(&["OPD-1"], options).await;
    let gate = Gate::before(&mut hospital);
    gate.shut(true);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(5 * MINUTE).await;
    gate.shut(false);
    assert_eq!(hospital.delivery(&consent).await.documents().count(), 1);
}
