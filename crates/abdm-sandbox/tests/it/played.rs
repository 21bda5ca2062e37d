//! Facilities of others, played by the sandbox: each side tested without the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use abdm_sandbox::Sandbox;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::own_api::{ctl, get, post};
use crate::support::sandbox;

pub(crate) const HIP: &str = "OTHER-HIP";
pub(crate) const HIU: &str = "OTHER-HIU";

pub(crate) async fn made(sandbox: &Sandbox, path: &str, body: Value) -> Value {
    let answer = post(sandbox, path, body).await;
    assert!((200..300).contains(&answer.status), "{path}: {}", answer.text);
    answer.json()
}

/// A HIP with three records of Ravi's, and a HIU.
pub(crate) async fn both(hip: Value, hiu: Value) -> Sandbox {
    let sandbox = sandbox().await;
    made(&sandbox, "played/hips", json!({"id": HIP, "habits": hip})).await;
    made(&sandbox, "played/hius", json!({"id": HIU, "habits": hiu})).await;
    for (reference, hi_type) in
        [("A", "OPConsultation"), ("B", "DiagnosticReport"), ("C", "Prescription")]
    {
        let record = json!({"patient": "ravi.example@sbx", "careContextReference": reference,
            "hiType": hi_type});
        made(&sandbox, &format!("played/hips/{HIP}/records"), record).await;
    }
    sandbox
}

/// Asks, grants, waits until all is done; what the HIU received.
pub(crate) async fn transfer(sandbox: &Sandbox) -> Vec<Value> {
    let ask = json!({"patient": "ravi.example@sbx", "hipId": HIP});
    made(sandbox, &format!("played/hius/{HIU}/requests"), ask).await;
    let waited = get(sandbox, "wait/consent-request?patient=ravi.example@sbx").await;
    let request = waited["request"]["requestId"].as_str().unwrap();
    made(sandbox, &format!("app/ravi.example@sbx/requests/{request}/approve"), json!({})).await;
    let quiet = get(sandbox, "wait/quiet?settleSeconds=0.5&timeoutSeconds=60").await;
    assert_eq!(quiet["outcome"], "came", "{quiet}");
    let records = get(sandbox, &format!("played/hius/{HIU}/records")).await;
    records.as_array().unwrap().clone()
}

pub(crate) fn column(records: &[Value], name: &str) -> Vec<Value> {
    records.iter().map(|record| record[name].clone()).collect()
}

#[tokio::test]
async fn a_played_hip_and_a_played_hiu_make_a_whole_transfer() {
    let sandbox = both(json!({}), json!({})).await;
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records, "careContextReference"), ["A", "B", "C"]);
    assert_eq!(column(&records, "pageNumber"), [1, 2, 3]);
    for record in &records {
        assert_eq!(record["problem"], Value::Null);
        assert_eq!(record["document"]["resourceType"], "Bundle");
        assert!(record["document"].to_string().contains("Ravi Example"));
    }
    let transfers = get(&sandbox, "app/ravi.example@sbx/transfers").await;
    let reports = transfers[0]["reports"].as_array().unwrap();
    assert!(reports.len() == 2 && reports.contains(&json!("HIP")), "{transfers}");
    assert_eq!(transfers[0]["answered"], true);
    let asked = get(&sandbox, &format!("played/hius/{HIU}/requests")).await;
    assert_eq!((&asked[0]["status"], &asked[0]["problem"]), (&json!("GRANTED"), &Value::Null));
    // The pushes stand in the journal, as those of the one to the other.
    let pushes = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
    assert_eq!(pushes["entries"].as_array().unwrap().len(), 3, "{pushes}");
}

#[tokio::test]
async fn a_hip_sends_each_context_as_page_0_of_1_twice_and_the_last_first() {
    let habits = json!({"pages": "zero-of-one", "repeatPages": true, "reversed": true});
    let sandbox = both(habits, json!({})).await;
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records, "careContextReference"), ["C", "B", "A"], "repeats count once");
    assert_eq!(column(&records, "pageNumber"), [0; 3]);
    assert_eq!(column(&records, "pageCount"), [1; 3]);
    let pushes = get(&sandbox, "journal?endpoint=PushHealthInformation").await;
    assert_eq!(column(pushes["entries"].as_array().unwrap(), "status"), [202; 6]);
    let reversed = json!({"reversed": true});
    let path = format!("played/hips/{HIP}/habits");
    let habits = ctl(&sandbox, Method::PUT, &path, reversed).await;
    assert_eq!(habits.json()["pages"], "one-each", "what is left out is as usual");
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records[3..], "pageNumber"), [3, 2, 1]);
}

