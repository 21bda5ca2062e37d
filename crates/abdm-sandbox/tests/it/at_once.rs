//! Calls of the own API that come at the same time: of two that want one id, one gets it.

use abdm_core::transport::ReqwestTransport;
use abdm_sandbox::Sandbox;
use http::Method;
use serde_json::{Value, json};

use crate::own_api::{get, post};
use crate::support::{clinic, sandbox, send_by};

/// So many calls of one kind come at once.
const AT_ONCE: usize = 16;
const ROUNDS: usize = 3;

/// One call over a transport that many share.
async fn status(transport: ReqwestTransport, method: Method, url: String, body: Value) -> u16 {
    let request = http::Request::builder().method(method).uri(url);
    let request = request.header("content-type", "application/json");
    send_by(&transport, request.body(body.to_string().into()).unwrap()).await.status
}

/// The statuses of the same call made many times at once, sorted.
async fn all_at_once(
    sandbox: &Sandbox,
    transport: &ReqwestTransport,
    path: &str,
    body: &Value,
) -> Vec<u16> {
    let url = format!("{}/sandbox/{path}", sandbox.base_url());
    let calls: Vec<_> = (0..AT_ONCE)
        .map(|_| status(transport.clone(), Method::POST, url.clone(), body.clone()))
        .map(tokio::spawn)
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_registrations_of_one_id_at_once_one_is_taken_and_all_others_are_refused() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let record = json!({"patient": "ravi.example@sbx", "careContextReference": "OPD-0",
        "hiType": "OPConsultation", "document": {}});
    let person = json!({"firstName": "Tara", "lastName": "Own", "gender": "F",
        "dateOfBirth": "1990-05-17", "mobile": "9888800001", "abhaName": "tara.own"});
    assert_eq!(post(&sandbox, "played/hips", json!({"id": "IN-HOLDS"})).await.status, 201);
    let transport = ReqwestTransport::new().unwrap();
    for round in 0..ROUNDS {
        let id = format!("IN-{round}");
        let mut record = record.clone();
        record["careContextReference"] = json!(format!("OPD-{round}"));
        let mut person = person.clone();
        person["abhaName"] = json!(format!("tara{round}.own"));
        let link = json!({"patient": "ravi.example@sbx", "hipId": "IN-HOLDS",
            "patientReference": "U-1",
            "careContexts": [{"reference": format!("LAB-{round}"), "hiTypes": ["Prescription"]}]});
        for (path, body) in [
            ("clients", json!({"clientId": id, "clientSecret": "not-a-secret"})),
            (
                "facilities",
                json!({"id": id, "name": "A", "types": ["HIP"], "clientId": "SBX_CLINIC"}),
            ),
            ("played/hips", json!({"id": format!("{id}-HIP")})),
            ("played/hius", json!({"id": format!("{id}-HIU")})),
            ("people", person),
            ("links", link),
            ("played/hips/IN-HOLDS/records", record),
        ] {
            let statuses = all_at_once(&sandbox, &transport, path, &body).await;
            let mut expected = vec![409; AT_ONCE];
            expected[0] = 201;
            assert_eq!(statuses, expected, "{path}, round {round}");
        }
    }
    let held = get(&sandbox, "links").await;
    assert_eq!(held.as_array().unwrap().len(), 2 * ROUNDS, "a record and a link each round");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_switches_that_are_set_at_once_none_is_lost() {
    let sandbox = sandbox().await;
    let numbers = [
        "clock_skew_seconds",
        "session_seconds",
        "otp_seconds",
        "otp_lock_seconds",
        "accounts_a_mobile",
        "accounts_a_client",
        "addresses_a_person",
        "consent_window_seconds",
    ];
    let transport = ReqwestTransport::new().unwrap();
    let url = format!("{}/sandbox/switches", sandbox.base_url());
    for round in 1..40 {
        let calls = numbers.map(|name| {
            let body = json!({ name: round });
            tokio::spawn(status(transport.clone(), Method::PATCH, url.clone(), body))
        });
        for call in calls {
            assert_eq!(call.await.unwrap(), 200);
        }
        let switches = get(&sandbox, "switches").await;
        for name in numbers {
            assert_eq!(switches[name], json!(round), "{name}");
        }
    }
}
