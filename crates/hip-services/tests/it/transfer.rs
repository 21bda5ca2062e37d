//! Consent, request, transfer, report.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use abdm_core::api::data_flow::{DataPage, PushHealthInformation, TransferReport};
use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HipHeaders;
use abdm_core::vocabulary::{HiType, SessionStatus};
use abdm_flow::Flow as _;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{Commit, FlowId, FlowStore as _, FlowWrite, Payload, Scope};
use hip_services::api::consent::{AcknowledgeConsent, ConsentNotice, OnConsentNotify};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest,
};
use hip_services::flow::{LinkTokenFlow, TransferFlow};
use hip_services::{ConsentStanding, RecordsWanted, TransferProgress, hospital_fn};

use crate::clinic::{Row, Server, of, patient, row, until};
use crate::gateway::{CONSENT, TRANSACTION, address, hip_id};
use crate::hip_linking::holds;

fn fates(report: &TransferReport) -> Vec<(&str, &str)> {
    report
        .status_notification
        .status_responses
        .iter()
        .map(|r| (r.care_context_reference.as_str(), r.hi_status.as_str()))
        .collect()
}

/// Grants, asks, and waits for the report.
async fn transferred(server: &Server) -> TransferReport {
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1", "OPD-2", "OPD-3"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
            until("the hospital hears", || server.clinic.heard().contains(&"transfer-ended")).await;
            let transaction = TRANSACTION.parse().unwrap();
            hip.transfer_ended(&transaction, Duration::from_secs(60)).await.unwrap();
            // Whatever still comes, comes now.
            tokio::time::sleep(Duration::from_secs(60)).await;
        })
        .await;
    server.gateway.report().unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_lies_inside_the_consent_arrives_and_opens_and_nothing_else() {
    let server = Server::new();
    let report = transferred(&server).await;
    assert_eq!(server.gateway.records(), ["consultation 1", "prescription 1", "consultation 2"]);
    assert_eq!(report.status_notification.session_status, SessionStatus::Transferred);
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
    assert_eq!(server.clinic.heard(), ["consent-granted", "transfer-ended"]);
}

#[tokio::test(start_paused = true)]
async fn every_page_has_its_own_key_and_nonce_and_counts_from_one() {
    let server = Server::new();
    transferred(&server).await;
    let pages = server.gateway.pages.lock().unwrap();
    let numbers: Vec<(i64, i64)> =
        pages.iter().map(|(page, _)| (page.page_number, page.page_count)).collect();
    assert_eq!(numbers, [(1, 3), (2, 3), (3, 3)]);
    for field in ["/dhPublicKey/keyValue", "/nonce"] {
        let mut values: Vec<_> = pages
            .iter()
            .map(|(page, _)| page.key_material.0.pointer(field).unwrap().to_string())
            .collect();
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 3, "{field}");
    }
}

#[tokio::test(start_paused = true)]
async fn doubled_messages_are_answered_once_each_and_send_nothing_twice() {
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    transferred(&server).await;
    assert_eq!(server.gateway.records().len(), 3);
    // The doubled notice is another message by its id: it is acknowledged, too.
    assert_eq!(server.gateway.count(AcknowledgeConsent::META.name), 2);
    assert_eq!(server.gateway.count(AcknowledgeHealthInformationRequest::META.name), 1);
    assert_eq!(server.gateway.count("NotifyHealthInformation"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_overtakes_its_consent_is_served() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.asks("2026-01-01T00:00:00Z");
            tokio::time::sleep(Duration::from_secs(10)).await;
            assert_eq!(server.gateway.calls().len(), 0);
            server.gateway.grants(&["OPD-2"]);
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), ["consultation 2"]);
}

/// What may stand in a notice that a consent has ended, with the name of its end.
fn odd_ends() -> Vec<serde_json::Value> {
    let of = |status: &str| serde_json::json!({"status": status, "consentId": CONSENT});
    let mut ends: Vec<_> = ["REVOKED", "EXPIRED", "Revoked", "expired", " REVOKED "].map(of).into();
    for (field, value) in [
        ("consentDetail", serde_json::json!({})),
        ("consentDetail", serde_json::json!({"consentId": CONSENT, "hiTypes": 7})),
        ("consentDetail", serde_json::json!("none")),
        ("signature", serde_json::json!(12)),
        ("signature", serde_json::json!({})),
        ("grantAcknowledgement", serde_json::json!("false")),
    ] {
        let mut end = of("REVOKED");
        end[field] = value;
        ends.push(end);
    }
    ends
}

