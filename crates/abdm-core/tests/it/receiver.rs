//! The callback receiver: what it refuses, what it stores, what it answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::callback::{CallbackVerifier, KeyCache, PushTokenPolicy, StaticKeys, VerifyPolicy};
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::message::Inbound;
use abdm_core::receiver::Accepted;
use abdm_core::receiver::{CallbackReceiver, InboundSink, NotTaken, PATH, PushLimits, Route};
use abdm_core::testing::log::{listen, logged};
use abdm_core::wire::{Accepted as Taken, MOST_LEVELS, read_json};
use abdm_core::{StoreError, StoreErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::json;
use tracing::Level;

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
        errors: Unlisted,
        source: "none.md",
    }
}

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    kept: Mutex<Vec<Inbound>>,
    full: bool,
    /// The messages that were too long, with their length and the limit.
    too_large: Mutex<Vec<(String, Option<usize>, usize)>>,
}

impl Shelf {
    /// How many messages are kept.
    #[cfg(feature = "axum")]
    pub(crate) fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }
}

#[async_trait]
impl InboundSink for Shelf {
    async fn admit(&self, path: &str) -> Result<(), NotTaken> {
        match path {
            "/data/push/stranger" => Err(NotTaken::refused(StatusCode::NOT_FOUND, "unknown")),
            "/data/push/over" => Err(NotTaken::refused(StatusCode::GONE, "over")),
            _ => Ok(()),
        }
    }

