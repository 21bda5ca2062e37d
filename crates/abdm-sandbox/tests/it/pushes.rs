//! Pushes to those who receive here, the patient's app and a played HIU: the same rules for both.

use std::time::Duration;

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
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hip_linking::linked;
use crate::own_api::{get, post};
use crate::support::{Arrived, CLINIC, Desk, clinic, sandbox_with, send_http, token};

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

/// The next consent notice.
pub(crate) async fn acknowledge(clinic: &Desk) {
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
        Self::asked(receiver, sandbox, clinic).await
    }

    /// Of what is linked there.
    async fn asked(receiver: Receiver, sandbox: Sandbox, clinic: Desk) -> Self {
        if matches!(receiver, Receiver::PlayedHiu) {
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
        self.page_with(context, br#"{"resourceType":"Bundle"}"#)
    }

    fn page_with(&self, context: &str, document: &[u8]) -> Value {
        let material = self.asked.at("/hiRequest/keyMaterial").clone();
        let material: KeyMaterial = serde_json::from_value(material).unwrap();
        let options = EncryptOptions::new(SystemClock.now() + TimeDelta::hours(1));
        let sealed = encrypt_entry(document, &material, &options).unwrap();
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

    /// A page that takes its time to be opened.
    fn large_page(&self) -> Value {
        let mut document = br#"{"resourceType":"Bundle"}"#.to_vec();
        document.resize(4 * 1024 * 1024, b' ');
        self.page_with("OPD-1", &document)
    }

    /// Pushes a page, and hangs up without waiting for the answer.
    async fn push_and_hang_up(&self, page: &Value) {
        let url: http::Uri = self.asked.text("/hiRequest/dataPushUrl").parse().unwrap();
        let (host, body) = (url.authority().unwrap().as_str(), page.to_string());
        let mut connection = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            url.path(),
            body.len(),
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(body.as_bytes()).await.unwrap();
        connection.shutdown().await.unwrap();
        // The server hangs up, too: whatever its connection did has ended.
        let mut answer = Vec::new();
        let _reset = connection.read_to_end(&mut answer).await;
    }

    async fn revoke(&self) {
        let artefacts = get(&self.sandbox, "app/ravi.example@sbx/artefacts").await;
        let revoke = json!({"consents": [artefacts[0]["consentId"]]});
        assert_eq!(post(&self.sandbox, "app/ravi.example@sbx/revoke", revoke).await.status, 204);
        self.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
    }

    /// The states that were reported to the consent manager.
    async fn reported(&self) -> Vec<Value> {
        let journal = get(&self.sandbox, "journal?endpoint=NotifyHealthInformation").await;
        let entries = journal["entries"].as_array().unwrap();
        let status = |entry: &Value| {
            assert_eq!(entry["status"], 202, "{entry}");
            entry["body"]["notification"]["statusNotification"].clone()
        };
        entries.iter().map(status).collect()
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

/// Ruling 31: a page is its contents, not its number.
#[tokio::test]
async fn a_page_that_is_sent_again_is_202_and_changes_nothing() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.page("OPD-1");
        let mut renumbered = page.clone();
        (renumbered["pageNumber"], renumbered["pageCount"]) = (json!(2), json!(2));
        // Two at once, one after the other, and one long after the end of the transfer.
        let (one, other) = tokio::join!(waiting.push(&page, None), waiting.push(&page, None));
        assert_eq!((one, other), (202, 202), "{receiver:?}");
        for again in [&page, &renumbered] {
            assert_eq!(waiting.push(again, Some(&waiting.bearer)).await, 202, "{receiver:?}");
        }
        waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
        waiting.sandbox.advance(TimeDelta::hours(1)).unwrap();
        assert_eq!(waiting.push(&page, None).await, 202, "{receiver:?}");
        assert_eq!(waiting.read().await.len(), 1, "{receiver:?}");
        assert_eq!(waiting.reported().await.len(), 1, "{receiver:?}");
    }
}

/// Ruling 31.
#[tokio::test]
async fn a_further_page_is_409_when_nothing_is_missing_and_410_when_the_consent_is_over() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        assert_eq!(waiting.push(&waiting.page("OPD-1"), None).await, 202, "{receiver:?}");
        assert_eq!(waiting.push(&waiting.page("OPD-1"), None).await, 409, "{receiver:?}");
        assert_eq!(waiting.read().await.len(), 1, "{receiver:?}");

        let waiting = Waiting::of(receiver).await;
        let page = waiting.page("OPD-1");
        waiting.revoke().await;
        assert_eq!(waiting.push(&page, None).await, 410, "{receiver:?}");
        assert_eq!(waiting.read().await, Vec::<Value>::new(), "{receiver:?}");
    }
}

