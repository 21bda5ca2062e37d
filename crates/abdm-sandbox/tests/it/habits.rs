//! What played facilities do otherwise, ruling by ruling: each habit, and what the consent manager
//! and the other side make of it.

use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::Sandbox;
use hip_services::api::consent::OnConsentNotify;
use http::Method;
use serde_json::{Value, json};

use crate::own_api::{ctl, get, post};
use crate::played::{HIP, HIU, both, column, made, requests, transfer};
use crate::support::{CLINIC, clinic};

const RAVI: &str = "ravi.example@sbx";

/// The bodies of the calls of an endpoint, in order.
async fn bodies(sandbox: &Sandbox, endpoint: &str) -> Vec<Value> {
    let journal = get(sandbox, &format!("journal?endpoint={endpoint}&limit=1000")).await;
    column(journal["entries"].as_array().unwrap(), "body")
}

/// The reports of one side: the state of the session, and that of each record.
async fn reports(sandbox: &Sandbox, side: &str) -> Vec<(Value, Vec<Value>)> {
    let all = bodies(sandbox, "NotifyHealthInformation").await;
    let own = all.iter().filter(|body| body["notification"]["notifier"]["type"] == side);
    own.map(|body| {
        let status = &body["notification"]["statusNotification"];
        let responses = status["statusResponses"].as_array().unwrap();
        (status["sessionStatus"].clone(), column(responses, "hiStatus"))
    })
    .collect()
}

async fn set(sandbox: &Sandbox, kind: &str, habits: Value) {
    let id = if kind == "hips" { HIP } else { HIU };
    let path = format!("played/{kind}/{id}/habits");
    let answer = ctl(sandbox, Method::PUT, &path, habits).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Asks, grants, and leaves the transfer to itself; the ids of the consents.
async fn begun(sandbox: &Sandbox) -> Value {
    let ask = json!({"patient": RAVI, "hipId": HIP});
    made(sandbox, &format!("played/hius/{HIU}/requests"), ask).await;
    let waited = get(sandbox, &format!("wait/consent-request?patient={RAVI}")).await;
    let request = waited["request"]["requestId"].as_str().unwrap();
    let approve = format!("app/{RAVI}/requests/{request}/approve");
    made(sandbox, &approve, json!({})).await["consentIds"].clone()
}

/// Ruling 32.
#[tokio::test]
async fn the_hi_types_of_a_played_hius_grant_reach_the_hip_in_one_text() {
    let sandbox = both(json!({}), json!({"hiTypesInOneText": true})).await;
    let clinic = clinic(&sandbox).await;
    let links = json!({"patient": RAVI, "hipId": CLINIC, "patientReference": "UHID-7",
        "careContexts": [{"reference": "OPD-1", "hiTypes": ["OPConsultation", "Prescription"]}]});
    made(&sandbox, "links", links).await;
    let told = async |hi_types: Value| {
        let ask = json!({"patient": RAVI, "hipId": CLINIC, "hiTypes": hi_types});
        made(&sandbox, &format!("played/hius/{HIU}/requests"), ask).await;
        let waited = get(&sandbox, &format!("wait/consent-request?patient={RAVI}")).await;
        let request = waited["request"]["requestId"].as_str().unwrap();
        made(&sandbox, &format!("app/{RAVI}/requests/{request}/approve"), json!({})).await;
        let notice = clinic.next(OnConsentNotify::META.path).await;
        notice.at("/notification/consentDetail/hiTypes").clone()
    };
    let types = json!(["OPConsultation", "Prescription"]);
    assert_eq!(told(types.clone()).await, json!("OPConsultation, Prescription"));
    set(&sandbox, "hius", json!({})).await;
    assert_eq!(told(types.clone()).await, types);
    // A played HIP reads the text.
    set(&sandbox, "hius", json!({"hiTypesInOneText": true})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3);
}

#[tokio::test]
async fn a_hip_numbers_its_pages_from_zero() {
    let sandbox = both(json!({"pages": "from-zero"}), json!({})).await;
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records, "pageNumber"), [0, 1, 2]);
    assert_eq!(column(&records, "pageCount"), [3; 3]);
}

/// Ruling 9.
#[tokio::test]
async fn a_hip_that_has_nothing_of_the_dates_pushes_nothing_and_says_so() {
    let sandbox = both(json!({"answer": "nothing"}), json!({})).await;
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let failed = (json!("FAILED"), vec![json!("ERRORED"); 3]);
    assert_eq!(reports(&sandbox, "HIP").await, [failed]);
    let report = &bodies(&sandbox, "NotifyHealthInformation").await[0];
    assert!(report.to_string().contains("no data in range"), "{report}");
}

