//! Two nodes over one store take pages at the same moment.

use std::sync::Arc;

use abdm_core::callback::CallbackVerifier;
use abdm_core::receiver::CallbackReceiver;
use abdm_core::seal::SealingKey;
use abdm_flow::store::{FlowStore, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{Engine, VirtualClock};
use async_trait::async_trait;
use bytes::Bytes;
use hiu_services::Hiu;
use hiu_services::flow::Outcome;
use http::StatusCode;
use serde_json::Value;

use crate::hospital::{Hospital, all_ok, asked_for, receipt};
use crate::made_up::{document, hiu_id};

/// Lets others have their turn at every call.
#[derive(Debug)]
struct Polite;

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
