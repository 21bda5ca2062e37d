//! Pushes to those who receive here, the patient's app and a played HIU: the same rules for both.

use abdm_core::api::data_flow::{DataPage, Entry, KeyMaterialJson};
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::{ConsentId, RequestId, TransactionId};
use abdm_sandbox::Sandbox;
use chrono::TimeDelta;
use fidelius_crypto::{EncryptOptions, KeyMaterial, encrypt_entry};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::OnHealthInformationRequest;
use serde_json::{Value, json};

use crate::linking::linked;
use crate::own_api::{get, post};
use crate::support::{Arrived, Desk, clinic, sandbox_with, send_http, token};

/// Who receives.
#[derive(Debug, Clone, Copy)]
enum Receiver {
    App,
    PlayedHiu,
}

const BOTH: [Receiver; 2] = [Receiver::App, Receiver::PlayedHiu];

/// A data request that waits for its pages.
struct Waiting {
    sandbox: Sandbox,
    asked: Arrived,
    bearer: String,
    receiver: Receiver,
}

async fn acknowledge(clinic: &Desk) {
    let notice = clinic.next(OnConsentNotify::META.path).await;
    let consent = ConsentId::new(notice.text("/notification/consentId")).unwrap();
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consent);
    clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();
}

impl Waiting {
    async fn of(receiver: Receiver) -> Self {
        let pulls = matches!(receiver, Receiver::App);
        let sandbox = sandbox_with(|switches| switches.patient_app_pulls = pulls).await;
        let clinic = clinic(&sandbox).await;
        linked(&clinic, "OPD-1").await;
        if !pulls {
            let made = post(&sandbox, "played/hius", json!({"id": "OTHER-HIU"})).await;
            assert_eq!(made.status, 201, "{}", made.text);
            let ask = json!({"patient": "ravi.example@sbx"});
            post(&sandbox, "played/hius/OTHER-HIU/requests", ask).await;
            let waited = get(&sandbox, "wait/consent-request?patient=ravi.example@sbx").await;
            let request = waited["request"]["requestId"].as_str().unwrap();
            let path = format!("app/ravi.example@sbx/requests/{request}/approve");
            assert_eq!(post(&sandbox, &path, json!({})).await.status, 200);
        }
        acknowledge(&clinic).await;
        let asked = clinic.next(OnHealthInformationRequest::META.path).await;
        let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
        Self { sandbox, asked, bearer: format!("Bearer {}", bearer.expose()), receiver }
    }

    /// The one page, with a record of this care context.
    fn page(&self, context: &str) -> Value {
        let material = self.asked.at("/hiRequest/keyMaterial").clone();
        let material: KeyMaterial = serde_json::from_value(material).unwrap();
        let options = EncryptOptions::new(SystemClock.now() + TimeDelta::hours(1));
        let document = br#"{"resourceType":"Bundle"}"#;
        let sealed = encrypt_entry(document.as_slice(), &material, &options).unwrap();
        let content = String::from_utf8(sealed.content.into()).unwrap();
        let entry = Entry::new(content, sealed.checksum.clone(), context.parse().unwrap());
        let keys = KeyMaterialJson::write(&sealed.key_material).unwrap();
        let transaction = TransactionId::new(self.asked.text("/transactionId")).unwrap();
        serde_json::to_value(DataPage::new(1, 1, transaction, vec![entry], keys)).unwrap()
    }

    async fn push(&self, page: &Value, bearer: Option<&str>) -> u16 {
        let mut request = http::Request::builder()
            .method("POST")
            .uri(self.asked.text("/hiRequest/dataPushUrl"))
            .header("content-type", "application/json");
        if let Some(bearer) = bearer {
            request = request.header("authorization", bearer);
        }
        send_http(request.body(page.to_string().into_bytes().into()).unwrap()).await.status
    }

    /// The documents that were read, `null` for one that was not.
    async fn read(&self) -> Vec<Value> {
        let path = match self.receiver {
            Receiver::App => "app/ravi.example@sbx/records",
            Receiver::PlayedHiu => "played/hius/OTHER-HIU/records",
        };
        let records = get(&self.sandbox, path).await;
        records.as_array().unwrap().iter().map(|record| record["document"].clone()).collect()
    }
}

#[tokio::test]
async fn a_push_with_a_bearer_that_is_none_is_401_and_one_without_is_taken() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.page("OPD-1");
        let bare = waiting.bearer.strip_prefix("Bearer ").unwrap();
        for wrong in ["Bearer abc", bare, "Basic abc"] {
            assert_eq!(waiting.push(&page, Some(wrong)).await, 401, "{receiver:?}");
        }
        assert_eq!(waiting.read().await, Vec::<Value>::new(), "{receiver:?}");
        assert_eq!(waiting.push(&page, None).await, 202, "{receiver:?}");
        assert_eq!(waiting.read().await, [json!({"resourceType": "Bundle"})], "{receiver:?}");
    }
}

#[tokio::test]
async fn a_push_of_another_transaction_is_409_and_one_without_entries_400() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let mut other = waiting.page("OPD-1");
        other["transactionId"] = json!(RequestId::random().to_string());
        assert_eq!(waiting.push(&other, Some(&waiting.bearer)).await, 409, "{receiver:?}");
        let mut empty = waiting.page("OPD-1");
        for entries in [json!([]), Value::Null] {
            empty["entries"] = entries;
            assert_eq!(waiting.push(&empty, Some(&waiting.bearer)).await, 400, "{receiver:?}");
        }
        assert_eq!(waiting.read().await, Vec::<Value>::new(), "{receiver:?}");
        let good = waiting.page("OPD-1");
        assert_eq!(waiting.push(&good, Some(&waiting.bearer)).await, 202, "{receiver:?}");
    }
}

#[tokio::test]
async fn a_record_that_the_patient_did_not_grant_is_taken_and_not_read() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.page("OPD-2");
        assert_eq!(waiting.push(&page, Some(&waiting.bearer)).await, 202, "{receiver:?}");
        assert_eq!(waiting.read().await, [Value::Null], "{receiver:?}");
    }
}