/// Ruling 4.
#[tokio::test]
async fn a_push_without_a_bearer_is_taken_and_one_with_a_forged_bearer_is_not() {
    let sandbox = both(json!({"pushToken": "missing"}), json!({})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3);
    let pushes = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
    let headers = column(pushes["entries"].as_array().unwrap(), "headers");
    assert!(headers.iter().all(|headers| headers["authorization"].is_null()), "{headers:?}");
    set(&sandbox, "hips", json!({"pushToken": "forged"})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3, "nothing more came");
    let pushes = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
    let statuses = column(pushes["entries"].as_array().unwrap(), "status");
    assert_eq!(statuses[3..], [401, 401, 401]);
}

#[tokio::test]
async fn a_hip_writes_checksums_in_every_form_that_is_met() {
    let sandbox = both(json!({}), json!({})).await;
    let path = format!("played/hips/{HIP}/records");
    let record = json!({"patient": RAVI, "careContextReference": "SMALL", "hiType": "Invoice",
        "document": {}});
    made(&sandbox, &path, record).await;
    // The MD5 of `{}`.
    let (hex, base64) = ("99914b932bd37a50b983c5e7c90ae93b", "mZFLkyvTelC5g8XnyQrpOw==");
    for (form, written) in
        [("hex", hex), ("base64", base64), ("placeholder", "string"), ("empty", "")]
    {
        set(&sandbox, "hips", json!({"checksum": form})).await;
        let records = transfer(&sandbox).await;
        assert!(records.iter().all(|record| record["problem"].is_null()), "{form}");
        let pushes = bodies(&sandbox, "PushHealthInformation").await;
        let is_small = |page: &&Value| page["entries"][0]["careContextReference"] == "SMALL";
        let page = pushes.iter().rfind(is_small).unwrap();
        assert_eq!(page["entries"][0]["checksum"], written, "{form}");
    }
}

/// phr-simulator.md 7: what a reviewer would say of a document is told beside it.
#[tokio::test]
async fn a_document_or_checksum_that_is_wrong_is_taken_and_told() {
    let sandbox = both(json!({}), json!({})).await;
    let records = transfer(&sandbox).await;
    assert!(records.iter().all(|record| record["findings"] == json!([])), "{records:?}");
    set(&sandbox, "hips", json!({"checksum": "wrong"})).await;
    let records = transfer(&sandbox).await;
    let told = records[3]["findings"].as_array().unwrap();
    assert_eq!(*told, [json!("the checksum is not that of the document")]);
    let odd = json!({"patient": RAVI, "careContextReference": "ODD", "hiType": "Invoice",
        "document": {"resourceType": "Bundle", "type": "document"}});
    made(&sandbox, &format!("played/hips/{HIP}/records"), odd).await;
    set(&sandbox, "hips", json!({})).await;
    let records = transfer(&sandbox).await;
    let odd = records.iter().find(|record| record["careContextReference"] == "ODD").unwrap();
    assert_eq!((&odd["problem"], &odd["document"]["type"]), (&Value::Null, &json!("document")));
    assert!(odd["findings"][0].as_str().unwrap().starts_with("error: Bundle"), "{odd}");
}

/// Ruling 23.
#[tokio::test]
async fn a_side_that_reads_one_form_of_keys_refuses_the_others() {
    let sandbox = both(json!({"readsKeys": "raw"}), json!({"keyForm": "explicit"})).await;
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let refused = bodies(&sandbox, "AcknowledgeHealthInformationRequest").await;
    assert_eq!(refused[0]["error"]["message"], "encoded key spec not recognized");
    set(&sandbox, "hius", json!({"keyForm": "raw"})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3);
    set(&sandbox, "hips", json!({"readsKeys": "x509"})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3, "nothing more came");
    // And the receiver of pushes.
    set(&sandbox, "hips", json!({})).await;
    set(&sandbox, "hius", json!({"readsKeys": "raw"})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3, "nothing more came");
    assert_eq!(reports(&sandbox, "HIP").await.last().unwrap().0, "FAILED");
    let pushes = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
    let last = pushes["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["status"], &last["response"]["error"]["code"]),
        (&json!(400), &json!("4500"))
    );
    set(&sandbox, "hips", json!({"keyForm": "raw"})).await;
    assert_eq!(transfer(&sandbox).await.len(), 6);
}

/// With the dots of NHA's sample of a record share, too (m3-hiu.md, table of conflicts).
#[tokio::test]
async fn both_write_other_texts_around_their_keys_and_each_reads_the_others() {
    for (texts, algorithm, curve, parameters) in [
        ("other", "ecdh", "curve25519", "Ephemeral public key"),
        ("dotted", "ECDH.", "curve25519.", "Ephemeral public key."),
    ] {
        let habits = json!({ "keyTexts": texts });
        let sandbox = both(habits.clone(), habits).await;
        let records = transfer(&sandbox).await;
        assert_eq!(column(&records, "problem"), vec![Value::Null; 3], "{texts}");
        let push = &bodies(&sandbox, "PushHealthInformation").await[0]["keyMaterial"];
        let request =
            &bodies(&sandbox, "RequestHealthInformation").await[0]["hiRequest"]["keyMaterial"];
        for material in [push, request] {
            assert_eq!(material["cryptoAlg"], algorithm);
            assert_eq!(material["curve"], curve);
            assert_eq!(material["dhPublicKey"]["parameters"], parameters);
        }
    }
}

