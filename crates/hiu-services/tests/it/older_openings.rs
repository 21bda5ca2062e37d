//! A page whose opening release 1 has queued, in the lane of everything else, and one that is
//! pushed now and opened beside it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use abdm_core::api::data_flow::{HiRequest, KeyMaterialJson, NotifyHealthInformation};
use abdm_core::id::ConsentId;
use abdm_core::person::PatientMismatch;
use abdm_core::seal::{Sealed, SealingKey};
use abdm_flow::Engine;
use abdm_flow::store::{FlowList, FlowStore as _, MemoryStore, Scope};
use abdm_flow::testing::GatedStore;
use async_trait::async_trait;
use chrono::TimeDelta;
use fhir_bundles::build::Patient;
use fidelius_crypto::ReceiverKeys;
use hiu_services::Hiu;
use hiu_services::flow::DocumentId;
use hiu_services::hooks::{ErasureProof, MemoryRecords, ReceivedDocument, Records, RecordsError};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::abdm::{Abdm, Habits};
use crate::hospital::{MINUTE, SECOND};
use crate::made_up::{consent_id, document_of, granted, hiu_id, start};
use crate::releases::{Left, left};
use crate::two_nodes::Polite;

const KEY: [u8; 32] = [2; 32];

/// A record store in which every document waits until it is let in.
#[derive(Debug)]
struct Held {
    inner: MemoryRecords,
    waiting: AtomicUsize,
    let_in: Semaphore,
}

impl Held {
    async fn wait(&self) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.let_in.acquire().await.unwrap().forget();
    }
}

#[async_trait]
impl Records for Held {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        self.wait().await;
        self.inner.keep(document).await
    }

    async fn set_aside(
        &self,
        document: ReceivedDocument,
        mismatch: PatientMismatch,
    ) -> Result<bool, RecordsError> {
        self.wait().await;
        self.inner.set_aside(document, mismatch).await
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.inner.held(consent).await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.inner.erase(proof).await
    }
}

/// What the HIP was asked by release 1, by the keys that it has left.
async fn asked_by_release_1(store: &MemoryStore, url: &str) -> HiRequest {
    let scope = Scope::new(hiu_id().as_str());
    let stored = store.flows(&FlowList::new(&scope, "hiu.artefact", 10)).await.unwrap();
    let state: Value = stored[0].state.decode().unwrap();
    let transfer = &state["transfer"];
    let sealed: Sealed = serde_json::from_value(transfer["keys"].clone()).unwrap();
    let context = format!("hiu-transfer-keys/{}", transfer["push_id"].as_str().unwrap());
    let saved = SealingKey::from_bytes(&KEY).unwrap().open(&sealed, &context).unwrap();
    let keys = ReceiverKeys::import(&saved).unwrap().key_material(start() + TimeDelta::days(1));
    let dates = granted(consent_id(1)).permission.date_range;
    let material = KeyMaterialJson::write(&keys).unwrap();
    HiRequest::new(consent_id(1), dates, url.to_owned(), material)
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_opened_beside_one_of_release_1_is_in_the_receipt_with_it() {
    let Left { url, pages, store, .. } = left(include_str!("releases/1_receiving.json"));
    let abdm = Abdm::new(Habits::default());
    abdm.has_asked(asked_by_release_1(&store, &url).await);
    let records = Arc::new(Held {
        inner: MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()),
        waiting: AtomicUsize::new(0),
        let_in: Semaphore::new(0),
    });
    let gated = GatedStore::new(Arc::new(store), Arc::new(Polite)).called_sealed();
    let engine = Engine::new(Arc::new(gated), abdm.client().clock());
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(records.clone())
        .engine(&engine, SealingKey::from_bytes(&KEY).unwrap())
        .bridge_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    abdm.connect(&hiu);
    let working = hiu.clone();
    tokio::spawn(async move { working.run(std::future::pending()).await });
    // Another document for OPD-2, which names another patient, beside the one that waits.
    let other = Patient::with_abha_address("Ravi Kumar", "ravi.test@sbx");
    let other = abdm.page(2, 3, vec![("OPD-2", document_of(other, "OPD-2"))]);
    assert_eq!(abdm.push_body(&url, &other).await, 202);
    for _ in 0..600 {
        if records.waiting.load(Ordering::SeqCst) == 2 {
            break;
        }
        tokio::time::sleep(SECOND / 10).await;
    }
    assert_eq!(records.waiting.load(Ordering::SeqCst), 2, "both are being opened");
    records.let_in.add_permits(100);
    tokio::time::sleep(SECOND).await;
    assert_eq!(abdm.push_body(&url, &pages[2]).await, 202);
    tokio::time::sleep(MINUTE).await;
    let reports = abdm.calls::<NotifyHealthInformation>();
    assert_eq!(reports.len(), 1, "{reports:#?}");
    let told = &reports[0]["notification"]["statusNotification"]["statusResponses"];
    let told = told.as_array().unwrap().iter();
    let told: Vec<_> = told.map(|of| of["description"].as_str().unwrap()).collect();
    assert_eq!(told, ["Received", "1 of 2 documents name another patient", "Received"]);
    let view = hiu.artefact(&consent_id(1)).await.unwrap().unwrap();
    assert_eq!((view.documents, view.transfer.unwrap().documents), (4, 3));
}
