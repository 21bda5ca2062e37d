//! After a consent's end nothing of its transfers is in the store, at whichever moment it ends.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::PatientReference;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{MemoryStore, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use async_trait::async_trait;
use hiu_services::Hiu;
use hiu_services::api::consent::RequestConsent;
use hiu_services::hooks::MemoryRecords;
use tokio::sync::Notify;

use crate::abdm::{Abdm, Habits};
use crate::hospital::{HOUR, MINUTE, SECOND, bodies_in, rows_in};
use crate::made_up::{consent_id, context, document, hiu_id, question};

/// Tells when so many calls of the store were made since it was armed, those that only look for
/// work left out.
#[derive(Debug)]
struct Moment {
    at: u32,
    is_armed: AtomicBool,
    calls: AtomicU32,
    reached: Notify,
}

#[async_trait]
impl Gate for Moment {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        let is_idle = ["claim", "depths", "renew", "release", "purge"].contains(&call);
        if !is_idle && self.is_armed.load(Ordering::SeqCst) {
            let calls = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
            if calls == self.at {
                self.reached.notify_one();
            }
        }
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// A transfer with a page for one of three visits, another with the same page, and between them a
/// late page for the first. What is refused because the consent is over is not sent again.
async fn records_come_twice(abdm: &Abdm, hiu: &Hiu) {
    tokio::time::sleep(2 * SECOND).await;
    if !abdm.is_asked() {
        return;
    }
    let first = abdm.request().data_push_url;
    let late = abdm.page(2, 2, vec![("OPD-2", document("OPD-2"))]);
    abdm.push(1, 1, &["OPD-1"]).await;
    tokio::time::sleep(15 * SECOND).await;
    // The consent may be over.
    let _ = hiu.request_records(&consent_id(1)).await;
    tokio::time::sleep(2 * SECOND).await;
    abdm.push_body(&first, &late).await;
    abdm.push(1, 1, &["OPD-1"]).await;
    tokio::time::sleep(15 * SECOND).await;
}

/// What is left of the transfers after a consent that is revoked at this call of the store. Tells
/// how many calls there were, and how many rows there were in the end before the revocation.
async fn revoked_at(call: u32, takes_reports: bool) -> (u32, usize) {
    let mut habits = Habits { pushes: false, comes_again: true, ..Habits::default() };
    if !takes_reports {
        habits.fails_always = vec![NotifyHealthInformation::META.path];
    }
    let patient = PatientReference::new("UHID-77").unwrap();
    let consented = |name| ConsentCareContext::new(patient.clone(), context(name));
    habits.terms.care_contexts = ["OPD-1", "OPD-2", "OPD-3"].map(consented).to_vec();
    let abdm = Abdm::new(habits);
    let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
    let store = Arc::new(MemoryStore::new());
    let (is_armed, calls, reached) = (false.into(), 0.into(), Notify::new());
    let moment = Arc::new(Moment { at: call, is_armed, calls, reached });
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(records.clone())
        .store(
            Arc::new(GatedStore::new(store.clone(), Arc::clone(&moment))),
            SealingKey::from_bytes(&[2; 32]).unwrap(),
        )
        .bridge_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    abdm.connect(&hiu);
    let working = hiu.clone();
    let worker = tokio::spawn(async move { working.run(std::future::pending()).await });
    let consent = hiu.request_consent(question()).await.unwrap();
    abdm.wait_for::<RequestConsent>(1).await;
    tokio::time::sleep(SECOND).await;
    moment.is_armed.store(true, Ordering::SeqCst);
    abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let (over, before) = (Notify::new(), Cell::new(0));
    tokio::join!(
        async {
            records_come_twice(&abdm, &hiu).await;
            over.notify_one();
        },
        async {
            tokio::select! {
                biased;
                () = moment.reached.notified() => {}
                () = over.notified() => {
                    before.set(rows_in(&store).len());
                }
            }
            abdm.decide(ConsentStatus::Revoked, &[]).await;
        }
    );
    let calls = moment.calls.load(Ordering::SeqCst);
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(proofs, records.proofs());
    tokio::time::sleep(2 * MINUTE).await;
    assert_eq!(rows_in(&store), [""; 0], "rows after a revocation at call {call}");
    assert_eq!(bodies_in(&store), 0, "bodies after a revocation at call {call}");
    assert!(records.documents_under(&consent_id(1)).is_empty());
    let reports: Vec<_> = abdm.calls::<NotifyHealthInformation>();
    if takes_reports {
        assert!(reports.len() <= 2, "{reports:#?}");
    }
    worker.abort();
    (calls, before.get())
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_transfer_is_left_whenever_its_consent_is_revoked() {
    for takes_reports in [true, false] {
        let (calls, rows) = revoked_at(u32::MAX, takes_reports).await;
        println!("{calls} calls, {rows} rows at the end, reports are taken: {takes_reports}");
        assert!(calls > 40 && rows > 8, "{calls} calls, {rows} rows");
        for call in 1..=calls {
            revoked_at(call, takes_reports).await;
        }
    }
}
