//! Notices of a patient's ABHA account: deactivated, reactivated, deleted.

use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::{FlowStore as _, RowList, Scope};
use bytes::Bytes;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts};
use hip_services::api::patient_status::{
    AbhaStanding, AcknowledgePatientStatus, AcknowledgePatientStatusV05, OnPatientStatus,
    OnPatientStatusV05, PatientStatusNotice,
};
use hip_services::flow::{AutoLinkState, PatientStatusFlow};
use hip_services::{
    ConsentStanding, Edition, Error, FinalRecord, Hip, HipEvent, PatientStatusPaths, Visit,
};

use crate::clinic::{Server, patient, until};
use crate::gateway::{Answer, CONSENT, address, hip_id};

const LONG: Duration = Duration::from_secs(1_200);

/// ABDM tells how the patient's account stands.
pub(crate) fn tells(server: &Server, standing: AbhaStanding) {
    let notice = PatientStatusNotice::new(address(), standing, server.gateway.now());
    server.gateway.call_back::<OnPatientStatus>(hip_id(), Duration::from_millis(1), notice);
}

/// Whether the hospital has heard it so often.
async fn heard(server: &Server, standing: AbhaStanding, times: usize) {
    until("the hospital hears", || {
        let events = server.clinic.events.lock().unwrap();
        let such = |event: &&HipEvent| {
            matches!(event, HipEvent::PatientStatusChanged { standing: told, .. } if *told == standing)
        };
        events.iter().filter(such).count() == times
    })
    .await;
    // What follows from it.
    tokio::time::sleep(Duration::from_secs(30)).await;
}

fn tokens(server: &Server) -> usize {
    server.gateway.count(GenerateLinkToken::META.name)
}

fn record() -> FinalRecord {
    let at = "2026-01-02T10:30:00Z".parse().unwrap();
    let visit = Visit::new("OPD-9".parse().unwrap(), "OPD visit", at, [HiType::Prescription]);
    FinalRecord::new(patient(), visit)
}

async fn state(hip: &Hip) -> Option<AutoLinkState> {
    let (record, patient) = (record(), patient());
    let found = hip.auto_link(&patient.abha_address, &patient.reference, &record.visit.reference);
    found.await.unwrap().map(|flow| flow.state)
}

