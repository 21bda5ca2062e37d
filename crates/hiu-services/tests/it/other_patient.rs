//! Documents that name another patient than their consent.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::person::PatientMismatch;
use abdm_core::vocabulary::ConsentStatus;
use fhir_bundles::build::Patient;
use hiu_services::api::health_information::*;
use hiu_services::flow::{EntryReport, Outcome};
use hiu_services::{ConsentRequest, Delivery};
use serde_json::Value;

use crate::abdm::{Abdm, Habits};
use crate::hospital::{HOUR, Hospital, SECOND, all_ok, asked_for, receipt};
use crate::made_up::{consent_id, document, document_of, question};

const NUMBER: &str = "91-7225-4829-5255";
const OTHERS_NUMBER: &str = "91-0000-0000-0001";

/// What came of these documents, asked for by this question, and what ABDM was told.
async fn delivered(
    hospital: &Hospital,
    question: ConsentRequest,
    documents: Vec<(&str, Vec<u8>)>,
) -> (Delivery, Value) {
    let consent = hospital.ask_and_grant_this(question).await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;
    let count = i64::try_from(documents.len()).unwrap();
    for (number, document) in (1..).zip(documents) {
        hospital.abdm.push_documents(number, count, vec![document]).await;
    }
    let delivery = hospital.delivery(&consent).await;
    (delivery, report(&hospital.abdm).await)
}

async fn report(abdm: &Abdm) -> Value {
    let reports = abdm.wait_for::<NotifyHealthInformation>(1).await;
    reports[0]["notification"]["statusNotification"].clone()
}

fn fates(report: &Value) -> Vec<(&str, &str)> {
    let responses = report["statusResponses"].as_array().unwrap();
    responses
        .iter()
        .map(|r| (r["careContextReference"].as_str().unwrap(), r["hiStatus"].as_str().unwrap()))
        .collect()
}

/// What a HIP pushes beside the consent is told to the application alone: ABDM's receipt is about
/// what the consent names.
#[tokio::test(start_paused = true)]
async fn a_context_that_the_consent_does_not_name_is_in_the_problems_and_not_in_the_receipt() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    hospital.abdm.push(1, 2, &["OPD-1", "IPD-7"]).await;
    hospital.abdm.push(2, 2, &["OPD-2"]).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(
        delivery.problems().collect::<Vec<_>>(),
        ["the consent does not name this care context"]
    );
    assert_eq!(receipt(&hospital.abdm).await, all_ok(&["OPD-1", "OPD-2"]));
}

#[tokio::test(start_paused = true)]
async fn a_transfer_of_foreign_contexts_alone_is_reported_as_not_received() {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    hospital.abdm.push(1, 1, &["IPD-7"]).await;
    hospital.delivery(&consent).await;
    let errored = vec![("OPD-1".to_owned(), "ERRORED".to_owned())];
    assert_eq!(receipt(&hospital.abdm).await, ("FAILED".to_owned(), errored));
}

fn without_pushes() -> Hospital {
    Hospital::open(Habits { pushes: false, ..Habits::default() })
}

fn mismatches(delivery: &Delivery) -> Vec<Option<PatientMismatch>> {
    delivery.entries.iter().map(|entry| entry.mismatch).collect()
}

#[tokio::test(start_paused = true)]
async fn a_document_of_another_patient_never_enters_the_history_and_is_reported_errored() {
    let hospital = without_pushes();
    let ravis = document_of(Patient::with_abha_address("Ravi", "ravi.test@sbx"), "OPD-2");
    let documents = vec![("OPD-1", document("OPD-1")), ("OPD-2", ravis.clone())];
    let (delivery, report) = delivered(&hospital, question(), documents).await;

    assert_eq!(delivery.outcome, Some(Outcome::Complete));
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"]);
    assert_eq!(hospital.records.documents_of(&"asha.test@sbx".parse().unwrap()).len(), 1);
    assert_eq!(delivery.documents().count(), 1);
    assert_eq!(mismatches(&delivery), [None, Some(PatientMismatch::AbhaAddress)]);
    assert_eq!(report["sessionStatus"], "RECEIVED");
    assert_eq!(fates(&report), [("OPD-1", "OK"), ("OPD-2", "ERRORED")]);
    assert_eq!(
        report["statusResponses"][1]["description"],
        "1 of 1 documents name another patient"
    );

    // Told by words without names, and readable apart only.
    let problems: Vec<_> = delivery.problems().collect();
    assert_eq!(
        problems,
        ["the document names another patient: its ABHA address is not the consent's"]
    );
    let apart = hospital.records.set_aside_under(&consent_id(1));
    let [document] = &apart[..] else { panic!("{apart:?}") };
    assert_eq!(document.mismatch, PatientMismatch::AbhaAddress);
    assert_eq!(*hospital.records.open_set_aside(document).unwrap(), ravis);
    let entry: &EntryReport = &delivery.entries[1];
    assert_eq!((&entry.document, &entry.set_aside), (&None, &Some(document.id.clone())));
    assert!(!hospital.stored_text().contains("ravi"));
    assert!(!report.to_string().contains("ravi"));
}

#[tokio::test(start_paused = true)]
async fn a_transfer_of_anothers_documents_alone_is_reported_failed_and_erased_like_any() {
    let hospital = without_pushes();
    let ravis = document_of(Patient::with_abha_address("Ravi", "ravi.test@sbx"), "OPD-1");
    let (_, report) = delivered(&hospital, question(), vec![("OPD-1", ravis)]).await;
    assert_eq!(report["sessionStatus"], "FAILED");
    assert_eq!(fates(&report), [("OPD-1", "ERRORED")]);

    assert_eq!(hospital.records.set_aside_under(&consent_id(1)).len(), 1);
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    tokio::time::sleep(HOUR).await;
    let proofs = hospital.records.proofs();
    assert_eq!(proofs[0].documents, 1, "the proof counts what was set aside");
    assert!(hospital.records.set_aside_under(&consent_id(1)).is_empty());
}

#[tokio::test(start_paused = true)]
async fn with_the_number_known_the_number_decides() {
    let hospital = without_pushes();
    let question = question().abha_number(NUMBER.parse().unwrap());
    let older = Patient::with_abha_number("Asha", NUMBER).abha_address("asha1988@sbx");
    let ravis = Patient::with_abha_number("Ravi", OTHERS_NUMBER);
    let documents =
        vec![("OPD-1", document_of(older, "OPD-1")), ("OPD-2", document_of(ravis, "OPD-2"))];
    let (delivery, report) = delivered(&hospital, question, documents).await;
    assert_eq!(mismatches(&delivery), [None, Some(PatientMismatch::AbhaNumber)]);
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"], "an older address of the same number");
    assert_eq!(fates(&report), [("OPD-1", "OK"), ("OPD-2", "ERRORED")]);
    let asked = hospital.abdm.calls::<hiu_services::api::consent::RequestConsent>();
    for number in [NUMBER.to_owned(), NUMBER.replace('-', "")] {
        assert!(!asked[0].to_string().contains(&number), "the number is not sent");
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_names_nobody_by_abha_contradicts_nothing() {
    let hospital = without_pushes();
    // The clinic's own number alone, of fourteen digits by chance.
    let own = document_of(Patient::with_facility_number("Asha", OTHERS_NUMBER), "OPD-1");
    let documents = vec![("OPD-1", own), ("OPD-2", document("OPD-2"))];
    let question = question().abha_number(NUMBER.parse().unwrap());
    let (delivery, _) = delivered(&hospital, question, documents).await;
    assert_eq!(mismatches(&delivery), [None, None]);
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1", "Medicine of OPD-2"]);
}
