//! The whole HIU, from the question to the proof of erasure, against ABDM and a HIP in the process.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::{Endpoint as _, fill_path};
use abdm_core::flow::Flow as _;
use abdm_core::seal::SealingKey;
use abdm_core::store::{FlowStore as _, MemoryStore};
use abdm_core::vocabulary::ConsentStatus;
use chrono::TimeDelta;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::client::PUSH_PATH;
use hiu_services::flow::{ArtefactFlow, EndReason, Outcome, Patience, Standing};
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
use hiu_services::{Consent, ConsentRequest, Decision, Delivery, Error, Hiu, HiuBuilder};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::abdm::{Abdm, Habits};
use crate::made_up::{at, consent_id, hiu_id, question};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A hospital at work: killed and begun again as often as a test likes.
pub(crate) struct Hospital {
    pub(crate) abdm: Arc<Abdm>,
    store: Arc<MemoryStore>,
    pub(crate) records: Arc<MemoryRecords>,
    pub(crate) hiu: Hiu,
    worker: JoinHandle<()>,
    set_up: Box<dyn Fn(HiuBuilder) -> HiuBuilder>,
}

impl Hospital {
    pub(crate) fn open(habits: Habits) -> Self {
        Self::open_with(habits, |builder| builder)
    }

    pub(crate) fn open_with(
        habits: Habits,
        set_up: impl Fn(HiuBuilder) -> HiuBuilder + 'static,
    ) -> Self {
        let abdm = Abdm::new(habits);
        let store = Arc::new(MemoryStore::new());
        let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
        let (hiu, worker) = Self::start(&abdm, &store, records.clone(), &set_up);
        Self { abdm, store, records, hiu, worker, set_up: Box::new(set_up) }
    }

    fn start(
        abdm: &Arc<Abdm>,
        store: &Arc<MemoryStore>,
        records: Arc<dyn Records>,
        set_up: &dyn Fn(HiuBuilder) -> HiuBuilder,
    ) -> (Hiu, JoinHandle<()>) {
        let builder = Hiu::builder(hiu_id(), abdm.client())
            .records(records)
            .store(store.clone(), SealingKey::from_bytes(&[2; 32]).unwrap())
            .bridge_url("http://127.0.0.1:1")
            .node("hospital");
        let hiu = set_up(builder).build().unwrap();
        abdm.connect(&hiu);
        let working = hiu.clone();
        let worker = tokio::spawn(async move { working.run(std::future::pending()).await });
        (hiu, worker)
    }

    /// Kills everything but the store, and begins again over what it had written.
    async fn crash_and_restart(&mut self) {
        self.abdm.disconnect();
        self.worker.abort();
        tokio::time::sleep(MINUTE).await;
        let written = self.store.to_snapshot_bytes().unwrap();
        self.store = Arc::new(MemoryStore::from_snapshot_bytes(&written).unwrap());
        (self.hiu, self.worker) =
            Self::start(&self.abdm, &self.store, self.records.clone(), &*self.set_up);
    }

    /// The workers end; callbacks and pushes are still taken in.
    pub(crate) fn stop_working(&self) {
        self.worker.abort();
    }

    async fn ask(&self) -> Consent {
        self.hiu.request_consent(question()).await.unwrap()
    }

    /// Asks; the patient grants one artefact.
    pub(crate) async fn ask_and_grant(&self) -> Consent {
        self.ask_and_grant_this(question()).await
    }

