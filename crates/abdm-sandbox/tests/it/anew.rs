//! Beginning anew between tests, own people, and whose OTP it was.

use abdm_core::api::gateway::{FindBridgeService, ListBridgeServices};
use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::ServiceId;
use abdm_core::secret::AccessToken;
use abdm_core::wire::NoBody;
use chrono::TimeDelta;
use http::Method;
use serde_json::{Value, json};

use crate::hip_linking::{linked, token_request};
use crate::lobby::{easy, person};
use crate::own_api::{ctl, get, post};
use crate::support::{clinic, sandbox, sandbox_with, send_raw, token};

/// Budgets, locks, links and pending faults leaked from test to test.
#[tokio::test]
async fn a_reset_forgets_what_happened_and_keeps_clients_and_their_sessions() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    linked(&clinic, "OPD-1").await;
    sandbox.drop_next_callback::<hip_services::api::hip_linking::OnGenerateLinkToken>();
    sandbox.set(|switches| switches.push_first = true).unwrap();
    let facilities = get(&sandbox, "facilities").await;
    assert_eq!(clinic.refused(token_request()).await.1, "ABDM-1092");
    assert_eq!(post(&sandbox, "reset", Value::Null).await.status, 204);
    assert_eq!(get(&sandbox, "app/ravi.example@sbx/links").await, json!([]));
    assert!(!sandbox.switches().push_first);
    assert_eq!(get(&sandbox, "facilities").await, facilities);
    // The same session goes on, the window of the link token is open, and no fault is left.
    linked(&clinic, "OPD-1").await;
}

#[tokio::test]
async fn parts_begin_anew_one_by_one() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    linked(&clinic, "OPD-1").await;
    let links =
        async || get(&sandbox, "app/ravi.example@sbx/links").await.as_array().unwrap().len();
    sandbox.set(|switches| switches.push_first = true).unwrap();
    assert_eq!(post(&sandbox, "reset", json!({"switches": true})).await.status, 204);
    assert!(!sandbox.switches().push_first);
    assert_eq!(links().await, 1);
    sandbox.set(|switches| switches.push_first = true).unwrap();
    sandbox.drop_next_callback::<hip_services::api::hip_linking::OnGenerateLinkToken>();
    assert_eq!(post(&sandbox, "reset", json!({"faults": true})).await.status, 204);
    assert_eq!((links().await, sandbox.switches().push_first), (1, true));
    assert_eq!(post(&sandbox, "reset", json!({"state": true})).await.status, 204);
    assert_eq!((links().await, sandbox.switches().push_first), (0, true));
    // The fault is gone: the callback comes.
    clinic.send(token_request()).await.unwrap();
    clinic.next(hip_services::api::hip_linking::OnGenerateLinkToken::META.path).await;
    let misspelt = post(&sandbox, "reset", json!({"stat": true})).await;
    assert_eq!(misspelt.status, 400, "{}", misspelt.text);
}

#[tokio::test]
async fn what_was_on_its_way_never_arrives_after_a_reset() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox
        .set(|switches| {
            switches.time_scale = 1.0;
            switches.callback_delay_seconds = (5.0, 5.0);
        })
        .unwrap();
    clinic.send(token_request()).await.unwrap();
    assert_eq!(post(&sandbox, "reset", json!({"state": true})).await.status, 204);
    // The clock is moved past the delay: what was still on its way would come now.
    assert_eq!(post(&sandbox, "clock", json!({"seconds": 60})).await.status, 200);
    let quiet = get(&sandbox, "wait/quiet?timeoutSeconds=10").await;
    assert!(clinic.unread().is_empty(), "{quiet}");
}

#[tokio::test]
async fn a_session_has_after_a_reset_of_a_moved_clock_the_rest_of_its_life_and_no_more() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let open = || token(&sandbox, "SBX_CLINIC", "not-a-secret");
    let status = async |session: &AccessToken| {
        let call = Call::<ListBridgeServices>::new(NoBody);
        send_raw(&sandbox, Some(session), &call, |_| {}).await.status
    };
    let before = open().await;
    sandbox.advance(TimeDelta::days(400)).unwrap();
    let after = open().await;
    assert_eq!((status(&before).await, status(&after).await), (401, 200));
    let registered = json!({"id": "IN-LATE", "name": "Late", "types": ["HIP"],
        "clientId": "SBX_CLINIC"});
    assert_eq!(post(&sandbox, "facilities", registered).await.status, 201);
    sandbox.reset();
    assert_eq!((status(&before).await, status(&after).await), (401, 200));
    sandbox.advance(TimeDelta::minutes(21)).unwrap();
    assert_eq!(status(&after).await, 401);
    // Nor was the facility registered in the future.
    let call = Call::<FindBridgeService>::new(NoBody).at(ServiceId::new("IN-LATE").unwrap());
    let shown = send_raw(&sandbox, Some(&open().await), &call, |_| {}).await.json();
    let year = sandbox.now().format("%Y").to_string();
    assert!(shown["registerTime"].as_str().unwrap().starts_with(&year), "{shown}");
}

