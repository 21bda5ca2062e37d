//! Two nodes over one store take pages at the same moment.

use std::sync::Arc;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::callback::CallbackVerifier;
use abdm_core::id::PatientReference;
use abdm_core::receiver::CallbackReceiver;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{FlowStore, MemoryStore, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{Engine, VirtualClock};
use async_trait::async_trait;
use bytes::Bytes;
use hiu_services::Hiu;
use hiu_services::api::consent::RequestConsent;
use hiu_services::api::health_information::RequestHealthInformation;
use hiu_services::flow::Outcome;
use hiu_services::hooks::MemoryRecords;
use http::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::abdm::{Abdm, Habits};
use crate::hospital::{HOUR, Hospital, SECOND, all_ok, asked_for, receipt};
use crate::made_up::{consent_id, context, document, hiu_id, question};

/// Lets others have their turn at every call.
#[derive(Debug)]
pub(crate) struct Polite;

#[async_trait]
impl Gate for Polite {
    async fn before(&self, _: &'static str) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn after(&self, _: &'static str) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// A node that takes in, and leaves the work to the hospital's own.
fn node(hospital: &Hospital) -> CallbackReceiver {
    let store: Arc<dyn FlowStore> = hospital.store.clone();
    let store = GatedStore::new(store, Arc::new(Polite)).called_sealed();
    let clock: Arc<VirtualClock> = Arc::clone(&hospital.abdm.clock);
    let engine = Engine::new(Arc::new(store), clock.clone());
    let hiu = Hiu::builder(hiu_id(), hospital.abdm.client())
        .records(hospital.records.clone())
        .engine(&engine, SealingKey::from_bytes(&[2; 32]).unwrap())
        .bridge_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
    CallbackReceiver::new(verifier, clock, hiu.callbacks())
}

async fn push(node: &CallbackReceiver, url: &str, page: &Value) -> StatusCode {
    let request = http::Request::post(url).body(Bytes::from(page.to_string())).unwrap();
    node.handle(request).await.status()
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_to_two_nodes_at_once_is_taken_once_and_both_are_answered_202() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    let (one, two) = (node(&hospital), node(&hospital));
    let url = hospital.abdm.request().data_push_url;
    for (number, name) in [(1, "OPD-1"), (2, "OPD-2")] {
        let page = hospital.abdm.page(number, 2, vec![(name, document(name))]);
        let answers = tokio::join!(push(&one, &url, &page), push(&two, &url, &page));
        assert_eq!(answers, (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!((delivery.documents().count(), delivery.pages), (2, 2), "{delivery:?}");
    assert!(!hospital.stored_text().contains("page_waiting"), "none waits to be opened");
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
}

/// A node that works, too.
fn working_node(abdm: &Arc<Abdm>, store: &Arc<MemoryStore>, records: &Arc<MemoryRecords>) -> Hiu {
    let store: Arc<dyn FlowStore> = store.clone();
    let store = GatedStore::new(store, Arc::new(Polite));
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(records.clone())
        .store(Arc::new(store), SealingKey::from_bytes(&[2; 32]).unwrap())
        .bridge_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    let working = hiu.clone();
    tokio::spawn(async move { working.run(std::future::pending()).await });
    hiu
}

/// Numbers that look random, the same for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

const SIX: [&str; 6] = ["OPD-1", "OPD-2", "OPD-3", "OPD-4", "OPD-5", "OPD-6"];

#[tokio::test(start_paused = true)]
async fn of_pages_pushed_to_two_working_nodes_each_document_is_kept_once_and_one_receipt_made() {
    for seed in 0..20 {
        let mut numbers = Numbers(seed);
        let mut habits = Habits { pushes: false, ..Habits::default() };
        let patient = PatientReference::new("UHID-77").unwrap();
        let consented = |name| ConsentCareContext::new(patient.clone(), context(name));
        habits.terms.care_contexts = SIX.map(consented).to_vec();
        let abdm = Abdm::new(habits);
        let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
        let store = Arc::new(MemoryStore::new());
        let nodes = [(); 2].map(|()| working_node(&abdm, &store, &records));
        abdm.connect(&nodes[0]);
        let consent = nodes[0].request_consent(question()).await.unwrap();
        abdm.wait_for::<RequestConsent>(1).await;
        abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
        abdm.wait_for::<RequestHealthInformation>(1).await;
        tokio::time::sleep(SECOND).await;
        let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
        let doors = nodes.each_ref().map(|node| {
            let clock: Arc<VirtualClock> = Arc::clone(&abdm.clock);
            Arc::new(CallbackReceiver::new(Arc::clone(&verifier), clock, node.callbacks()))
        });
        let url = abdm.request().data_push_url;
        // Each page to one of the nodes, and once more to the other.
        let mut pushes = Vec::new();
        for (place, name) in SIX.into_iter().enumerate() {
            let number = i64::try_from(place).unwrap() + 1;
            let page = abdm.page(number, 6, vec![(name, document(name))]);
            let node = numbers.below(2);
            pushes.extend([(node, page.clone()), (1 - node, page)]);
        }
        let mut pushed = JoinSet::new();
        while !pushes.is_empty() {
            let (node, page) = pushes.swap_remove(numbers.below(pushes.len()));
            let (door, url) = (Arc::clone(&doors[node]), url.clone());
            let pause = u32::try_from(numbers.below(40)).unwrap();
            pushed.spawn(async move {
                for _ in 0..pause {
                    tokio::task::yield_now().await;
                }
                push(&door, &url, &page).await
            });
        }
        let answers = pushed.join_all().await;
        assert!(answers.iter().all(|answer| *answer == StatusCode::ACCEPTED), "{answers:?}");
        let deliveries = consent.wait_for_records(HOUR).await.unwrap();
        let delivery = &deliveries[0];
        assert_eq!(delivery.outcome, Some(Outcome::Complete), "seed {seed}");
        assert_eq!((delivery.documents().count(), delivery.pages), (6, 6), "{delivery:?}");
        assert_eq!(records.documents_under(&consent_id(1)).len(), 6);
        assert_eq!(receipt(&abdm).await, all_ok(&SIX), "seed {seed}");
    }
}
