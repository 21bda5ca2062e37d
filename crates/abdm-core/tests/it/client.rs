//! The client alone, against a server that only answers.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use abdm_core::api::gateway::{
    BridgeUrl, CreateSession, FetchCertificates, FetchOpenIdConfiguration, FindBridgeService,
    ListBridgeServices, UpdateBridgeUrl,
};
use abdm_core::bridge;
use abdm_core::call::{Call, Incoming};
use abdm_core::callback::KeySource;
use abdm_core::client::{AbdmClient, AbdmClientBuilder, CallError, Correlate, GatewayKeys};
use abdm_core::clock::{Clock, is_strict_timestamp, parse_timestamp};
use abdm_core::endpoint::{AuthKind, Endpoint, Metadata, Replay, fill_path};
use abdm_core::environment::Environment;
use abdm_core::error::{ErrorClass, Peer};
use abdm_core::id::{RequestId, ServiceId};
use abdm_core::ids::{Ids, SeededIds};
use abdm_core::rate_limit::RateLimit;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::ReqwestTransport;
use abdm_core::wire::odd::{odd_refusal, refusals};
use abdm_core::wire::{NoBody, WireError};
use abdm_core::{StoreError, StoreErrorKind};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A clock that a test moves.
#[derive(Debug)]
struct HandClock(Mutex<DateTime<Utc>>);

impl HandClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(parse_timestamp("2026-11-22T10:00:00.123Z").unwrap())))
    }

    fn forward(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Session tokens in order: `token-1`, `token-2`, …
struct Tokens {
    count: Mutex<u32>,
    expires_in: i64,
}

impl Respond for Tokens {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let mut count = self.count.lock().unwrap();
        *count += 1;
        ResponseTemplate::new(202).set_body_json(json!({
            "accessToken": format!("token-{count}"), "expiresIn": self.expires_in,
            "refreshExpiresIn": 1800, "refreshToken": "unused", "tokenType": "bearer"
        }))
    }
}

async fn sessions(server: &MockServer, expires_in: i64, expected: u64) {
    Mock::given(method("POST"))
        .and(path(CreateSession::META.path))
        .respond_with(Tokens { count: Mutex::new(0), expires_in })
        .expect(expected)
        .mount(server)
        .await;
}

fn client(server: &MockServer, clock: Arc<dyn Clock>) -> AbdmClient {
    builder(server, clock).build()
}

fn builder(server: &MockServer, clock: Arc<dyn Clock>) -> AbdmClientBuilder {
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    AbdmClient::builder(Environment::at(&server.uri()).unwrap(), credentials, transport)
        .clock(clock)
        .retry(RetryPolicy::fast())
        .deadline(Duration::from_secs(5))
}

fn services() -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({"bridge": {"id": "SBX_000000"}, "services": []}))
}

#[tokio::test]
async fn every_call_carries_the_headers_of_its_endpoint_in_their_exact_form() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(method("PATCH"))
        .and(path(UpdateBridgeUrl::META.path))
        .respond_with(ResponseTemplate::new(202))
        .mount(&server)
        .await;
    let call = Call::<UpdateBridgeUrl>::new(BridgeUrl::new("https://hospital.example.org"));
    let answered = client(&server, HandClock::new()).send(&call).await.unwrap();

    let requests = server.received_requests().await.unwrap();
    for request in &requests {
        let get = |name: &str| request.headers.get(name).map(|v| v.to_str().unwrap());
        assert_eq!(get("x-cm-id"), Some("sbx"));
        assert_eq!(get("content-type"), Some("application/json"));
        assert!(is_strict_timestamp(get("timestamp").unwrap()));
        assert!(get("request-id").unwrap().parse::<RequestId>().is_ok());
    }
    assert_eq!(requests[0].headers.get("authorization"), None);
    assert_eq!(requests[1].headers["authorization"], "Bearer token-1");
    assert_eq!(requests[1].headers["timestamp"], "2026-11-22T10:00:00.123Z");
    assert_eq!(requests[1].headers["request-id"], answered.request_id.to_string().as_str());
    assert_eq!(requests[1].body, br#"{"url":"https://hospital.example.org"}"#);
    assert_ne!(requests[0].headers["request-id"], requests[1].headers["request-id"]);
}