#[tokio::test]
async fn a_hip_sends_all_under_one_key_and_packs_documents_twice() {
    let sandbox = both(json!({"pages": "all-in-one", "document": "json-text"}), json!({})).await;
    let records = transfer(&sandbox).await;
    assert_eq!(column(&records, "pageNumber"), [1; 3]);
    for record in &records {
        let inner: Value = serde_json::from_str(record["document"].as_str().unwrap()).unwrap();
        assert_eq!(inner["resourceType"], "Bundle");
    }
    let path = format!("played/hips/{HIP}/habits");
    ctl(&sandbox, Method::PUT, &path, json!({"document": "base64"})).await;
    let records = transfer(&sandbox).await;
    let text = STANDARD.decode(records[3]["documentBase64"].as_str().unwrap()).unwrap();
    let inner: Value = serde_json::from_slice(&STANDARD.decode(text).unwrap()).unwrap();
    assert_eq!(inner["resourceType"], "Bundle");
}

#[tokio::test]
async fn both_write_their_keys_in_all_three_forms() {
    let sandbox = both(json!({}), json!({})).await;
    for (form, bytes) in [("raw", 65), ("named", 93), ("explicit", 309)] {
        let habits = json!({"keyForm": form});
        ctl(&sandbox, Method::PUT, &format!("played/hips/{HIP}/habits"), habits.clone()).await;
        ctl(&sandbox, Method::PUT, &format!("played/hius/{HIU}/habits"), habits).await;
        let records = transfer(&sandbox).await;
        assert!(records.iter().all(|record| record["problem"].is_null()), "{form}: {records:?}");
        for (endpoint, path) in [
            ("OnHealthInformationRequest", "/body/hiRequest/keyMaterial/dhPublicKey/keyValue"),
            ("PushHealthInformation", "/body/keyMaterial/dhPublicKey/keyValue"),
        ] {
            let journal = get(&sandbox, &format!("journal?endpoint={endpoint}&limit=1")).await;
            let key = journal["entries"][0].pointer(path).unwrap().as_str().unwrap();
            assert_eq!(STANDARD.decode(key).unwrap().len(), bytes, "{form} {endpoint}");
        }
    }
}

#[tokio::test]
async fn a_hip_that_refuses_is_silent_or_acknowledges_nothing_sends_nothing() {
    let sandbox = both(json!({"answer": "refuse"}), json!({})).await;
    sandbox.set(|switches| switches.acknowledgement_wait_seconds = 0.2).unwrap();
    for habits in [json!({"answer": "refuse"}), json!({"answer": "silent"})] {
        ctl(&sandbox, Method::PUT, &format!("played/hips/{HIP}/habits"), habits.clone()).await;
        assert_eq!(transfer(&sandbox).await, Vec::<Value>::new(), "{habits}");
    }
    let habits = json!({"acknowledge": false});
    ctl(&sandbox, Method::PUT, &format!("played/hips/{HIP}/habits"), habits).await;
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let asked = get(&sandbox, &format!("played/hius/{HIU}/requests")).await;
    let last = asked.as_array().unwrap().last().unwrap();
    assert!(last["problem"].as_str().unwrap().contains("did not acknowledge"), "{last}");
}