#[tokio::test(start_paused = true)]
async fn an_end_of_a_consent_counts_whatever_is_odd_beside_it() {
    for end in odd_ends() {
        let server = Server::new();
        let hip = server.hip();
        server
            .run(&hip, async {
                server.gateway.grants(&["OPD-1"]);
                until("the grant", || server.clinic.heard().contains(&"consent-granted")).await;
                says(&server, &end);
                until("the end", || server.clinic.heard().contains(&"consent-ended")).await;
                tokio::time::sleep(Duration::from_secs(60)).await;
            })
            .await;
        let acknowledged = server.gateway.bodies::<AcknowledgeConsent>();
        assert_eq!(acknowledged.len(), 2, "{end}");
        assert!(acknowledged.iter().all(|each| each.error.is_none()), "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_whose_status_says_nothing_is_answered_with_an_error_and_changes_nothing() {
    let mut notices: Vec<_> = [
        serde_json::Value::Null,
        serde_json::json!({}),
        serde_json::json!(["REVOKED"]),
        serde_json::json!(""),
        serde_json::json!("LATER"),
    ]
    .map(|status| serde_json::json!({"status": status, "consentId": CONSENT}))
    .into();
    notices.push(serde_json::json!({"consentId": CONSENT}));
    notices.push(serde_json::json!({"status": "GRANTED", "consentId": CONSENT}));
    for notice in notices {
        let server = Server::new();
        let hip = server.hip();
        server
            .run(&hip, async {
                server.gateway.grants(&["OPD-1"]);
                until("the grant", || server.clinic.heard().contains(&"consent-granted")).await;
                says(&server, &notice);
                tokio::time::sleep(Duration::from_secs(60)).await;
            })
            .await;
        let answers = server.gateway.bodies::<AcknowledgeConsent>();
        let errors = answers.iter().filter(|answer| answer.error.is_some()).count();
        assert_eq!((answers.len(), errors), (2, 1), "{notice}");
        assert!(!server.clinic.heard().contains(&"consent-ended"), "{notice}");
    }
}

/// A notice of a consent with this body.
fn says(server: &Server, notification: &serde_json::Value) {
    let stand_in = ConsentNotice::ended("REVOKED".into(), CONSENT.parse().unwrap());
    let call = Call::<OnConsentNotify>::new(stand_in.into());
    let call = call.headers(HipHeaders { hip_id: hip_id() });
    let body = serde_json::json!({"notification": notification}).to_string();
    server.gateway.sends(call, Some(body.into()));
}

#[tokio::test(start_paused = true)]
async fn a_request_beyond_the_consents_dates_is_refused() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2025-12-31T23:59:59Z");
            until("the refusal", || server.clinic.heard().contains(&"transfer-refused")).await;
        })
        .await;
    let answers = server.gateway.bodies::<AcknowledgeHealthInformationRequest>();
    let [answer] = &answers[..] else { panic!("{answers:?}") };
    assert!(answer.hi_request.is_none());
    assert_eq!(answer.error.as_ref().unwrap().code.as_ref().unwrap(), "ABDM-1063");
    assert_eq!(server.gateway.records().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_during_the_transfer_stops_the_next_page() {
    let server = Server::new();
    server.gateway.behave(|b| b.revokes_after = Some(1));
    let report = transferred(&server).await;
    // At most the page that was in flight went out (rulings.md 12).
    assert!(server.gateway.records().len() <= 2, "{:?}", server.gateway.records());
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert!(fates(&report).contains(&("OPD-2", "ERRORED")));
    assert!(server.clinic.heard().contains(&"consent-ended"));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_the_hiu_does_not_take_is_not_pushed_again_after_a_revocation() {
    // The revocation falls between the tries of one call, and between two calls.
    for delay in (0..16).map(|quarters| Duration::from_millis(250 * quarters)) {
        let server = Server::new();
        server.gateway.behave(|b| b.push_answers = vec![(500, ""); 99].into());
        let hip = server.hip();
        server
            .run(&hip, async {
                server.gateway.grants(&["OPD-1"]);
                server.gateway.asks("2026-01-01T00:00:00Z");
                let pushed = || server.gateway.count(PushHealthInformation::META.name);
                until("the first push", || pushed() > 0).await;
                tokio::time::sleep(delay).await;
                server.gateway.revokes();
                until("the end", || server.clinic.heard().contains(&"consent-ended")).await;
                let before = pushed();
                tokio::time::sleep(Duration::from_secs(300)).await;
                assert_eq!(pushed(), before, "revoked {delay:?} after the first push");
            })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_served_after_a_revocation_even_when_the_grant_comes_again() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.revokes();
            tokio::time::sleep(Duration::from_secs(5)).await;
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the refusal", || server.clinic.heard().contains(&"transfer-refused")).await;
            let consent = hip.consent(&CONSENT.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(consent.standing(server.gateway.now()), ConsentStanding::Revoked);
            assert!(consent.terms(server.gateway.now()).is_err());
        })
        .await;
    assert_eq!(server.gateway.records().len(), 0);
    assert_eq!(server.gateway.count(AcknowledgeConsent::META.name), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hiu_that_stumbles_gets_the_page_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.push_answers = [(500, ""), (503, ""), (502, ""), (500, "")].into());
    let report = transferred(&server).await;
    assert_eq!(server.gateway.records().len(), 3);
    assert_eq!(report.status_notification.session_status, SessionStatus::Transferred);
}

#[tokio::test(start_paused = true)]
async fn a_hiu_that_is_gone_gets_an_honest_report() {
    let server = Server::new();
    server.gateway.behave(|b| b.down_after = Some(0));
    let report = transferred(&server).await;
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    // Nothing was produced of the third visit, so it is not part of the receipt.
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "ERRORED")]);
}

