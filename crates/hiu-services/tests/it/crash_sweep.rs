//! Every call of the store is the last of a process once, or fails once, before it is done or
//! after: and the promises hold at the end of every run.
//!
//! Exhaustive, no luck: one journey is run once without a fault to count the calls, then once for
//! each call and each fault. It goes from the question over three pages and their report to the
//! revocation and the erasure.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::id::PatientReference;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::EngineOptions;
use abdm_flow::store::{DeadLetterList, FlowId, FlowStore as _, MemoryStore};
use abdm_flow::testing::{GatedStore, Trap};
use hiu_services::api::consent::RequestConsent;
use hiu_services::hooks::MemoryRecords;
use hiu_services::{Error, Hiu};
use serde_json::Value;

use crate::abdm::{Abdm, Habits};
use crate::events::Listening;
use crate::hospital::{HOUR, SECOND, bodies_in, rows_in};
use crate::made_up::{consent_id, context, document, hiu_id, question};

const CONTEXTS: [&str; 3] = ["OPD-1", "OPD-2", "OPD-3"];

/// Everything that outlives the process of the hospital.
struct Place {
    abdm: Arc<Abdm>,
    store: Arc<MemoryStore>,
    records: Arc<MemoryRecords>,
    listening: Arc<Listening>,
    trap: Arc<Trap>,
    /// How far those outside have come: the patient and the HIP.
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    is_granted: bool,
    pages: Vec<Value>,
    /// How the pages were answered.
    answers: Vec<u16>,
    is_revoked: bool,
}

impl Place {
    fn new(trap: Arc<Trap>) -> Self {
        let mut habits = Habits { pushes: false, comes_again: true, ..Habits::default() };
        let patient = PatientReference::new("UHID-77").unwrap();
        let consented = |name: &&str| ConsentCareContext::new(patient.clone(), context(name));
        habits.terms.care_contexts = CONTEXTS.iter().map(consented).collect();
        let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
        Self {
            abdm: Abdm::new(habits),
            store: Arc::new(MemoryStore::new()),
            listening: Listening::new(records.clone(), 0),
            records,
            trap,
            progress: Mutex::default(),
        }
    }

    fn hiu(&self, trap: &Arc<Trap>) -> Hiu {
        let store = Arc::new(GatedStore::new(self.store.clone(), Arc::clone(trap)));
        // It asks every second: what a lost answer of the store hides is found when its lease ends.
        let hiu = Hiu::builder(hiu_id(), self.abdm.client())
            .records(self.listening.clone())
            .store(store, SealingKey::from_bytes(&[2; 32]).unwrap())
            .bridge_url("http://127.0.0.1:1")
            .options(EngineOptions::default())
            .node("hospital")
            .build()
            .unwrap();
        self.abdm.connect(&hiu);
        hiu
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap()
    }

    /// What happens outside, up to the first report and then to the erasure.
    async fn journey(&self, hiu: &Hiu, consent: FlowId) {
        self.abdm.wait_for::<RequestConsent>(1).await;
        if !self.progress().is_granted {
            self.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
            self.progress().is_granted = true;
        }
        until(|| self.abdm.is_asked()).await;
        if self.progress().pages.is_empty() {
            let page = |(place, name)| {
                let number = i64::try_from(place).unwrap() + 1;
                self.abdm.page(number, 3, vec![(name, document(name))])
            };
            let pages = CONTEXTS.into_iter().enumerate().map(page).collect();
            self.progress().pages = pages;
        }
        let url = self.abdm.request().data_push_url;
        loop {
            let (pushed, page) = {
                let progress = self.progress();
                (progress.answers.len(), progress.pages.get(progress.answers.len()).cloned())
            };
            let Some(page) = page else { break };
            let answer = self.abdm.push_body(&url, &page).await.as_u16();
            let mut progress = self.progress();
            if progress.answers.len() == pushed {
                progress.answers.push(answer);
            }
        }
        self.abdm.wait_for::<NotifyHealthInformation>(1).await;
        until(|| self.records.documents_under(&consent_id(1)).len() == 3 || self.is_over()).await;
        if !self.progress().is_revoked {
            assert!(rows_in(&self.store).len() > 5, "there is something to be erased");
            self.abdm.decide(ConsentStatus::Revoked, &[]).await;
            self.progress().is_revoked = true;
        }
        let handle = hiu.consent(consent);
        loop {
            match handle.wait_for_erasure(HOUR).await {
                Ok(proofs) => {
                    assert_eq!(proofs, self.records.proofs());
                    break;
                }
                Err(error @ Error::TimedOut { .. }) => panic!("{error}"),
                Err(error) if error.is_retryable() => tokio::time::sleep(SECOND).await,
                Err(error) => panic!("{error}"),
            }
        }
        // Told in lanes of their own: after a lost answer of the store, when the lease has ended.
        until(|| self.names().contains("documents-erased")).await;
        until(|| self.told("consent-decided") == 2).await;
    }