#[tokio::test]
async fn a_hip_is_late_by_the_sandboxs_clock() {
    let sandbox = both(json!({"lateSeconds": 900}), json!({})).await;
    let ask = json!({"patient": "ravi.example@sbx", "hipId": HIP});
    made(&sandbox, &format!("played/hius/{HIU}/requests"), ask).await;
    let waited = get(&sandbox, "wait/consent-request?patient=ravi.example@sbx").await;
    let request = waited["request"]["requestId"].as_str().unwrap();
    made(&sandbox, &format!("app/ravi.example@sbx/requests/{request}/approve"), json!({})).await;
    let asked = get(&sandbox, "wait/callback?endpoint=OnHealthInformationRequest").await;
    assert_eq!(asked["outcome"], "came");
    let quiet = get(&sandbox, "wait/quiet?timeoutSeconds=0.5").await;
    assert_eq!(quiet["outcome"], "timed-out");
    assert_eq!(get(&sandbox, &format!("played/hius/{HIU}/records")).await, json!([]));
    made(&sandbox, "clock", json!({"seconds": 901})).await;
    let quiet = get(&sandbox, "wait/quiet?settleSeconds=0.5").await;
    assert_eq!(quiet["outcome"], "came", "{quiet}");
    let records = get(&sandbox, &format!("played/hius/{HIU}/records")).await;
    assert_eq!(records.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_hiu_asks_for_too_much_refuses_pushes_or_only_asks_for_consent() {
    let sandbox = both(json!({}), json!({"widerDates": true})).await;
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let asked = get(&sandbox, &format!("played/hius/{HIU}/requests")).await;
    assert!(asked[0]["problem"].as_str().unwrap().contains("Date Range"), "{asked}");
    let habits = |habits| ctl(&sandbox, Method::PUT, "played/hius/OTHER-HIU/habits", habits);
    assert_eq!(habits(json!({"pushStatus": 413})).await.status, 200);
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let transfers = get(&sandbox, "app/ravi.example@sbx/transfers").await;
    let statuses = column(transfers.as_array().unwrap(), "status");
    assert!(statuses.contains(&json!("FAILED")), "the HIP reports: {transfers}");
    assert_eq!(habits(json!({"requestData": false})).await.status, 200);
    assert_eq!(transfer(&sandbox).await, Vec::<Value>::new());
    let journal = get(&sandbox, "journal?endpoint=RequestHealthInformation").await;
    assert_eq!(journal["entries"].as_array().unwrap().len(), 2, "the third HIU asked for nothing");
    assert_eq!(habits(json!({"pushStatus": 42})).await.status, 400);
}

/// Ruling 10.
#[tokio::test]
async fn a_hip_some_of_whose_pages_were_refused_reports_a_transfer_with_errors() {
    let sandbox = both(json!({}), json!({})).await;
    let hospital = crate::support::hospital(&sandbox).await;
    let pushed = Arc::new(AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/push", listener.local_addr().unwrap());
    let count = Arc::clone(&pushed);
    let answer = move || async move {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        if first { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::ACCEPTED }
    };
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let consent = crate::consent::granted_to(&sandbox, &hospital).await;
    let dates = crate::consent::range("2024-01-01", "2025-01-01");
    let mut request = crate::consent::data_request(&consent, dates);
    request.body.hi_request.data_push_url = url;
    hospital.send(request).await.unwrap();
    let reported = get(&sandbox, "wait/callback?endpoint=OnHealthInformationRequest").await;
    assert_eq!(reported["outcome"], "came");
    assert_eq!(get(&sandbox, "wait/quiet").await["outcome"], "came");
    assert_eq!(pushed.load(Ordering::SeqCst), 2, "two of the three are of the types asked for");
    let report = get(&sandbox, "journal?endpoint=NotifyHealthInformation").await;
    let report = &report["entries"][0]["body"]["notification"]["statusNotification"];
    assert_eq!(report["sessionStatus"], "TRANSFERRED");
    let states = column(report["statusResponses"].as_array().unwrap(), "hiStatus");
    assert_eq!(states, ["ERRORED", "DELIVERED"]);
}

#[tokio::test]
async fn the_expired_key_of_a_hiu_reaches_the_hip() {
    let sandbox = both(json!({}), json!({"expiredKey": true})).await;
    assert_eq!(transfer(&sandbox).await.len(), 3, "this HIP does not look at it");
    let asked = get(&sandbox, "journal?endpoint=OnHealthInformationRequest").await;
    let key = &asked["entries"][0]["body"]["hiRequest"]["keyMaterial"]["dhPublicKey"];
    let expiry: DateTime<Utc> = key["expiry"].as_str().unwrap().parse().unwrap();
    assert!(expiry < sandbox.now(), "{expiry}");
}

#[tokio::test]
async fn a_page_of_many_megabytes_comes_through() {
    let sandbox = both(json!({"pageMegabytes": 5}), json!({})).await;
    let records = transfer(&sandbox).await;
    assert_eq!(records.len(), 3);
    for record in &records {
        let length = record["documentBase64"].as_str().unwrap().len();
        assert!((4_900_000..5_100_000).contains(&length), "{length}");
        assert_eq!(record["document"]["resourceType"], "Bundle", "blanks behind JSON are no harm");
    }
}

#[tokio::test]
async fn a_played_facility_is_named_once_and_played_no_more() {
    let sandbox = both(json!({}), json!({})).await;
    for (path, body, status) in [
        ("played/hips", json!({"id": HIP}), 409),
        ("played/hius", json!({"id": "a/b"}), 400),
        ("played/hius", json!({"id": ".."}), 400),
        ("played/hips", json!({"id": "XX", "habits": {"page": "zero-of-one"}}), 400),
        (
            "played/hips/OTHER-HIU/records",
            json!({"patient": "ravi.example@sbx",
            "careContextReference": "D", "hiType": "Invoice"}),
            404,
        ),
        (
            "played/hips/OTHER-HIP/records",
            json!({"patient": "ravi.example@sbx",
            "careContextReference": "A", "hiType": "OPConsultation"}),
            409,
        ),
    ] {
        assert_eq!(post(&sandbox, path, body.clone()).await.status, status, "{path} {body}");
    }
    assert_eq!(get(&sandbox, "played").await.as_array().unwrap().len(), 2);
    let gone = ctl(&sandbox, Method::DELETE, "played/OTHER-HIU", Value::Null).await;
    assert_eq!(gone.status, 204);
    let again = ctl(&sandbox, Method::DELETE, "played/OTHER-HIU", Value::Null).await;
    assert_eq!(again.status, 404);
    assert_eq!(get(&sandbox, "facilities").await.as_array().unwrap().len(), 1);
}

/// The requests of the HIU's, as it tells them, once nothing is on its way.
pub(crate) async fn requests(sandbox: &Sandbox) -> Vec<Value> {
    let quiet = get(sandbox, "wait/quiet?settleSeconds=0.5&timeoutSeconds=60").await;
    assert_eq!(quiet["outcome"], "came", "{quiet}");
    get(sandbox, &format!("played/hius/{HIU}/requests")).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_problem_is_told_of_the_request_that_it_befell_by_answer_or_by_callback() {
    let at_once =
        json!({"fault": "failNext", "endpoint": "RequestHealthInformation", "failure": "flat"});
    // Refused by a callback: 1063. At once: 1211.
    for (habits, fault, problem) in
        [(json!({"widerDates": true}), None, "Date Range"), (json!({}), Some(at_once), "1211")]
    {
        let sandbox = both(json!({}), habits).await;
        if let Some(fault) = fault {
            assert_eq!(post(&sandbox, "faults", fault).await.status, 204);
        }
        let mut ids = Vec::new();
        for _ in 0..2 {
            let ask = json!({"patient": "ravi.example@sbx", "hipId": HIP});
            made(&sandbox, &format!("played/hius/{HIU}/requests"), ask).await;
            let after = ids.last().map(|id| format!("&after={id}")).unwrap_or_default();
            let path = format!("wait/consent-request?patient=ravi.example@sbx{after}");
            let request = &get(&sandbox, &path).await["request"]["requestId"];
            ids.push(request.as_str().unwrap().to_owned());
        }
        let approve = format!("app/ravi.example@sbx/requests/{}/approve", ids[0]);
        made(&sandbox, &approve, json!({})).await;
        let told = column(&requests(&sandbox).await, "problem");
        assert!(told[0].as_str().unwrap_or_default().contains(problem), "{told:?}");
        assert_eq!(told[1], Value::Null, "{problem}");
    }
}

#[tokio::test]
async fn a_callback_to_a_played_facility_that_is_too_large_is_refused() {
    let sandbox = both(json!({}), json!({})).await;
    let large = bytes::Bytes::from(vec![b' '; 64 * 1024 * 1024 + 1]);
    for rest in ["push/some", "anything"] {
        let url = format!("{}/played/{HIU}/{rest}", sandbox.base_url());
        let request = http::Request::post(url).body(large.clone()).unwrap();
        assert_eq!(crate::support::send_http(request).await.status, 413, "{rest}");
    }
}