/// What was tried is named as far as it holds no ids, and so is what to look at.
#[tokio::test]
async fn a_host_that_does_not_answer_is_named_with_its_port_and_without_its_path() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let environment = Environment::at(&format!("http://{address}/prefix")).unwrap();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    let client =
        AbdmClient::builder(environment, credentials, transport).retry(RetryPolicy::fast()).build();
    let call = Call::<FindBridgeService>::new(NoBody).at(ServiceId::new("IN1").unwrap());
    let error = client.send(&call).await.unwrap_err();
    for told in [error.to_string(), format!("{error:?}")] {
        assert!(told.contains(&format!("ABDM at http://{address} after")), "{told}");
        assert!(told.contains("does a server run there?"), "{told}");
        assert!(!told.contains("prefix") && !told.contains("IN1"), "{told}");
    }
}

/// A refusal in every odd form, one after the other.
struct OddRefusals(AtomicU64);

impl Respond for OddRefusals {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let seed = self.0.fetch_add(1, Ordering::Relaxed);
        let all = refusals();
        let refusal = &all[usize::try_from(seed).unwrap() % all.len()];
        ResponseTemplate::new(202).set_body_bytes(odd_refusal(refusal, seed).body)
    }
}

/// (rulings 42, 46) An answer of which nothing is read would hide any refusal.
#[tokio::test]
async fn a_call_whose_answer_is_ignored_fails_by_a_refusal_in_any_odd_form() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(UpdateBridgeUrl::META.path))
        .respond_with(OddRefusals(AtomicU64::new(0)))
        .mount(&server)
        .await;
    let client = client(&server, HandClock::new());
    let call = Call::<UpdateBridgeUrl>::new(BridgeUrl::new("https://hospital.example.org"));
    for turn in 0..200 {
        let refused = client.send(&call).await.err();
        assert!(refused.is_some_and(|error| error.api().is_some()), "overlooked at turn {turn}");
    }
}

#[tokio::test]
async fn a_thousand_calls_at_once_cost_one_session() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path)).respond_with(services()).mount(&server).await;
    let client = client(&server, HandClock::new());
    let calls = (0..1000).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(&Call::<ListBridgeServices>::new(NoBody)).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_session_is_renewed_before_it_ends_and_a_life_of_zero_causes_no_storm() {
    let server = MockServer::start().await;
    sessions(&server, 0, 2).await;
    Mock::given(path(ListBridgeServices::META.path)).respond_with(services()).mount(&server).await;
    let clock = HandClock::new();
    let client = client(&server, Arc::clone(&clock) as Arc<dyn Clock>);
    let call = Call::<ListBridgeServices>::new(NoBody);
    for _ in 0..5 {
        client.send(&call).await.unwrap();
    }
    clock.forward(TimeDelta::seconds(15 * 60 - 29));
    for _ in 0..5 {
        client.send(&call).await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_call_repeated_once_with_a_new_request_id() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 2).await;
    let refused = json!({"code": "900901", "message": "Invalid Credentials", "description": "x"});
    Mock::given(path(ListBridgeServices::META.path))
        .and(header("authorization", "Bearer token-1"))
        .respond_with(ResponseTemplate::new(401).set_body_json(refused))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path(ListBridgeServices::META.path))
        .and(header("authorization", "Bearer token-2"))
        .respond_with(services())
        .expect(1)
        .mount(&server)
        .await;
    client(&server, HandClock::new()).send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let ids: std::collections::BTreeSet<_> =
        requests.iter().map(|r| r.headers["request-id"].to_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_token_that_is_always_refused_ends_in_an_error_and_not_in_a_loop() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 2).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"code": "900901"})))
        .expect(2)
        .mount(&server)
        .await;
    let error = client(&server, HandClock::new())
        .send(&Call::<ListBridgeServices>::new(NoBody))
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::Auth);
}