#[tokio::test(start_paused = true)]
async fn a_deactivated_address_is_asked_for_nothing_and_its_links_go_on_when_it_is_active() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            tells(&server, AbhaStanding::Deactivated);
            heard(&server, AbhaStanding::Deactivated, 1).await;
            let refused = hip.link(patient()).await.unwrap().linked(LONG).await.unwrap_err();
            let Error::NotLinked(failure) = refused else { panic!("{refused}") };
            assert!(failure.has_code("ABDM-1031"), "{failure:?}");
            hip.record_is_final(&record()).await.unwrap();
            until("the desk hears", || server.clinic.heard().contains(&"auto-link-stopped")).await;
            assert!(matches!(state(&hip).await, Some(AutoLinkState::Stopped { .. })));
            tokio::time::sleep(Duration::from_secs(5 * 24 * 3600)).await;
            assert_eq!(
                (tokens(&server), server.gateway.count(LinkCareContexts::META.name)),
                (0, 0)
            );
            tells(&server, AbhaStanding::Active);
            heard(&server, AbhaStanding::Active, 1).await;
            tokio::time::sleep(LONG).await;
            assert_eq!(state(&hip).await, Some(AutoLinkState::Finished));
        })
        .await;
    assert_eq!(tokens(&server), 1);
    let standing = hip.patient_status(&address()).await.unwrap().unwrap().standing;
    assert_eq!(standing, AbhaStanding::Active);
    assert_eq!(server.gateway.count(AcknowledgePatientStatus::META.name), 2);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_abdm_itself_calls_deactivated_goes_on_by_the_same_notice() {
    let server = Server::new();
    let deactivated = Answer::at_once(400, "ABDM-1031", "The abha address is deactivated.");
    server.gateway.behave(|b| b.link_answers = [deactivated].into());
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.record_is_final(&record()).await.unwrap();
            until("the desk hears", || server.clinic.heard().contains(&"auto-link-stopped")).await;
            tells(&server, AbhaStanding::Deactivated);
            heard(&server, AbhaStanding::Deactivated, 1).await;
            tells(&server, AbhaStanding::Active);
            heard(&server, AbhaStanding::Active, 1).await;
            tokio::time::sleep(LONG).await;
            assert_eq!(state(&hip).await, Some(AutoLinkState::Finished));
        })
        .await;
    // The token that was held is used again.
    assert_eq!(tokens(&server), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_account_leaves_no_links_tokens_or_consents_and_is_never_asked_for() {
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().linked(LONG).await.unwrap();
            server.gateway.grants(&["OPD-1"]);
            until("the grant", || server.clinic.heard().contains(&"consent-granted")).await;
            assert_eq!(hip.linked_contexts(&address()).await.unwrap().len(), 1);
            tells(&server, AbhaStanding::Deleted);
            heard(&server, AbhaStanding::Deleted, 1).await;
            assert_eq!(hip.linked_contexts(&address()).await.unwrap().len(), 0);
            assert!(!hip.drop_link_token(&address()).await.unwrap(), "no token is held");
            assert!(server.clinic.heard().contains(&"consent-ended"));
            // A notice that comes late changes nothing, nor does a grant.
            tells(&server, AbhaStanding::Active);
            server.gateway.grants(&["OPD-1"]);
            tokio::time::sleep(LONG).await;
            let asked = tokens(&server);
            let again = patient().visit(Visit::new(
                "OPD-7".parse().unwrap(),
                "OPD visit",
                "2026-01-02T10:30:00Z".parse().unwrap(),
                [HiType::Prescription],
            ));
            hip.link(again).await.unwrap().linked(LONG).await.unwrap_err();
            hip.record_is_final(&record()).await.unwrap();
            tokio::time::sleep(LONG).await;
            assert!(matches!(state(&hip).await, Some(AutoLinkState::Stopped { .. })));
            assert_eq!(tokens(&server), asked);
            let before = server.gateway.records().len();
            server.gateway.asks("2026-01-01T00:00:00Z");
            tokio::time::sleep(LONG).await;
            assert_eq!(server.gateway.records().len(), before, "nothing leaves");
        })
        .await;
    let such = |name: &&&str| **name == "patient-status-changed";
    assert_eq!(server.clinic.heard().iter().filter(such).count(), 1, "counted once");
    assert_eq!(server.clinic.heard().iter().filter(|name| **name == "consent-granted").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_answered_after_the_deletion_is_not_listed_and_forgotten_within_two_days() {
    let server = Server::new();
    server.gateway.behave(|b| b.link_callbacks_take.extend([3_600]));
    let hip = server.hip();
    let rows = || async {
        let (store, scope) = (server.store(), Scope::new(hip_id().as_str()));
        let folded = address().folded();
        let list = RowList::new(&scope, "hip.linked_context", &folded, 10);
        store.rows(&list).await.unwrap().len()
    };
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap();
            let asked = || server.gateway.count(LinkCareContexts::META.name) == 1;
            until("the request to link", asked).await;
            tells(&server, AbhaStanding::Deleted);
            heard(&server, AbhaStanding::Deleted, 1).await;
            until("ABDM's late answer", || server.clinic.heard().contains(&"linked")).await;
            tokio::time::sleep(LONG).await;
            assert_eq!(rows().await, 1, "the late answer is written down");
            assert_eq!(hip.linked_contexts(&address()).await.unwrap().len(), 0);
            tokio::time::sleep(Duration::from_hours(48)).await;
            assert_eq!(rows().await, 0);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_comes_after_the_deletion_is_acknowledged_and_is_none() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            tells(&server, AbhaStanding::Deleted);
            heard(&server, AbhaStanding::Deleted, 1).await;
            server.gateway.grants(&["OPD-1"]);
            until("it is acknowledged", || server.gateway.count("AcknowledgeConsent") == 1).await;
            tokio::time::sleep(Duration::from_secs(30)).await;
            let id = CONSENT.parse().unwrap();
            let consent = hip.consent(&id).await.unwrap().unwrap();
            assert_eq!(consent.standing(server.gateway.now()), ConsentStanding::Revoked);
        })
        .await;
    assert_eq!(server.clinic.heard(), ["patient-status-changed"]);
}