/// Ruling 12.
#[tokio::test]
async fn a_transfer_under_way_whose_consent_is_revoked_is_reported_as_failed_and_dropped() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let mut first = waiting.page("OPD-1");
        first["pageCount"] = json!(2);
        assert_eq!(waiting.push(&first, None).await, 202, "{receiver:?}");
        assert_eq!(waiting.read().await.len(), 1, "{receiver:?}");
        waiting.revoke().await;
        let reported = waiting.reported().await;
        assert_eq!(reported.len(), 1, "{receiver:?}");
        assert_eq!(reported[0]["sessionStatus"], "FAILED", "{receiver:?}");
        assert_eq!(reported[0]["statusResponses"][0]["hiStatus"], "ERRORED", "{receiver:?}");
        assert_eq!(waiting.read().await, Vec::<Value>::new(), "{receiver:?}");
    }
}

/// Ruling 27: what is answered 202 is stored.
#[tokio::test]
async fn a_page_whose_sender_hangs_up_is_kept_and_ends_its_transfer() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.large_page();
        waiting.push_and_hang_up(&page).await;
        assert_eq!(waiting.push(&page, None).await, 202, "{receiver:?}");
        assert_eq!(waiting.read().await.len(), 1, "{receiver:?}");
        waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
        assert_eq!(waiting.reported().await.len(), 1, "{receiver:?}");
    }
}

/// The same.
#[tokio::test]
async fn a_page_that_comes_twice_at_once_is_202_for_either_only_when_it_is_kept() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.large_page();
        let status = tokio::select! {
            one = waiting.push(&page, None) => one,
            other = waiting.push(&page, None) => other,
        };
        assert_eq!((status, waiting.read().await.len()), (202, 1), "{receiver:?}");
    }
}

#[tokio::test]
async fn a_push_is_404_a_day_after_the_deadline_of_its_request() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let page = waiting.page("OPD-1");
        assert_eq!(waiting.push(&page, None).await, 202, "{receiver:?}");
        waiting.sandbox.advance(TimeDelta::days(1) + TimeDelta::minutes(19)).unwrap();
        assert_eq!(waiting.push(&page, None).await, 202, "{receiver:?}");
        waiting.sandbox.advance(TimeDelta::minutes(2)).unwrap();
        assert_eq!(waiting.push(&page, None).await, 404, "{receiver:?}");
        assert_eq!(waiting.read().await.len(), 1, "{receiver:?}");
    }
}

/// Ruling 31: the private key lives as long as the request.
#[tokio::test]
async fn a_page_that_comes_after_the_deadline_of_its_request_is_409() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        waiting.sandbox.advance(TimeDelta::minutes(21)).unwrap();
        assert_eq!(waiting.push(&waiting.page("OPD-1"), None).await, 409, "{receiver:?}");
        assert_eq!(waiting.read().await, Vec::<Value>::new(), "{receiver:?}");
    }
}