#[tokio::test]
async fn an_empty_401_is_a_missing_header_and_renews_nothing() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(401).insert_header("www-authenticate", "Basic"))
        .expect(1)
        .mount(&server)
        .await;
    let error = client(&server, HandClock::new())
        .send(&Call::<ListBridgeServices>::new(NoBody))
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::CallerBug);
}

#[tokio::test]
async fn refused_credentials_are_not_tried_again_for_a_minute() {
    let server = MockServer::start().await;
    Mock::given(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"code": "900901"})))
        .expect(2)
        .mount(&server)
        .await;
    let clock = HandClock::new();
    let client = client(&server, Arc::clone(&clock) as Arc<dyn Clock>);
    let call = Call::<ListBridgeServices>::new(NoBody);
    for _ in 0..5 {
        let error = client.send(&call).await.unwrap_err();
        assert!(matches!(&error, CallError::Session(_)), "{error}");
        assert!(!format!("{error:?} {error}").contains("very-secret"));
    }
    clock.forward(TimeDelta::seconds(61));
    client.send(&call).await.unwrap_err();
}

#[tokio::test]
async fn a_safe_call_is_repeated_after_a_server_error_and_not_after_a_refusal() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(503).set_body_json(json!({"code": "ABDM-1024"})))
        .up_to_n_times(2)
        .mount(&server)
        .await;
    Mock::given(path(ListBridgeServices::META.path)).respond_with(services()).mount(&server).await;
    Mock::given(path(UpdateBridgeUrl::META.path))
        .respond_with(ResponseTemplate::new(400).set_body_json(json!({"code": "ABDM-1015"})))
        .expect(1)
        .mount(&server)
        .await;
    let client = client(&server, HandClock::new());
    client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap();
    let refused =
        client.send(&Call::<UpdateBridgeUrl>::new(BridgeUrl::new("x"))).await.unwrap_err();
    assert_eq!(refused.code().unwrap().as_str(), "ABDM-1015");
}

