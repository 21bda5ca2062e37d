//! The whole HIU, from the question to the proof of erasure, against ABDM and a HIP in the process.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::vocabulary::ConsentStatus;
use chrono::TimeDelta;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use hiu_services::flow::{EndReason, Outcome};
use hiu_services::{ConsentRequest, Decision, Error};
use serde_json::json;

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, SECOND};
use crate::made_up::{at, consent_id, question};

#[tokio::test(start_paused = true)]
async fn a_patient_grants_less_the_records_come_and_are_erased_with_proof() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(delivery.problems().count(), 0);
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
    assert_eq!(
        hospital.records.documents_of(&"Asha.Test@sbx".parse().unwrap()).len(),
        2,
        "found by the patient, whatever the case"
    );

    // Asked for what was granted, not for what had been asked.
    let asked = hospital.abdm.calls::<RequestHealthInformation>();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["hiRequest"]["dateRange"],
        json!({"from": "2024-01-01T00:00:00.000Z", "to": "2026-01-01T00:00:00.000Z"})
    );
    let url = asked[0]["hiRequest"]["dataPushUrl"].as_str().unwrap();
    assert!(!url.contains(['?', '=', '&', '%']) && !url.contains(consent_id(1).as_str()), "{url}");

    // Acknowledged and reported.
    let acknowledged = hospital.abdm.wait_for::<AcknowledgeConsentDecision>(1).await;
    assert_eq!(
        acknowledged[0]["acknowledgement"],
        json!([{"status": "OK", "consentId": consent_id(1)}])
    );
    let reports = hospital.abdm.wait_for::<NotifyHealthInformation>(1).await;
    insta::assert_json_snapshot!(reports, { "[].notification.doneAt" => "…" });

    // No plaintext and no key is left in the flow store.
    let stored = hospital.stored_text();
    assert!(!stored.contains("Medicine of"));
    let flow = consent.state().await.unwrap();
    assert_eq!(flow.artefacts.len(), 1);

    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    let proofs = consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!((proofs.len(), proofs[0].documents), (1, 2));
    assert_eq!(proofs[0].reason, EndReason::Revoked);
    assert_eq!(proofs[0].digest.len(), 64);
    assert!(hospital.records.documents_under(&consent_id(1)).is_empty());
    assert_eq!(hospital.records.proofs(), proofs);
    assert_eq!(hospital.abdm.wait_for::<AcknowledgeConsentDecision>(2).await.len(), 2);
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Revoked);
    assert!(hospital.hiu.request_records(&consent_id(1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn one_bad_entry_never_costs_the_good_ones() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;
    let url = hospital.abdm.request().data_push_url;

    hospital.abdm.push(0, 3, &["OPD-1"]).await;
    hospital.abdm.push(1, 3, &["IPD-9"]).await;
    let broken = json!({"pageNumber": "2", "pageCount": 3,
        "transactionId": crate::made_up::transaction_id(),
        "entries": [{"careContextReference": "OPD-2", "content": "AAAA"}, {"content": "x"}],
        "keyMaterial": {"cryptoAlg": "ECDH", "curve": "Curve25519", "nonce": "AAAA",
            "dhPublicKey": {"keyValue": "AAAA"}}});
    hospital.abdm.push_body(&url, &broken).await;

    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(delivery.documents().count(), 1);
    assert_eq!(delivery.problems().count(), 3);
    let report = &hospital.abdm.wait_for::<NotifyHealthInformation>(1).await[0];
    let status = &report["notification"]["statusNotification"];
    assert_eq!(status["sessionStatus"], "RECEIVED");
    let fates: Vec<_> = status["statusResponses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["careContextReference"].as_str().unwrap(), r["hiStatus"].as_str().unwrap()))
        .collect();
    assert_eq!(fates, [("OPD-1", "OK"), ("OPD-2", "ERRORED")], "IPD-9 is not the consent's");
}

#[tokio::test(start_paused = true)]
async fn silence_brings_no_records_and_is_not_taken_for_none() {
    let hospital = Hospital::open(Habits { calls_back: false, ..Habits::default() });
    let consent = hospital.ask().await;
    let waited = consent.wait_for_records(5 * MINUTE).await;
    assert!(matches!(waited, Err(Error::TimedOut { .. })), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_key_error_is_answered_with_the_other_key_form() {
    let hospital = Hospital::open(Habits { refuses_raw_keys: true, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete), "{delivery:?}");
    let asked = hospital.abdm.calls::<RequestHealthInformation>();
    let [first, second] = asked.as_slice() else { panic!("{} requests", asked.len()) };
    for part in ["/hiRequest/keyMaterial/nonce", "/hiRequest/dataPushUrl"] {
        assert_ne!(first.pointer(part), second.pointer(part), "{part} is fresh");
    }
}

#[tokio::test(start_paused = true)]
async fn a_500_at_any_call_is_survived() {
    let hospital = Hospital::open(Habits {
        fails_once: vec![
            RequestConsent::META.path,
            AcknowledgeConsentDecision::META.path,
            FetchConsent::META.path,
            RequestHealthInformation::META.path,
            NotifyHealthInformation::META.path,
        ],
        ..Habits::default()
    });
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(2).await;
    hospital.abdm.decide(ConsentStatus::Granted, &[consent_id(1)]).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines().len(), 2);
    hospital.abdm.wait_for::<AcknowledgeConsentDecision>(2).await;
    hospital.abdm.wait_for::<NotifyHealthInformation>(2).await;
}

#[tokio::test(start_paused = true)]
async fn a_silent_hip_is_reported_as_failed() {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    assert!(matches!(delivery.outcome, Some(Outcome::Failed(_))));
    let report = &hospital.abdm.wait_for::<NotifyHealthInformation>(1).await[0];
    assert_eq!(report["notification"]["statusNotification"]["sessionStatus"], "FAILED");
}

#[tokio::test(start_paused = true)]
async fn a_denial_is_acknowledged_and_asks_for_nothing() {
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask().await;
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.decide(ConsentStatus::Denied, &[]).await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Denied { reason: None });
    let acknowledged = hospital.abdm.wait_for::<AcknowledgeConsentDecision>(1).await;
    assert_eq!(acknowledged[0]["acknowledgement"], json!([]));
    let none = consent.wait_for_records(HOUR).await.unwrap_err();
    assert_eq!(
        none.to_string(),
        "there will be no records: the patient denied the consent and gave no reason"
    );
    assert!(hospital.abdm.calls::<FetchConsent>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_callback_within_a_minute_is_told() {
    let hospital = Hospital::open(Habits { calls_back: false, ..Habits::default() });
    let consent = hospital.ask().await;
    assert_eq!(consent.wait_for_decision(HOUR).await.unwrap(), Decision::Unknown);
    let passed = abdm_core::clock::Clock::now(&*hospital.abdm.clock) - crate::made_up::start();
    assert!(passed >= TimeDelta::seconds(60) && passed < TimeDelta::seconds(70), "{passed}");
    assert_eq!(hospital.abdm.calls::<RequestConsent>().len(), 1, "the patient is not asked twice");
}

#[tokio::test(start_paused = true)]
async fn what_abdm_would_refuse_is_not_sent() {
    let hospital = Hospital::open(Habits::default());
    let patient = || "asha.test@sbx".parse().unwrap();
    let doctor = crate::made_up::doctor;
    let whole = question();
    for (request, why) in [
        (ConsentRequest::for_care(patient(), doctor()), "nothing said"),
        (whole.clone().of_types([]), "no types"),
        (whole.clone().erased_at(at("2026-09-01T00:00:00Z")), "erase date in the past"),
    ] {
        let refused = hospital.hiu.request_consent(request).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{why}");
    }
    assert!(hospital.abdm.calls::<RequestConsent>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_request_for_records_that_never_left_is_not_blamed_on_the_hip() {
    let busy = Some((RequestHealthInformation::META.path, TimeDelta::hours(1)));
    let hospital = Hospital::open(Habits { busy, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    let problems: Vec<_> = delivery.problems().collect();
    assert_eq!(problems[0], "the request did not leave in time: ABDM did not take it");
    let asked = hospital.abdm.calls::<RequestHealthInformation>().len();
    tokio::time::sleep(2 * HOUR).await;
    let after = hospital.abdm.calls::<RequestHealthInformation>().len();
    assert_eq!(after, asked, "not sent after its time");
}
