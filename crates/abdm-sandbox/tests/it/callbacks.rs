//! Callbacks: signed, and everything that happens to them live.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::gateway::{BridgeUrl, UpdateBridgeUrl};
use abdm_core::call::Call;
use abdm_core::callback::{CallbackRejected, CallbackVerifier, KeyCache, VerifyPolicy};
use abdm_core::client::GatewayKeys;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::{Failure, RotatedKeys};
use hip_services::api::hip_linking::{GenerateLinkToken, OnGenerateLinkToken, OnLinkCareContexts};
use http::StatusCode;

use crate::hip_linking::{link, link_token, part, token_request};
use crate::support::{Desk, clinic, sandbox, sandbox_with};

fn verifier(desk: &Desk) -> CallbackVerifier {
    let clock = Arc::new(SystemClock);
    let keys = KeyCache::new(Arc::new(GatewayKeys::new(desk.client.clone())), clock.clone());
    CallbackVerifier::new(keys, VerifyPolicy::sandbox(), clock)
}

#[tokio::test]
async fn a_callback_is_verified_by_the_published_keys() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    let verified = verifier(&clinic).verify(&arrived.headers).await.unwrap();
    assert_eq!(verified.request_id, arrived.request_id());
    assert_eq!(verified.late_by, None);
}

/// A bridge in a neighbouring container has a name or an address of the network there. 0.0.0.0
/// stands for them: it is no loopback address, and leads to this machine on Linux.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_callback_goes_by_plain_http_to_a_bridge_that_is_not_on_loopback() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let url = BridgeUrl::new(clinic.url.replace("127.0.0.1", "0.0.0.0"));
    clinic.send::<UpdateBridgeUrl>(Call::new(url)).await.unwrap();
    clinic.send(token_request()).await.unwrap();
    clinic.next(OnGenerateLinkToken::META.path).await;
}

#[tokio::test]
async fn a_forged_token_is_not_verified() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.forge_callback_tokens(1);
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    let rejected = verifier(&clinic).verify(&arrived.headers).await.unwrap_err();
    assert!(matches!(rejected, CallbackRejected::UnknownKey), "{rejected:?}");
}

#[tokio::test]
async fn after_a_rotation_the_new_key_is_published() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.rotate_keys(RotatedKeys::Signing).await.unwrap();
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    verifier(&clinic).verify(&arrived.headers).await.unwrap();
}

/// The waiting time is told, or it is not: NHA publishes neither.
#[tokio::test]
async fn too_many_requests_come_with_a_retry_after_or_without_one() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let bearer = crate::support::token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    for (seconds, told) in [(None, Some("60")), (Some(5), Some("5")), (Some(0), None)] {
        if let Some(seconds) = seconds {
            sandbox.set(|switches| switches.retry_after_seconds = seconds).unwrap();
        }
        sandbox.fail_next::<GenerateLinkToken>(Failure::TooManyRequests);
        let call = token_request();
        let answer = crate::support::send_raw(&sandbox, Some(&bearer), &call, |_| {}).await;
        assert_eq!(answer.status, 429);
        let header = answer.headers.get(http::header::RETRY_AFTER);
        assert_eq!(header.map(|value| value.to_str().unwrap()), told);
    }
    clinic.send(token_request()).await.unwrap();
}

#[tokio::test]
async fn a_duplicate_is_the_same_message_again() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.duplicate_callbacks(1);
    clinic.send(token_request()).await.unwrap();
    let first = clinic.next(OnGenerateLinkToken::META.path).await;
    let second = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(first.request_id(), second.request_id());
    assert_eq!(first.bearer(), second.bearer());
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_held_callback_is_overtaken_by_the_next() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    sandbox.hold_next_callback::<OnLinkCareContexts>();
    let held = clinic.send(link(&token, "OPD-1")).await.unwrap();
    // Wait until it is held, then let another pass.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(clinic.unread().is_empty());
    let passing = clinic.send(link(&token, "OPD-2")).await.unwrap();
    let first = clinic.next(OnLinkCareContexts::META.path).await;
    let second = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(first.text("/response/requestId"), passing.request_id.to_string());
    assert_eq!(second.text("/response/requestId"), held.request_id.to_string());
}

