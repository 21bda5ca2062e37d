//! Pages that are not taken: each is told, by its reason (rulings.md 31).

use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::vocabulary::ConsentStatus;
use hiu_services::flow::PageRefusal;
use hiu_services::{Consent, Delivery};
use serde_json::json;
use tracing::Level;

use crate::hospital::{HOUR, Hospital, MINUTE, SECOND, asked_for, asked_with};
use crate::made_up::{consent_id, document, hip_id, transaction_id};

const MIB: usize = 1024 * 1024;

/// A transfer of OPD-1 alone that is complete.
async fn complete() -> (Hospital, Consent) {
    let (hospital, consent) = asked_for(&["OPD-1"]).await;
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    hospital.delivery(&consent).await;
    (hospital, consent)
}

async fn push_another(hospital: &Hospital, text: &str) -> u16 {
    hospital.abdm.push_documents(1, 1, vec![("OPD-1", document(text))]).await.as_u16()
}

fn problems(delivery: &Delivery) -> Vec<&str> {
    delivery.problems().collect()
}

#[tokio::test(start_paused = true)]
async fn pages_that_nothing_needs_are_counted_in_the_delivery_and_told_by_one_line() {
    listen(Level::INFO);
    let (hospital, consent) = complete().await;
    for text in ["a", "b", "c"] {
        assert_eq!(push_another(&hospital, text).await, 409);
    }
    tokio::time::sleep(SECOND).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(problems(&delivery), ["3 pages were refused: nothing is missing"]);
    assert_eq!(delivery.documents().count(), 1);
    let log = logged();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("a page was refused")).collect();
    let [line] = &lines[..] else { panic!("{lines:#?}") };
    for part in
        ["WARN", consent_id(1).as_str(), hip_id().as_str(), transaction_id().as_str(), "nothing"]
    {
        assert!(line.contains(part), "{part} in {line}");
    }
    let url = hospital.abdm.request().data_push_url;
    let secret = url.rsplit('/').next().unwrap();
    assert_eq!(shows(line, ["Asha", "Medicine", "OPD-1"]), None, "{line}");
    assert!(!line.contains(secret), "{line}");
}

#[tokio::test(start_paused = true)]
async fn each_reason_is_counted_by_itself() {
    let (hospital, consent) = asked_with(&["OPD-1"], |builder| builder.largest_push(2 * MIB)).await;
    let url = hospital.abdm.request().data_push_url;
    let good = hospital.abdm.page(1, 1, vec![("OPD-1", document("OPD-1"))]);
    let mut foreign = good.clone();
    foreign["transactionId"] = json!("5b0f7d2e-1111-4111-8111-0000000000a1");
    let large = json!({"transactionId": "t", "entries": ["x".repeat(3 * MIB)]});
    for (body, status) in
        [(&foreign, 409), (&json!({}), 400), (&large, 413), (&foreign, 409), (&good, 202)]
    {
        assert_eq!(hospital.abdm.push_body(&url, body).await, status);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(delivery.refused_pages[&PageRefusal::OtherTransaction], 2);
    assert_eq!(
        problems(&delivery),
        [
            "1 page was refused: it is no page of records",
            "2 pages were refused: the page is of another transaction",
            "1 page was refused: it is over the limit of one push",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn pages_after_the_end_of_the_consent_are_counted() {
    let (hospital, consent) = complete().await;
    hospital.abdm.decide(ConsentStatus::Revoked, &[]).await;
    consent.wait_for_erasure(HOUR).await.unwrap();
    for text in ["a", "b"] {
        assert_eq!(push_another(&hospital, text).await, 410);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(
        problems(&delivery),
        ["the consent is over", "2 pages were refused: the consent is over"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_after_the_deadline_is_counted() {
    let (hospital, consent) = asked_for(&["OPD-1", "OPD-2"]).await;
    assert_eq!(hospital.abdm.push(1, 1, &["OPD-1"]).await, 202);
    tokio::time::sleep(21 * MINUTE).await;
    assert_eq!(hospital.abdm.push(2, 2, &["OPD-2"]).await, 409);
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(problems(&delivery), ["1 page was refused: the transfer is over"]);
}
