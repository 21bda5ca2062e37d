//! Long transfers: several pages at a time, in bounded memory, through restarts and revocations.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use abdm_core::api::data_flow::{DataPage, PushHealthInformation, TransferReport};
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::rate_limit::RateLimit;
use abdm_core::vocabulary::SessionStatus;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    Commit, FlowId, FlowStore as _, FlowWrite, NewEffect, Payload, RowList, Scope,
};
use abdm_flow::{EngineOptions, Flow as _};
use async_trait::async_trait;
use hip_services::api::consent::AcknowledgeConsent;
use hip_services::flow::TransferFlow;
use hip_services::{Hip, Hospital, HospitalError, ListedRecord, Record, RecordId, RecordsWanted};
use serde_json::json;

use crate::archive::Archive;
use crate::clinic::{Server, until};
use crate::gateway::{CONSENT, Gateway, PUSH_URL, TRANSACTION, hip_id};

const FROM: &str = "2026-01-01T00:00:00Z";

fn pushes(server: &Server) -> usize {
    server.gateway.count(PushHealthInformation::META.name)
}

fn sent_once(documents: usize) -> BTreeSet<String> {
    (0..documents).map(Archive::text).collect()
}

fn arrived(server: &Server) -> BTreeSet<String> {
    server.gateway.records().into_iter().collect()
}

/// The fate of the only care context.
fn fate(report: &TransferReport) -> &str {
    let [response] = &report.status_notification.status_responses[..] else {
        panic!("{report:?}");
    };
    response.hi_status.as_str()
}