    fn is_over(&self) -> bool {
        !self.records.proofs().is_empty()
    }

    fn names(&self) -> BTreeSet<&'static str> {
        self.listening.heard().iter().map(|(_, event)| event.name()).collect()
    }

    /// How many different events of this name were told.
    fn told(&self, name: &str) -> usize {
        let heard = self.listening.heard();
        let of_name = heard.iter().filter(|(_, event)| event.name() == name);
        of_name.map(|(id, _)| id.to_string()).collect::<BTreeSet<_>>().len()
    }

    async fn keeps_its_promises(&self) {
        assert_eq!(self.progress().answers, [202, 202, 202]);
        assert!(self.records.documents_under(&consent_id(1)).is_empty(), "erased");
        let proofs = self.records.proofs();
        assert_eq!(proofs.len(), 1);
        assert_eq!(proofs[0].documents, 3, "every page that was answered 202 was kept once");
        let reports: BTreeSet<String> =
            self.abdm.calls::<NotifyHealthInformation>().iter().map(Value::to_string).collect();
        assert_eq!(reports.len(), 1, "one report, whatever had to be sent again: {reports:#?}");
        let report = reports.first().unwrap();
        assert_eq!(report.matches(r#""hiStatus":"OK""#).count(), 3, "{report}");
        for name in ["artefact-granted", "transfer-ended", "artefact-ended", "documents-erased"] {
            assert_eq!(self.told(name), 1, "{name}");
        }
        let heard = self.listening.heard();
        for (id, event) in &heard {
            let same = heard.iter().filter(|(other, _)| other == id);
            assert!(same.into_iter().all(|(_, told)| told == event), "{event:?}");
        }
        let dead = self.store.dead_letters(&DeadLetterList::new(10)).await.unwrap();
        assert!(dead.is_empty(), "{dead:?}");
        assert_eq!(
            rows_in(&self.store),
            [""; 0],
            "what the pages left behind is gone with the documents"
        );
        assert_eq!(bodies_in(&self.store), 0);
    }
}

async fn until(reached: impl Fn() -> bool) {
    for _ in 0..100_000 {
        if reached() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it was never reached");
}

/// One journey, in as many lives of the hospital as it takes.
async fn journey(trap: Arc<Trap>) {
    let place = Place::new(trap);
    // The question is on the desk's own account: a desk that does not know whether it was taken
    // asks again.
    let consent = place.hiu(&Trap::idle()).request_consent(question()).await.unwrap().id();
    loop {
        let hiu = place.hiu(&place.trap);
        let ended = tokio::select! {
            biased;
            () = place.trap.died() => false,
            () = hiu.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
            () = place.journey(&hiu, consent) => true,
        };
        if ended {
            break;
        }
        place.abdm.disconnect();
    }
    place.keeps_its_promises().await;
}

#[tokio::test(start_paused = true)]
async fn a_consents_whole_journey_keeps_its_promises_whichever_call_fails_or_is_the_last() {
    let calls = Trap::sweep(journey).await;
    assert!(calls > 40, "{calls}");
}
