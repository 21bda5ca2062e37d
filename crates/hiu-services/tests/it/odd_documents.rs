//! Documents and pages that break a rule and can be read all the same.

use abdm_core::api::data_flow::NotifyHealthInformation;
use fidelius_crypto::{KeyMaterial, ReceiverKeys};
use hiu_services::Delivery;
use hiu_services::api::health_information::*;
use serde_json::json;

use crate::abdm::Habits;
use crate::hospital::{Hospital, SECOND};
use crate::made_up::document;

async fn asked() -> (Hospital, hiu_services::Consent) {
    let hospital = Hospital::open(Habits { pushes: false, ..Habits::default() });
    let consent = hospital.ask_and_grant().await;
    hospital.abdm.wait_for::<RequestHealthInformation>(1).await;
    tokio::time::sleep(SECOND).await;
    (hospital, consent)
}

fn wrapped(document: &[u8]) -> Vec<u8> {
    serde_json::to_vec(std::str::from_utf8(document).unwrap()).unwrap()
}

fn odd(delivery: &Delivery) -> (Vec<&str>, Vec<&str>) {
    (delivery.warnings().collect(), delivery.problems().collect())
}

// (case 08)
#[tokio::test(start_paused = true)]
async fn a_document_that_is_a_json_text_is_kept_with_a_warning_and_one_wrapped_deeper_is_not() {
    let (hospital, consent) = asked().await;
    let once = wrapped(&document("OPD-1"));
    let twice = wrapped(&wrapped(&document("OPD-2")));
    hospital.abdm.push_documents(1, 2, vec![("OPD-1", once)]).await;
    hospital.abdm.push_documents(2, 2, vec![("OPD-2", twice)]).await;
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(hospital.medicines(), ["Medicine of OPD-1"], "kept as the document itself");
    let (warnings, problems) = odd(&delivery);
    assert_eq!(warnings, ["the document was a JSON text that held the document"]);
    assert_eq!(problems, ["the document is a JSON text in a JSON text in a JSON text"]);
    let reports = hospital.abdm.wait_for::<NotifyHealthInformation>(1).await;
    let fates = &reports[0]["notification"]["statusNotification"]["statusResponses"];
    assert_eq!((&fates[0]["hiStatus"], &fates[1]["hiStatus"]), (&json!("OK"), &json!("ERRORED")));
}

// (case 17)
#[tokio::test(start_paused = true)]
async fn an_expiry_that_cannot_be_read_is_a_warning_and_one_that_has_passed_is_none() {
    let (hospital, consent) = asked().await;
    let url = hospital.abdm.request().data_push_url;
    for (number, name, expiry) in [
        (1, "OPD-1", json!("2026-03-01T10:50:30.SSSZ")),
        (2, "OPD-2", json!("2020-01-01T00:00:00.000Z")),
    ] {
        let mut page = hospital.abdm.page(number, 2, vec![(name, document(name))]);
        page["keyMaterial"]["dhPublicKey"]["expiry"] = expiry;
        assert_eq!(hospital.abdm.push_body(&url, &page).await, 202);
    }
    let delivery = hospital.delivery(&consent).await;
    assert_eq!(hospital.medicines().len(), 2);
    let (warnings, problems) = odd(&delivery);
    assert_eq!(warnings, ["the expiry of the sender's key cannot be read"]);
    assert!(problems.is_empty(), "{problems:?}");
}

// (ruling 32) As NHA's document prints them; what is unknown is kept and told.
#[tokio::test(start_paused = true)]
async fn hi_types_in_one_text_are_read_and_an_unknown_one_is_a_warning() {
    let mut habits = Habits::default();
    let mut terms = serde_json::to_value(&habits.terms).unwrap();
    terms["hiTypes"] = json!(["OPConsultation, Prescription, VitalSigns"]);
    habits.terms = abdm_core::wire::read_json(terms.to_string().as_bytes()).unwrap();
    let hospital = Hospital::open(habits);
    let consent = hospital.ask_and_grant().await;
    let delivery = hospital.delivery(&consent).await;
    let (warnings, problems) = odd(&delivery);
    assert_eq!(warnings, ["the consent names an unknown HI type: VitalSigns"]);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(hospital.medicines().len(), 2);
}

// (case 17) The push of the contract's case opens with the keys that stand in it.
#[test]
fn the_push_of_the_contracts_case_can_be_decrypted() {
    let Some(case) = crate::contract::case("17-push-expiry-with-unfilled-pattern.json") else {
        return;
    };
    let page = hiu_services::flow::Page::read(case["push"].to_string().as_bytes()).unwrap();
    let material: KeyMaterial = page.key_material.read().unwrap();
    assert!(material.dh_public_key.expiry.as_ref().unwrap().instant().is_none());
    let text = |pointer: &str| case.pointer(pointer).unwrap().as_str().unwrap();
    let bytes = |pointer| fidelius_crypto::hazmat::decode_base64(text(pointer)).unwrap();
    let saved = [vec![1], bytes("/receiver/privateKey"), bytes("/receiver/nonce")].concat();
    let keys = ReceiverKeys::import(&saved).unwrap();
    let content = page.entries[0].content.as_deref().unwrap();
    let opened = keys.decrypt_entry(content, &material, None).unwrap();
    assert_eq!(opened.bytes.into_vec(), text("/plaintext").as_bytes());
}