/// Grants, asks, and waits for the report.
async fn transferred(server: &Server, hip: &Hip) -> TransferReport {
    server
        .run(hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks(FROM);
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    server.gateway.report().unwrap()
}

#[tokio::test(start_paused = true)]
async fn as_many_pages_as_set_are_pushed_at_once_and_no_more_documents_are_held() {
    for (documents, at_once) in [(20, 1), (20, 4), (500, 4), (500, 8)] {
        let (server, archive) = (Server::new(), Archive::of(documents));
        let hip = server.builder(archive.clone()).pages_at_once(at_once).build().unwrap();
        server.gateway.calls_back(&hip);
        let report = transferred(&server, &hip).await;
        assert_eq!(fate(&report), "DELIVERED");
        assert_eq!(arrived(&server), sent_once(documents));
        assert_eq!(pushes(&server), documents, "each page once");
        assert_eq!(server.gateway.most_pushes_at_once(), at_once);
        assert!(archive.held.most() <= at_once, "{} documents", archive.held.most());
    }
}

#[tokio::test(start_paused = true)]
async fn the_numbers_of_many_pages_have_no_gap_and_the_last_one_leaves_last() {
    let server = Server::new();
    let hip = server.hip_of(Archive::of(50));
    transferred(&server, &hip).await;
    let pages = server.gateway.bodies::<PushHealthInformation>();
    let number = |page: &DataPage| (page.page_number, page.page_count);
    let mut numbers: Vec<_> = pages.iter().map(number).collect();
    assert_eq!((numbers[0], numbers[49]), ((1, 50), (50, 50)));
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).map(|n| (n, 50)).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_restart_between_many_pages_sends_at_most_twelve_of_them_again() {
    for milliseconds in [760, 800, 850, 910, 980, 1_050] {
        let server = Server::new();
        server.gateway.behave(|b| b.wants_each_once = true);
        let archive = Archive::of(60);
        let before = server.hip_of(archive.clone());
        server
            .run(&before, async {
                server.gateway.grants(&["OPD-1"]);
                server.gateway.asks(FROM);
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            })
            .await;
        drop(before);
        let first = pushes(&server);
        assert!((1..60).contains(&first), "{first} pages within {milliseconds} ms");
        // Answers that are still on their way find nobody.
        tokio::time::sleep(Duration::from_secs(60)).await;
        let after = server.hip_of(archive);
        server
            .run(&after, async {
                until("the report", || server.gateway.report().is_some()).await;
            })
            .await;
        assert_eq!(arrived(&server), sent_once(60));
        assert_eq!(server.gateway.records().len(), 60, "none twice");
        let report = server.gateway.report().unwrap();
        assert_eq!(fate(&report), "DELIVERED", "after {first} pages: {report:?}");
        // Eight are told at once, four are on their way.
        assert!(pushes(&server) <= 60 + 12, "{first} and {}", pushes(&server) - first);
    }
}

// Ruling 12: at most what is in flight goes out.
#[tokio::test(start_paused = true)]
async fn a_revocation_between_many_pages_lets_at_most_the_three_beside_it_leave() {
    let server = Server::new();
    server.gateway.behave(|b| b.revokes_after = Some(20));
    let hip = server.hip_of(Archive::of(100));
    let report = transferred(&server, &hip).await;
    assert!((20..=23).contains(&pushes(&server)), "{}", pushes(&server));
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert_eq!(fate(&report), "ERRORED");
}

#[tokio::test(start_paused = true)]
async fn a_hiu_that_is_away_for_ten_seconds_gets_no_page_again_that_it_has_accepted() {
    let server = Server::new();
    server.gateway.behave(|b| b.down_after = Some(30));
    let hip = server.hip_of(Archive::of(60));
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks(FROM);
            until("pages", || server.gateway.records().len() == 30).await;
            tokio::time::sleep(Duration::from_secs(10)).await;
            server.gateway.behave(|b| b.down_after = None);
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(fate(&server.gateway.report().unwrap()), "DELIVERED");
    assert_eq!(server.gateway.records().len(), 60, "each once");
    assert_eq!(arrived(&server), sent_once(60));
}

// A transfer that takes long must not keep a consent notice waiting, however few hands there are.
#[tokio::test(start_paused = true)]
async fn a_revocation_is_heard_while_a_slow_transfer_has_the_only_hand() {
    let server = Server::new();
    server.gateway.behave(|b| b.pushes_take = Some(Duration::from_secs(20)));
    let mut options = EngineOptions::default();
    options.concurrency = 1;
    let hip = server.builder(Archive::of(40)).options(options).build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks(FROM);
            until("a page", || !server.gateway.records().is_empty()).await;
            let acknowledged = server.gateway.count(AcknowledgeConsent::META.name);
            server.gateway.revokes();
            until("the revocation is heard", || {
                server.gateway.count(AcknowledgeConsent::META.name) > acknowledged
            })
            .await;
            assert!(server.gateway.report().is_none());
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert!(pushes(&server) < 30, "{} pages left", pushes(&server));
}

#[tokio::test(start_paused = true)]
async fn the_plan_stands_in_rows_while_the_transfer_goes_on_and_is_forgotten_with_its_end() {
    let server = Server::new();
    server.gateway.behave(|b| b.down_after = Some(1));
    let hip = server.hip_of(Archive::of(2_000));
    let (store, scope) = (server.store(), Scope::new(hip_id().as_str()));
    let list = RowList::new(&scope, "hip.transfer_page", TRANSACTION, 1_000);
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks(FROM);
            until("a page", || !server.gateway.records().is_empty()).await;
            assert_eq!(store.rows(&list).await.unwrap().len(), 2_000_usize.div_ceil(64));
            let (kind, key) =
                (TransferFlow::KIND, TransferFlow::key(&TRANSACTION.parse().unwrap()));
            let stored = store.find(&scope, kind, &key).await.unwrap().unwrap();
            assert!(stored.state.as_bytes().len() < 2_000, "it holds counts only");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert!(store.rows(&list).await.unwrap().is_empty());
}

/// What version 1 had in its store while it pushed the second of three pages.
async fn begun_by_version_1(server: &Server) {
    let asked = {
        // The request as it came then.
        let body = server.gateway.request(FROM);
        json!({
            "hip_id": hip_id(), "transaction_id": TRANSACTION, "consent_id": CONSENT,
            "dates": body["hiRequest"]["dateRange"], "push_url": PUSH_URL,
            "key_material": body["hiRequest"]["keyMaterial"],
            "deadline": server.gateway.now() + chrono::TimeDelta::minutes(15),
        })
    };
    let mut state = asked.clone();
    let pushing = json!({"Pushing": {
        "contexts": [{"care_context": "OPD-1", "records": 3, "left": ["000001", "000002"],
            "accepted": 1, "kept": 0, "problem": null}],
        "settled": 1, "withheld": 0, "key_form": "X509",
    }});
    state["stage"] = pushing;
    state["request"] = json!("3f2a1c80-0000-4000-8000-000000000001");
    state["care_contexts"] = json!(["OPD-1"]);
    let push = json!({"Push": {"asked": asked, "page": 1, "number": 2, "pages": 3,
        "care_context": "OPD-1", "record": "000001", "key_form": "X509"}});
    let mut write = FlowWrite::new(TransferFlow::KIND, 1, Payload::encode(&state).unwrap());
    write.keys = vec![TransferFlow::key(&TRANSACTION.parse().unwrap())];
    write.effects = vec![NewEffect::new("main", Payload::encode(&push).unwrap())];
    let (scope, id) = (Scope::new(hip_id().as_str()), FlowId::fresh(&RandomIds));
    let commit = Commit::at(scope, server.gateway.now()).write(id, 0, write);
    server.store().commit(&commit).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_version_1_was_pushing_goes_on_at_its_page() {
    let server = Server::new();
    let hip = server.hip_of(Archive::of(3));
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            until("the consent is there", || {
                server.gateway.count(AcknowledgeConsent::META.name) == 1
            })
            .await;
        })
        .await;
    drop(hip);
    begun_by_version_1(&server).await;
    let hip = server.hip_of(Archive::of(3));
    server
        .run(&hip, async {
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), [Archive::text(1), Archive::text(2)]);
    let pages = server.gateway.bodies::<PushHealthInformation>();
    let numbers: Vec<_> = pages.iter().map(|page| (page.page_number, page.page_count)).collect();
    assert_eq!(numbers, [(2, 3), (3, 3)]);
    assert_eq!(fate(&server.gateway.report().unwrap()), "DELIVERED");
    assert!(server.dead_letters::<TransferFlow>().await.is_empty());
}

