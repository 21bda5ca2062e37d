//! What an operator sees at `info`: a line for each decision, transfer, refusal and erasure, and no
//! person.

use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::vocabulary::ConsentStatus;
use hiu_services::api::consent::{AcknowledgeConsentDecision, RequestConsent};
use hiu_services::flow::ConsentState;
use tracing::Level;

use crate::abdm::Habits;
use crate::hospital::{HOUR, Hospital};
use crate::made_up::{consent_id, hip_id, transaction_id};

/// The one line that holds all of these.
fn line(marks: &[&str]) -> String {
    let log = logged();
    let found: Vec<_> =
        log.lines().filter(|line| marks.iter().all(|mark| line.contains(mark))).collect();
    assert_eq!(found.len(), 1, "{marks:?} in {log}");
    found[0].to_owned()
}

/// Whatever of the patient, the doctor and the documents these tests know.
fn names_nobody() {
    let log = logged();
    let personal = ["Asha", "asha.test", "Dr.", "Medicine", "UHID", "MH1001", "because Ravi"];
    assert_eq!(shows(&log, personal), None, "{log}");
}

#[tokio::test(start_paused = true)]
async fn a_grant_its_transfer_and_its_erasure_are_a_line_each() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[consent_id(1)]).await;
    consent.wait_for_erasure(HOUR).await.unwrap();
    tokio::time::sleep(HOUR).await;
    let id = consent.id().to_string();
    let grant = line(&["INFO", "a consent was decided", "state=\"granted\""]);
    assert!(grant.contains(&id), "{grant}");
    let transfer = line(&["INFO", "a transfer has ended", "outcome=\"complete\""]);
    for part in
        [consent_id(1).as_str(), hip_id().as_str(), transaction_id().as_str(), "documents=2"]
    {
        assert!(transfer.contains(part), "{part} in {transfer}");
    }
    let erasure = line(&["INFO", "erased", "reason=Revoked", "documents=2"]);
    assert!(erasure.contains(consent_id(1).as_str()), "{erasure}");
    line(&["INFO", "a consent was decided", "state=\"revoked\""]);
    names_nobody();
}

#[tokio::test(start_paused = true)]
async fn a_decision_of_unknown_status_changes_nothing_and_is_told() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    for status in ["SUSPENDED", "because Ravi asked"] {
        hospital.abdm.decide(ConsentStatus::from(status), &[consent_id(1)]).await;
    }
    hospital.abdm.wait_for::<AcknowledgeConsentDecision>(3).await;
    let told = line(&["WARN", "no known meaning", "status=\"SUSPENDED\""]);
    assert!(told.contains(&consent.id().to_string()), "{told}");
    line(&["WARN", "no known meaning", "status=\"(no word)\""]);
    names_nobody();
    assert_eq!(consent.state().await.unwrap().state, ConsentState::Granted);
}

#[tokio::test(start_paused = true)]
async fn a_denial_is_a_line_without_the_patients_words() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits::default());
    let consent = hospital.hiu.request_consent(crate::made_up::question()).await.unwrap();
    hospital.abdm.wait_for::<RequestConsent>(1).await;
    hospital.abdm.deny("because Ravi would see it").await;
    consent.wait_for_decision(HOUR).await.unwrap();
    tokio::time::sleep(HOUR).await;
    line(&["INFO", "a consent was decided", "state=\"denied\""]);
    names_nobody();
}

#[tokio::test(start_paused = true)]
async fn a_transfer_that_failed_is_a_line_with_what_is_missing() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.delivery(&consent).await;
    tokio::time::sleep(HOUR).await;
    line(&["INFO", "a transfer has ended", "outcome=\"failed\"", "documents=0", "missing=2"]);
    names_nobody();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_abdms_is_a_line_with_its_code() {
    listen(Level::INFO);
    let hospital = Hospital::open(Habits { refuses_consents: true, ..Habits::default() });
    let consent = hospital.hiu.request_consent(crate::made_up::question()).await.unwrap();
    consent.wait_for_decision(HOUR).await.unwrap();
    tokio::time::sleep(HOUR).await;
    line(&["INFO", "ABDM refused a consent request", "ABDM-1058"]);
    names_nobody();
}