/// Rulings 10 and 37.
#[tokio::test]
async fn a_page_over_the_limit_is_refused_and_the_transfer_is_told_by_what_arrived() {
    let sandbox = both(json!({}), json!({"pushMegabytes": 1})).await;
    let large = json!({"patient": RAVI, "careContextReference": "LARGE", "hiType": "Invoice",
        "document": {"scan": "x".repeat(2_000_000)}});
    made(&sandbox, &format!("played/hips/{HIP}/records"), large).await;
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records, "careContextReference"), ["A", "B", "C"]);
    let some = |last: &str| {
        let delivered = json!("DELIVERED");
        (json!("TRANSFERRED"), vec![delivered.clone(), delivered.clone(), delivered, json!(last)])
    };
    assert_eq!(reports(&sandbox, "HIP").await, [some("ERRORED")]);
}

/// Ruling 12.
#[tokio::test]
async fn a_consent_that_ends_during_a_transfer_ends_the_transfer_on_both_sides() {
    for (pushes_on, pushes) in [(false, 1), (true, 3)] {
        let hip = json!({"pauseSeconds": 3600, "pushesOn": pushes_on});
        let sandbox = both(hip, json!({})).await;
        let consents = begun(&sandbox).await;
        let received = async || {
            let records = get(&sandbox, &format!("played/hius/{HIU}/records")).await;
            records.as_array().unwrap().len()
        };
        while received().await < 1 {}
        let revoke = json!({ "consents": consents });
        assert_eq!(post(&sandbox, &format!("app/{RAVI}/revoke"), revoke).await.status, 204);
        while reports(&sandbox, "HIU").await.is_empty() {}
        assert_eq!(received().await, 0, "what came is erased");
        let failed = (json!("FAILED"), vec![json!("ERRORED"); 3]);
        assert_eq!(reports(&sandbox, "HIU").await, [failed]);
        for _ in 0..3 {
            made(&sandbox, "clock", json!({"seconds": 3601})).await;
            let _paused = get(&sandbox, "wait/quiet?settleSeconds=0.2&timeoutSeconds=2").await;
        }
        requests(&sandbox).await;
        let journal = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
        let statuses = column(journal["entries"].as_array().unwrap(), "status");
        assert_eq!(statuses.len(), pushes, "{pushes_on}");
        assert!(statuses[1..].iter().all(|status| *status == 410), "{statuses:?}");
        assert_eq!(reports(&sandbox, "HIP").await[0].1.len(), 3);
        assert_eq!(received().await, 0);
        // A page that left before is told as delivered; the transfer failed when pages were kept
        // back.
        let state = if pushes_on { "TRANSFERRED" } else { "FAILED" };
        assert_eq!(reports(&sandbox, "HIP").await[0].0, state);
    }
}

/// Ruling 20.
#[tokio::test]
async fn a_refusal_is_acknowledged_without_naming_a_consent() {
    let sandbox = both(json!({}), json!({})).await;
    made(&sandbox, &format!("played/hius/{HIU}/requests"), json!({"patient": RAVI})).await;
    let waited = get(&sandbox, &format!("wait/consent-request?patient={RAVI}")).await;
    let request = waited["request"]["requestId"].as_str().unwrap();
    let deny = format!("app/{RAVI}/requests/{request}/deny");
    assert_eq!(post(&sandbox, &deny, json!({"reason": "No"})).await.status, 204);
    assert_eq!(requests(&sandbox).await[0]["status"], "DENIED");
    let journal = get(&sandbox, "journal?endpoint=AcknowledgeConsentDecision").await;
    let entry = &journal["entries"][0];
    assert_eq!((&entry["body"]["acknowledgement"], &entry["status"]), (&json!([]), &json!(202)));
}

/// Ruling 21.
#[tokio::test]
async fn a_hiu_reports_in_either_word() {
    let sandbox = both(json!({}), json!({"reportAs": "transferred"})).await;
    transfer(&sandbox).await;
    set(&sandbox, "hius", json!({})).await;
    transfer(&sandbox).await;
    let states: Vec<_> =
        reports(&sandbox, "HIU").await.into_iter().map(|report| report.0).collect();
    assert_eq!(states, ["TRANSFERRED", "RECEIVED"]);
}
