//! The patient's own app, which asks for new records by itself.

use abdm_core::api::data_flow::{DataPage, Entry, KeyMaterialJson, PushHealthInformation};
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::{ConsentId, TransactionId};
use abdm_sandbox::transcript::{Memory, Party};
use abdm_sandbox::{Sandbox, Switches};
use chrono::TimeDelta;
use fidelius_crypto::{EncryptOptions, KeyMaterial, encrypt_entry};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::OnHealthInformationRequest;
use serde_json::json;

use crate::hip_linking::linked;
use crate::own_api::{get, post};
use crate::support::{CLINIC, clinic, sandbox_with};

#[tokio::test]
async fn after_a_link_the_patients_app_pulls_the_record() {
    let seen = Memory::default();
    let mut switches = Switches::quick();
    switches.patient_app_pulls = true;
    let sandbox =
        Sandbox::builder().switches(switches).observe(seen.clone()).start().await.unwrap();
    let clinic = clinic(&sandbox).await;
    linked(&clinic, "OPD-1").await;

    let notice = clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.text("/notification/consentDetail/purpose/code"), "PATRQT");
    let consent = ConsentId::new(notice.text("/notification/consentId")).unwrap();
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consent);
    clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();

    let asked = clinic.next(OnHealthInformationRequest::META.path).await;
    let material = asked.at("/hiRequest/keyMaterial").clone();
    let material: KeyMaterial = serde_json::from_value(material).unwrap();
    let expiry = SystemClock.now() + TimeDelta::hours(1);
    let document = br#"{"resourceType":"Bundle"}"#;
    let sealed =
        encrypt_entry(document.as_slice(), &material, &EncryptOptions::new(expiry)).unwrap();
    let entry = Entry::new(
        String::from_utf8(sealed.content.into()).unwrap(),
        sealed.checksum.clone(),
        "OPD-1".parse().unwrap(),
    );
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    let keys = KeyMaterialJson::write(&sealed.key_material).unwrap();
    let page = DataPage::new(1, 1, transaction, vec![entry], keys);
    let url = asked.text("/hiRequest/dataPushUrl").to_owned();
    clinic.client.send_to(&url, &Call::<PushHealthInformation>::new(page)).await.unwrap();

    let records = sandbox.app_records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].document.as_deref(), Some(document.as_slice()));
    let reported = || {
        seen.exchanges().into_iter().find(|exchange| {
            exchange.from == Party::Phr
                && exchange.body.pointer("/notification/notifier/type").is_some()
        })
    };
    while reported().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let report = reported().unwrap();
    assert_eq!(report.status, Some(202), "{:?}", report.response);
    let state = report.body.pointer("/notification/statusNotification/sessionStatus");
    assert_eq!(state.unwrap(), "RECEIVED");
    // A bundle that is none is taken, and told as that.
    let records = get(&sandbox, "app/ravi.example@sbx/records").await;
    assert!(!records[0]["findings"].as_array().unwrap().is_empty(), "{records}");
    let push = seen.exchanges().into_iter().find(|exchange| exchange.to == Party::Phr).unwrap();
    assert_eq!((push.from.clone(), push.status), (Party::Clinic, Some(202)));
}

/// Every hospital counts its visits from one.
#[tokio::test]
async fn two_patients_with_the_same_number_of_a_visit_both_have_their_record_pulled() {
    let sandbox = sandbox_with(|switches| switches.patient_app_pulls = true).await;
    let clinic = clinic(&sandbox).await;
    let addresses = ["ravi.example@sbx", "meera.sample@sbx"];
    for address in addresses {
        let links = json!({"patient": address, "hipId": CLINIC, "patientReference": "UHID-7",
            "careContexts": [{"reference": "OPD-1", "hiTypes": ["OPConsultation"]}]});
        assert_eq!(post(&sandbox, "links", links).await.status, 201);
        clinic.send(crate::hip_linking::context_notice(address, "OPD-1")).await.unwrap();
    }
    let mut told = Vec::new();
    for _ in addresses {
        let notice = clinic.next(OnConsentNotify::META.path).await;
        told.push(notice.text("/notification/consentDetail/patient/id").to_owned());
    }
    told.sort_unstable();
    assert_eq!(told, ["meera.sample@sbx", "ravi.example@sbx"]);
}
