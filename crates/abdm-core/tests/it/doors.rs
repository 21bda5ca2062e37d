//! The three doors of a receiver answer alike, and what they measure and trace.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;

use abdm_core::callback::{CallbackVerifier, KeyCache, StaticKeys, VerifyPolicy};
use abdm_core::clock::{Clock, SystemClock};
use abdm_core::metric;
use abdm_core::receiver::{
    AnswerBody, CallbackReceiver, CallbackService, InboundSink, PushLimits, Route, router,
};
use abdm_core::testing::log::{listen, spans};
use abdm_core::testing::metrics::measure;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use tower::{Service, ServiceExt as _};
use tracing::Level;

use crate::receiver::{OnTested, Shelf, callback, limited};

const ID: &str = "6f1f2f5e-9c52-4f7e-8f0a-0d7f1f3d9a11";

/// What an answer says: its status, and the headers that tell the sender what to do.
fn told<B>(response: &Response<B>) -> (StatusCode, Option<String>) {
    let retry = response.headers().get("retry-after");
    (response.status(), retry.map(|text| text.to_str().unwrap().to_owned()))
}

type Make<'m> = &'m dyn Fn() -> CallbackReceiver;

/// What each of the doors answers to the same request, each in front of a fresh receiver.
async fn through_each(
    make: Make<'_>,
    request: &Request<Bytes>,
) -> Vec<(StatusCode, Option<String>)> {
    let whole = || Body::from(request.body().clone());
    let mut answers = vec![told(&make().handle(request.clone()).await)];
    let copy = || request.clone().map(|_| whole());
    answers.push(told(&make().answer(copy()).await));
    let app = router(Arc::new(make()));
    answers.push(told(&app.oneshot(copy()).await.unwrap()));
    let service = CallbackService::new(Arc::new(make()));
    answers.push(told(&service.oneshot(copy()).await.unwrap()));
    answers
}

fn open(shelf: &Arc<Shelf>) -> CallbackReceiver {
    limited(shelf, PushLimits::new(20, 1024))
}

fn checking() -> CallbackReceiver {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = KeyCache::new(Arc::new(StaticKeys::new(&b"{\"keys\":[]}"[..])), Arc::clone(&clock));
    let verifier = CallbackVerifier::new(keys, VerifyPolicy::sandbox(), Arc::clone(&clock));
    let route = Route::new::<OnTested>(Arc::new(Shelf::default()) as Arc<dyn InboundSink>);
    CallbackReceiver::new(Arc::new(verifier), clock, vec![route])
}

