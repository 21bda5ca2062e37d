//! Every call of the store is the last of a process once, or fails once, before it is done or
//! after: and the end is always the same.
//!
//! Exhaustive, no luck: a story is run once without a fault to count the calls, then once for each
//! call and each fault.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::HiType;
use abdm_flow::EngineOptions;
use abdm_flow::testing::{GatedStore, Trap};
use async_trait::async_trait;
use chrono::TimeDelta;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts};
use hip_services::api::patient_status::{AbhaStanding, AcknowledgePatientStatus};
use hip_services::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, DiscoveryAnswer};
use hip_services::api::v0_5::linking::AddCareContexts;
use hip_services::api::v0_5::user_auth::{
    AcknowledgeAuth, AuthCode, AuthMode, AuthPurpose, ConfirmAuth, InitAuth,
};
use hip_services::flow::{AutoLinkState, PatientAuthState};
use hip_services::{
    BackfillState, ConsentStanding, Edition, FinalRecord, Hip, HipEvent, Hospital, HospitalError,
    LinkPatient, LinkedBy, ListedRecord, Record, RecordId, RecordsWanted,
};

use crate::archive::Archive;
use crate::auto_link::keeps_the_token_limits;
use crate::backfill::{Archive as OldArchive, fast, linked};
use crate::clinic::{Server, patient, until};
use crate::gateway::{CONSENT, hip_id};
use crate::hip_linking::holds;
use crate::patient_status::tells;
use crate::proofs::OTP;
use crate::user_linking::{chooses_in, discovers_again, link_of, types};

const KEY: [u8; 32] = [3; 32];
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A HIP of this hospital over the store of the server, through the trap.
fn hip(server: &Server, trap: &Arc<Trap>, hospital: impl Hospital) -> Hip {
    hip_in(server, trap, hospital, Edition::V3)
}

/// The same in this edition.
fn hip_in(server: &Server, trap: &Arc<Trap>, hospital: impl Hospital, edition: Edition) -> Hip {
    let store = Arc::new(GatedStore::new(server.memory.clone(), Arc::clone(trap)));
    // It asks every second: what a lost answer of the store hides is found when its lease has
    // ended.
    let builder = server.builder(hospital).options(EngineOptions::default());
    let builder = builder.node("clinic").edition(hip_id(), edition);
    let hip = builder.store(store, SealingKey::from_bytes(&KEY).unwrap()).build().unwrap();
    server.gateway.calls_back(&hip);
    hip
}

/// Runs a story to its end, in as many lives as it takes: after a crash the next one begins, and
/// whoever told the story begins it anew.
async fn told(server: &Server, trap: &Arc<Trap>, story: impl AsyncFn(&Hip)) {
    told_by(server, trap, &server.clinic, story).await;
}

/// The same of another hospital.
async fn told_by(
    server: &Server,
    trap: &Arc<Trap>,
    hospital: &(impl Hospital + Clone),
    story: impl AsyncFn(&Hip),
) {
    told_in(server, trap, (hospital, Edition::V3), story).await;
}

/// The same of a hospital that speaks this edition.
async fn told_in(
    server: &Server,
    trap: &Arc<Trap>,
    (hospital, edition): (&(impl Hospital + Clone), Edition),
    story: impl AsyncFn(&Hip),
) {
    loop {
        let hip = hip_in(server, trap, hospital.clone(), edition);
        let ended = tokio::select! {
            biased;
            () = trap.died() => false,
            () = hip.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
            () = story(&hip) => true,
        };
        if ended {
            return;
        }
    }
}

fn server() -> Server {
    let server = Server::new();
    server.gateway.behave(|behaviour| {
        behaviour.comes_again = true;
        behaviour.linked = Some(BTreeSet::new());
    });
    server
}

async fn sweep(story: impl AsyncFn(&Server, &Arc<Trap>)) {
    let calls = Trap::sweep(async |trap| story(&server(), &trap).await).await;
    assert!(calls > 15, "{calls}");
}

/// As a desk does it: where the outcome is unknown, the same is linked again.
async fn link(hip: &Hip) {
    link_patient(hip, &patient()).await;
}

