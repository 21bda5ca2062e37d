//! The callback receiver: what it refuses, what it stores, what it answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::callback::{CallbackVerifier, KeyCache, StaticKeys, VerifyPolicy};
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::receiver::{CallbackReceiver, InboundSink, PATH, Route};
use abdm_core::store::{Accepted, Inbound, StoreError, StoreErrorKind};
use abdm_core::wire::Accepted as Taken;
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::json;

abdm_core::endpoint! {
    /// A callback of these tests.
    pub(crate) OnTested {
        method: POST,
        family: Bridge,
        path: "/tested",
        older_paths: ["/older/tested"],
        auth: SignedCallback,
        headers: HipHeaders,
        request: serde_json::Value,
        response: Taken,
        success: OK,
        replay: Safe,
        source: "none.md",
    }
}

#[derive(Debug, Default)]
struct Shelf {
    kept: Mutex<Vec<Inbound>>,
    full: bool,
}

#[async_trait]
impl InboundSink for Shelf {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError> {
        if self.full {
            return Err(StoreError::new(StoreErrorKind::Unavailable));
        }
        let mut kept = self.kept.lock().unwrap();
        if kept.iter().any(|known| known.key == inbound.key) {
            return Ok(Accepted::Duplicate);
        }
        kept.push(inbound.clone());
        Ok(Accepted::New)
    }
}

fn receiver(shelf: &Arc<Shelf>) -> CallbackReceiver {
    let sink = Arc::clone(shelf) as Arc<dyn InboundSink>;
    CallbackReceiver::new(
        Arc::new(CallbackVerifier::dangerously_accept_everything()),
        Arc::new(SystemClock),
        vec![
            Route::new::<OnTested>(Arc::clone(&sink)),
            Route::at::<PushHealthInformation>("/data/push/{id}", sink),
        ],
    )
}

fn callback(path: &str, id: &str, body: &str) -> Request<Bytes> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("authorization", "Bearer x")
        .header("request-id", id)
        .header("timestamp", "2026-11-22T10:00:00.000Z")
        .header("x-hip-id", "IN0000000001")
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

const ID: &str = "6f1f2f5e-9c52-4f7e-8f0a-0d7f1f3d9a11";

#[tokio::test]
async fn a_callback_is_stored_and_answered_with_202_and_nothing() {
    let shelf = Arc::new(Shelf::default());
    let answer = receiver(&shelf).handle(callback("/tested", ID, "{\"a\":1}")).await;
    assert_eq!((answer.status(), answer.body().len()), (StatusCode::ACCEPTED, 0));
    let kept = shelf.kept.lock().unwrap();
    assert_eq!(kept[0].key.endpoint, "OnTested");
    assert_eq!(kept[0].header("x-hip-id"), Some("IN0000000001"));
    assert_eq!(kept[0].header(PATH), Some("/tested"));
    assert_eq!(kept[0].header("authorization"), None);
}

#[tokio::test]
async fn a_repeated_callback_is_answered_the_same_and_kept_once_on_every_spelling_of_its_path() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    for path in ["/tested", "/older/tested", "/tested"] {
        let answer = receiver.handle(callback(path, ID, "{}")).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(shelf.kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_callback_is_refused_and_not_kept() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf).largest_push(20);
    let mut get = callback("/tested", ID, "{}");
    *get.method_mut() = Method::GET;
    let mut nameless = callback("/tested", ID, "{}");
    nameless.headers_mut().remove("request-id");
    for (request, status) in [
        (callback("/other", ID, "{}"), StatusCode::NOT_FOUND),
        (get, StatusCode::METHOD_NOT_ALLOWED),
        (
            callback("/tested", ID, &"1".repeat(CallbackReceiver::LARGEST_CALLBACK + 1)),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (callback("/tested", ID, "{\"a\":"), StatusCode::BAD_REQUEST),
        (callback("/tested", "no-uuid", "{}"), StatusCode::BAD_REQUEST),
        (nameless, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(receiver.handle(request).await.status(), status);
    }
    assert!(shelf.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_callback_without_its_facility_is_refused() {
    let shelf = Arc::new(Shelf::default());
    let mut request = callback("/tested", ID, "{}");
    request.headers_mut().remove("x-hip-id");
    assert_eq!(receiver(&shelf).handle(request).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_cannot_be_stored_is_asked_for_again() {
    let shelf = Arc::new(Shelf { full: true, ..Shelf::default() });
    let answer = receiver(&shelf).handle(callback("/tested", ID, "{}")).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn without_a_key_that_fits_nothing_passes() {
    let shelf = Arc::new(Shelf::default());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = KeyCache::new(Arc::new(StaticKeys::new(&b"{\"keys\":[]}"[..])), Arc::clone(&clock));
    let verifier = CallbackVerifier::new(keys, VerifyPolicy::sandbox(), Arc::clone(&clock));
    let route = Route::new::<OnTested>(Arc::clone(&shelf) as Arc<dyn InboundSink>);
    let receiver = CallbackReceiver::new(Arc::new(verifier), clock, vec![route]);
    let answer = receiver.handle(callback("/tested", ID, "{}")).await;
    assert!(!answer.status().is_success(), "{}", answer.status());
    assert!(shelf.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_push_is_bounded_by_its_own_limit() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf).largest_push(20);
    for (length, status) in [(20, StatusCode::ACCEPTED), (21, StatusCode::PAYLOAD_TOO_LARGE)] {
        let push = callback("/data/push/a", ID, &"1".repeat(length));
        assert_eq!(receiver.handle(push).await.status(), status);
    }
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_read() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    let mut request = callback("/tested", ID, "");
    request.headers_mut().insert("content-length", "99999999999".parse().unwrap());
    let refused = receiver.admit(request.method(), "/tested", request.headers()).await;
    assert_eq!(refused.unwrap_err(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn pages_that_share_a_request_id_are_all_kept() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    for body in ["{\"pageNumber\":1}", "{\"pageNumber\":2}", "{\"pageNumber\":2}"] {
        let answer = receiver.handle(callback("/data/push/a", ID, body)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(shelf.kept.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_push_without_request_id_is_known_again_by_its_contents() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    for (path, body) in [
        ("/data/push/a", "{\"pageNumber\":1}"),
        ("/data/push/a", "{\"pageNumber\":1}"),
        ("/data/push/a", "{\"pageNumber\":2}"),
        ("/data/push/b", "{\"pageNumber\":1}"),
    ] {
        let mut push = callback(path, ID, body);
        push.headers_mut().clear();
        assert_eq!(receiver.handle(push).await.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(shelf.kept.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_watch_sees_the_answer_to_its_request_and_no_other() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    let (ours, theirs): (RequestId, RequestId) = (ID.parse().unwrap(), RequestId::random());
    // Live callbacks carry either key, and some both, one of them null.
    for (answered, key, other) in
        [(ours, "response", "resp"), (ours, "resp", "response"), (theirs, "response", "resp")]
    {
        let watch = receiver.watch(ours);
        let body = json!({key: {"requestId": answered.to_string()}, other: null}).to_string();
        let fresh = RequestId::random().to_string();
        receiver.handle(callback("/tested", &fresh, &body)).await;
        let seen = watch.within(Duration::from_millis(50)).await;
        assert_eq!(seen, (answered == ours).then_some("OnTested"));
    }
}
