//! The journal: what came, what was sent, what is on its way. And waiting for it.

use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::Sandbox;
use hip_services::api::hip_linking::{GenerateLinkToken, OnGenerateLinkToken};
use hiu_services::api::consent::{OnRequestConsent, RequestConsent};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::hip_linking::{linked, part, token_request};
use crate::own_api::{ctl, get, post};
use crate::support::{HOSPITAL, clinic, hospital, sandbox, sandbox_with, send_raw, token};

/// A consent request of the hospital's to Ravi, whose records must be gone in `days`.
pub(crate) fn ask(sandbox: &Sandbox, days: i64) -> Call<RequestConsent> {
    let time = |days: i64| {
        abdm_core::clock::format_timestamp(sandbox.now() + chrono::TimeDelta::days(days))
    };
    let body = json!({"consent": {
        "purpose": {"text": "Care Management", "code": "CAREMGT", "refUri": "www.abdm.gov.in"},
        "patient": {"id": "ravi.example@sbx"}, "hiu": {"id": HOSPITAL},
        "requester": {"name": "Dr. Example", "identifier":
            {"type": "REGNO", "value": "MH1001", "system": "https://example.org"}},
        "hiTypes": ["OPConsultation", "Prescription"],
        "permission": {"accessMode": "VIEW", "dataEraseAt": time(days),
            "dateRange": {"from": time(-900), "to": time(-1)},
            "frequency": {"unit": "HOUR", "value": 1, "repeats": 0}},
    }});
    let hiu = abdm_core::id::HiuId::new(HOSPITAL).unwrap();
    Call::new(serde_json::from_value(body).unwrap()).headers(hiu.into())
}

fn entries(journal: &Value) -> Vec<Value> {
    journal["entries"].as_array().unwrap().clone()
}

/// Waits by long poll for the callback that answers a call.
async fn answer_to(sandbox: &Sandbox, request_id: &str) -> Value {
    let path = format!("wait/callback?requestId={request_id}&timeoutSeconds=10");
    let waited = get(sandbox, &path).await;
    assert_eq!(waited["outcome"], "came", "{waited}");
    waited["callback"].clone()
}

