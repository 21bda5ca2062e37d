//! What release 1 stored goes on: its snapshots, and the effects that waited in its outbox.

use std::time::Duration;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::MAIN_LANE;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    BodyId, Commit, DeadLetterList, FlowId, FlowList, FlowStore as _, FlowWrite, MemoryStore,
    NewEffect, Note, Payload, Scope,
};
use hiu_services::Consent;
use hiu_services::flow::{EndReason, Outcome, Standing};
use serde_json::{Value, json};

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, all_ok, receipt};
use crate::made_up::{consent_id, hiu_id, start};

/// What was stored, and what the HIP has or had to push.
pub(crate) struct Left {
    pub(crate) consent: FlowId,
    pub(crate) url: String,
    pub(crate) pages: Vec<Value>,
    pub(crate) store: MemoryStore,
}

pub(crate) fn left(file: &str) -> Left {
    let file: Value = serde_json::from_str(file).unwrap();
    Left {
        consent: file["consent"].as_str().unwrap().parse().unwrap(),
        url: file["url"].as_str().unwrap().to_owned(),
        pages: file["pages"].as_array().unwrap().clone(),
        store: MemoryStore::from_snapshot_bytes(file["store"].to_string().as_bytes()).unwrap(),
    }
}

/// The present release over it.
fn gone_on(left: Left) -> (Hospital, Consent, String, Vec<Value>) {
    let hospital = Hospital::open_over(Habits::default(), left.store);
    let consent = hospital.hiu.consent(left.consent);
    (hospital, consent, left.url, left.pages)
}

#[tokio::test(start_paused = true)]
async fn a_transfer_of_release_1_goes_on_to_its_end_and_its_erasure_counts_all() {
    let (hospital, consent, url, pages) = gone_on(left(include_str!("releases/1_receiving.json")));
    for page in [&pages[0], &pages[1], &pages[2], &pages[0]] {
        assert_eq!(hospital.abdm.push_body(&url, page).await, 202);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!((delivery.documents().count(), delivery.pages), (3, 3), "{delivery:?}");
    assert_eq!(hospital.documents().await, 3);
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2", "OPD-3"]));
    // The first was kept by the release before.
    assert_eq!(hospital.medicines(), ["Medicine of OPD-2", "Medicine of OPD-3"]);
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!((proofs.len(), proofs[0].documents), (1, 3));
    assert!(hospital.medicines().is_empty());
}

/// One page was opened by release 1, and one waits to be: it counts where it is opened before the
/// consent is over.
#[tokio::test(start_paused = true)]
async fn a_transfer_of_release_1_that_nobody_goes_on_with_is_erased_and_counted() {
    for (pause, documents) in [(Duration::ZERO, 1), (MINUTE, 2)] {
        let (hospital, consent, ..) = gone_on(left(include_str!("releases/1_receiving.json")));
        tokio::time::sleep(pause).await;
        hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
        let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
        assert_eq!(proofs[0].documents, documents, "after {pause:?}");
        assert!(hospital.medicines().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_of_release_1_is_made_once_and_a_late_page_is_still_kept() {
    let (hospital, consent, url, pages) = gone_on(left(include_str!("releases/1_reporting.json")));
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1"]));
    assert_eq!(hospital.abdm.push_body(&url, &pages[1]).await, 202);
    tokio::time::sleep(SECOND).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.documents().count(), delivery.missing.len()), (2, 0));
    tokio::time::sleep(HOUR).await;
    assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_late_page_is_kept_at_the_address_of_an_earlier_transfer_of_release_1() {
    let (hospital, _, url, pages) = gone_on(left(include_str!("releases/1_asked_again.json")));
    assert_eq!(hospital.abdm.push_body(&url, &pages[0]).await, 202, "a repetition");
    assert_eq!(hospital.abdm.push_body(&url, &pages[1]).await, 202);
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-2"]);
    assert_eq!(hospital.documents().await, 2);
}

#[tokio::test(start_paused = true)]
async fn what_release_1_erased_stays_erased() {
    let (hospital, consent, url, pages) = gone_on(left(include_str!("releases/1_erased.json")));
    let proofs = consent.wait_for_erasure(MINUTE).await.unwrap();
    assert_eq!(proofs[0].documents, 1);
    let artefact = hospital.artefact().await;
    assert!(matches!(artefact.standing, Standing::Ended { reason: EndReason::Revoked, .. }));
    assert_eq!(artefact.proof.as_ref(), proofs.first());
    assert_eq!(hospital.abdm.push_body(&url, &pages[0]).await, 410);
}

#[tokio::test(start_paused = true)]
async fn an_end_that_release_1_had_still_to_tell_is_told() {
    let left = left(include_str!("releases/1_receiving.json"));
    let scope = Scope::new(hiu_id().as_str());
    let stored = left.store.flows(&FlowList::new(&scope, "hiu.consent", 10)).await.unwrap();
    let mut write = FlowWrite::new("hiu.consent", stored[0].version, stored[0].state.clone());
    let end = json!({"End": {"artefact": consent_id(1), "reason": "Revoked"}});
    let begin = json!({"Begin": consent_id(1)});
    for effect in [begin, end] {
        write.effects.push(NewEffect::new(MAIN_LANE, Payload::encode(&effect).unwrap()));
    }
    let commit = Commit::at(scope, start()).write(stored[0].id, stored[0].revision, write);
    left.store.commit(&commit).await.unwrap();
    let (hospital, consent, ..) = gone_on(left);
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(proofs[0].reason, EndReason::Revoked);
    assert!(hospital.medicines().is_empty());
}

// A newer release may tell an artefact what this one does not know: another node will read it.
#[tokio::test(start_paused = true)]
async fn a_note_of_an_unknown_shape_waits_for_a_node_that_reads_it_and_is_then_set_aside() {
    let hospital = Hospital::open(Habits::default());
    hospital.ask_and_grant().await;
    let says = json!({"artefact": consent_id(1), "word": {"Pause": 7}});
    let noted = json!({"from": FlowId::fresh(&RandomIds), "says": says});
    let note = Note::new("hiu.artefact", "ArtefactNote", Payload::encode(&noted).unwrap());
    let now = hospital.abdm.client().now();
    let commit = Commit::at(Scope::new(hiu_id().as_str()), now);
    hospital.store.commit(&commit.note(note, BodyId::fresh(&RandomIds))).await.unwrap();
    let dead = || async { hospital.store.dead_letters(&DeadLetterList::new(10)).await.unwrap() };
    tokio::time::sleep(20 * MINUTE).await;
    assert!(dead().await.is_empty(), "{:?}", dead().await);
    tokio::time::sleep(HOUR).await;
    assert_eq!(dead().await.len(), 1, "a person looks at what nobody reads");
}
