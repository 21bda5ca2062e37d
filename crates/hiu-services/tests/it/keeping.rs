//! What is kept how long: keys, records, finished flows; and the settings for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use abdm_core::id::ConsentId;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::flow::{DocumentId, Outcome, Patience};
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
use hiu_services::{Error, Hiu};

use crate::abdm::{Abdm, Habits};
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, alone, asked_for};
use crate::made_up::{consent_id, hiu_id, question};

#[tokio::test(start_paused = true)]
async fn keys_are_stored_sealed_while_they_are_needed_and_not_a_moment_longer() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;

    let sealed = hospital.keys().await.unwrap();
    assert_eq!(hospital.stored_text().matches(&sealed).count(), 1, "in the flow and in no queue");

    hospital.abdm.push(1, 2, &["OPD-1"]).await;
    hospital.abdm.push(2, 2, &["OPD-2"]).await;
    hospital.delivery(&consent).await;
    // For two minutes a page may come again whose 202 was lost.
    tokio::time::sleep(2 * MINUTE + 2 * SECOND).await;
    assert!(!hospital.stored_text().contains(&sealed));
}

/// A record store that does not answer the first time.
#[derive(Debug)]
struct Stuck {
    inner: Arc<MemoryRecords>,
    tries: std::sync::atomic::AtomicU32,
}

impl Stuck {
    async fn first_never(&self) {
        if self.tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait::async_trait]
impl Records for Stuck {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        self.first_never().await;
        self.inner.keep(document).await
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.inner.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.inner.erase(proof).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_store_that_does_not_answer_is_asked_again() {
    let mut hospital = Hospital::open(Habits::default());
    hospital.restart_with(Arc::new(Stuck { inner: hospital.records.clone(), tries: 0.into() }));
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(delivery.documents().count(), 2);
}

/// A record store that does what it is asked, and whose answers are lost on the way.
#[derive(Debug)]
struct Deaf {
    inner: Arc<MemoryRecords>,
    loses_kept: bool,
    loses_erased: AtomicBool,
}

impl Deaf {
    fn before(hospital: &mut Hospital, loses_kept: bool) {
        let inner = hospital.records.clone();
        hospital.restart_with(Arc::new(Self { inner, loses_kept, loses_erased: true.into() }));
    }
}

#[async_trait::async_trait]
impl Records for Deaf {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        self.inner.keep(document).await?;
        if self.loses_kept {
            return Err(RecordsError::new("the connection was lost"));
        }
        Ok(())
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.inner.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        let kept = self.inner.erase(proof).await?;
        if self.loses_erased.swap(false, Ordering::SeqCst) {
            return Err(RecordsError::new("the connection was lost"));
        }
        Ok(kept)
    }
}

/// A document that was kept, of which the flow does not know, because its process died before it
/// could write that down: revoked, it is erased, and the proof counts it.
#[tokio::test(start_paused = true)]
async fn a_document_kept_before_a_crash_and_then_revoked_is_erased_and_counted_in_the_proof() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    Deaf::before(&mut hospital, true);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.records.documents_under(&consent_id(1)).len(), 1);
    assert_eq!(hospital.documents().await, 0, "the flow knows nothing of it");
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    assert_eq!(proofs.iter().map(|proof| proof.documents).collect::<Vec<_>>(), [1]);
    assert_eq!(hospital.records.proofs(), proofs);
}

#[tokio::test(start_paused = true)]
async fn an_erasure_whose_end_was_lost_is_proved_by_the_first_proof() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    Deaf::before(&mut hospital, false);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    hospital.delivery(&consent).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(proofs[0].documents, 1);
    assert_eq!(hospital.records.proofs(), proofs, "one proof, the same at both ends");
}

#[tokio::test(start_paused = true)]
async fn finished_flows_are_forgotten_after_their_retention_and_proofs_are_not() {
    let abdm = Abdm::new(Habits::default());
    let records = Arc::new(MemoryRecords::new(SealingKey::generate().unwrap()));
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(records.clone())
        .in_memory()
        .unwrap()
        .bridge_url("http://127.0.0.1:1")
        .options(alone())
        .retention(24 * HOUR)
        .build()
        .unwrap();
    abdm.connect(&hiu);
    let working = hiu.clone();
    tokio::spawn(async move { working.run(std::future::pending()).await });
    let consent = hiu.request_consent(question()).await.unwrap();
    abdm.wait_for::<RequestConsent>(1).await;
    abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    consent.wait_for_records(HOUR).await.unwrap();
    abdm.decide(ConsentStatus::Revoked, &[]).await;
    consent.wait_for_erasure(HOUR).await.unwrap();
    tokio::time::sleep(23 * HOUR).await;
    assert!(consent.state().await.is_ok(), "kept for a day");
    tokio::time::sleep(48 * HOUR).await;
    assert!(matches!(consent.state().await, Err(Error::NoSuchConsent)));
    assert_eq!(records.proofs().len(), 1);
}

// (C8) Every retention that can be set is one that can be worked with.
#[tokio::test(start_paused = true)]
async fn a_retention_without_end_forgets_nothing_and_does_not_panic() {
    let hospital = Hospital::open_with(Habits::default(), |builder| {
        builder.retention(Duration::MAX).patience(Patience::new(Duration::MAX, Duration::MAX))
    });
    let consent = hospital.ask().await;
    tokio::time::sleep(48 * HOUR).await;
    assert!(!hospital.worker.is_finished(), "the workers go on");
    assert!(consent.state().await.is_ok());
}

// (C27)
#[tokio::test]
async fn settings_that_cannot_work_are_refused_and_not_changed_in_silence() {
    let abdm = Abdm::new(Habits::default());
    let builder = || {
        Hiu::builder(hiu_id(), abdm.client())
            .records(Arc::new(MemoryRecords::new(SealingKey::generate().unwrap())))
            .in_memory()
            .unwrap()
            .bridge_url("http://127.0.0.1:1")
    };
    assert!(builder().build().is_ok());
    for (builder, why) in [
        (builder().retention(23 * HOUR), "less than a day"),
        (builder().largest_push(0), "no push at all"),
        (builder().push_memory(1024), "no room for one push"),
    ] {
        assert!(matches!(builder.build(), Err(Error::Setting { .. })), "{why}");
    }
}