// ABDM calls them wrong credentials, and no request can be corrected by its text.
#[tokio::test]
async fn credentials_that_are_empty_or_end_with_a_line_break_never_leave() {
    let server = MockServer::start().await;
    for (id, secret, told) in [
        ("SBX_000000", "", "the client secret is empty"),
        ("SBX_000000", "  ", "the client secret is empty"),
        ("SBX_000000", "very-secret\n", "the client secret begins or ends with"),
        ("", "very-secret", "the client id is empty"),
    ] {
        let credentials = Credentials::new(id, ClientSecret::new(secret));
        let environment = Environment::at(&server.uri()).unwrap();
        let transport = Arc::new(ReqwestTransport::new().unwrap());
        let client = AbdmClient::builder(environment, credentials, transport).build();
        let error = client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::CallerBug);
        let text = format!("{error:?}");
        assert!(text.contains(told) && !text.contains("very-secret"), "{text}");
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_callback_url_that_is_none_never_leaves() {
    let server = MockServer::start().await;
    let client = client(&server, HandClock::new());
    let error = bridge::set_callback_url(&client, "notaurl").await.unwrap_err();
    let CallError::Request { source: WireError::Given { given, .. }, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(*given, "the callback URL");
    assert!(error.to_string().contains("https://hospital.example.org/abdm"), "{error}");
    assert_eq!(server.received_requests().await.unwrap().len(), 0);
}

/// Notes what it is told.
#[derive(Default)]
struct Notes {
    sent: Mutex<Vec<RequestId>>,
    void: Mutex<Vec<RequestId>>,
    /// How many tries may be made, where not any number.
    right_to: Option<usize>,
}

#[async_trait::async_trait]
impl Correlate for Notes {
    async fn next_request_id(&self, ids: &dyn Ids) -> Result<RequestId, StoreError> {
        let mut sent = self.sent.lock().unwrap();
        if self.right_to == Some(sent.len()) {
            return Err(StoreError::new(StoreErrorKind::Conflict));
        }
        let request_id = RequestId::fresh(ids);
        sent.push(request_id);
        Ok(request_id)
    }

    fn had_no_effect(&self, request_id: RequestId) {
        self.void.lock().unwrap().push(request_id);
    }
}

#[tokio::test]
async fn a_call_whose_right_has_ended_is_not_repeated() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    let client = client(&server, HandClock::new());
    let mut made = 0;
    for (right_to, tries) in [(Some(0), 0), (Some(1), 1), (Some(2), 2), (None, 3)] {
        let notes = Notes { right_to, ..Notes::default() };
        let call = Call::<ListBridgeServices>::new(NoBody);
        let error = client.send_correlated(&call, &notes).await.unwrap_err();
        assert_eq!(matches!(error, CallError::Store(_)), right_to.is_some(), "{error}");
        assert_eq!(notes.sent.into_inner().unwrap().len(), tries);
        made += tries;
        let requests = server.received_requests().await.unwrap();
        let calls = requests.iter().filter(|call| call.url.path() == ListBridgeServices::META.path);
        assert_eq!(calls.count(), made, "a try without an id is not sent");
    }
}

/// The same seed gives the same ids and the same pauses.
#[tokio::test]
async fn with_the_same_source_of_ids_a_client_sends_the_same_request_ids() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 2).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(500))
        .mount(&server)
        .await;
    let mut runs = Vec::new();
    for _ in 0..2 {
        let client = builder(&server, HandClock::new()).ids(Arc::new(SeededIds::new(7))).build();
        let notes = Notes::default();
        let call = Call::<ListBridgeServices>::new(NoBody);
        client.send_correlated(&call, &notes).await.unwrap_err();
        runs.push(notes.sent.into_inner().unwrap());
    }
    assert_eq!(runs[0].len(), 3);
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_refused_try_is_known_to_have_had_no_effect_and_one_that_broke_is_not() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 2).await;
    for (status, code) in [(401, "900901"), (503, "ABDM-1024"), (408, "ABDM-9999")] {
        Mock::given(path(ListBridgeServices::META.path))
            .respond_with(ResponseTemplate::new(status).set_body_json(json!({"code": code})))
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    let notes = Notes::default();
    let client = client(&server, HandClock::new());
    client.send_correlated(&Call::<ListBridgeServices>::new(NoBody), &notes).await.unwrap_err();
    let (sent, void) = (notes.sent.into_inner().unwrap(), notes.void.into_inner().unwrap());
    assert_eq!((sent.len(), void), (3, vec![sent[0]]));
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_error() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!([{"error": {"code": "2500", "message": "no"}}])),
        )
        .mount(&server)
        .await;
    let error = client(&server, HandClock::new())
        .send(&Call::<ListBridgeServices>::new(NoBody))
        .await
        .unwrap_err();
    assert!(matches!(error, CallError::Api(_)), "{error}");
}

async fn services_answered_with(body: serde_json::Value) -> Result<Services, CallError> {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    client(&server, HandClock::new()).send(&Call::<ListBridgeServices>::new(NoBody)).await
}

type Services = abdm_core::client::Answered<<ListBridgeServices as Endpoint>::Response>;

#[tokio::test]
async fn an_unreadable_answer_names_the_place_and_not_the_value() {
    let error = services_answered_with(json!(["Asha Kumari", 7])).await.unwrap_err();
    assert!(matches!(error, CallError::Answer { .. }), "{error}");
    let text = format!("{error} {error:?}");
    assert!(text.contains("ListBridgeServices"), "{text}");
    assert!(!text.contains("Asha"), "{text}");
}

