//! Words that a HIP, ABDM or a patient chose: they may tell anything, and stay out of logs, `Debug`
//! and error texts.

use abdm_core::testing::log::{listen, logged};
use hiu_services::Error;
use hiu_services::api::consent::RequestConsent;
use serde_json::json;
use tracing::Level;

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital, MINUTE, asked_by, asked_for};
use crate::made_up::{document, question};

const WORDS: &str = "Asha Devi has HIV";

#[tokio::test(start_paused = true)]
async fn the_words_of_a_page_are_in_no_log_report_or_flow() {
    listen(Level::INFO);
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let url = hospital.abdm.request().data_push_url;
    for pointer in ["cryptoAlg", "curve", "nonce"] {
        let mut page = hospital.abdm.page(1, 9, vec![("OPD-1", document("OPD-1"))]);
        page["keyMaterial"][pointer] = json!(WORDS);
        assert_eq!(hospital.abdm.push_body(&url, &page).await, 202);
    }
    for body in [json!({WORDS: 1}), json!({"transactionId": [WORDS]}), json!({"pageNumber": WORDS})]
    {
        assert_eq!(hospital.abdm.push_body(&url, &body).await, 400);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.entries.len(), 3);
    for text in [format!("{delivery:?}"), logged(), hospital.stored_text()] {
        assert!(!text.contains("Asha Devi has"), "{text}");
    }
    assert!(delivery.problems().any(|problem| problem.contains("cryptoAlg")));
}

#[tokio::test(start_paused = true)]
async fn a_status_in_abdms_own_words_is_not_repeated() {
    let habits = Habits { status: Some(WORDS), ..Habits::default() };
    let (hospital, consent) = asked_by(habits, &["OPD-1"], |builder| builder).await;
    let delivery = hospital.delivery(&consent).await;
    let problems: Vec<_> = delivery.problems().collect();
    assert!(problems[0].contains("nothing was pushed in time"), "{problems:?}");
    assert!(!format!("{delivery:?}").contains(WORDS));
}

#[tokio::test(start_paused = true)]
async fn a_patients_reason_is_shown_where_it_is_asked_for_and_nowhere_else() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.hiu.request_consent(question()).await.unwrap();
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.deny(WORDS).await;
    let decision = consent.wait_for_decision(HOUR).await.unwrap();
    assert!(decision.to_string().contains(WORDS), "for whoever asked the patient");
    let error = consent.wait_for_records(MINUTE).await.unwrap_err();
    assert!(matches!(error, Error::NotGranted { .. }));
    let flow = consent.state().await.unwrap();
    for text in [
        format!("{decision:?}"),
        error.to_string(),
        format!("{error:?}"),
        format!("{:?}", flow.state),
        logged(),
    ] {
        assert!(!text.contains(WORDS), "{text}");
    }
}

// One odd page must not fill the log.
#[tokio::test(start_paused = true)]
async fn what_is_odd_about_a_page_is_one_line_however_many_entries_it_has() {
    listen(Level::INFO);
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    let texts = ["a", "b", "c", "d"];
    let documents = texts.iter().map(|text| ("OPD-1", document(text))).collect();
    let mut page = hospital.abdm.page(1, 1, documents);
    page["keyMaterial"]["dhPublicKey"]["expiry"] = json!("2026-03-01T10:50:30.SSSZ");
    let url = hospital.abdm.request().data_push_url;
    assert_eq!(hospital.abdm.push_body(&url, &page).await, 202);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!((delivery.documents().count(), delivery.warnings().count()), (4, 4));
    let log = logged();
    assert_eq!(log.lines().filter(|line| line.contains("is odd")).count(), 1, "{log}");
}