// Every call and callback can be read over HTTP.
#[tokio::test]
async fn a_call_and_its_callback_stand_in_the_journal_masked() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let sent = clinic.send(token_request()).await.unwrap().request_id.to_string();
    let callback = answer_to(&sandbox, &sent).await;
    assert_eq!(
        (callback["endpoint"].as_str(), callback["status"].as_u64()),
        (Some("OnGenerateLinkToken"), Some(202))
    );
    assert_eq!(callback["answers"], json!(sent));
    assert_eq!(callback["to"], "clinic");
    assert_eq!(callback["tries"].as_array().unwrap().len(), 1);
    assert_eq!(callback["body"]["linkToken"], "…");
    assert!(callback["headers"]["Authorization"].as_str().unwrap().ends_with('…'));

    let of_call = get(&sandbox, &format!("journal?requestId={sent}")).await;
    let endpoints: Vec<_> = entries(&of_call).iter().map(|e| e["endpoint"].clone()).collect();
    assert!(endpoints.contains(&json!(GenerateLinkToken::META.name)), "{of_call}");
    assert_eq!(endpoints.len(), 2);
    let of_patient = get(&sandbox, "journal?patient=ravi.example@sbx").await;
    assert_eq!(entries(&of_patient).len(), 2, "{of_patient}");
    assert_eq!(entries(&get(&sandbox, "journal?patient=meera.example@sbx").await).len(), 0);
    let whole = get(&sandbox, "journal").await;
    assert!(!whole.to_string().contains("not-a-secret"), "{whole}");
    assert_eq!(ctl(&sandbox, Method::DELETE, "journal", Value::Null).await.status, 204);
    let empty = get(&sandbox, "journal").await;
    assert_eq!((entries(&empty).len(), &empty["last"]), (0, &whole["last"]));
    for unknown in ["endpoint=OnGenerateLinkTokn", "patient=nobody"] {
        let answer = ctl(&sandbox, Method::GET, &format!("journal?{unknown}"), Value::Null).await;
        assert_eq!(answer.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn a_consents_callbacks_are_found_by_the_patient_although_they_name_only_ids() {
    let sandbox = sandbox().await;
    let (clinic, hospital) = (clinic(&sandbox).await, hospital(&sandbox).await);
    linked(&clinic, "OPD-1").await;
    hospital.send(ask(&sandbox, 30)).await.unwrap();
    let arrived = hospital.next(OnRequestConsent::META.path).await;
    let request = arrived.text("/consentRequest/id").to_owned();
    let path = format!("app/ravi.example@sbx/requests/{request}/deny");
    let denied = post(&sandbox, &path, json!({"reason": "No"})).await;
    assert_eq!(denied.status, 204, "{}", denied.text);
    let wait =
        "wait/callback?endpoint=OnConsentDecision&patient=ravi.example@sbx&timeoutSeconds=10";
    let waited = get(&sandbox, wait).await;
    assert_eq!(waited["callback"]["ids"]["consentRequestId"], json!([request]), "{waited}");
    let of_request = get(&sandbox, &format!("journal?id={request}&kind=callback")).await;
    assert_eq!(entries(&of_request).len(), 2, "the answer and the decision: {of_request}");
}

#[tokio::test]
async fn a_refused_callback_is_on_its_way_until_it_was_delivered_once_more() {
    let sandbox = sandbox_with(|switches| switches.time_scale = 1.0).await;
    sandbox.set(|switches| switches.callback_delay_seconds = (0.0, 0.0)).unwrap();
    let clinic = clinic(&sandbox).await;
    clinic.refuse_next(StatusCode::SERVICE_UNAVAILABLE);
    let sent = clinic.send(token_request()).await.unwrap().request_id.to_string();
    let first = answer_to(&sandbox, &sent).await;
    assert_eq!(first["status"], 503);
    let quiet = get(&sandbox, "wait/quiet?timeoutSeconds=0.5").await;
    assert_eq!(quiet["outcome"], "timed-out", "{quiet}");
    assert_eq!(quiet["onItsWay"][0]["state"], "awaiting-redelivery");
    assert!(quiet["onItsWay"][0]["dueAt"].is_string());
    let quiet = get(&sandbox, "wait/quiet?timeoutSeconds=10&ignoreRedeliveries=true").await;
    assert_eq!(quiet["outcome"], "came", "{quiet}");

    // Sixteen minutes are not waited for.
    let moved = post(&sandbox, "clock", json!({"seconds": 965})).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let quiet = get(&sandbox, "wait/quiet?timeoutSeconds=10").await;
    assert_eq!((&quiet["outcome"], &quiet["onItsWay"]), (&json!("came"), &json!([])));
    let journal = get(&sandbox, "journal?endpoint=OnGenerateLinkToken").await;
    let callback = &entries(&journal)[0];
    let statuses: Vec<_> =
        callback["tries"].as_array().unwrap().iter().map(|t| t["status"].clone()).collect();
    assert_eq!((statuses, &callback["state"]), (vec![json!(503), json!(202)], &json!("delivered")));
    // Its bearer is over by the receiver's clock, which nobody moved.
    clinic.next(OnGenerateLinkToken::META.path).await;
    let again = clinic.next(OnGenerateLinkToken::META.path).await;
    let now = abdm_core::clock::Clock::now(&abdm_core::clock::SystemClock).timestamp();
    assert!(part(again.bearer(), 1)["exp"].as_i64().unwrap() < now);
}

#[tokio::test]
async fn a_callback_that_finds_nobody_says_why() {
    let sandbox = sandbox_with(|switches| switches.redeliver = false).await;
    let client = json!({"clientId": "SBX_CLINIC", "clientSecret": "not-a-secret"});
    let _desk = clinic(&sandbox).await;
    let unset = async |url: Option<&str>| {
        assert_eq!(
            ctl(&sandbox, Method::DELETE, "clients/SBX_CLINIC", Value::Null).await.status,
            204
        );
        let mut client = client.clone();
        if let Some(url) = url {
            client["bridgeUrl"] = json!(url);
        }
        assert_eq!(post(&sandbox, "clients", client).await.status, 201);
        let facility =
            json!({"id": "IN2710000001", "name": "A", "types": ["HIP"], "clientId": "SBX_CLINIC"});
        assert_eq!(post(&sandbox, "facilities", facility).await.status, 201);
        sandbox.set(|switches| switches.link_token_window_seconds = 0).unwrap();
        let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
        let mut sent = String::new();
        let call = token_request();
        let answer = send_raw(&sandbox, Some(&session), &call, |request| {
            sent = request.headers()["request-id"].to_str().unwrap().to_owned();
        });
        assert_eq!(answer.await.status, 202);
        answer_to(&sandbox, &sent).await
    };
    let nowhere = unset(None).await;
    assert_eq!(nowhere["state"], "failed");
    assert_eq!(nowhere["tries"][0]["error"], "no callback URL is registered");
    let closed = unset(Some("http://127.0.0.1:1/hooks")).await;
    let error = closed["tries"][0]["error"].as_str().unwrap();
    assert!(error.contains("no connection could be made"), "{error}");
}

#[tokio::test]
async fn the_journal_keeps_no_more_than_it_is_told() {
    let sandbox = sandbox_with(|switches| switches.journal_entries = 3).await;
    let clinic = clinic(&sandbox).await;
    for _ in 0..5 {
        clinic
            .client
            .send(&Call::<abdm_core::api::gateway::ListBridgeServices>::new(
                abdm_core::wire::NoBody,
            ))
            .await
            .unwrap();
    }
    let journal = get(&sandbox, "journal").await;
    assert_eq!(entries(&journal).len(), 3);
    let last = journal["last"].as_u64().unwrap();
    assert_eq!(entries(&journal)[2]["number"], json!(last));
    assert!(journal["forgotten"].as_u64().unwrap() >= 3);
    let page = get(&sandbox, "journal?after=0&limit=1").await;
    assert_eq!(entries(&page)[0], entries(&journal)[0]);
    sandbox.set(|switches| switches.journal_entries = 1).unwrap();
    assert_eq!(entries(&get(&sandbox, "journal").await).len(), 1);
}

#[tokio::test]
async fn a_wait_for_a_consent_request_ends_when_it_comes_and_when_the_time_is_over() {
    let sandbox = sandbox().await;
    let hospital = hospital(&sandbox).await;
    let path = "wait/consent-request?patient=ravi.example@sbx";
    let nothing = get(&sandbox, &format!("{path}&timeoutSeconds=0")).await;
    assert_eq!(nothing, json!({"outcome": "timed-out", "request": null}));
    let (waited, _) = tokio::join!(get(&sandbox, path), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        hospital.send(ask(&sandbox, 30)).await.unwrap();
    });
    assert_eq!(waited["outcome"], "came", "{waited}");
    let first = waited["request"]["requestId"].as_str().unwrap();
    let after = format!("{path}&after={first}");
    let nothing = get(&sandbox, &format!("{after}&timeoutSeconds=0.1")).await;
    assert_eq!(nothing["outcome"], "timed-out");
    let (waited, _) = tokio::join!(get(&sandbox, &after), hospital.send(ask(&sandbox, 30)));
    assert_ne!(waited["request"]["requestId"], json!(first));
    for (query, status) in
        [("patient=nobody@sbx", 404), ("patient=ravi.example@sbx&timeoutSeconds=301", 400)]
    {
        let path = format!("wait/consent-request?{query}");
        assert_eq!(ctl(&sandbox, Method::GET, &path, Value::Null).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_wait_ends_with_the_sandbox() {
    let sandbox = sandbox().await;
    let url = format!("{}/sandbox/wait/callback?timeoutSeconds=300", sandbox.base_url());
    let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
    let waiting = tokio::spawn(crate::support::send_http(request));
    while get(&sandbox, "health").await.is_null() {}
    tokio::time::sleep(Duration::from_millis(100)).await;
    sandbox.shut_down().await;
    let waited = waiting.await.unwrap();
    assert_eq!(waited.json()["outcome"], "timed-out", "{waited:?}");
}