/// The lengths of the keys of the pages that were pushed, accepted or not.
fn key_lengths(server: &Server) -> Vec<usize> {
    let pages = server.gateway.bodies::<PushHealthInformation>();
    let length = |page: &DataPage| {
        let value = page.key_material.0.pointer("/dhPublicKey/keyValue").unwrap();
        value.as_str().unwrap().len()
    };
    pages.iter().map(length).collect()
}

const RAW: usize = 88;
const X509: usize = 412;

// Review C19: any 400 of the first page, whatever its text says, and the form is kept.
#[tokio::test(start_paused = true)]
async fn a_hiu_that_answers_400_to_the_first_page_gets_the_other_key_form_from_then_on() {
    for complaint in [
        r#"{"error":{"code":"ABDM-9999","message":"encoded key spec not recognized"}}"#,
        r#"{"error":{"code":"ABDM-9999","message":"अमान्य अनुरोध"}}"#,
        "<html>Bad Request</html>",
        "",
    ] {
        let server = Server::new();
        server.gateway.behave(|b| b.push_answers = [(400, complaint)].into());
        let report = transferred(&server).await;
        assert_eq!(key_lengths(&server), [X509, RAW, RAW, RAW], "{complaint}");
        assert_eq!(server.gateway.records().len(), 3);
        assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
    }
}

// Review C19: once, and for the first page only; a text about a key makes no difference.
#[tokio::test(start_paused = true)]
async fn a_later_page_that_is_answered_400_is_not_sent_in_another_form() {
    let server = Server::new();
    let complaint = r#"{"error":{"code":"ABDM-9999","message":"patient key not found"}}"#;
    server.gateway.behave(|b| b.push_answers = [(202, ""), (400, complaint)].into());
    let report = transferred(&server).await;
    assert_eq!(key_lengths(&server), [X509, X509, X509]);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")]);
    let server = Server::new();
    server.gateway.behave(|b| b.push_answers = [(400, ""), (400, "")].into());
    let report = transferred(&server).await;
    assert_eq!(key_lengths(&server), [X509, RAW, X509, X509]);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")]);
}

// Ruling 23: per peer.
#[tokio::test(start_paused = true)]
async fn the_next_transfer_to_the_same_hiu_begins_with_the_key_form_that_worked() {
    let server = Server::new();
    server.gateway.behave(|b| b.push_answers = [(400, "")].into());
    transferred(&server).await;
    assert_eq!(key_lengths(&server), [X509, RAW, RAW, RAW]);
    // Of another process, and then of a HIU that has got other software.
    let asks = async |transaction: &str| {
        let before = (key_lengths(&server).len(), server.gateway.reports().len());
        let hip = server.hip();
        server
            .run(&hip, async {
                server.gateway.asks_in(transaction, "2026-01-01T00:00:00Z");
                until("the report", || server.gateway.reports().len() > before.1).await;
            })
            .await;
        let report = server.gateway.report().unwrap();
        assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
        key_lengths(&server)[before.0..].to_vec()
    };
    assert_eq!(asks("49455d89-0000-4000-8000-000000000002").await, [RAW, RAW, RAW]);
    server.gateway.behave(|b| b.push_answers = [(400, "")].into());
    assert_eq!(asks("49455d89-0000-4000-8000-000000000003").await, [RAW, X509, X509, X509]);
    assert_eq!(asks("49455d89-0000-4000-8000-000000000004").await, [X509, X509, X509]);
}