async fn link_patient(hip: &Hip, patient: &LinkPatient) {
    for _ in 0..6 {
        let linked = match hip.link(patient.clone()).await {
            Ok(link) => link.finished(10 * MINUTE).await,
            Err(error) => Err(error),
        };
        match linked {
            Ok(_) => return,
            Err(error) if error.is_retryable() => tokio::time::sleep(MINUTE).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it was never linked");
}

#[tokio::test(start_paused = true)]
async fn a_link_ends_linked_whichever_call_of_the_store_fails_or_is_the_last() {
    sweep(async |server, trap| {
        told(server, trap, async |hip| {
            link(hip).await;
            // Told in a lane of its own: after a lost answer of the store, when the lease has
            // ended.
            until("the hospital hears", || server.clinic.heard().contains(&"linked")).await;
        })
        .await;
        let gateway = &server.gateway;
        // Twice at most: the second only where nobody knows of the first.
        assert!(gateway.count(GenerateLinkToken::META.name) <= 2, "{:?}", gateway.calls());
        let asked = gateway.token_requests.lock().unwrap().clone();
        for pair in asked.windows(2) {
            assert!(pair[1] - pair[0] >= TimeDelta::minutes(7), "{pair:?}");
        }
        assert!(gateway.count(LinkCareContexts::META.name) <= 3, "{:?}", gateway.calls());
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// As a hospital does it that hears no answer: it says the same again.
#[tokio::test(start_paused = true)]
async fn a_final_record_ends_linked_and_told_of_whichever_call_of_the_store_fails_or_is_last() {
    sweep(async |server, trap| {
        let [visit] = &patient().visits[..] else { unreachable!() };
        let record = FinalRecord::new(patient(), visit.clone());
        let is_over = async |hip: &Hip| {
            let (patient, visit) = (&record.patient, &record.visit.reference);
            let flow = hip.auto_link(&patient.abha_address, &patient.reference, visit).await;
            flow.is_ok_and(|flow| flow.is_some_and(|flow| flow.state == AutoLinkState::Finished))
        };
        told(server, trap, async |hip| {
            while hip.record_is_final(&record).await.is_err() {
                tokio::time::sleep(MINUTE).await;
            }
            while !is_over(hip).await {
                tokio::time::sleep(MINUTE).await;
            }
            until("the hospital hears", || server.clinic.heard().contains(&"linked")).await;
        })
        .await;
        let gateway = &server.gateway;
        assert!(gateway.count(GenerateLinkToken::META.name) <= 2, "{:?}", gateway.calls());
        let asked = gateway.token_requests.lock().unwrap().clone();
        for pair in asked.windows(2) {
            assert!(pair[1] - pair[0] >= TimeDelta::minutes(7), "{pair:?}");
        }
        assert!(gateway.count(LinkCareContexts::META.name) <= 3, "{:?}", gateway.calls());
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// The answer to this search, once there is one.
async fn answer_to(server: &Server, search: usize) -> DiscoveryAnswer {
    let answer = || {
        let bodies = server.gateway.bodies::<AnswerDiscovery>();
        bodies.into_iter().find(|answer| answer.transaction_id.as_str() == search.to_string())
    };
    until("the answer to the search", || answer().is_some()).await;
    answer().unwrap()
}

/// The app goes on from the last answer that ABDM has, whatever became of the process. Whom it tells
/// that the search failed, while they look at it, looks again.
#[tokio::test(start_paused = true)]
async fn a_patient_links_once_whichever_call_of_the_store_fails_or_is_the_last() {
    sweep(async |server, trap| {
        let visits = [("OPD-1", HiType::OpConsultation), ("OPD-2", HiType::Prescription)];
        server.register.knows("UHID-000123", "asha.test@sbx", &visits);
        let (steps, searches) = (Cell::new(0), Cell::new(0));
        let is_next = |step: u8| (steps.get() == step).then(|| steps.set(step + 1)).is_some();
        told(server, trap, async |_| {
            if is_next(0) {
                discovers_again(server, &searches.get().to_string());
            }
            let mut found = answer_to(server, searches.get()).await;
            while let Some(error) = found.error {
                assert_eq!(error.code.unwrap().as_str(), "ABDM-1024");
                searches.set(searches.get() + 1);
                discovers_again(server, &searches.get().to_string());
                found = answer_to(server, searches.get()).await;
            }
            if is_next(1) {
                chooses_in(server, found.transaction_id, &found.patient[..1]);
            }
            let link = link_of(server, 1).await;
            if is_next(2) {
                types(server, &link, &server.register.last_otp());
            }
            until("the hospital hears", || server.clinic.heard().contains(&"linked")).await;
        })
        .await;
        let offered = answer_to(server, searches.get()).await.patient;
        let answers = server.gateway.bodies::<AnswerLinkConfirm>();
        for answer in &answers {
            assert_eq!((&answer.error, &answer.patient[..]), (&None, &offered[..1]));
            assert_eq!(answer.response, answers[0].response);
        }
        let hip = hip(server, &Trap::idle(), server.clinic.clone());
        let links = hip.linked_contexts(&patient().abha_address).await.unwrap();
        let [link] = &links[..] else { panic!("{links:?}") };
        assert_eq!((link.care_context.as_str(), link.linked_by), ("OPD-1", LinkedBy::Patient));
        let stored = server.memory.to_snapshot_bytes().unwrap();
        for sent in server.register.sent.lock().unwrap().iter() {
            // In quotation marks, as it stands in a message: digits alone are found anywhere.
            assert!(!holds(&stored, &format!("\"{}\"", sent.code.expose())));
        }
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// Whether the hospital has heard that the account stands so.
fn has_heard(server: &Server, standing: AbhaStanding) -> bool {
    let events = server.clinic.events.lock().unwrap();
    events.iter().any(|event| {
        matches!(event, HipEvent::PatientStatusChanged { standing: told, .. } if *told == standing)
    })
}

/// The account is switched off while a record waits to be linked, and on again.
#[tokio::test(start_paused = true)]
async fn an_account_is_off_and_on_again_whichever_call_of_the_store_fails_or_is_the_last() {
    sweep(async |server, trap| {
        let [visit] = &patient().visits[..] else { unreachable!() };
        let record = FinalRecord::new(patient(), visit.clone());
        let stands = async |hip: &Hip| {
            let (patient, visit) = (&record.patient, &record.visit.reference);
            let flow = hip.auto_link(&patient.abha_address, &patient.reference, visit).await;
            flow.ok().flatten().map(|flow| flow.state)
        };
        let steps = Cell::new(0);
        let is_next = |step: u8| (steps.get() == step).then(|| steps.set(step + 1)).is_some();
        told(server, trap, async |hip| {
            if is_next(0) {
                tells(server, AbhaStanding::Deactivated);
            }
            until("it is off", || has_heard(server, AbhaStanding::Deactivated)).await;
            while steps.get() == 1 {
                match stands(hip).await {
                    Some(AutoLinkState::Stopped { .. }) => steps.set(2),
                    Some(_) => {}
                    None => drop(hip.record_is_final(&record).await),
                }
                tokio::time::sleep(MINUTE).await;
            }
            if is_next(2) {
                tells(server, AbhaStanding::Active);
            }
            until("it is on", || has_heard(server, AbhaStanding::Active)).await;
            while stands(hip).await != Some(AutoLinkState::Finished) {
                tokio::time::sleep(MINUTE).await;
            }
        })
        .await;
        let gateway = &server.gateway;
        assert!(gateway.count(AcknowledgePatientStatus::META.name) >= 2, "{:?}", gateway.calls());
        assert!(gateway.count(GenerateLinkToken::META.name) <= 2, "{:?}", gateway.calls());
        let hip = hip(server, &Trap::idle(), server.clinic.clone());
        let known = hip.patient_status(&patient().abha_address).await.unwrap().unwrap();
        assert_eq!(known.standing, AbhaStanding::Active);
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// The account is deleted when a visit is linked and a consent is granted.
#[tokio::test(start_paused = true)]
async fn a_deleted_account_leaves_nothing_whichever_call_of_the_store_fails_or_is_the_last() {
    sweep(async |server, trap| {
        let patient = patient().without_notice();
        let steps = Cell::new(0);
        let is_next = |step: u8| (steps.get() == step).then(|| steps.set(step + 1)).is_some();
        told(server, trap, async |hip| {
            if steps.get() == 0 {
                link_patient(hip, &patient).await;
                steps.set(1);
            }
            if is_next(1) {
                server.gateway.grants(&["OPD-1"]);
            }
            until("the grant", || server.clinic.heard().contains(&"consent-granted")).await;
            if is_next(2) {
                tells(server, AbhaStanding::Deleted);
            }
            until("it is gone", || has_heard(server, AbhaStanding::Deleted)).await;
            until("the consent is over", || server.clinic.heard().contains(&"consent-ended")).await;
            // What follows from it, also where an answer of the store was lost.
            tokio::time::sleep(10 * MINUTE).await;
        })
        .await;
        let address = &patient.abha_address;
        let hip = hip(server, &Trap::idle(), server.clinic.clone());
        let known = hip.patient_status(address).await.unwrap().unwrap();
        assert_eq!(known.standing, AbhaStanding::Deleted);
        assert_eq!(hip.linked_contexts(address).await.unwrap().len(), 0);
        assert!(!hip.drop_link_token(address).await.unwrap(), "no token is held");
        let consent = hip.consent(&CONSENT.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(consent.standing(server.gateway.now()), ConsentStanding::Revoked);
        assert!(server.gateway.count(AcknowledgePatientStatus::META.name) >= 1);
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// A patient proves themselves in this way, and the visit is linked with the token that this gives.
async fn proves_and_links(mode: AuthMode) {
    sweep(async |server, trap| {
        let patient = patient().without_notice();
        let (begun, asked) = (Cell::new(None), Cell::new(0));
        told_in(server, trap, (&server.clinic, Edition::V0_5), async |hip| {
            let older = hip.v0_5();
            loop {
                tokio::time::sleep(SECOND).await;
                let Some(id) = begun.get() else {
                    asked.set(asked.get() + 1);
                    let auth = older.authenticate(&patient.abha_address, AuthPurpose::Link).await;
                    begun.set(auth.ok().map(|auth| auth.id()));
                    continue;
                };
                let auth = older.authentication_by_id(id);
                match auth.state().await {
                    Ok(PatientAuthState::Choosing) => drop(auth.begin(mode.clone(), SECOND).await),
                    Ok(PatientAuthState::AwaitingProof(_)) => {
                        drop(auth.prove(AuthCode::new(OTP)).await);
                    }
                    Ok(PatientAuthState::Authenticated(given)) => {
                        assert!(given.link_token_until.is_some());
                        break;
                    }
                    // A call that may have arrived is not made again: the desk begins anew.
                    Ok(PatientAuthState::Failed(_)) => begun.set(None),
                    _ => {}
                }
            }
            link_patient(hip, &patient).await;
            until("the hospital hears", || server.clinic.heard().contains(&"linked")).await;
        })
        .await;
        let gateway = &server.gateway;
        // Where nobody knows whether the wish was stored, it is made again. One OTP for each.
        assert!(asked.get() <= 2, "{}", asked.get());
        assert!(gateway.count(InitAuth::META.name) <= asked.get(), "{:?}", gateway.calls());
        assert!(gateway.count(ConfirmAuth::META.name) <= asked.get(), "{:?}", gateway.calls());
        let decided = usize::from(mode == AuthMode::Direct);
        assert!(gateway.count(AcknowledgeAuth::META.name) >= decided, "{:?}", gateway.calls());
        assert!(gateway.count(AddCareContexts::META.name) <= 3, "{:?}", gateway.calls());
        let stored = server.memory.to_snapshot_bytes().unwrap();
        assert!(!holds(&stored, &format!("\"{OTP}\"")));
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_proof_by_otp_ends_in_a_link_whichever_call_of_the_store_fails_or_is_the_last() {
    proves_and_links(AuthMode::MobileOtp).await;
}

#[tokio::test(start_paused = true)]
async fn a_proof_in_the_app_ends_in_a_link_whichever_call_of_the_store_fails_or_is_the_last() {
    proves_and_links(AuthMode::Direct).await;
}

#[tokio::test(start_paused = true)]
async fn a_back_fill_links_every_visit_whichever_call_of_the_store_fails_or_is_last() {
    sweep(async |server, trap| {
        let archive = OldArchive::of(2);
        loop {
            let store = Arc::new(GatedStore::new(server.memory.clone(), Arc::clone(trap)));
            let builder = server.builder(server.clinic.clone()).options(EngineOptions::default());
            let builder = builder.node("clinic").old_visits(archive.clone());
            let hip = builder.store(store, SealingKey::from_bytes(&KEY).unwrap()).build().unwrap();
            server.gateway.calls_back(&hip);
            let story = async {
                loop {
                    if let Ok(backfill) = hip.backfill("2019", fast()).await
                        && let Ok(progress) = backfill.progress().await
                        && progress.state == BackfillState::Finished
                    {
                        break progress;
                    }
                    tokio::time::sleep(MINUTE).await;
                }
            };
            let ended = tokio::select! {
                biased;
                () = trap.died() => None,
                () = hip.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
                progress = story => Some(progress),
            };
            let Some(progress) = ended else { continue };
            let counts = progress.counts;
            assert_eq!((counts.seen, counts.linked + counts.already), (4, 4), "{counts:?}");
            break;
        }
        let visits = linked(server);
        assert_eq!(visits.len(), 4);
        assert!(visits.values().all(|times| *times <= 3), "{visits:?}");
        keeps_the_token_limits(server);
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_transfer_brings_every_document_and_one_honest_report_whichever_call_fails_or_is_last() {
    sweep(async |server, trap| {
        server.gateway.grants(&["OPD-1", "OPD-2"]);
        server.gateway.asks("2026-01-01T00:00:00Z");
        told(server, trap, async |_| {
            while server.gateway.report().is_none()
                || !server.clinic.heard().contains(&"transfer-ended")
            {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
        let arrived: BTreeSet<String> = server.gateway.records().into_iter().collect();
        let every = ["consultation 1", "prescription 1", "consultation 2"];
        assert_eq!(arrived, every.map(str::to_owned).into());
        let report = server.gateway.report().unwrap().status_notification;
        let delivered: Vec<_> =
            report.status_responses.iter().map(|r| r.hi_status.as_str()).collect();
        assert_eq!(delivered, ["DELIVERED", "DELIVERED"]);
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// Pages are on their way beside each other, and the HIU says 409 to a document that it has.
#[tokio::test(start_paused = true)]
async fn a_transfer_of_many_pages_brings_each_document_once_whichever_call_fails_or_is_last() {
    const DOCUMENTS: usize = 30;
    sweep(async |server, trap| {
        server.gateway.behave(|behaviour| behaviour.wants_each_once = true);
        server.gateway.grants(&["OPD-1"]);
        server.gateway.asks("2026-01-01T00:00:00Z");
        told_by(server, trap, &Archive::of(DOCUMENTS), async |_| {
            while server.gateway.report().is_none() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
        let mut arrived = server.gateway.records();
        arrived.sort_unstable();
        let mut every: Vec<_> = (0..DOCUMENTS).map(Archive::text).collect();
        every.sort_unstable();
        assert_eq!(arrived, every);
        let report = server.gateway.report().unwrap().status_notification;
        assert_eq!(report.status_responses[0].hi_status.as_str(), "DELIVERED", "{report:?}");
        // One crash: at most what was not told is sent again. A store that fails costs no page.
        let pushes = server.gateway.count(PushHealthInformation::META.name);
        let again = if trap.is_deadly() { 12 } else { 0 };
        assert!(pushes <= DOCUMENTS + again, "{pushes}");
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}

/// An archive of which one document is gone when it is read for the second time, and another the
/// first time only.
#[derive(Debug, Clone)]
struct Unsteady {
    archive: Archive,
    reads: Arc<Mutex<BTreeMap<RecordId, u32>>>,
}

#[async_trait]
impl Hospital for Unsteady {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        self.archive.list(wanted).await
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let reads = {
            let mut reads = self.reads.lock().unwrap();
            let reads = reads.entry(id.clone()).or_default();
            *reads += 1;
            *reads
        };
        let is_there = match id.as_str() {
            "000004" | "000007" => reads == 1,
            "000005" | "000009" => reads > 1,
            _ => true,
        };
        if is_there { self.archive.document(id, wanted).await } else { Ok(None) }
    }
}

/// Documents come and go between the lives of a process.
#[tokio::test(start_paused = true)]
async fn no_two_documents_go_out_under_one_number_whichever_call_fails_or_is_last() {
    sweep(async |server, trap| {
        server.gateway.grants(&["OPD-1"]);
        server.gateway.asks("2026-01-01T00:00:00Z");
        let hospital = Unsteady { archive: Archive::of(14), reads: Arc::default() };
        told_by(server, trap, &hospital, async |_| {
            while server.gateway.report().is_none() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
        let mut numbers = BTreeMap::new();
        for (page, plain) in &*server.gateway.pages.lock().unwrap() {
            let text = String::from_utf8(plain.clone()).unwrap();
            let document: usize = text.rsplit(' ').next().unwrap().parse().unwrap();
            let before = numbers.insert(document, page.page_number);
            assert!(before.is_none_or(|before| before == page.page_number), "{text}");
        }
        let steady = (0..14).filter(|document| ![4, 5, 7, 9].contains(document));
        assert!(steady.into_iter().all(|document| numbers.contains_key(&document)), "{numbers:?}");
        let in_order: Vec<_> = numbers.values().copied().collect();
        assert!(in_order.is_sorted_by(|one, next| one < next), "{numbers:?}");
        assert!(server.dead_letters_of(&KEY).await.is_empty());
    })
    .await;
}
