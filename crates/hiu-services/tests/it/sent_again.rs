//! A page whose 202 was lost comes again, encrypted anew: other keys, another nonce, the same
//! documents.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::vocabulary::ConsentStatus;
use fhir_bundles::build::Patient;
use hiu_services::Consent;
use hiu_services::flow::Outcome;

use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, all_ok, asked_for, receipt};
use crate::made_up::{consent_id, document, document_of};

/// Encrypts these documents anew and pushes them; how that was answered.
async fn push(hospital: &Hospital, (number, count): (i64, i64), documents: &[(&str, &str)]) -> u16 {
    let documents = documents.iter().map(|(name, text)| (*name, document(text))).collect();
    hospital.abdm.push_documents(number, count, documents).await.as_u16()
}

async fn is_one_document_and_one_receipt(hospital: &Hospital, consent: &Consent) {
    let delivery = hospital.delivery(consent).await;
    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!((delivery.documents().count(), delivery.pages), (1, 1), "{delivery:?}");
    assert_eq!(delivery.problems().collect::<Vec<_>>(), [""; 0]);
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1"]));
    assert_eq!(hospital.records.documents_under(&consent_id(1)).len(), 1);
    assert_eq!(hospital.documents().await, 1);
}

const PAGE: &[(&str, &str)] = &[("OPD-1", "OPD-1")];

#[tokio::test(start_paused = true)]
async fn a_page_encrypted_anew_is_answered_202_while_the_first_is_being_opened_and_after() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    hospital.stop_working();
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    let mut hospital = hospital;
    hospital.crash_and_restart().await;
    let consent = hospital.hiu.consent(consent.id());
    hospital.delivery(&consent).await;
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    is_one_document_and_one_receipt(&hospital, &consent).await;
}

#[tokio::test(start_paused = true)]
async fn the_last_page_encrypted_anew_is_answered_202_for_two_minutes_and_then_409() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    hospital.delivery(&consent).await;
    for _ in 0..3 {
        tokio::time::sleep(30 * SECOND).await;
        assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    }
    is_one_document_and_one_receipt(&hospital, &consent).await;
    assert!(!hospital.has_keys().await, "two minutes after the page");
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 409);
}

#[tokio::test(start_paused = true)]
async fn a_page_encrypted_anew_in_the_middle_of_a_transfer_is_answered_202() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    for (numbers, page) in [
        ((1, 3), [("OPD-1", "OPD-1, a")]),
        ((1, 3), [("OPD-1", "OPD-1, a")]),
        ((2, 3), [("OPD-2", "OPD-2")]),
        ((2, 3), [("OPD-2", "OPD-2")]),
        ((1, 3), [("OPD-1", "OPD-1, a")]),
        ((3, 3), [("OPD-1", "OPD-1, b")]),
        ((3, 3), [("OPD-1", "OPD-1, b")]),
    ] {
        assert_eq!(push(&hospital, numbers, &page).await, 202, "{numbers:?}");
        tokio::time::sleep(SECOND).await;
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.documents().count(), delivery.pages), (3, 3), "{delivery:?}");
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
    assert_eq!(hospital.medicines().len(), 3);
}

// Never a 202 for what is dropped: only what is here, all of it, in its own care context.
#[tokio::test(start_paused = true)]
async fn a_page_that_differs_from_what_is_kept_is_no_repetition() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    let both = [("OPD-1", "OPD-1"), ("OPD-2", "OPD-2")];
    assert_eq!(push(&hospital, (1, 1), &both).await, 202);
    hospital.delivery(&consent).await;
    for (page, status) in [
        (&both[..], 202),
        (&both[..1], 202),
        (&[("OPD-2", "OPD-2"), ("OPD-1", "OPD-1")], 202),
        (&[("OPD-1", "OPD-1, changed")], 409),
        (&[("OPD-1", "OPD-1"), ("OPD-2", "OPD-2, changed")], 409),
        (&[("OPD-2", "OPD-1")], 409),
        (&[("IPD-9", "OPD-1")], 409),
        (&[], 409),
    ] {
        assert_eq!(push(&hospital, (1, 1), page).await, status, "{page:?}");
    }
    let mut broken = hospital.abdm.page(1, 1, vec![("OPD-1", document("OPD-1"))]);
    broken["keyMaterial"]["nonce"] = serde_json::json!("AAAA");
    let url = hospital.abdm.request().data_push_url;
    assert_eq!(hospital.abdm.push_body(&url, &broken).await, 409, "it cannot be opened");
    assert_eq!(hospital.medicines().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_document_of_another_patient_encrypted_anew_is_set_aside_once() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let ravis = document_of(Patient::with_abha_address("Ravi", "ravi.test@sbx"), "OPD-1");
    for _ in 0..3 {
        let page = vec![("OPD-1", ravis.clone())];
        assert_eq!(hospital.abdm.push_documents(1, 1, page).await, 202);
        tokio::time::sleep(SECOND).await;
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.entries.len(), delivery.pages), (1, 1));
    assert_eq!(hospital.records.set_aside_under(&consent_id(1)).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_repetition_at_the_address_of_an_earlier_request_is_answered_202() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    hospital.delivery(&consent).await;
    let again = hospital.abdm.page(1, 1, vec![("OPD-1", document("OPD-1"))]);
    let url = hospital.abdm.request().data_push_url;
    hospital.hiu.request_records(&consent_id(1)).await.unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(hospital.abdm.push_body(&url, &again).await, 202);
}

