//! How long calls may take, and what they measure and trace.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::gateway::{BridgeUrl, CreateSession, UpdateBridgeUrl};
use abdm_core::call::Call;
use abdm_core::client::{AbdmClient, AbdmClientBuilder};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::environment::Environment;
use abdm_core::error::ErrorClass;
use abdm_core::metric;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::testing::log::{listen, logged, shows, spans};
use abdm_core::testing::metrics::measure;
use abdm_core::transport::{Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Request, Response};
use tracing::Level;

const SECRET: &str = "very-secret";
const TOKEN: &str = "token-of-a-session";
const RATE: usize = 256 * 1024;

/// Answers from a list, the first one first, and 202 after its end; keeps the deadlines of calls
/// that are none for a session.
#[derive(Debug, Default)]
struct Gateway {
    answers: Mutex<Vec<u16>>,
    sessions: Mutex<Vec<u16>>,
    deadlines: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Transport for Gateway {
    async fn send(
        &self,
        request: Request<Bytes>,
        deadline: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let for_session = request.uri().path().ends_with(CreateSession::META.path);
        let answers = if for_session { &self.sessions } else { &self.answers };
        let status = answers.lock().unwrap().pop();
        if !for_session {
            self.deadlines.lock().unwrap().push(deadline);
        }
        let good = if for_session { 200 } else { 202 };
        let body = match status {
            None if for_session => format!(r#"{{"accessToken":"{TOKEN}","expiresIn":1200}}"#),
            Some(_) if for_session => {
                r#"{"code":"900901","message":"Invalid Credentials"}"#.to_owned()
            }
            _ => String::new(),
        };
        Ok(Response::builder().status(status.unwrap_or(good)).body(body.into()).unwrap())
    }
}

fn builder(gateway: &Arc<Gateway>) -> AbdmClientBuilder {
    let environment = Environment::at("http://127.0.0.1:1").unwrap();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new(SECRET));
    let transport = Arc::clone(gateway) as Arc<dyn Transport>;
    AbdmClient::builder(environment, credentials, transport).retry(RetryPolicy::fast())
}

fn call(length: usize) -> Call<UpdateBridgeUrl> {
    Call::new(BridgeUrl::new("x".repeat(length)))
}

#[tokio::test]
async fn a_long_body_has_longer_than_a_short_one() {
    let gateway = Arc::new(Gateway::default());
    let client = builder(&gateway).build();
    for length in [20, 60 * RATE] {
        client.send(&call(length)).await.unwrap();
    }
    let slow = builder(&gateway)
        .deadline(Duration::from_secs(5))
        .upload_rate(NonZeroU32::new(1024).unwrap())
        .build();
    slow.send(&call(10 * 1024)).await.unwrap();
    let deadlines = gateway.deadlines.lock().unwrap();
    let seconds: Vec<u64> = deadlines.iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [30, 90, 15]);
}

#[tokio::test]
async fn calls_repeats_and_bytes_are_counted_each_try_by_itself() {
    let measured = measure();
    let gateway = Arc::new(Gateway::default());
    *gateway.answers.lock().unwrap() = vec![503];
    let client = builder(&gateway).build();
    client.send(&call(10)).await.unwrap();
    client.send(&call(20)).await.unwrap();
    let overhead = r#"{"url":""}"#.len();
    let bytes = 10 + 20 + 2 * overhead;
    let name = UpdateBridgeUrl::META.name;
    let of = |outcome| measured.value(metric::CALLS, &[("endpoint", name), ("outcome", outcome)]);
    assert_eq!((of("ok"), of("refused")), (2.0, 1.0));
    assert_eq!(measured.value(metric::CALL_REPEATS, &[("endpoint", name)]), 1.0);
    let sent = measured.value(metric::CALL_BYTES, &[("endpoint", name)]);
    assert_eq!(sent, f64::from(u32::try_from(bytes).unwrap()), "{measured:?}");
    assert_eq!(measured.value(metric::CALL_SECONDS, &[("endpoint", name)]), 3.0);
    let session = [("endpoint", CreateSession::META.name), ("outcome", "ok")];
    assert_eq!(measured.value(metric::CALLS, &session), 1.0, "one session for all");
}

#[tokio::test]
async fn each_call_is_a_span_with_its_id_and_without_secrets() {
    listen(Level::TRACE);
    let gateway = Arc::new(Gateway::default());
    let client = builder(&gateway).build();
    let answered = client.send(&call(10)).await.unwrap();
    let spans = spans();
    let [session, update] = spans.as_slice() else { panic!("{spans:?}") };
    assert!(session.starts_with("call endpoint=\"CreateSession\" request_id="), "{session}");
    let told = format!("call endpoint=\"UpdateBridgeUrl\" request_id={}", answered.request_id);
    assert_eq!(*update, told);
    let all = format!("{}{spans:?}", logged());
    assert_eq!(shows(&all, [SECRET, TOKEN, "xxxx"]), None, "{all}");
}

#[tokio::test]
async fn whether_abdm_gives_a_session_costs_one_call_and_a_refusal_is_told_again() {
    let measured = measure();
    let gateway = Arc::new(Gateway::default());
    let client = builder(&gateway).build();
    for _ in 0..3 {
        let left = client.session_ends_at().await.unwrap() - client.now();
        assert!(left > TimeDelta::minutes(19), "{left}");
    }
    let session = |outcome| {
        let labels = [("endpoint", CreateSession::META.name), ("outcome", outcome)];
        measured.value(metric::CALLS, &labels)
    };
    assert_eq!(session("ok"), 1.0);
    *gateway.sessions.lock().unwrap() = vec![401, 401];
    let refused = builder(&gateway).build();
    for _ in 0..3 {
        let error = refused.session_ends_at().await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Auth, "{error}");
        assert_eq!(shows(&format!("{error:?}"), [SECRET]), None);
    }
    assert_eq!(session("refused"), 1.0, "nobody asks again for a minute");
}

/// An exporter is told of each metric once, with its kind.
#[test]
fn every_metric_is_described() {
    let measured = measure();
    metric::describe();
    assert_eq!(measured.described(), metric::ALL.iter().map(|m| m.name).collect::<Vec<_>>());
}
