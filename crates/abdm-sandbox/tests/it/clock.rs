//! The clock that is moved: what is due happens.

use abdm_core::api::consent::DateRange;
use abdm_core::endpoint::Endpoint as _;
use chrono::{DateTime, TimeDelta};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::hip_linking::OnGenerateLinkToken;
use hiu_services::api::consent::{OnConsentDecision, OnRequestConsent};
use http::Method;
use serde_json::{Value, json};

use crate::consent::data_request;
use crate::hip_linking::{link, link_token, linked, token_request};
use crate::journal::ask;
use crate::own_api::{ctl, get, post};
use crate::support::{clinic, hospital, sandbox, sandbox_with, send_raw, token};

#[tokio::test]
async fn a_consent_ends_when_the_clock_passes_its_erase_date() {
    let sandbox = sandbox().await;
    let (clinic, hospital) = (clinic(&sandbox).await, hospital(&sandbox).await);
    linked(&clinic, "OPD-1").await;
    hospital.send(ask(&sandbox, 30)).await.unwrap();
    let arrived = hospital.next(OnRequestConsent::META.path).await;
    let request = arrived.text("/consentRequest/id");
    let path = format!("app/ravi.example@sbx/requests/{request}/approve");
    let granted = post(&sandbox, &path, json!({})).await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    clinic.next(OnConsentNotify::META.path).await;
    hospital.next(OnConsentDecision::META.path).await;
    sandbox.advance(TimeDelta::days(29)).unwrap();
    assert_eq!(get(&sandbox, "app/ravi.example@sbx/artefacts").await[0]["status"], "GRANTED");
    sandbox.advance(TimeDelta::days(2)).unwrap();
    let ended = hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(ended.text("/notification/status"), "EXPIRED");
    let ended = clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(ended.text("/notification/status"), "EXPIRED");
}

#[tokio::test]
async fn a_request_that_nobody_decides_ends_after_a_day() {
    let sandbox = sandbox().await;
    let hospital = hospital(&sandbox).await;
    hospital.send(ask(&sandbox, 30)).await.unwrap();
    hospital.next(OnRequestConsent::META.path).await;
    sandbox.advance(TimeDelta::hours(25)).unwrap();
    let ended = hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(ended.text("/notification/status"), "EXPIRED");
}

#[tokio::test]
async fn a_session_ends_after_twenty_minutes_and_the_caller_need_not_move_its_clock() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let call = token_request();
    assert_eq!(send_raw(&sandbox, Some(&session), &call, |_| {}).await.status, 202);
    sandbox.advance(TimeDelta::minutes(21)).unwrap();
    let over = send_raw(&sandbox, Some(&session), &call, |_| {}).await;
    assert_eq!((over.status, over.json()["code"].clone()), (401, json!("900901")), "{}", over.text);
    let session = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let fresh = send_raw(&sandbox, Some(&session), &call, |_| {}).await;
    assert_eq!(fresh.status, 202, "{}", fresh.text);
}

/// Found by the clients of other languages.
#[tokio::test]
async fn a_key_that_is_good_by_its_owners_clock_is_good_after_the_clock_was_moved() {
    let sandbox = sandbox().await;
    let hospital = hospital(&sandbox).await;
    sandbox.advance(TimeDelta::days(2)).unwrap();
    let consent = "d6a83f24-6c96-421e-b8b8-844e5344ef69".parse().unwrap();
    let dates = DateRange::new(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);
    hospital.send(data_request(&consent, dates)).await.unwrap();
}

#[tokio::test]
async fn a_block_of_a_day_is_over_after_a_day() {
    let sandbox = sandbox_with(|switches| switches.link_token_window_seconds = 0).await;
    let clinic = clinic(&sandbox).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        clinic.send(token_request()).await.unwrap();
        let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
        codes.push(arrived.at("/error/code").clone());
    }
    assert!(codes[3].to_string().contains("1027"), "{codes:?}");
    sandbox.advance(TimeDelta::hours(25)).unwrap();
    link_token(&clinic).await;
}

#[tokio::test]
async fn a_link_token_is_over_after_half_a_year() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    sandbox.advance(TimeDelta::days(182)).unwrap();
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    sandbox.advance(TimeDelta::days(1)).unwrap();
    assert_eq!(clinic.refused(link(&token, "OPD-2")).await.0, 400);
}

#[tokio::test]
async fn a_callback_carries_the_time_of_those_whose_clocks_were_not_moved() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.advance(TimeDelta::days(400)).unwrap();
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    let at = abdm_core::clock::parse_timestamp(arrived.header("timestamp").unwrap()).unwrap();
    let now = abdm_core::clock::Clock::now(&abdm_core::clock::SystemClock);
    assert!((now - at).abs() < TimeDelta::minutes(5), "{at}");
    let claims = crate::hip_linking::part(arrived.bearer(), 1);
    assert!(claims["iat"].as_i64().unwrap() <= now.timestamp());
}

#[tokio::test]
async fn the_clock_goes_forward_only() {
    let sandbox = sandbox().await;
    let before = get(&sandbox, "clock").await;
    assert_eq!(before["movedSeconds"], 0);
    for body in [
        json!({"to": "2020-01-01T00:00:00Z"}),
        json!({"to": "9999-01-01T00:00:00Z"}),
        json!({"seconds": -1}),
        json!({"seconds": 1, "to": "2099-01-01T00:00:00Z"}),
        json!({"minutes": 1}),
        json!({}),
    ] {
        assert_eq!(post(&sandbox, "clock", body.clone()).await.status, 400, "{body}");
    }
    let to = post(&sandbox, "clock", json!({"to": "2099-01-01T00:00:00Z"})).await.json();
    assert!(to["now"].as_str().unwrap().starts_with("2099-01-01T00:00:0"), "{to}");
    let gone = ctl(&sandbox, Method::DELETE, "clock", Value::Null).await;
    assert_eq!(gone.status, 405);
}