#[tokio::test(start_paused = true)]
async fn a_notice_without_a_known_status_is_refused_and_one_without_an_address_set_aside() {
    let server = Server::new();
    let hip = server.hip();
    let sends = |body: &'static str| {
        let stand_in =
            PatientStatusNotice::new(address(), AbhaStanding::Deleted, server.gateway.now());
        let call = Call::<OnPatientStatus>::new(stand_in).headers(HipHeaders { hip_id: hip_id() });
        server.gateway.sends(call, Some(Bytes::from_static(body.as_bytes())));
    };
    server
        .run(&hip, async {
            sends(r#"{"notification":{"status":"MERGED","patient":{"id":"asha.test@sbx"}}}"#);
            sends(r#"{"notification":{"status":"DELETED","patient":{"id":null}}}"#);
            until("it is answered", || {
                server.gateway.count(AcknowledgePatientStatus::META.name) == 1
            })
            .await;
            tokio::time::sleep(Duration::from_secs(30)).await;
        })
        .await;
    let [answer] = &server.gateway.bodies::<AcknowledgePatientStatus>()[..] else { panic!() };
    assert!(answer.error.is_some() && answer.acknowledgement.is_none(), "{answer:?}");
    assert_eq!(server.dead_letters::<PatientStatusFlow>().await.len(), 1);
    assert!(server.clinic.heard().is_empty());
}

/// m2-hip.md 9: a notice of V0.5 has no REQUEST-ID header, its id stands in the body.
#[tokio::test(start_paused = true)]
async fn a_notice_of_v0_5_is_taken_without_a_header_for_its_id_and_answered_in_v0_5() {
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    // Where the answers of V3 go says nothing of those.
    let paths = PatientStatusPaths::new().answer(AcknowledgePatientStatus::META.older_paths[1]);
    let builder = server.builder(server.clinic.clone()).patient_status_paths(paths);
    let hip = builder.edition(hip_id(), Edition::V0_5).build().unwrap();
    server.gateway.calls_back(&hip);
    let own = RequestId::random();
    server
        .run(&hip, async {
            let stand_in = PatientStatusNotice::new(
                address(),
                AbhaStanding::Deactivated,
                server.gateway.now(),
            );
            let body = serde_json::json!({
                "requestId": own, "timestamp": "2026-01-05T10:00:00.000Z",
                "notification": {"status": "DEACTIVATED", "patient": {"id": address()}},
            });
            let call = Call::<OnPatientStatusV05>::new(stand_in);
            let call = call.headers(HipHeaders { hip_id: hip_id() });
            server.gateway.sends(call, Some(Bytes::from(body.to_string())));
            heard(&server, AbhaStanding::Deactivated, 1).await;
        })
        .await;
    let [answer] = &server.gateway.bodies::<AcknowledgePatientStatusV05>()[..] else { panic!() };
    assert!(answer.acknowledgment.is_some() && answer.error.is_none(), "{answer:?}");
    assert_eq!(answer.answered.request(), Some(own));
    assert_eq!(server.gateway.count(AcknowledgePatientStatus::META.name), 0);
    assert!(server.dead_letters::<PatientStatusFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn both_paths_can_be_set_and_only_plain_ones() {
    let server = Server::new();
    let meta = AcknowledgePatientStatus::META;
    let paths = PatientStatusPaths::new().callback("/abha/status").answer(meta.older_paths[1]);
    let hip = server.builder(server.clinic.clone()).patient_status_paths(paths).build().unwrap();
    let served: Vec<String> =
        hip.callbacks().iter().flat_map(|route| route.paths().to_vec()).collect();
    let declared = OnPatientStatus::META;
    for declared in [declared, OnPatientStatusV05::META] {
        assert!(declared.paths().all(|path| served.iter().any(|served| served == path)));
    }
    assert!(served.contains(&"/abha/status".to_owned()));
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            tells(&server, AbhaStanding::Deactivated);
            heard(&server, AbhaStanding::Deactivated, 1).await;
        })
        .await;
    let sent = server.gateway.sent.lock().unwrap();
    assert!(sent.iter().any(|(_, request)| request.uri().path() == meta.older_paths[1]));
    drop(sent);
    for path in ["no/slash", "/ends/", "/a//b", "/a?b", "/{a}", "/a/../b", "/a b", ""] {
        let paths = PatientStatusPaths::new().callback(path);
        let refused =
            server.builder(server.clinic.clone()).patient_status_paths(paths).build().err();
        assert!(matches!(refused, Some(Error::Setting { .. })), "{path}");
    }
}