/// (M1 trial B1; ruling 46)
#[tokio::test]
async fn a_field_that_does_not_fit_is_left_out_of_an_answer_and_the_caller_is_told() {
    let services = json!([{"id": "IN0710000001", "name": "Clinic", "types": ["HIP"]}]);
    let body = json!({"bridge": {"id": {"name": "Asha Kumari"}}, "services": services});
    let answered = services_answered_with(body).await.unwrap();
    let read = answered.body.unwrap();
    assert_eq!((read.bridge.is_none(), read.services.len()), (true, 1));
    let told: Vec<&str> = answered.warnings.iter().map(|told| told.path.as_str()).collect();
    assert_eq!(told, ["bridge.id", "bridge"]);
    assert!(!format!("{:?}", answered.warnings).contains("Asha"));
}

#[tokio::test]
async fn an_unknown_service_is_200_with_an_empty_body_and_reads_as_none() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(fill_path(FindBridgeService::META.path, &["IN X".to_owned()]).unwrap()))
        .respond_with(ResponseTemplate::new(200))
        .expect(1)
        .mount(&server)
        .await;
    let call = Call::<FindBridgeService>::new(NoBody).at(ServiceId::new("IN X").unwrap());
    let found = client(&server, HandClock::new()).send(&call).await.unwrap().body;
    assert!(found.is_none());
}

#[tokio::test]
async fn keys_are_fetched_from_the_gateways_own_host_only() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(FetchOpenIdConfiguration::META.path))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"jwks_uri": "https://evil.example.org/certs"})),
        )
        .mount(&server)
        .await;
    Mock::given(path(FetchCertificates::META.path))
        .and(header("authorization", "Bearer token-1"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"keys": [{"kid": "a"}]})))
        .expect(1)
        .mount(&server)
        .await;
    let keys = GatewayKeys::new(client(&server, HandClock::new())).fetch().await.unwrap();
    assert_eq!(keys, br#"{"keys":[{"kid":"a"}]}"#);
}

#[test]
fn what_is_sent_is_what_a_server_reads() {
    let call = Call::<UpdateBridgeUrl>::new(BridgeUrl::new("https://a.example/abdm"));
    let id = RequestId::random();
    let at = parse_timestamp("2026-11-22T10:00:00.123Z").unwrap();
    let environment = Environment::sandbox();
    let envelope = abdm_core::call::Envelope::new(id, at).cm_id(environment.cm_id());
    let base = environment.base(UpdateBridgeUrl::META.family);
    let request = call.to_http(base, &envelope).unwrap();
    let read = Incoming::<UpdateBridgeUrl>::from_http(
        request.uri().path(),
        request.uri().query(),
        request.headers(),
        request.body(),
    )
    .unwrap();
    assert_eq!((read.request_id, read.timestamp, read.body), (id, at, call.body));
}

#[test]
fn every_endpoint_is_declared_completely() {
    for meta in abdm_core::api::ALL {
        assert!(!meta.source.is_empty() && meta.source.contains(".md"), "{}", meta.name);
        assert!(meta.path.is_empty() || meta.path.starts_with('/'), "{}", meta.name);
        assert!(meta.success.is_success(), "{}", meta.name);
        if meta.method == http::Method::GET {
            assert_eq!(meta.replay, Replay::Safe, "{}", meta.name);
        }
        if meta.auth == AuthKind::None {
            assert!(!meta.required_headers().contains(&"authorization"), "{}", meta.name);
        }
    }
}

#[tokio::test]
async fn a_call_that_abdm_counts_is_not_hammered() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    let counted = json!({"error": {"code": "ABDM-1022", "message": "Too many requests"}});
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(429).set_body_json(counted))
        .expect(1)
        .mount(&server)
        .await;
    let call = Call::<ListBridgeServices>::new(NoBody);
    let error = client(&server, HandClock::new()).send(&call).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "ABDM-1022");
}