// A name that leads outside when the request comes and inside when the second page leaves.
#[tokio::test(start_paused = true)]
async fn a_hiu_whose_name_leads_inside_gets_nothing_more_and_is_not_tried_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.forbidden_after = Some(1));
    let report = transferred(&server).await;
    assert_eq!(key_lengths(&server).len(), 1, "the second never reached the network");
    let why = "the HIU's push URL leads to an address that records may not be sent to";
    for response in &report.status_notification.status_responses {
        assert_eq!((response.hi_status.as_str(), response.description.as_str()), ("ERRORED", why));
    }
}

// Ruling 37.
#[tokio::test(start_paused = true)]
async fn a_page_that_is_too_large_for_the_hiu_is_errored_and_not_sent_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.push_answers = [(413, "")].into());
    let report = transferred(&server).await;
    assert_eq!(key_lengths(&server).len(), 3);
    assert_eq!(server.gateway.records(), ["prescription 1", "consultation 2"]);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")]);
    let why = &report.status_notification.status_responses[0].description;
    assert_eq!(why, "the page is larger than the HIU takes, HTTP 413");
}

// Ruling 26: "already done" is a success when our own store knows of it.
#[tokio::test(start_paused = true)]
async fn a_second_acknowledgement_or_report_of_one_transfer_counts_as_done() {
    let server = Server::new();
    let duplicate = r#"{"code":"ABDM-1113","message":"Duplicate health information provider data flow response"}"#;
    let reported = r#"{"code":"ABDM-1101","message":"Duplicate Health Information request"}"#;
    server.gateway.behave(|b| {
        b.answers
            .insert("AcknowledgeHealthInformationRequest", [(400, duplicate.to_owned())].into());
        b.answers.insert("NotifyHealthInformation", [(400, reported.to_owned())].into());
    });
    let report = transferred(&server).await;
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
    assert_eq!(server.gateway.count("AcknowledgeHealthInformationRequest"), 1);
    assert_eq!(server.gateway.count("NotifyHealthInformation"), 1);
    let transfer = server.hip().transfer(&TRANSACTION.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(transfer.progress(), TransferProgress::Reported);
}

/// Each of two patients, who are one person registered twice, has a visit of the same number.
#[tokio::test(start_paused = true)]
async fn each_of_two_visits_with_one_number_brings_the_documents_of_its_own_patient() {
    let server = Server::new();
    let hospital = hospital_fn(move |wanted: RecordsWanted| {
        let patient = wanted.care_context.patient_reference.to_string();
        let visit = wanted.care_context.care_context_reference.to_string();
        let date = "2026-01-02T10:30:00Z";
        let row = row("1", HiType::OpConsultation, date, &format!("{visit} of {patient}"));
        async move { Ok(vec![row.record()]) }
    });
    let hip = server.hip_of(hospital);
    server
        .run(&hip, async {
            server.gateway.grants_of(&[
                ("UHID-000124", "OPD-1"),
                ("UHID-000123", "OPD-1"),
                ("UHID-000123", "OPD-2"),
            ]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
            let view = hip.transfer(&TRANSACTION.parse().unwrap()).await.unwrap().unwrap();
            let contexts = view.care_contexts().into_iter();
            let sent: Vec<_> = contexts
                .map(|c| (c.patient.unwrap().to_string(), c.care_context.to_string(), c.accepted))
                .collect();
            let of = |patient: &str, visit: &str| (patient.to_owned(), visit.to_owned(), 1);
            let (first, second) = ("UHID-000123", "UHID-000124");
            assert_eq!(sent, [of(first, "OPD-1"), of(first, "OPD-2"), of(second, "OPD-1")]);
        })
        .await;
    assert_eq!(
        server.gateway.records(),
        ["OPD-1 of UHID-000123", "OPD-2 of UHID-000123", "OPD-1 of UHID-000124"]
    );
    let report = server.gateway.report().unwrap();
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
}

// SQL without ORDER BY.
#[tokio::test(start_paused = true)]
async fn a_hospital_that_lists_in_another_order_each_time_sends_every_document_once() {
    let server = Server::new();
    for n in 0..8 {
        let more = row(
            &format!("m{n}"),
            HiType::Prescription,
            "2026-01-02T12:00:00Z",
            &format!("more {n}"),
        );
        server.clinic.more.lock().unwrap().entry("OPD-1".to_owned()).or_default().push(more);
    }
    let report = transferred(&server).await;
    let mut sent = server.gateway.records();
    assert_eq!(sent.len(), 11);
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 11, "none twice, so each once");
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
    // Each visit is listed once and each document read once; only the last one once before, too,
    // since the number of pages depends on it.
    assert_eq!(server.clinic.lists.load(Ordering::Relaxed), 3);
    let mut read = server.clinic.read.lock().unwrap().clone();
    read.sort();
    assert_eq!(read, ["c1", "c2", "c2", "m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "p1"]);
}

// A document that vanished between list and page.
#[tokio::test(start_paused = true)]
async fn a_document_that_vanished_is_reported_as_that_for_its_care_context() {
    let server = Server::new();
    server.clinic.gone.lock().unwrap().insert("c1".to_owned());
    let report = transferred(&server).await;
    assert_eq!(server.gateway.records(), ["prescription 1", "consultation 2"]);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")]);
    let why = &report.status_notification.status_responses[0].description;
    assert_eq!(why, "the record is no longer there");
    let pages = server.gateway.pages.lock().unwrap();
    let numbers: Vec<_> = pages.iter().map(|(p, _)| (p.page_number, p.page_count)).collect();
    assert_eq!(numbers, [(1, 2), (2, 2)]);
}

// A result that arrives in between moves no other document.
#[tokio::test(start_paused = true)]
async fn a_record_that_arrives_during_the_transfer_changes_nothing_of_it() {
    let server = Server::new();
    // The second page waits, the HIU is down; meanwhile the laboratory is faster.
    server.gateway.behave(|b| b.down_after = Some(1));
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1", "OPD-2"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("a page", || server.gateway.records().len() == 1).await;
            let early = row("e1", HiType::OpConsultation, "2026-01-01T01:00:00Z", "early result");
            server.clinic.more.lock().unwrap().insert("OPD-1".to_owned(), vec![early]);
            server.gateway.behave(|b| b.down_after = None);
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), ["consultation 1", "prescription 1", "consultation 2"]);
    let report = server.gateway.report().unwrap();
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
}

// The one-function form: it goes by contents.
#[tokio::test(start_paused = true)]
async fn a_hospital_of_one_function_that_answers_in_another_order_sends_every_document_once() {
    let server = Server::new();
    let (clinic, calls) = (server.clinic.clone(), AtomicUsize::new(0));
    let hospital = hospital_fn(move |wanted: RecordsWanted| {
        let mut rows = clinic.rows(&wanted.care_context.care_context_reference);
        // The same document twice: both are delivered.
        rows.extend(rows.last().filter(|row| row.text == "consultation 2").cloned());
        // And one more at every call after the first ones.
        let call = calls.fetch_add(1, Ordering::Relaxed);
        if call > 3 {
            let text = format!("late {call}");
            rows.insert(0, row("l", HiType::OpConsultation, "2026-01-01T01:00:00Z", &text));
        }
        let shift = call % rows.len().max(1);
        rows.rotate_left(shift);
        async move { Ok(rows.iter().map(Row::record).collect()) }
    });
    let hip = server.hip_of(hospital);
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1", "OPD-2", "OPD-3"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(
        server.gateway.records(),
        ["consultation 1", "prescription 1", "consultation 2", "consultation 2"]
    );
    let report = server.gateway.report().unwrap();
    assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
}