/// What cannot be read is missing still: its sender may mend it, and nothing else is reported of
/// it.
#[tokio::test]
async fn a_page_that_cannot_be_read_is_taken_and_a_better_one_too() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        let mut broken = waiting.page("OPD-1");
        broken["entries"][0]["content"] = json!("AAAA");
        assert_eq!(waiting.push(&broken, None).await, 202, "{receiver:?}");
        assert_eq!(waiting.push(&waiting.page("OPD-1"), None).await, 202, "{receiver:?}");
        let bundle = json!({"resourceType": "Bundle"});
        assert_eq!(waiting.read().await, [Value::Null, bundle], "{receiver:?}");
        waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
        let reported = waiting.reported().await;
        assert_eq!(reported.len(), 1, "{receiver:?}");
        assert_eq!(reported[0]["sessionStatus"], "RECEIVED", "{receiver:?}");
        assert_eq!(reported[0]["statusResponses"][0]["hiStatus"], "OK", "{receiver:?}");
    }
}

/// Rulings 10 and 31: a receipt comes some seconds after the last page when something is missing.
#[tokio::test]
async fn a_receipt_waits_for_what_is_missing_and_names_no_other_context() {
    for receiver in BOTH {
        let waiting = Waiting::of(receiver).await;
        assert_eq!(waiting.push(&waiting.page("OPD-2"), None).await, 202, "{receiver:?}");
        waiting.sandbox.advance(TimeDelta::seconds(9)).unwrap();
        assert_eq!(waiting.reported().await, Vec::<Value>::new(), "{receiver:?}");
        waiting.sandbox.advance(TimeDelta::seconds(2)).unwrap();
        waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
        let reported = waiting.reported().await;
        assert_eq!(reported.len(), 1, "{receiver:?}");
        assert_eq!(reported[0]["sessionStatus"], "FAILED", "{receiver:?}");
        let responses = reported[0]["statusResponses"].as_array().unwrap();
        assert_eq!(responses.len(), 1, "{receiver:?}");
        assert_eq!(responses[0]["careContextReference"], "OPD-1", "{receiver:?}");
        // It is welcome still, without a second receipt.
        assert_eq!(waiting.push(&waiting.page("OPD-1"), None).await, 202, "{receiver:?}");
        waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
        assert_eq!((waiting.reported().await.len(), waiting.read().await.len()), (1, 2));
    }
}

/// Ruling 31: every page is "page 0 of 1".
#[tokio::test]
async fn pages_that_all_have_one_number_are_taken_while_something_is_missing() {
    let sandbox = sandbox_with(|_| {}).await;
    let clinic = clinic(&sandbox).await;
    let links = json!({"patient": "ravi.example@sbx", "hipId": CLINIC, "patientReference": "U",
        "careContexts": [{"reference": "A", "hiTypes": ["OPConsultation"]},
            {"reference": "B", "hiTypes": ["OPConsultation"]}]});
    assert_eq!(post(&sandbox, "links", links).await.status, 201);
    let waiting = Waiting::asked(Receiver::PlayedHiu, sandbox, clinic).await;
    let zero_of_one = |context: &str, document: &str| {
        let mut page = waiting.page_with(context, document.as_bytes());
        page["pageNumber"] = json!(0);
        page
    };
    assert_eq!(waiting.push(&zero_of_one("A", r#"{"a":1}"#), None).await, 202);
    // Another document of the same context, since B is missing; the same one once more is one.
    assert_eq!(waiting.push(&zero_of_one("A", r#"{"a":2}"#), None).await, 202);
    assert_eq!(waiting.push(&zero_of_one("A", r#"{"a":2}"#), None).await, 202);
    assert_eq!(waiting.push(&zero_of_one("B", r#"{"b":1}"#), None).await, 202);
    assert_eq!(waiting.push(&zero_of_one("B", r#"{"b":2}"#), None).await, 409);
    assert_eq!(waiting.read().await, [json!({"a": 1}), json!({"a": 2}), json!({"b": 1})]);
    waiting.sandbox.quiet(Duration::from_secs(10)).await.unwrap();
    assert_eq!(waiting.reported().await.len(), 1);
}