#[tokio::test]
async fn a_session_that_fails_once_does_not_fail_the_call() {
    let server = MockServer::start().await;
    Mock::given(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(503).set_body_json(json!({"code": "ABDM-1024"})))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path)).respond_with(services()).mount(&server).await;
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    let mut patient = RetryPolicy::fast();
    patient.first_pause = Duration::from_millis(1100);
    patient.longest_pause = Duration::from_secs(2);
    let client =
        AbdmClient::builder(Environment::at(&server.uri()).unwrap(), credentials, transport)
            .retry(patient)
            .build();
    client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_was_set_back_ends_the_pause_after_a_refusal() {
    let server = MockServer::start().await;
    Mock::given(path(CreateSession::META.path))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"code": "900901"})))
        .expect(2)
        .mount(&server)
        .await;
    let clock = HandClock::new();
    let client = client(&server, Arc::clone(&clock) as Arc<dyn Clock>);
    let call = Call::<ListBridgeServices>::new(NoBody);
    client.send(&call).await.unwrap_err();
    clock.forward(TimeDelta::hours(-5));
    client.send(&call).await.unwrap_err();
}

#[tokio::test]
async fn a_peer_cannot_end_the_session() {
    let server = MockServer::start().await;
    let peer = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(401).set_body_json(json!({"code": "900901"})))
        .expect(1)
        .mount(&peer)
        .await;
    let call = Call::<ListBridgeServices>::new(NoBody);
    let client = client(&server, HandClock::new());
    client.send_to(&peer.uri(), &call).await.unwrap_err();
}

#[tokio::test]
async fn the_rate_limit_is_asked_before_every_attempt_the_sessions_included() {
    #[derive(Debug, Clone, Default)]
    struct Counting(Arc<Mutex<Vec<&'static str>>>);

    #[async_trait::async_trait]
    impl RateLimit for Counting {
        async fn admit(&self, endpoint: &Metadata) {
            self.0.lock().unwrap().push(endpoint.name);
        }
    }

    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(500))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(path(ListBridgeServices::META.path)).respond_with(services()).mount(&server).await;
    let asked = Counting::default();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    let client =
        AbdmClient::builder(Environment::at(&server.uri()).unwrap(), credentials, transport)
            .retry(RetryPolicy::fast())
            .rate_limit(asked.clone())
            .build();
    client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap();
    let names = asked.0.lock().unwrap().clone();
    assert_eq!(names, ["CreateSession", "ListBridgeServices", "ListBridgeServices"]);
}

#[test]
fn a_path_segment_cannot_leave_its_endpoint() {
    let environment = Environment::sandbox();
    let now = parse_timestamp("2026-11-22T10:00:00.123Z").unwrap();
    for id in [".", ".."] {
        let call = Call::<FindBridgeService>::new(NoBody).at(ServiceId::new(id).unwrap());
        let envelope = abdm_core::call::Envelope::new(RequestId::random(), now);
        let base = environment.base(FindBridgeService::META.family);
        assert!(call.to_http(base, &envelope).is_err(), "{id}");
    }
}

