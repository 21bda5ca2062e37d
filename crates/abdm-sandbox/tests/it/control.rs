//! The sandbox's own paths, as a test suite in another language uses them.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Family;
use abdm_sandbox::Sandbox;
use hip_services::api::hip_linking::OnGenerateLinkToken;
use hiu_services::api::consent::{CheckConsentStatus, OnConsentDecision};
use serde_json::{Value, json};

use crate::support::{Raw, clinic, sandbox, send_http};

/// Calls one of the sandbox's own paths.
pub(crate) async fn control(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Raw {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{path}", sandbox.base_url()))
        .header("content-type", "application/json")
        .body(body.to_string().into_bytes().into())
        .unwrap();
    send_http(request).await
}

async fn set(sandbox: &Sandbox, name: &str, value: Value) -> Raw {
    control(sandbox, "PATCH", "/sandbox/switches", &json!({ name: value })).await
}

/// C9: the list of endpoints forgot the whole of milestone 3.
#[tokio::test]
async fn a_fault_can_be_armed_on_every_callback() {
    let sandbox = sandbox().await;
    let callbacks: Vec<_> =
        Sandbox::endpoints().into_iter().filter(|meta| meta.family == Family::Bridge).collect();
    assert!(callbacks.iter().any(|meta| meta.name == OnConsentDecision::META.name));
    for meta in callbacks {
        for fault in ["dropNextCallback", "holdNextCallback"] {
            let body = json!({"fault": fault, "endpoint": meta.name});
            let answer = control(&sandbox, "POST", "/sandbox/faults", &body).await;
            assert_eq!(answer.status, 204, "{fault} {}: {}", meta.name, answer.text);
        }
        let body = json!({"fault": "failNext", "endpoint": meta.name, "failure": "flat"});
        let answer = control(&sandbox, "POST", "/sandbox/faults", &body).await;
        assert_eq!(answer.status, 404, "{} is a callback and cannot fail as a call", meta.name);
    }
}

#[tokio::test]
async fn every_call_can_be_let_fail_and_none_of_them_can_get_lost_as_a_callback() {
    let sandbox = sandbox().await;
    let is_call = |family| !matches!(family, Family::Bridge | Family::DataPush);
    let calls = Sandbox::endpoints().into_iter().filter(|meta| is_call(meta.family));
    let calls: Vec<_> = calls.collect();
    assert!(calls.iter().any(|meta| meta.name == CheckConsentStatus::META.name));
    for meta in calls {
        let body = json!({"fault": "failNext", "endpoint": meta.name, "failure": "flat"});
        let answer = control(&sandbox, "POST", "/sandbox/faults", &body).await;
        assert_eq!(answer.status, 204, "{}: {}", meta.name, answer.text);
        let body = json!({"fault": "dropNextCallback", "endpoint": meta.name});
        let answer = control(&sandbox, "POST", "/sandbox/faults", &body).await;
        assert_eq!(answer.status, 404, "{} is no callback", meta.name);
    }
}

/// A value was checked for its type only.
#[tokio::test]
async fn a_switch_out_of_its_range_is_refused_with_the_range() {
    let sandbox = sandbox().await;
    let before = sandbox.switches();
    for (name, value) in [
        ("time_scale", json!(-1)),
        ("time_scale", json!(1e300)),
        ("callback_delay_seconds", json!([5, 1])),
        ("callback_delay_seconds", json!([-1, 1])),
        ("callback_delay_seconds", json!([0, 9e18])),
        ("fixed_otp", json!("abc")),
        ("fixed_otp", json!(12345)),
        ("clock_skew_seconds", json!(9_000_000_000_000_000_000_i64)),
        ("session_seconds", json!(9_000_000_000_000_000_000_i64)),
        ("session_seconds", json!(-1)),
        ("link_token_window_seconds", json!(9_000_000_000_000_000_000_i64)),
        ("callback_token_seconds", json!(9_000_000_000_000_000_000_i64)),
        ("consent_window_seconds", json!(i64::MIN)),
        ("redelivery_after_seconds", json!(9e18)),
        ("otp_seconds", json!(i64::MAX)),
        ("drop_callbacks", json!(["OnGenerateLinkTokn"])),
        ("restricted_features", json!(["children"])),
        ("programmes", json!([" "])),
    ] {
        let answer = set(&sandbox, name, value.clone()).await;
        assert_eq!(answer.status, 400, "{name} = {value}: {}", answer.text);
        assert!(answer.text.contains(name), "{}", answer.text);
    }
    assert_eq!(sandbox.switches(), before);
    // One wrong value among several: none of them is taken.
    let both = json!({"seed": 7, "time_scale": -1});
    assert_eq!(control(&sandbox, "PATCH", "/sandbox/switches", &both).await.status, 400);
    assert_eq!(sandbox.switches(), before);
    assert!(sandbox.set(|switches| switches.time_scale = f64::NAN).is_err());
    assert_eq!(sandbox.switches(), before);
}

/// The greatest value that is taken breaks nothing.
#[tokio::test]
async fn with_every_number_at_its_greatest_calls_are_still_answered() {
    let sandbox = sandbox().await;
    let switches = serde_json::to_value(sandbox.switches()).unwrap();
    let numbers = switches.as_object().unwrap().iter().filter(|(_, value)| value.is_number());
    for (name, _) in numbers.filter(|(name, _)| *name != "seed") {
        let refused = set(&sandbox, name, json!(4_000_000_000_u64)).await;
        let told = refused.json()["error"].to_string();
        let most = told.rsplit(' ').next().unwrap().trim_end_matches(['"', '}', '\\']);
        let most: f64 = most.parse().unwrap_or_else(|_| panic!("no range in {told}"));
        // Whole numbers are written as such.
        let most = if most.fract() == 0.0 { json!(most as u64) } else { json!(most) };
        let taken = set(&sandbox, name, most).await;
        assert_eq!(taken.status, 200, "{name}: {}", taken.text);
    }
    sandbox.set(|switches| switches.time_scale = 0.0).unwrap();
    let clinic = clinic(&sandbox).await;
    clinic.send(crate::hip_linking::token_request()).await.unwrap();
    clinic.next(OnGenerateLinkToken::META.path).await;
    clinic.refused(crate::hip_linking::token_request()).await;
}