#[tokio::test]
async fn a_callback_that_ends_with_the_state_is_lost_in_a_journal_that_stays() {
    let sandbox =
        sandbox_with(|switches| switches.callback_delay_seconds = (86_400.0, 86_400.0)).await;
    let clinic = clinic(&sandbox).await;
    clinic.send(token_request()).await.unwrap();
    assert_eq!(get(&sandbox, "journal?kind=callback").await["entries"][0]["state"], "waiting");
    assert_eq!(post(&sandbox, "reset", json!({"state": true})).await.status, 204);
    assert_eq!(get(&sandbox, "wait/quiet").await["onItsWay"], json!([]));
    let callback = get(&sandbox, "journal?kind=callback").await["entries"][0].clone();
    assert_eq!(callback["state"], "lost", "{callback}");
}

/// Fifteen people, each good for one run of many flows, are too few for a suite.
#[tokio::test]
async fn a_person_of_ones_own_is_added_and_lives_like_the_others() {
    let sandbox = sandbox().await;
    let new = |name: &str, abha: Value, aadhaar: Value| {
        json!({"firstName": name, "lastName": "Own", "gender": "F", "dateOfBirth": "1990-05-17",
            "mobile": "9888800001", "abhaName": abha, "aadhaar": aadhaar})
    };
    let added = post(&sandbox, "people", new("Tara", json!("tara.own"), Value::Null)).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let added = added.json();
    assert_eq!(added["abhaAddress"], "tara.own@sbx");
    assert!(added["abhaNumber"].is_string());
    let aadhaar = added["aadhaar"].clone();
    assert!(sandbox.phr(&"tara.own@sbx".parse().unwrap()).is_ok());
    // Neither the number nor the address is given twice.
    let twice = post(&sandbox, "people", new("Other", Value::Null, aadhaar)).await;
    assert_eq!((twice.status, &twice.json()["code"]), (409, &json!("taken")));
    let twice = post(&sandbox, "people", new("Other", json!("tara.own"), Value::Null)).await;
    assert_eq!((twice.status, &twice.json()["code"]), (409, &json!("taken")));
    let second = post(&sandbox, "people", new("Uma", Value::Null, Value::Null)).await;
    assert_eq!(second.json()["abhaNumber"], Value::Null);
    assert_ne!(second.json()["aadhaar"], added["aadhaar"]);
    for (field, wrong) in [
        ("mobile", json!("12345")),
        ("gender", json!("W")),
        ("dateOfBirth", json!("2999-01-01")),
        ("aadhaar", json!("123")),
        ("abhaName", json!("a b")),
        ("firstName", json!(" ")),
        ("firstname", json!("x")),
    ] {
        let mut body = new("Vani", Value::Null, Value::Null);
        body[field] = wrong;
        let told = post(&sandbox, "people", body).await;
        assert_eq!((told.status, &told.json()["field"]), (400, &json!(field)), "{}", told.text);
    }
}

/// Two tests on one phone collided.
#[tokio::test]
async fn an_otp_is_found_by_its_transaction_and_has_a_time() {
    let (sandbox, lobby) = easy().await;
    let ravi = person(&sandbox, "Ravi Example");
    let mut flows = Vec::new();
    for name in ["Ravi Example", "Sunita Example"] {
        let number = crate::lobby::number(&person(&sandbox, name));
        let route = abha_enrollment::flow::verification::OtpRoute::AbhaMobile;
        flows.push(lobby.desk.verify_abha_number(&number, route).await.unwrap());
    }
    let path = format!("otps?to={}", ravi.mobile.expose());
    let sent = get(&sandbox, &path).await;
    let sent = sent.as_array().unwrap();
    assert_eq!(sent.len(), 2);
    assert_ne!(sent[0]["txnId"], sent[1]["txnId"]);
    for one in sent {
        assert!(one["sentAt"].as_str().unwrap().ends_with('Z'), "{one}");
        let path = format!("otps?txnId={}", one["txnId"].as_str().unwrap());
        assert_eq!(get(&sandbox, &path).await, json!([one]));
    }
    assert_eq!(get(&sandbox, "otps?to=0000000000").await, json!([]));
    let misspelt = ctl(&sandbox, Method::GET, "otps?txnid=1", Value::Null).await;
    assert_eq!(misspelt.status, 400, "{}", misspelt.text);
}

#[tokio::test]
async fn readiness_is_told_in_json() {
    let sandbox = sandbox().await;
    let health = get(&sandbox, "health").await;
    assert_eq!((&health["status"], &health["ready"]), (&json!("up"), &json!(true)));
    assert_eq!(health["baseUrl"], sandbox.base_url());
    assert!(health["keysMade"].is_boolean() && health["version"].is_string(), "{health}");
}

#[tokio::test]
async fn a_played_facility_ends_with_the_state_and_its_id_is_free_again() {
    let sandbox = sandbox().await;
    let played = || post(&sandbox, "played/hips", json!({"id": "IN-PLAYED"}));
    assert_eq!(played().await.status, 201);
    assert_eq!(post(&sandbox, "reset", json!({"state": true})).await.status, 204);
    assert_eq!(get(&sandbox, "facilities").await, json!([]));
    assert_eq!(get(&sandbox, "clients").await, json!([]));
    assert_eq!(played().await.status, 201);
}