#[tokio::test]
async fn the_doors_answer_alike() {
    let mut get = callback("/tested", ID, "{}");
    *get.method_mut() = Method::GET;
    let mut bare = callback("/tested", ID, "{}");
    bare.headers_mut().remove("authorization");
    let mut announced = callback("/tested", ID, "{}");
    announced.headers_mut().insert("content-length", "99999999".parse().unwrap());
    let too_long = "1".repeat(CallbackReceiver::LARGEST_CALLBACK + 1);
    let shelf = || Arc::new(Shelf::default());
    let opened = || open(&shelf());
    let closed = || {
        let receiver = open(&shelf());
        receiver.close();
        receiver
    };
    let (accepted, unauthorized) = (StatusCode::ACCEPTED, StatusCode::UNAUTHORIZED);
    let cases: [(&str, Make<'_>, Request<Bytes>, StatusCode); 12] = [
        ("good", &opened, callback("/tested", ID, "{\"a\":1}"), accepted),
        ("an older path", &opened, callback("/older/tested", ID, "{}"), accepted),
        ("a push", &opened, callback("/data/push/a", ID, "{}"), accepted),
        ("no JSON", &opened, callback("/tested", ID, "{\"a\":"), StatusCode::BAD_REQUEST),
        ("too long", &opened, callback("/tested", ID, &too_long), StatusCode::PAYLOAD_TOO_LARGE),
        ("too long a push", &opened, callback("/data/push/a", ID, &too_long[..21]), {
            StatusCode::PAYLOAD_TOO_LARGE
        }),
        ("unauthenticated", &checking, bare, unauthorized),
        ("a foreign token", &checking, callback("/tested", ID, "{}"), unauthorized),
        ("no place", &opened, callback("/other", ID, "{}"), StatusCode::NOT_FOUND),
        ("no POST", &opened, get, StatusCode::METHOD_NOT_ALLOWED),
        ("not wanted", &opened, callback("/data/push/over", ID, "{}"), StatusCode::GONE),
        ("at the end", &closed, callback("/tested", ID, "{}"), StatusCode::SERVICE_UNAVAILABLE),
    ];
    for (name, make, request, status) in cases {
        let answers = through_each(make, &request).await;
        assert_eq!(answers.len(), 4);
        for answer in &answers {
            assert_eq!((answer.0, answer), (status, &answers[0]), "{name}");
        }
        assert_eq!(answers[0].1.is_some(), name == "at the end", "{name}");
    }
    // Who only announces too much is refused by those that have not read the body.
    let service = CallbackService::new(Arc::new(opened()));
    let refused = service.oneshot(announced.map(Body::from)).await.unwrap();
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

/// A body that comes in pieces of a type of its own.
struct Pieces(Vec<std::io::Cursor<Vec<u8>>>);

impl http_body::Body for Pieces {
    type Data = std::io::Cursor<Vec<u8>>;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Infallible>>> {
        Poll::Ready(self.0.pop().map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

#[tokio::test]
async fn the_service_takes_bodies_of_any_kind_and_answers_with_an_empty_one() {
    let shelf = Arc::new(Shelf::default());
    let mut service = CallbackService::new(Arc::new(open(&shelf)));
    let piece = |text: &str| std::io::Cursor::new(text.as_bytes().to_vec());
    let request = callback("/tested", ID, "").map(|_| Pieces(vec![piece(":1}"), piece("{\"a\"")]));
    let answer = Service::call(&mut service, request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert!(http_body::Body::is_end_stream(&AnswerBody));
    let same = callback("/tested", ID, "{\"a\":1}");
    assert_eq!(open(&shelf).handle(same).await.status(), StatusCode::ACCEPTED);
    assert_eq!(shelf.count(), 1, "the same message, whole");
}

#[tokio::test]
async fn a_prefix_that_the_server_leaves_is_taken_off() {
    let shelf = Arc::new(Shelf::default());
    let below = || open(&shelf).below("/abdm/");
    for (path, status) in [
        ("/abdm/tested", StatusCode::ACCEPTED),
        ("/tested", StatusCode::NOT_FOUND),
        ("/abdmtested", StatusCode::NOT_FOUND),
        ("/other/abdm/tested", StatusCode::NOT_FOUND),
    ] {
        for answer in through_each(&below, &callback(path, ID, "{}")).await {
            assert_eq!(answer.0, status, "{path}");
        }
    }
    // axum takes it off itself.
    let app = Router::new().nest("/abdm", router(Arc::new(open(&shelf))));
    let answer = app.oneshot(callback("/abdm/tested", ID, "{}").map(Body::from)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn what_was_admitted_before_the_end_is_still_taken() {
    let shelf = Arc::new(Shelf::default());
    let receiver = open(&shelf);
    let request = callback("/tested", ID, "{}");
    let admitted = receiver.admit(request.method(), "/tested", request.headers()).await.unwrap();
    receiver.close();
    assert_eq!(admitted.take(Bytes::from_static(b"{}")).await.status(), StatusCode::ACCEPTED);
    let later = receiver.handle(callback("/tested", ID, "{}")).await;
    assert_eq!(later.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(later.headers()["retry-after"], "10");
    assert_eq!(shelf.count(), 1);
}

#[tokio::test]
async fn callbacks_are_counted_by_type_and_outcome_and_their_bytes() {
    let measured = measure();
    let shelf = Arc::new(Shelf::default());
    let receiver = open(&shelf);
    for (path, body) in [
        ("/tested", "{\"a\":1}"),
        ("/older/tested", "{\"a\":1}"),
        ("/tested", "{"),
        ("/nowhere/91000000000001", "{}"),
        ("/data/push/a", "{}"),
    ] {
        receiver.handle(callback(path, ID, body)).await;
    }
    let lines = measured.lines();
    assert_eq!(
        lines,
        [
            "abdm_callback_bytes_total{endpoint=\"OnTested\"} 14",
            "abdm_callback_bytes_total{endpoint=\"PushHealthInformation\"} 2",
            "abdm_callbacks_total{endpoint=\"OnTested\",reason=\"json\",status=\"400\"} 1",
            "abdm_callbacks_total{endpoint=\"OnTested\",reason=\"none\",status=\"202\"} 2",
            "abdm_callbacks_total{endpoint=\"PushHealthInformation\",reason=\"none\",status=\"202\"} 1",
            "abdm_callbacks_total{endpoint=\"unknown\",reason=\"path\",status=\"404\"} 1",
        ]
    );
    let none = [("endpoint", "OnTested"), ("status", "500"), ("reason", "none")];
    assert_eq!(measured.value(metric::CALLBACKS, &none), 0.0);
}

#[tokio::test]
async fn each_callback_is_a_span_without_anything_that_a_stranger_wrote() {
    listen(Level::INFO);
    let receiver = open(&Arc::new(Shelf::default()));
    receiver.handle(callback("/tested", ID, "{\"name\":\"Asha\"}")).await;
    receiver.handle(callback("/asha.test@sbx", "asha.test@sbx", "{}")).await;
    assert_eq!(
        spans(),
        [
            "callback endpoint=\"OnTested\"",
            &format!("callback+ request_id={ID}"),
            "callback+ status=202",
            "callback endpoint=\"unknown\"",
            "callback+ status=404",
        ]
    );
}