// Review C3: the ABHA number of a link token of another release is not "none".
#[tokio::test(start_paused = true)]
async fn a_link_token_of_another_release_holds_the_documents_back() {
    let server = Server::new();
    let key = LinkTokenFlow::key(&hip_id(), &address());
    let state = Payload::from_bytes(r#"{"numbers":["91000000000001"]}"#);
    let mut write = FlowWrite::new(LinkTokenFlow::KIND, LinkTokenFlow::VERSION + 1, state);
    write.keys = vec![key];
    let (scope, id) = (Scope::new(hip_id().as_str()), FlowId::fresh(&RandomIds));
    let commit = Commit::at(scope, server.gateway.now()).write(id, 0, write);
    server.store().commit(&commit).await.unwrap();
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-4"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    // Whose number it is cannot be told: nothing leaves, and the report says so.
    assert!(server.gateway.records().is_empty());
    assert_eq!(fates(&server.gateway.report().unwrap()), [("OPD-4", "ERRORED")]);
}

/// The path under which the HIU takes pushes.
const PUSH_PATH: &str = "/data/push/1";

// Ruling 31: nothing is missing there, since what is sent again was taken the first time.
#[tokio::test(start_paused = true)]
async fn a_409_to_a_page_that_may_have_arrived_before_is_no_error() {
    for lost in [1, 3, 4] {
        let server = Server::new();
        server.gateway.behave(|b| {
            b.wants_each_once = true;
            b.answers_lost = (lost, PUSH_PATH);
        });
        let report = transferred(&server).await;
        assert_eq!(
            server.gateway.records(),
            ["consultation 1", "prescription 1", "consultation 2"]
        );
        assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")], "{lost}");
        let told = report.status_notification.status_responses[0].description.contains("409");
        // Up to three tries the client sends the very same page, which every HIU knows again.
        assert_eq!(told, lost >= 3, "{lost}: {report:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_409_to_a_page_that_cannot_have_arrived_before_is_an_error() {
    for unreachable in [0, 1, 4] {
        let server = Server::new();
        server.gateway.behave(|b| {
            b.push_answers = [(409, "")].into();
            b.unreachable = (unreachable, PUSH_PATH);
        });
        let report = transferred(&server).await;
        assert_eq!(server.gateway.records(), ["prescription 1", "consultation 2"]);
        let expected = [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")];
        assert_eq!(fates(&report), expected, "{unreachable}");
    }
}

// 409 says, too, that the transfer is over: nobody took the page.
#[tokio::test(start_paused = true)]
async fn a_409_after_the_hiu_was_busy_is_an_error() {
    for busy in [1, 2, 4] {
        let server = Server::new();
        server.gateway.behave(|b| {
            b.busy_pushes = busy;
            b.push_answers = [(409, "")].into();
        });
        let report = transferred(&server).await;
        assert_eq!(server.gateway.records(), ["prescription 1", "consultation 2"]);
        assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")], "{busy}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_page_announces_as_many_pages_as_were_sent_whichever_records_are_withheld() {
    for gone in [&["c1"][..], &["c2"], &["p1", "c2"], &["c1", "p1"], &["c1", "p1", "c2"]] {
        let server = Server::new();
        server.clinic.gone.lock().unwrap().extend(gone.iter().map(|id| (*id).to_owned()));
        transferred(&server).await;
        let pages = server.gateway.pages.lock().unwrap();
        assert_eq!(pages.len(), 3 - gone.len(), "{gone:?}");
        let last = pages.last().map(|(page, _)| (page.page_number, page.page_count));
        let sent = i64::try_from(pages.len()).unwrap();
        assert_eq!(last, (sent > 0).then_some((sent, sent)), "{gone:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_refused_does_not_stop_the_others() {
    let server = Server::new();
    server.gateway.behave(|b| b.push_answers = [(403, "")].into());
    let report = transferred(&server).await;
    assert_eq!(server.gateway.records(), ["prescription 1", "consultation 2"]);
    assert_eq!(report.status_notification.session_status, SessionStatus::Transferred);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "DELIVERED")]);
}

#[tokio::test(start_paused = true)]
async fn a_document_that_names_another_patient_stays_here_and_the_report_says_so() {
    let server = Server::new();
    let hip = server.hip();
    let report = server
        .run(&hip, async {
            server.gateway.grants(&["OPD-2", "OPD-4"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
            server.gateway.report().unwrap()
        })
        .await;
    // Nobody knows her number here, so a document that has another is none of another patient.
    let sent = ["consultation 2".to_owned(), of("ASHA.Test@sbx"), of("91-0000-0000-0002")];
    assert_eq!(server.gateway.records(), sent);
    let pages: Vec<(i64, i64)> = server
        .gateway
        .pages
        .lock()
        .unwrap()
        .iter()
        .map(|(page, _)| (page.page_number, page.page_count))
        .collect();
    // The document is looked at when its turn comes; from then on one page fewer is announced.
    assert_eq!(pages, [(1, 4), (2, 3), (3, 3)], "the HIU waits for no page that does not come");
    assert_eq!(report.status_notification.session_status, SessionStatus::Transferred);
    assert_eq!(fates(&report), [("OPD-2", "DELIVERED"), ("OPD-4", "ERRORED")]);
    let why = report.status_notification.status_responses[1].description.clone();
    assert_eq!(
        why,
        "not sent: the document names another patient: its ABHA address is not the consent's"
    );
}

#[tokio::test(start_paused = true)]
async fn the_number_of_the_link_token_is_known_when_documents_are_compared() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            // Linked with the number that ends in 1.
            let link = hip.link(patient()).await.unwrap();
            link.linked(Duration::from_secs(60)).await.unwrap();
            server.gateway.grants(&["OPD-4"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), [of("ASHA.Test@sbx")]);
    assert_eq!(fates(&server.gateway.report().unwrap()), [("OPD-4", "ERRORED")]);
}

#[tokio::test(start_paused = true)]
async fn the_number_is_known_long_after_the_link_token_has_run_out_and_what_is_finished_is_forgotten()
 {
    const DAY: Duration = Duration::from_secs(86_400);
    let mut server = Server::new();
    server.retention = Some(2 * DAY);
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().finished(Duration::from_secs(60)).await.unwrap();
        })
        .await;
    drop(hip);
    for days in [300, 3, 3] {
        tokio::time::advance(days * DAY).await;
        let hip = server.hip();
        server.run(&hip, tokio::time::sleep(Duration::from_secs(10))).await;
    }
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-4"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), [of("ASHA.Test@sbx")]);
}

#[tokio::test(start_paused = true)]
async fn a_hospital_that_stumbles_is_asked_again() {
    let server = Server::new();
    *server.clinic.fails.lock().unwrap() = 2;
    transferred(&server).await;
    assert_eq!(server.gateway.records().len(), 3);
}

/// A clinic with ten documents more.
fn with_ten_more() -> Server {
    let server = Server::new();
    let more = (0..10).map(|n| {
        let date = "2026-01-02T12:00:00Z";
        row(&format!("m{n}"), HiType::Prescription, date, &format!("more {n}"))
    });
    server.clinic.more.lock().unwrap().insert("OPD-1".to_owned(), more.collect());
    server
}

#[tokio::test(start_paused = true)]
async fn a_hospital_whose_documents_cannot_be_read_for_a_while_loses_none_of_them() {
    for seconds in [2, 4, 6, 8, 10] {
        let server = with_ten_more();
        let back = tokio::time::Instant::now() + Duration::from_secs(seconds);
        *server.clinic.away_until.lock().unwrap() = Some(back);
        let report = transferred(&server).await;
        assert_eq!(server.gateway.records().len(), 13, "{seconds} s: {report:?}");
        assert_eq!(fates(&report), [("OPD-1", "DELIVERED"), ("OPD-2", "DELIVERED")]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_never_comes_costs_no_other_document() {
    for stuck in ["c1", "c2", "m5"] {
        let server = with_ten_more();
        server.clinic.stuck.lock().unwrap().insert(stuck.to_owned());
        transferred(&server).await;
        assert_eq!(server.gateway.records().len(), 12, "{stuck}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_in_the_middle_goes_on_at_the_page_that_was_not_accepted() {
    let server = Server::new();
    // The second page does not get through until the restart.
    server.gateway.behave(|b| b.down_after = Some(1));
    let before = server.hip();
    server
        .run(&before, async {
            server.gateway.grants(&["OPD-1", "OPD-2"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("a page", || server.gateway.records().len() == 1).await;
            tokio::time::sleep(Duration::from_secs(5)).await;
        })
        .await;
    drop(before);
    server.gateway.behave(|b| b.down_after = None);
    let after = server.hip();
    server
        .run(&after, async {
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    assert_eq!(server.gateway.records(), ["consultation 1", "prescription 1", "consultation 2"]);
    assert_eq!(server.gateway.count(AcknowledgeHealthInformationRequest::META.name), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_for_another_facility_is_set_aside_and_answered_by_nobody() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.asks_of("IN0000000002".parse().unwrap(), "2026-01-01T00:00:00Z");
            tokio::time::sleep(Duration::from_secs(5)).await;
        })
        .await;
    let dead = server.dead_letters::<TransferFlow>().await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].reason.contains("another facility"), "{}", dead[0].reason);
    assert!(server.gateway.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hospital_that_never_answers_gets_an_honest_report() {
    let server = Server::new();
    server.clinic.hangs.store(true, Ordering::Relaxed);
    let asked = server.gateway.now();
    let report = transferred(&server).await;
    assert_eq!(report.status_notification.session_status, SessionStatus::Failed);
    assert_eq!(fates(&report), [("OPD-1", "ERRORED"), ("OPD-2", "ERRORED"), ("OPD-3", "ERRORED")]);
    let took = server.gateway.now() - asked;
    // Sixty seconds for each call: it does not take the whole transfer to find out.
    assert!(took.num_minutes() <= 15, "{took}");
}

#[tokio::test(start_paused = true)]
async fn a_hospital_that_hangs_over_an_event_hears_it_again() {
    let server = Server::new();
    server.clinic.deaf.store(true, Ordering::Relaxed);
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            tokio::time::sleep(Duration::from_secs(30)).await;
            server.clinic.deaf.store(false, Ordering::Relaxed);
            until("the hospital hears", || !server.clinic.heard().is_empty()).await;
        })
        .await;
    assert_eq!(server.clinic.heard(), ["consent-granted"]);
}

#[tokio::test(start_paused = true)]
async fn the_hospitals_own_words_reach_no_store() {
    let mut server = Server::new();
    server.unsealed = true;
    *server.clinic.fails.lock().unwrap() = u32::MAX;
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            let (mut tries, mut finds) = (0, false);
            until("the report", || {
                tries += 1;
                let snapshot = server.memory.to_snapshot_bytes().unwrap();
                assert!(!holds(&snapshot, "the database is away"));
                finds |= holds(&snapshot, "OPD-1");
                server.gateway.report().is_some()
            })
            .await;
            assert!(tries > 10 && finds, "{tries}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_finished_is_forgotten_after_the_retention_and_not_before() {
    let mut server = Server::new();
    server.retention = Some(Duration::from_secs(2 * 86_400));
    transferred(&server).await;
    let hip = server.hip();
    let (transaction, consent) = (TRANSACTION.parse().unwrap(), CONSENT.parse().unwrap());
    server
        .run(&hip, async {
            tokio::time::sleep(Duration::from_secs(86_400)).await;
            assert!(hip.transfer(&transaction).await.unwrap().is_some());
            tokio::time::sleep(Duration::from_secs(3 * 86_400)).await;
            assert!(hip.transfer(&transaction).await.unwrap().is_none());
            // The consent lives: it is never forgotten.
            assert!(hip.consent(&consent).await.unwrap().is_some());
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_view_of_a_transfer_tells_under_which_consent_how_far_it_is_and_how_it_ended() {
    let server = Server::new();
    server.gateway.behave(|b| b.down_after = Some(1));
    let hip = server.hip();
    let transaction = TRANSACTION.parse().unwrap();
    let counts = async || -> Vec<(String, u32, u32)> {
        let view = hip.transfer(&transaction).await.unwrap().unwrap();
        let contexts = view.care_contexts().into_iter();
        contexts.map(|c| (c.care_context.to_string(), c.planned, c.accepted)).collect()
    };
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1", "OPD-2"]);
            assert!(hip.transfer(&transaction).await.unwrap().is_none());
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("a page", || server.gateway.records().len() == 1).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let view = hip.transfer(&transaction).await.unwrap().unwrap();
            assert_eq!(view.progress(), TransferProgress::Sending);
            assert_eq!((view.consent_id().as_str(), view.hip_id()), (CONSENT, &hip_id()));
            assert!(view.report().is_none());
            let half = [("OPD-1".to_owned(), 2, 1), ("OPD-2".to_owned(), 1, 0)];
            assert_eq!(counts().await, half);
            server.gateway.behave(|b| b.down_after = None);
            let view = hip.transfer_ended(&transaction, Duration::from_secs(600)).await.unwrap();
            let view = view.unwrap();
            assert_eq!(view.progress(), TransferProgress::Reported);
            assert_eq!(view.report(), server.gateway.report().as_ref());
            let whole = [("OPD-1".to_owned(), 2, 2), ("OPD-2".to_owned(), 1, 1)];
            assert_eq!(counts().await, whole);
            assert!(view.care_contexts().iter().all(|context| context.problem.is_none()));
            assert!(!format!("{view:?}").contains("hiu.example.org"));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_read_is_refused_and_the_hiu_does_not_wait() {
    let server = Server::new();
    let hip = server.hip();
    let good = server.gateway.request("2026-01-01T00:00:00Z");
    let with = |change: fn(&mut serde_json::Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let odd = [
        with(|body| body["hiRequest"]["dateRange"] = "2026".into()),
        with(|body| body["hiRequest"]["dataPushUrl"] = serde_json::Value::Null),
        with(|body| body["hiRequest"]["consent"] = "c-1".into()),
        with(|body| body["hiRequest"] = serde_json::json!([7])),
        with(|body| body["hiRequest"] = serde_json::Value::Null),
    ];
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            until("the grant", || server.clinic.heard().contains(&"consent-granted")).await;
            for (n, body) in odd.into_iter().enumerate() {
                let mut body = body;
                body["transactionId"] = format!("odd-{n}").into();
                let stand_in = serde_json::from_value(good.clone()).unwrap();
                let case = serde_json::json!({"headers": {"X-HIP-ID": hip_id()}, "body": body});
                server.gateway.plays::<OnHealthInformationRequest>(&case, stand_in);
                let name = "AcknowledgeHealthInformationRequest";
                until("the refusal", || server.gateway.count(name) == n + 1).await;
            }
            // The next one is served as ever.
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    let answers = server.gateway.bodies::<AcknowledgeHealthInformationRequest>();
    let codes = answers.iter().filter_map(|answer| answer.error.as_ref()?.code.as_ref());
    assert_eq!(codes.filter(|code| code.as_str() == "ABDM-1031").count(), 5);
    let refused = |name: &&&str| **name == "transfer-refused";
    assert_eq!(server.clinic.heard().iter().filter(refused).count(), 5);
    assert!(server.dead_letters::<TransferFlow>().await.is_empty());
}