#[tokio::test]
async fn a_refused_delivery_comes_once_more_with_the_same_token() {
    let sandbox = sandbox_with(|s| s.redelivery_after_seconds = 10.0).await;
    let clinic = clinic(&sandbox).await;
    clinic.refuse_next(StatusCode::BAD_REQUEST);
    clinic.send(token_request()).await.unwrap();
    let first = clinic.next(OnGenerateLinkToken::META.path).await;
    let again = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!((first.request_id(), first.bearer()), (again.request_id(), again.bearer()));
    let more = clinic.next_within(OnGenerateLinkToken::META.path, Duration::from_millis(300)).await;
    assert!(more.is_none());
}

/// Live it is always over by then, and a HIP that refuses it loses the callback.
#[tokio::test]
async fn a_redelivered_bearer_is_good_at_first_and_over_the_second_time() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    clinic.refuse_next(StatusCode::SERVICE_UNAVAILABLE);
    clinic.send(token_request()).await.unwrap();
    let first = clinic.next(OnGenerateLinkToken::META.path).await;
    let in_time = verifier(&clinic).verify(&first.headers).await.unwrap();
    assert_eq!(in_time.late_by, None);
    let again = clinic.next_within(OnGenerateLinkToken::META.path, Duration::from_secs(30)).await;
    let again = again.unwrap();
    assert_eq!(first.bearer(), again.bearer());
    let late = verifier(&clinic).verify(&again.headers).await.unwrap();
    assert!(late.late_by.is_some());
}

/// It is the gateway's own token, minted before and kept for several callbacks.
#[tokio::test]
async fn the_gateways_token_is_some_minutes_old_and_serves_several_callbacks() {
    let sandbox = sandbox_with(|s| {
        s.time_scale = 1.0;
        s.callback_delay_seconds = (0.0, 0.0);
    });
    let sandbox = sandbox.await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    let first = clinic.next(OnLinkCareContexts::META.path).await;
    clinic.send(link(&token, "OPD-2")).await.unwrap();
    let second = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(first.bearer(), second.bearer());
    let claims = part(first.bearer(), 1);
    let (made, ends) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert_eq!(ends - made, 1200);
    let age = SystemClock.now().timestamp() - made;
    assert!((230..=550).contains(&age), "{age} s old at its first use");
}

/// live-measurements.md 24: nine fraction digits and no zone, by turns.
#[tokio::test]
async fn the_timestamp_of_a_link_answer_has_nine_digits_and_no_zone_by_turns() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    let mut lengths = Vec::new();
    for visit in ["OPD-1", "OPD-2", "OPD-3", "OPD-4"] {
        clinic.send(link(&token, visit)).await.unwrap();
        let arrived = clinic.next(OnLinkCareContexts::META.path).await;
        lengths.push(arrived.header("timestamp").unwrap().len());
    }
    let (short, long) = ("2026-01-01T00:00:00.000Z".len(), "2026-01-01T00:00:00.000000000".len());
    assert_eq!(lengths, [short, long, short, long]);
    sandbox.set(|switches| switches.loose_bodies = false).unwrap();
    for visit in ["OPD-5", "OPD-6"] {
        clinic.send(link(&token, visit)).await.unwrap();
        let arrived = clinic.next(OnLinkCareContexts::META.path).await;
        assert_eq!(arrived.header("timestamp").unwrap().len(), short);
    }
}

#[tokio::test]
async fn a_refused_delivery_can_be_lost_for_good() {
    let sandbox = sandbox_with(|s| s.redeliver = false).await;
    let clinic = clinic(&sandbox).await;
    clinic.refuse_next(StatusCode::BAD_REQUEST);
    clinic.send(token_request()).await.unwrap();
    clinic.next(OnGenerateLinkToken::META.path).await;
    let more = clinic.next_within(OnGenerateLinkToken::META.path, Duration::from_millis(300)).await;
    assert!(more.is_none());
}

#[tokio::test]
async fn a_dropped_callback_never_comes() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.drop_next_callback::<OnGenerateLinkToken>();
    clinic.send(token_request()).await.unwrap();
    let came = clinic.next_within(OnGenerateLinkToken::META.path, Duration::from_millis(300)).await;
    assert!(came.is_none());
}

#[tokio::test]
async fn a_call_fails_once_when_it_is_told_to() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.fail_next::<GenerateLinkToken>(Failure::InternalServerError);
    assert_eq!(clinic.refused(token_request()).await.0, 500);
    link_token(&clinic).await;
    sandbox.fail_next::<GenerateLinkToken>(Failure::EmptyBadRequest);
    let (status, code, _) = clinic.refused(token_request()).await;
    assert_eq!((status, code.as_str()), (400, ""));
}
