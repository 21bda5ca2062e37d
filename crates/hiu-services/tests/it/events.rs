//! What the hospital is told: each event at least once, in order, recognisable when it comes again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use abdm_core::id::ConsentId;
use abdm_core::person::PatientMismatch;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{DeadLetterList, FlowStore as _};
use hiu_services::api::consent::RequestConsent;
use hiu_services::flow::{DocumentId, EndReason, Outcome, PageRefusal};
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
use hiu_services::{Consent, Decision, EventId, HiuEvent};

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, asked_for};
use crate::made_up::{consent_id, document, question};

/// A record store that writes down what it is told, and fails the first times.
#[derive(Debug)]
pub(crate) struct Listening {
    inner: Arc<MemoryRecords>,
    heard: Mutex<Vec<(EventId, HiuEvent)>>,
    fails: AtomicU32,
}

impl Listening {
    /// That fails the first times.
    pub(crate) fn new(inner: Arc<MemoryRecords>, fails: u32) -> Arc<Self> {
        Arc::new(Self { inner, heard: Mutex::default(), fails: fails.into() })
    }

    /// The hospital goes on with it.
    fn in_place_of(hospital: &mut Hospital, fails: u32) -> Arc<Self> {
        let listening = Self::new(hospital.records.clone(), fails);
        hospital.restart_with(listening.clone());
        listening
    }

    pub(crate) fn heard(&self) -> Vec<(EventId, HiuEvent)> {
        self.heard.lock().unwrap().clone()
    }

    /// The names of what was told of this consent request's artefacts, or of itself.
    fn names(&self, of_artefact: bool) -> Vec<&'static str> {
        let heard = self.heard();
        let told = heard.iter().filter(|(_, event)| event.artefact().is_some() == of_artefact);
        told.map(|(_, event)| event.name()).collect()
    }
}

#[async_trait::async_trait]
impl Records for Listening {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        self.inner.keep(document).await
    }

    async fn set_aside(
        &self,
        document: ReceivedDocument,
        mismatch: PatientMismatch,
    ) -> Result<bool, RecordsError> {
        self.inner.set_aside(document, mismatch).await
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.inner.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.inner.erase(proof).await
    }

    async fn on_event(&self, id: &EventId, event: &HiuEvent) -> Result<(), RecordsError> {
        self.heard.lock().unwrap().push((id.clone(), event.clone()));
        let fails =
            self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match fails {
            Ok(_) => Err(RecordsError::new("the bus is down")),
            Err(_) => Ok(()),
        }
    }
}

async fn whole_life(hospital: &Hospital) -> Consent {
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    consent.wait_for_erasure(HOUR).await.unwrap();
    tokio::time::sleep(HOUR).await;
    consent
}

#[tokio::test(start_paused = true)]
async fn a_consents_whole_life_is_told_in_order() {
    let mut hospital = Hospital::open(Habits::default());
    let listening = Listening::in_place_of(&mut hospital, 0);
    let consent = whole_life(&hospital).await;
    assert_eq!(listening.names(false), ["consent-decided", "consent-decided"]);
    let of_artefact = ["artefact-granted", "transfer-ended", "artefact-ended", "documents-erased"];
    assert_eq!(listening.names(true), of_artefact);
    for (id, event) in listening.heard() {
        assert_eq!(id.consent, consent.id());
        assert_eq!(id.flow == consent.id(), event.artefact().is_none());
        match event {
            HiuEvent::ConsentDecided { decision, artefacts, .. } => {
                assert!(matches!(decision, Decision::Granted | Decision::Revoked));
                assert_eq!(artefacts, [consent_id(1)]);
            }
            HiuEvent::ArtefactGranted(terms) => assert_eq!(terms.care_contexts.len(), 2),
            HiuEvent::TransferEnded(summary) => {
                assert_eq!(summary.outcome, Some(Outcome::Complete));
                assert_eq!((summary.pages, summary.documents, summary.failed), (2, 2, 0));
                assert_eq!(summary.missing, Some(0));
            }
            HiuEvent::ArtefactEnded { reason, .. } => assert_eq!(reason, EndReason::Revoked),
            HiuEvent::DocumentsErased(proof) => {
                assert_eq!(hospital.records.proofs(), [*proof]);
            }
            other => panic!("{other:?} was not expected"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_was_not_taken_comes_again_with_its_id_before_any_later_one() {
    let mut hospital = Hospital::open(Habits::default());
    let listening = Listening::in_place_of(&mut hospital, 3);
    whole_life(&hospital).await;
    let heard = listening.heard();
    let ids: BTreeSet<_> = heard.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(heard.len(), ids.len() + 3, "each failure is one more try: {heard:?}");
    for flow in heard.iter().map(|(id, _)| id.flow).collect::<BTreeSet<_>>() {
        let of_flow: Vec<_> = heard.iter().map(|(id, _)| id).filter(|id| id.flow == flow).collect();
        assert!(of_flow.is_sorted(), "in order, repetitions beside each other: {of_flow:?}");
    }
    for (id, event) in &heard {
        assert!(heard.iter().all(|(other, told)| (other == id) == (told == event)), "{event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_never_taken_is_set_aside_and_the_flow_goes_on() {
    let mut hospital = Hospital::open(Habits::default());
    let listening = Listening::in_place_of(&mut hospital, 8);
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.deny("not now").await;
    consent.wait_for_decision(HOUR).await.unwrap();
    tokio::time::sleep(HOUR).await;
    assert_eq!(listening.heard().len(), 8, "tried so often");
    let list = DeadLetterList::new(10).of_kind("hiu.consent");
    let dead = hospital.store.dead_letters(&list).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].reason.contains("consent-decided"), "{}", dead[0].reason);
}

#[tokio::test(start_paused = true)]
async fn silence_and_refusal_and_denial_are_told_as_decisions() {
    let decision = async |habits: Habits, denied: bool| {
        let mut hospital = Hospital::open(habits);
        let listening = Listening::in_place_of(&mut hospital, 0);
        hospital.hiu.request_consent(question()).await.unwrap();
        hospital.abdm.wait_for::<RequestConsent>(1).await;
        if denied {
            hospital.abdm.deny("not now").await;
        }
        tokio::time::sleep(5 * MINUTE).await;
        match listening.heard().as_slice() {
            [(_, HiuEvent::ConsentDecided { decision, .. })] => decision.clone(),
            other => panic!("{other:?}"),
        }
    };
    let silent = Habits { calls_back: false, ..Habits::default() };
    assert_eq!(decision(silent, false).await, Decision::Unknown);
    let refuses = Habits { refuses_consents: true, ..Habits::default() };
    assert!(matches!(decision(refuses, false).await, Decision::Refused(_)));
    assert!(matches!(decision(Habits::default(), true).await, Decision::Denied { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_refused_page_is_told_once_for_each_reason() {
    let (mut hospital, _) = asked_for(&["OPD-1"]).await;
    let listening = Listening::in_place_of(&mut hospital, 0);
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(SECOND).await;
    for text in ["a", "b"] {
        let page = vec![("OPD-1", document(text))];
        assert_eq!(hospital.abdm.push_documents(2, 2, page).await, 409);
    }
    tokio::time::sleep(SECOND).await;
    let heard = listening.heard();
    let refused: Vec<_> = heard
        .iter()
        .filter_map(|(_, event)| match event {
            HiuEvent::PageRefused { why, .. } => Some(*why),
            _ => None,
        })
        .collect();
    assert_eq!(refused, [PageRefusal::NothingMissing]);
}
