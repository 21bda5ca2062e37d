//! Several facilities of one bridge, each with flows of its own.

use std::sync::Arc;

use abdm_core::id::HiuId;
use abdm_core::seal::SealingKey;
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::Engine;
use abdm_flow::store::{DeadLetterList, FlowList, FlowStore as _, MemoryStore, Scope};
use abdm_flow::testing::{CallCounts, GatedStore};
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::hooks::MemoryRecords;
use hiu_services::{Error, Hiu};

use crate::abdm::{Abdm, Habits};
use crate::events::Listening;
use crate::hospital::{HOUR, MINUTE, alone};
use crate::made_up::{consent_id, hiu_id, question};
use crate::releases::{Left, left};

fn other_id() -> HiuId {
    HiuId::new("IN0000000008").unwrap()
}

struct Bridge {
    abdm: Arc<Abdm>,
    store: Arc<MemoryStore>,
    listening: Arc<Listening>,
    hiu: Hiu,
}

impl Bridge {
    fn open() -> Self {
        let abdm = Abdm::new(Habits { hiu_id: other_id(), ..Habits::default() });
        let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
        let (store, listening) = (Arc::new(MemoryStore::new()), Listening::new(records, 0));
        let hiu = Hiu::builder(hiu_id(), abdm.client())
            .also(other_id())
            .records(listening.clone())
            .store(store.clone(), SealingKey::from_bytes(&[2; 32]).unwrap())
            .bridge_url("http://127.0.0.1:1")
            .options(alone())
            .build()
            .unwrap();
        abdm.connect(&hiu);
        let working = hiu.clone();
        tokio::spawn(async move { working.run(std::future::pending()).await });
        Self { abdm, store, listening, hiu }
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_facility_asks_receives_and_erases_in_its_own_name_and_scope() {
    let bridge = Bridge::open();
    let consent = bridge.hiu.request_consent_at(&other_id(), question()).await.unwrap();
    let asked = bridge.abdm.wait_for::<RequestConsent>(1).await;
    assert_eq!(asked[0]["consent"]["hiu"]["id"], other_id().as_str());
    bridge.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let deliveries = consent.wait_for_records(HOUR).await.unwrap();
    assert_eq!(deliveries[0].documents().count(), 2);
    let artefact = bridge.hiu.artefact(&consent_id(1)).await.unwrap().unwrap();
    assert_eq!((artefact.consent, artefact.documents), (consent.id(), 2));
    for kind in ["hiu.consent", "hiu.artefact"] {
        let flows = async |hiu_id: HiuId| {
            let scope = Scope::new(hiu_id.as_str());
            bridge.store.flows(&FlowList::new(&scope, kind, 10)).await.unwrap().len()
        };
        assert_eq!((flows(hiu_id()).await, flows(other_id()).await), (0, 1), "{kind}");
    }
    bridge.hiu.erase(&consent_id(1)).await.unwrap();
    let again = bridge.hiu.consent_at(&other_id(), consent.id());
    assert_eq!(again.wait_for_erasure(HOUR).await.unwrap()[0].documents, 2);
    tokio::time::sleep(MINUTE).await;
    let heard = bridge.listening.heard();
    assert!(heard.len() >= 5 && heard.iter().all(|(id, _)| id.hiu_id == other_id()), "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_in_the_name_of_a_foreign_facility_is_refused_and_its_callback_set_aside() {
    let bridge = Bridge::open();
    let stranger = HiuId::new("IN0000000007").unwrap();
    let refused = bridge.hiu.request_consent_at(&stranger, question()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    bridge
        .abdm
        .call_back_as::<OnFetchConsent>(
            stranger,
            FetchedConsent::missing(
                "00000000-0000-4000-8000-000000000001".parse().unwrap(),
                abdm_core::error::CallbackError::new(9999, "no"),
            ),
        )
        .await;
    tokio::time::sleep(MINUTE).await;
    let dead = bridge.store.dead_letters(&DeadLetterList::new(10)).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].reason.contains("another facility"), "{}", dead[0].reason);
    assert!(bridge.abdm.calls::<RequestHealthInformation>().is_empty());
}

// Release 1 gave out addresses without the mark of a facility; this one has become the second.
#[tokio::test(start_paused = true)]
async fn a_push_to_an_address_without_a_mark_finds_its_transfer_at_whichever_facility_has_it() {
    let Left { url, pages, store, .. } = left(include_str!("releases/1_receiving.json"));
    let abdm = Abdm::new(Habits::default());
    let records = Arc::new(MemoryRecords::new(SealingKey::from_bytes(&[1; 32]).unwrap()));
    let gated = GatedStore::new(Arc::new(store), Arc::new(CallCounts::default()));
    let engine = Engine::new(Arc::new(gated.called_sealed()), abdm.client().clock());
    let hiu = Hiu::builder(other_id(), abdm.client())
        .also(hiu_id())
        .records(records.clone())
        .engine(&engine, SealingKey::from_bytes(&[2; 32]).unwrap())
        .bridge_url("http://127.0.0.1:1")
        .build()
        .unwrap();
    abdm.connect(&hiu);
    tokio::spawn(async move { hiu.run(std::future::pending()).await });
    assert_eq!(abdm.push_body(&url, &pages[2]).await, 202);
    tokio::time::sleep(MINUTE).await;
    let kept = records.documents_under(&consent_id(1));
    assert!(kept.iter().any(|of| of.provenance.care_context.as_str() == "OPD-3"), "{kept:?}");
    let unknown = url.replace(&url[url.len() - 4..], "ffff");
    assert_eq!(abdm.push_body(&unknown, &pages[2]).await, 404);
}