#[tokio::test]
async fn a_hip_pushes_from_one_to_eight_pages_at_once() {
    let server = Server::new();
    for (pages, possible) in [(0, false), (1, true), (8, true), (9, false)] {
        let built = server.builder(Archive::of(1)).pages_at_once(pages).build();
        assert_eq!(built.is_ok(), possible, "{pages}");
    }
}

/// An archive during whose answer for one document the patient revokes.
#[derive(Debug, Clone)]
struct Revoking {
    archive: Archive,
    gateway: Arc<Gateway>,
    at: RecordId,
}

/// Revokes, and waits until that is stored here.
async fn revoked(gateway: &Gateway) {
    let acknowledged = || gateway.count(AcknowledgeConsent::META.name);
    let before = acknowledged();
    gateway.revokes();
    until("the revocation is acknowledged", || acknowledged() > before).await;
}

#[async_trait]
impl Hospital for Revoking {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        self.archive.list(wanted).await
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let record = self.archive.document(id, wanted).await;
        if *id == self.at {
            revoked(&self.gateway).await;
        }
        record
    }
}

/// Revokes right before the try of a push, after all else that a try waits for.
#[derive(Debug)]
struct RevokesBeforeATry {
    gateway: Arc<Gateway>,
    left: AtomicUsize,
}

#[async_trait]
impl RateLimit for RevokesBeforeATry {
    async fn admit(&self, endpoint: &Metadata) {
        if endpoint.name == PushHealthInformation::META.name
            && self.left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            revoked(&self.gateway).await;
        }
    }
}

fn ends_with_its_consent(server: &Server, report: &TransferReport, pushed: usize) {
    assert_eq!(pushes(server), pushed);
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    let [response] = &report.status_notification.status_responses[..] else {
        panic!("{report:?}");
    };
    assert_eq!(response.description, "the consent ended before this was sent");
}

// Ruling 12: before each page, not only before those that are sent again.
#[tokio::test(start_paused = true)]
async fn a_page_whose_consent_ends_while_its_document_is_read_does_not_leave() {
    for at in [0, 1, 7] {
        let (server, archive) = (Server::new(), Archive::of(20));
        let (gateway, id) = (server.gateway.clone(), format!("{at:06}").parse().unwrap());
        let hospital = Revoking { archive, gateway, at: id };
        let hip = server.builder(hospital).pages_at_once(1).build().unwrap();
        server.gateway.calls_back(&hip);
        let report = transferred(&server, &hip).await;
        ends_with_its_consent(&server, &report, at);
    }
}

// Ruling 12.
#[tokio::test(start_paused = true)]
async fn a_page_whose_consent_ends_between_its_document_and_its_first_try_does_not_leave() {
    for at in [0, 1, 7] {
        let server = Server::new();
        let left = AtomicUsize::new(at + 1);
        let limit = RevokesBeforeATry { gateway: server.gateway.clone(), left };
        let builder = server.builder_with(Archive::of(20), |client| client.rate_limit(limit));
        let hip = builder.pages_at_once(1).build().unwrap();
        server.gateway.calls_back(&hip);
        let report = transferred(&server, &hip).await;
        ends_with_its_consent(&server, &report, at);
    }
}

// Twenty minutes after the request the transfer ends; what is answered by then counts.
#[tokio::test(start_paused = true)]
async fn a_page_that_is_answered_at_the_very_deadline_is_delivered() {
    const SLOW: Duration = Duration::from_secs(290);
    let server = Server::new();
    server.gateway.behave(|b| b.pushes_take = Some(SLOW));
    let hip = server.builder(Archive::of(5)).pages_at_once(1).build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            tokio::time::sleep(Duration::from_secs(5)).await;
            let asked = tokio::time::Instant::now();
            server.gateway.asks(FROM);
            until("all but the last page", || server.gateway.records().len() == 4).await;
            let deadline = asked + Duration::from_millis(600) + Duration::from_secs(20 * 60);
            server.gateway.behave(|b| b.pushes_answered_at = Some(deadline));
            until("the last page", || server.gateway.records().len() == 5).await;
            assert!(tokio::time::Instant::now() < deadline);
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(fate(&server.gateway.report().unwrap()), "DELIVERED");
}