#[tokio::test(start_paused = true)]
async fn after_the_end_of_the_consent_a_repetition_is_answered_410() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 202);
    hospital.delivery(&consent).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    consent.wait_for_erasure(HOUR).await.unwrap();
    assert_eq!(push(&hospital, (1, 1), PAGE).await, 410);
}

// The same ciphertext with another key, while the first is being opened: which of the two opens is
// not known yet, and what is answered 202 must not be dropped.
#[tokio::test(start_paused = true)]
async fn a_page_in_another_form_is_kept_while_the_unreadable_one_is_being_opened() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    let good = hospital.abdm.page(1, 1, vec![("OPD-1", document("OPD-1"))]);
    let mut bad = good.clone();
    bad["keyMaterial"]["dhPublicKey"]["keyValue"] = serde_json::json!("AAAA");
    hospital.stop_working();
    assert_eq!(hospital.abdm.push_body(&url, &bad).await, 202);
    assert_eq!(hospital.abdm.push_body(&url, &good).await, 202);
    hospital.crash_and_restart().await;
    let delivery = hospital.delivery(&hospital.hiu.consent(consent.id())).await;
    assert_eq!(delivery.documents().count(), 1, "{delivery:?}");
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(hospital.abdm.calls::<NotifyHealthInformation>().len(), 1);
}

// Its context is here by another page: only the unopened copy says that it is not wanted anew.
#[tokio::test(start_paused = true)]
async fn a_page_encrypted_anew_is_no_refused_page_while_its_first_copy_is_being_opened() {
    let (mut hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(push(&hospital, (1, 2), &[("OPD-1", "OPD-1, a")]).await, 202);
    tokio::time::sleep(SECOND).await;
    hospital.stop_working();
    for _ in 0..2 {
        assert_eq!(push(&hospital, (2, 2), &[("OPD-1", "OPD-1, b")]).await, 202);
    }
    hospital.crash_and_restart().await;
    let delivery = hospital.delivery(&hospital.hiu.consent(consent.id())).await;
    assert_eq!((delivery.documents().count(), delivery.pages), (2, 2), "{delivery:?}");
    assert!(delivery.refused_pages.is_empty());
}

// (ruling 31) The same nonce and ciphertext are a repetition of what was read, not of what was not.
#[tokio::test(start_paused = true)]
async fn a_readable_form_of_an_unreadable_page_is_kept_although_its_context_is_here() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    assert_eq!(push(&hospital, (1, 3), &[("OPD-1", "OPD-1, a")]).await, 202);
    let good = hospital.abdm.page(2, 3, vec![("OPD-1", document("OPD-1, b"))]);
    let mut bad = good.clone();
    bad["keyMaterial"]["dhPublicKey"]["keyValue"] = serde_json::json!("AAAA");
    for page in [&bad, &good] {
        tokio::time::sleep(SECOND).await;
        assert_eq!(hospital.abdm.push_body(&url, page).await, 202);
    }
    assert_eq!(push(&hospital, (3, 3), &[("OPD-1", "OPD-1, c")]).await, 202);
    assert_eq!(hospital.delivery(&consent).await.documents().count(), 3);
    assert_eq!(hospital.medicines().len(), 3);
}