    pub(crate) async fn ask_and_grant_this(&self, question: ConsentRequest) -> Consent {
        let consent = self.hiu.request_consent(question).await.unwrap();
        self.abdm.wait_for::<RequestConsent>(1).await;
        self.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
        assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Granted);
        consent
    }

    pub(crate) async fn delivery(&self, consent: &Consent) -> Delivery {
        let mut deliveries = consent.wait_for_records(HOUR).await.unwrap();
        assert_eq!(deliveries.len(), 1);
        deliveries.remove(0)
    }

    /// The medicines of every document kept, sorted.
    pub(crate) fn medicines(&self) -> Vec<String> {
        let documents = self.records.documents_under(&consent_id(1));
        let mut names: Vec<_> = documents
            .iter()
            .flat_map(|document| {
                let record = self.records.open(document).unwrap().record().unwrap();
                record.medicines().map(|medicine| medicine.name.clone()).collect::<Vec<_>>()
            })
            .collect();
        names.sort();
        names
    }

    /// Whether the present transfer's keys are stored.
    pub(crate) async fn has_keys(&self) -> bool {
        let stored = self.store.list(ArtefactFlow::KIND, None, 10).await.unwrap();
        let flow: ArtefactFlow = stored[0].state.decode().unwrap();
        flow.transfer.is_some_and(|transfer| transfer.sealed_keys().is_some())
    }

    pub(crate) fn stored_text(&self) -> String {
        String::from_utf8(self.store.to_snapshot_bytes().unwrap()).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_patient_grants_less_the_records_come_and_are_erased_with_proof() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(delivery.problems().count(), 0);
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    assert_eq!(
        hospital.records.documents_of(&"Asha.Test@sbx".parse().unwrap()).len(),
        2,
        "found by the patient, whatever the case"
    );

    // Asked for what was granted, not for what had been asked.
    let asked = hospital.abdm.calls::<RequestHealthInformation>();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["hiRequest"]["dateRange"],
        json!({"from": "2024-01-01T00:00:00.000Z", "to": "2026-01-01T00:00:00.000Z"})
    );
    let url = asked[0]["hiRequest"]["dataPushUrl"].as_str().unwrap();
    assert!(!url.contains(['?', '=', '&', '%']) && !url.contains(consent_id(1).as_str()), "{url}");

    // Acknowledged and reported.
    let acknowledged = hospital.abdm.wait_for::<AcknowledgeConsentDecision>(1).await;
    assert_eq!(
        acknowledged[0]["acknowledgement"],
        json!([{"status": "OK", "consentId": consent_id(1)}])
    );
    let reports = hospital.abdm.wait_for::<NotifyHealthInformation>(1).await;
    insta::assert_json_snapshot!(reports, { "[].notification.doneAt" => "…" });

    // No plaintext and no key is left in the flow store.
    let stored = hospital.stored_text();
    assert!(!stored.contains("Medicine of"));
    let flow = consent.state().await.unwrap();
    assert_eq!(flow.artefacts.len(), 1);

    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!((proofs.len(), proofs[0].documents), (1, 2));
    assert_eq!(proofs[0].reason, EndReason::Revoked);
    assert_eq!(proofs[0].digest.len(), 64);
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    assert_eq!(hospital.records.proofs(), proofs);
    assert_eq!(hospital.abdm.wait_for::<AcknowledgeConsentDecision>(2).await.len(), 2);
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Revoked);
    assert!(hospital.hiu.request_records(&consent_id(1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_restart_between_request_and_push_loses_nothing() {
    let mut hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(Duration::from_secs(5)).await;

    hospital.crash_and_restart().await;
    hospital.abdm.push(1, 1, &["OPD-1"]).await;

    let consent = hospital.hiu.consent(consent.id());
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(hospital.abdm.calls::<RequestHealthInformation>().len(), 1, "asked once");
    assert_eq!(hospital.abdm.wait_for::<NotifyHealthInformation>(1).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn keys_are_stored_sealed_while_they_are_needed_and_not_a_moment_longer() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;

    let stored = hospital.store.list(ArtefactFlow::KIND, None, 10).await.unwrap();
    let flow: ArtefactFlow = stored[0].state.decode().unwrap();
    let sealed = flow.transfer.unwrap().sealed_keys().unwrap().to_string();
    assert_eq!(hospital.stored_text().matches(&sealed).count(), 1, "in the flow and in no queue");

    hospital.abdm.push(1, 2, &["OPD-1"]).await;
    hospital.abdm.push(2, 2, &["OPD-2"]).await;
    hospital.delivery(&consent).await;
    assert!(!hospital.stored_text().contains(&sealed));
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_moment_comes_to_the_same_end() {
    for pause in [0, 1, 3, 10, 30, 100, 300, 1_000] {
        let mut hospital = Hospital::open(Habits::default());
        let consent = hospital.ask().await;
        hospital.abdm.wait_for::<RequestConsent>(1).await;
        hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        hospital.crash_and_restart().await;
        let consent = hospital.hiu.consent(consent.id());
        let delivery = hospital.delivery(&consent).await;
        assert_eq!(delivery.outcome, Some(Outcome::Complete), "after {pause} ms");
        assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn one_bad_entry_never_costs_the_good_ones() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let url = hospital.abdm.request().data_push_url;

    hospital.abdm.push(0, 3, &["OPD-1"]).await;
    hospital.abdm.push(1, 3, &["IPD-9"]).await;
    let broken = json!({"pageNumber": "2", "pageCount": 3,
        "transactionId": crate::made_up::transaction_id(),
        "entries": [{"careContextReference": "OPD-2", "content": "AAAA"}, {"content": "x"}],
        "keyMaterial": {"cryptoAlg": "ECDH", "curve": "Curve25519", "nonce": "AAAA",
            "dhPublicKey": {"keyValue": "AAAA"}}});
    hospital.abdm.push_body(&url, &broken).await;

    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(delivery.documents().count(), 1);
    assert_eq!(delivery.problems().count(), 3);
    let report = &hospital.abdm.wait_for::<NotifyHealthInformation>(1).await[0];
    let status = &report["notification"]["statusNotification"];
    assert_eq!(status["sessionStatus"], "RECEIVED");
    let fates: Vec<_> = status["statusResponses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["careContextReference"].as_str().unwrap(), r["hiStatus"].as_str().unwrap()))
        .collect();
    assert_eq!(fates, [("IPD-9", "ERRORED"), ("OPD-1", "OK"), ("OPD-2", "ERRORED")]);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_in_the_middle_of_a_transfer_leaves_nothing() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    hospital.abdm.push(1, 2, &["OPD-1"]).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
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
    tokio::time::sleep(Duration::from_secs(5)).await;
    let revoked_at = abdm_core::clock::Clock::now(&*hospital.abdm.clock);
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    let waited = proofs[0].erased_at - revoked_at;
    assert!(waited < TimeDelta::minutes(3), "{waited}");
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    // What was given up is kept for a person to see.
    tokio::time::sleep(5 * MINUTE).await;
    let dead = hospital.store.dead_letters(ArtefactFlow::KIND, 10).await.unwrap();
    assert_eq!(dead.len(), 1, "the report of the transfer");
}

#[tokio::test(start_paused = true)]
async fn a_question_cut_short_by_a_crash_is_not_asked_again_at_once() {
    let mut hospital =
        Hospital::open(Habits { hangs_once: Some(RequestConsent::META.path), ..Habits::default() });
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.crash_and_restart().await;
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(hospital.abdm.calls::<RequestConsent>().len(), 1, "the patient is asked once");
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let consent = hospital.hiu.consent(consent.id());
    assert_eq!(hospital.delivery(&consent).await.outcome, Some(Outcome::Complete));
}

// (C13) What certainly never arrived is not in doubt, on whichever node it was tried.
#[tokio::test(start_paused = true)]
async fn a_question_that_abdm_did_not_take_is_still_unsent_after_restarts() {
    let busy = Some((RequestConsent::META.path, TimeDelta::minutes(20)));
    let mut hospital = Hospital::open(Habits { busy, ..Habits::default() });
    let consent = hospital.ask().await;
    for _ in 0..3 {
        tokio::time::sleep(MINUTE).await;
        hospital.crash_and_restart().await;
    }
    let consent = hospital.hiu.consent(consent.id());
    tokio::time::sleep(10 * MINUTE).await;
    let decision = consent.wait_for_decision(MINUTE).await;
    assert!(matches!(decision, Err(Error::TimedOut { .. })), "no doubt arises: {decision:?}");
    tokio::time::sleep(20 * MINUTE).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Granted);
}

// (C13) A request for records that a crash cut short is not sent again while its answer may come.
#[tokio::test(start_paused = true)]
async fn a_request_for_records_cut_short_by_a_crash_is_sent_once() {
    let hangs_once = Some(RequestHealthInformation::META.path);
    let mut hospital = Hospital::open(Habits { hangs_once, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    hospital.crash_and_restart().await;
    let consent = hospital.hiu.consent(consent.id());
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.abdm.calls::<RequestHealthInformation>().len(), 1, "asked once");
}

#[tokio::test(start_paused = true)]
async fn silence_brings_no_records_and_is_not_taken_for_none() {
    let hospital = Hospital::open(Habits { calls_back: false, ..Habits::default() });
    let consent = hospital.ask().await;
    let waited = consent.wait_for_records(5 * MINUTE).await;
    assert!(matches!(waited, Err(Error::TimedOut { .. })), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn an_artefact_that_was_over_before_its_grant_is_not_waited_for() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    tokio::time::sleep(MINUTE).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    // (vendor trial, README M3) No records is a decision, and is told as that.
    let none = consent.wait_for_records(HOUR).await;
    assert!(
        matches!(&none, Err(Error::NotGranted { decision }) if **decision == Decision::Revoked),
        "{none:?}"
    );
    assert!(consent.wait_for_erasure(HOUR).await.unwrap().is_empty());
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

    async fn erase(&self, proof: &ErasureProof) -> Result<(), RecordsError> {
        self.inner.erase(proof).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_store_that_does_not_answer_is_asked_again() {
    let mut hospital = Hospital::open(Habits::default());
    hospital.abdm.disconnect();
    hospital.worker.abort();
    let stuck = Arc::new(Stuck { inner: hospital.records.clone(), tries: 0.into() });
    (hospital.hiu, hospital.worker) =
        Hospital::start(&hospital.abdm, &hospital.store, stuck, &|builder| builder);
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(delivery.documents().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn finished_flows_are_forgotten_after_their_retention_and_proofs_are_not() {
    let abdm = Abdm::new(Habits::default());
    let records = Arc::new(MemoryRecords::new(SealingKey::generate().unwrap()));
    let mut options = abdm_core::flow::RunnerOptions::default();
    options.poll_interval = Duration::from_secs(600);
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(records.clone())
        .in_memory()
        .unwrap()
        .bridge_url("http://127.0.0.1:1")
        .options(options)
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
        assert!(matches!(builder.build(), Err(Error::Setup(_))), "{why}");
    }
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

#[tokio::test(start_paused = true)]
async fn a_key_error_is_answered_with_the_other_key_form() {
    let hospital = Hospital::open(Habits { refuses_raw_keys: true, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete), "{delivery:?}");
    let asked = hospital.abdm.calls::<RequestHealthInformation>();
    let [first, second] = asked.as_slice() else { panic!("{} requests", asked.len()) };
    for part in ["/hiRequest/keyMaterial/nonce", "/hiRequest/dataPushUrl"] {
        assert_ne!(first.pointer(part), second.pointer(part), "{part} is fresh");
    }
}

#[tokio::test(start_paused = true)]
async fn a_500_at_any_call_is_survived() {
    let hospital = Hospital::open(Habits {
        fails_once: vec![
            RequestConsent::META.path,
            AcknowledgeConsentDecision::META.path,
            FetchConsent::META.path,
            RequestHealthInformation::META.path,
            NotifyHealthInformation::META.path,
        ],
        ..Habits::default()
    });
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(2).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines().len(), 2);
    hospital.abdm.wait_for::<AcknowledgeConsentDecision>(2).await;
    hospital.abdm.wait_for::<NotifyHealthInformation>(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_hip_is_reported_as_failed() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert!(matches!(delivery.outcome, Some(Outcome::Failed(_))));
    let report = &hospital.abdm.wait_for::<NotifyHealthInformation>(1).await[0];
    assert_eq!(report["notification"]["statusNotification"]["sessionStatus"], "FAILED");
}

#[tokio::test(start_paused = true)]
async fn a_denial_is_acknowledged_and_asks_for_nothing() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.decide(ConsentStatus::Denied, &[]).await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Denied { reason: None });
    let acknowledged = hospital.abdm.wait_for::<AcknowledgeConsentDecision>(1).await;
    assert_eq!(acknowledged[0]["acknowledgement"], json!([]));
    let none = consent.wait_for_records(HOUR).await.unwrap_err();
    assert_eq!(
        none.to_string(),
        "there will be no records: the patient denied the consent and gave no reason"
    );
    assert!(hospital.abdm.calls::<FetchConsent>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_callback_within_a_minute_is_told() {
    let hospital = Hospital::open(Habits { calls_back: false, ..Habits::default() });
    let consent = hospital.ask().await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Unknown);
    let passed = abdm_core::clock::Clock::now(&*hospital.abdm.clock) - crate::made_up::start();
    assert!(passed >= TimeDelta::seconds(60) && passed < TimeDelta::seconds(70), "{passed}");
    assert_eq!(hospital.abdm.calls::<RequestConsent>().len(), 1, "the patient is not asked twice");
}

#[tokio::test(start_paused = true)]
async fn a_push_to_an_address_that_was_never_given_out_is_refused_and_not_stored() {
    let hospital = Hospital::open(Habits::default());
    let path = fill_path(PUSH_PATH, &["00000000-0000-4000-8000-000000000000".to_owned()]).unwrap();
    let url = format!("http://127.0.0.1:1{path}");
    let status = hospital.abdm.push_body(&url, &json!({"transactionId": "t"})).await;
    assert_eq!(status, 404);
    assert!(!hospital.stored_text().contains("OnPush") && !hospital.stored_text().contains("Push"));
}

#[tokio::test(start_paused = true)]
async fn what_abdm_would_refuse_is_not_sent() {
    let hospital = Hospital::open(Habits::default());
    let patient = || "asha.test@sbx".parse().unwrap();
    let doctor = crate::made_up::doctor;
    let whole = question();
    for (request, why) in [
        (ConsentRequest::for_care(patient(), doctor()), "nothing said"),
        (whole.clone().of_types([]), "no types"),
        (whole.clone().erased_at(at("2026-09-01T00:00:00Z")), "erase date in the past"),
    ] {
        let refused = hospital.hiu.request_consent(request).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{why}");
    }
    assert!(hospital.abdm.calls::<RequestConsent>().is_empty());
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_router_works_under_any_prefix_and_refuses_strangers() {
    let abdm = Abdm::new(Habits::default());
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(Arc::new(MemoryRecords::new(SealingKey::generate().unwrap())))
        .in_memory()
        .unwrap()
        .bridge_url("https://hospital.example.org/abdm")
        .build()
        .unwrap();
    let app = axum::Router::new().nest("/abdm", hiu.router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let status = |path: String| async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = "Host: x\r\nConnection: close\r\nContent-Length: 2";
        let request = format!("POST /abdm{path} HTTP/1.1\r\n{head}\r\n\r\n{{}}");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer.get(9..12).unwrap_or_default().to_owned()
    };
    assert_eq!(status(OnConsentDecision::META.path.to_owned()).await, "401");
    assert_eq!(status(OnFetchConsent::META.path.to_owned()).await, "401");
    let push = fill_path(PUSH_PATH, &["1".to_owned()]).unwrap();
    assert_eq!(status(push).await, "404", "an address that was never given out");
    assert_eq!(status("/nothing/here".to_owned()).await, "404");
}