    async fn too_large(
        &self,
        path: &str,
        length: Option<usize>,
        limit: usize,
    ) -> Result<(), NotTaken> {
        self.too_large.lock().unwrap().push((path.to_owned(), length, limit));
        Ok(())
    }

    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        if self.full {
            return Err(StoreError::new(StoreErrorKind::Unavailable).into());
        }
        if inbound.body.starts_with(b"\"unwanted") {
            return Err(NotTaken::refused(StatusCode::CONFLICT, "nothing is missing"));
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
    limited(shelf, PushLimits::default())
}

pub(crate) fn limited(shelf: &Arc<Shelf>, limits: PushLimits) -> CallbackReceiver {
    let sink = Arc::clone(shelf) as Arc<dyn InboundSink>;
    CallbackReceiver::new(
        Arc::new(CallbackVerifier::dangerously_accept_everything()),
        Arc::new(SystemClock),
        vec![
            Route::new::<OnTested>(Arc::clone(&sink)),
            Route::at::<PushHealthInformation>("/data/push/{id}", sink).push_limits(limits),
        ],
    )
}

pub(crate) fn callback(path: &str, id: &str, body: &str) -> Request<Bytes> {
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
    let receiver = limited(&shelf, PushLimits::new(20, 1024));
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
        (callback("/tested", "no-uuid", "{}"), StatusCode::UNAUTHORIZED),
        (nameless, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(receiver.handle(request).await.status(), status);
    }
    assert!(shelf.kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_message_behind_a_byte_order_mark_is_taken_without_it() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    for path in ["/tested", "/data/push/a"] {
        let marked = callback(path, ID, "\u{feff}{\"a\":1}");
        assert_eq!(receiver.handle(marked).await.status(), StatusCode::ACCEPTED, "{path}");
    }
    assert!(shelf.kept.lock().unwrap().iter().all(|kept| kept.body == "{\"a\":1}"));
    let again = callback("/data/push/a", ID, "{\"a\":1}");
    assert_eq!(receiver.handle(again).await.status(), StatusCode::ACCEPTED);
    assert_eq!(shelf.kept.lock().unwrap().len(), 2, "the same page without the mark");
}

#[tokio::test]
async fn a_watched_callback_behind_a_byte_order_mark_is_seen() {
    let receiver = receiver(&Arc::new(Shelf::default()));
    let request: RequestId = ID.parse().unwrap();
    let watch = receiver.watch(request);
    let body = format!("\u{feff}{{\"response\":{{\"requestId\":\"{request}\"}}}}");
    receiver.handle(callback("/tested", ID, &body)).await;
    assert_eq!(watch.within(Duration::from_secs(1)).await, Some("OnTested"));
}

/// What no taker could read later is not taken: its sender would never learn of it.
#[tokio::test]
async fn json_that_cannot_be_read_is_refused_with_its_reason_and_not_kept() {
    listen(Level::INFO);
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for path in ["/tested", "/data/push/a"] {
        for body in [nested(MOST_LEVELS + 1), nested(400_000), "[1e999]".to_owned()] {
            let answer = receiver.handle(callback(path, ID, &body)).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        }
    }
    assert!(shelf.kept.lock().unwrap().is_empty());
    assert_eq!(logged().matches("nested deeper than 127 levels").count(), 4, "{}", logged());
    let deep = callback("/tested", ID, &nested(MOST_LEVELS));
    assert_eq!(receiver.handle(deep).await.status(), StatusCode::ACCEPTED);
    assert!(read_json::<serde_json::Value>(&shelf.kept.lock().unwrap()[0].body).is_ok());
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
    let receiver = limited(&shelf, PushLimits::new(20, 1024));
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
    assert_eq!(refused.unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
}

// What is dropped is never answered 202.
#[tokio::test]
async fn a_message_that_its_taker_refuses_is_answered_with_the_takers_status() {
    let shelf = Arc::new(Shelf::default());
    let receiver = receiver(&shelf);
    for (path, body, status) in [
        ("/data/push/a", "{}", StatusCode::ACCEPTED),
        ("/data/push/a", "\"unwanted\"", StatusCode::CONFLICT),
        ("/data/push/over", "{}", StatusCode::GONE),
        ("/data/push/stranger", "{}", StatusCode::NOT_FOUND),
    ] {
        let answer = receiver.handle(callback(path, ID, body)).await;
        assert_eq!(answer.status(), status, "{path}");
    }
    assert_eq!(shelf.kept.lock().unwrap().len(), 1);
}

// (ruling 37)
#[tokio::test]
async fn the_taker_hears_of_a_push_over_the_limit_and_of_its_length_alone() {
    let shelf = Arc::new(Shelf::default());
    let receiver = limited(&shelf, PushLimits::new(20, 1024));
    let push = callback("/data/push/a", ID, &"1".repeat(21));
    assert_eq!(receiver.handle(push).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let stranger = callback("/data/push/stranger", ID, &"1".repeat(21));
    assert_eq!(receiver.handle(stranger).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(*shelf.too_large.lock().unwrap(), [("/data/push/a".to_owned(), Some(21), 20)]);
    assert!(shelf.kept.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_push_that_finds_no_memory_is_asked_to_come_again() {
    let shelf = Arc::new(Shelf::default());
    let receiver = limited(&shelf, PushLimits::new(3000, 4096));
    let text = |length: usize| format!("\"{}\"", "1".repeat(length - 2));
    let push = |length: usize| callback("/data/push/a", ID, &text(length));
    let first = push(3000);
    let headers = first.headers();
    let reading = receiver.admit(first.method(), "/data/push/a", headers).await.unwrap();
    let answer = receiver.handle(push(2000)).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    assert_eq!(receiver.handle(push(500)).await.status(), StatusCode::ACCEPTED, "a small one fits");
    let own = callback("/tested", ID, "{}");
    assert_eq!(receiver.handle(own).await.status(), StatusCode::ACCEPTED, "ABDM's are not counted");
    drop(reading);
    assert_eq!(receiver.handle(push(2000)).await.status(), StatusCode::ACCEPTED);
}

// The token policy belongs to the route: a joined receiver keeps it.
#[tokio::test]
async fn a_route_may_demand_a_token_of_each_push() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    for (policy, status) in [
        (PushTokenPolicy::Optional, StatusCode::ACCEPTED),
        (PushTokenPolicy::Required, StatusCode::UNAUTHORIZED),
    ] {
        let source = Arc::new(StaticKeys::new(&b"{\"keys\":[]}"[..]));
        let keys = KeyCache::new(source, Arc::clone(&clock));
        let verifier = CallbackVerifier::new(keys, VerifyPolicy::sandbox(), Arc::clone(&clock));
        let shelf = Arc::new(Shelf::default()) as Arc<dyn InboundSink>;
        let route = Route::at::<PushHealthInformation>("/data/push/{id}", shelf)
            .push_limits(PushLimits::default().token(policy));
        let receiver = CallbackReceiver::new(Arc::new(verifier), Arc::clone(&clock), vec![route]);
        let mut push = callback("/data/push/a", ID, "{}");
        push.headers_mut().remove("authorization");
        assert_eq!(receiver.handle(push).await.status(), status);
    }
}

const PUSH_ID: &str = "d6a83f24-6c96-421e-b8b8-844e5344ef69";

#[tokio::test]
async fn what_is_refused_is_logged_with_its_path_and_without_its_id() {
    listen(Level::INFO);
    let shelf = Arc::new(Shelf::default());
    let receiver = limited(&shelf, PushLimits::new(20, 1024));
    let push = format!("/data/push/{PUSH_ID}");
    let mut get = callback("/tested", ID, "{}");
    *get.method_mut() = Method::GET;
    receiver.handle(get).await;
    receiver.handle(callback(&push, ID, &"1".repeat(21))).await;
    receiver.handle(callback(&format!("/abdm{push}"), ID, "{}")).await;
    receiver.handle(callback(&push, ID, "\"unwanted\"")).await;
    receiver.handle(callback(&push, ID, "{")).await;
    let log = logged();
    let lines: Vec<_> = log.lines().collect();
    let line = |status: &str| {
        let mark = format!("status={status} ");
        let found: Vec<_> = lines.iter().filter(|line| line.contains(&mark)).collect();
        assert_eq!(found.len(), 1, "{status} in {lines:#?}");
        found[0].to_string()
    };
    assert!(line("405").contains("path=\"/tested\""));
    assert!(line("413").contains("path=\"/data/push/{…}\""));
    assert!(line("409").contains("nothing is missing"));
    assert!(line("400").contains("not JSON"));
    let unserved = line("404");
    assert!(unserved.contains("path=\"/abdm/data/push/{…}\""), "{unserved}");
    assert!(
        unserved.contains("/older/tested") && unserved.contains("/abdm before it"),
        "{unserved}"
    );
    assert!(!logged().contains(PUSH_ID), "{}", logged());
}

#[tokio::test]
async fn a_scanner_leaves_a_few_lines_and_a_count() {
    listen(Level::INFO);
    let receiver = receiver(&Arc::new(Shelf::default()));
    for number in 0..500 {
        receiver.handle(callback(&format!("/wp-admin/{number}"), ID, "{}")).await;
    }
    let lines = logged().lines().filter(|line| line.contains("status=404")).count();
    assert_eq!(lines, 10);
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