/// (M1 trial C6)
#[tokio::test]
async fn a_session_whose_life_is_no_number_is_used_and_a_blank_token_is_no_session() {
    let server = MockServer::start().await;
    for (body, times) in [
        (json!({ "accessToken": "  ", "expiresIn": 1200 }), 1),
        (json!({ "accessToken": "", "expiresIn": 1200 }), 1),
        (json!({ "accessToken": null, "expiresIn": 1200 }), 1),
        (json!({ "accessToken": "token-1", "expiresIn": "soon" }), 100),
    ] {
        Mock::given(path(CreateSession::META.path))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .up_to_n_times(times)
            .mount(&server)
            .await;
    }
    Mock::given(path(ListBridgeServices::META.path))
        .and(header("authorization", "Bearer token-1"))
        .respond_with(services())
        .expect(2)
        .mount(&server)
        .await;
    let clock = HandClock::new();
    let credentials = Credentials::new("SBX_000000", ClientSecret::new("very-secret"));
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    let client =
        AbdmClient::builder(Environment::at(&server.uri()).unwrap(), credentials, transport)
            .clock(Arc::clone(&clock) as Arc<dyn Clock>)
            .retry(RetryPolicy::never())
            .build();
    let call = Call::<ListBridgeServices>::new(NoBody);
    for blank in 0..3 {
        let error = client.send(&call).await.unwrap_err();
        assert!(matches!(&error, CallError::Session(_)), "{blank}: {error}");
        clock.forward(TimeDelta::seconds(2));
    }
    client.send(&call).await.unwrap();
    // Fifteen minutes are assumed of a token that tells no life and has no `exp`.
    clock.forward(TimeDelta::minutes(14));
    client.send(&call).await.unwrap();
    let sessions = server.received_requests().await.unwrap();
    let asked = sessions.iter().filter(|r| r.url.path() == CreateSession::META.path).count();
    assert_eq!(asked, 4);
}

#[tokio::test]
async fn a_token_that_is_refused_after_its_renewal_is_not_advised_to_be_renewed() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 2).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(
            ResponseTemplate::new(401)
                .set_body_json(json!({"code": "900901", "message": "Invalid Credentials"})),
        )
        .expect(2)
        .mount(&server)
        .await;
    let client = client(&server, HandClock::new());
    let error = client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("A fresh session token was refused, too"), "{told}");
    assert!(!told.contains("Fetch a new one"), "{told}");
    assert!(!error.is_retryable());
}

/// (C20)
#[tokio::test]
async fn an_error_says_whom_the_call_reached_and_after_how_many_tries() {
    let (server, peer) = (MockServer::start().await, MockServer::start().await);
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(503))
        .expect(3)
        .mount(&server)
        .await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(403)).mount(&peer).await;
    let client = client(&server, HandClock::new());
    let call = Call::<ListBridgeServices>::new(NoBody);

    let error = client.send(&call).await.unwrap_err();
    assert_eq!(error.peer(), Some(&Peer::Abdm));
    assert_eq!(error.effort().unwrap().tries, 3);
    let told = error.to_string();
    assert!(told.starts_with("ABDM refused ListBridgeServices (HTTP 503, after 3 tries"), "{told}");

    let error = client.send_to(&format!("{}/push/1", peer.uri()), &call).await.unwrap_err();
    let host = peer.uri().trim_start_matches("http://").to_owned();
    assert_eq!(error.peer(), Some(&Peer::Facility(host.clone())));
    let told = error.to_string();
    assert!(told.starts_with(&format!("the facility at {host} refused")), "{told}");
    assert!(!told.contains("/push/1") && !told.contains("ABDM refused"), "{told}");

    let nowhere = "http://127.0.0.1:9/push/1";
    let error = client.send_to(nowhere, &call).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("no answer from the facility at 127.0.0.1:9 after "), "{told}");
    assert!(error.effort().is_some() && error.is_retryable());
}

/// (M1 trial C2)
#[tokio::test]
async fn a_call_is_not_repeated_before_the_time_of_retry_after() {
    let server = MockServer::start().await;
    sessions(&server, 1200, 1).await;
    Mock::given(path(ListBridgeServices::META.path))
        .respond_with(ResponseTemplate::new(503).insert_header("retry-after", "120"))
        .expect(1)
        .mount(&server)
        .await;
    let clock = HandClock::new();
    let client = client(&server, Arc::clone(&clock) as Arc<dyn Clock>);
    let error = client.send(&Call::<ListBridgeServices>::new(NoBody)).await.unwrap_err();
    assert_eq!(error.effort().unwrap().tries, 1, "two minutes are beyond the policy's 30 seconds");
    let now = clock.now();
    assert_eq!(error.retry_at(now), Some(now + TimeDelta::seconds(120)));
}
