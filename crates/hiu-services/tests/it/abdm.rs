//! ABDM and one HIP, inside the process: takes the HIU's calls, calls back, pushes.
//!
//! Everything goes through the wire types, both ways; only the sockets are left out.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::{
    CheckHealthInformationStatus, DataPage, Entry, HiRequest, KeyMaterialJson,
};
use abdm_core::call::{Call, Envelope};
use abdm_core::callback::CallbackVerifier;
use abdm_core::client::AbdmClient;
use abdm_core::clock::Clock;
use abdm_core::endpoint::{AuthScheme, Endpoint, match_path};
use abdm_core::environment::{Environment, Family};
use abdm_core::error::CallbackError;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, HiuId, RequestId};
use abdm_core::receiver::CallbackReceiver;
use abdm_core::retry::RetryPolicy;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_core::transport::{Transport, TransportError};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::VirtualClock;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use fidelius_crypto::{EncryptOptions, Encryptor, KeyMaterial};
use hiu_services::Hiu;
use hiu_services::api::consent::*;
use hiu_services::api::health_information::*;
use http::StatusCode;
use serde_json::{Value, json};

use crate::made_up::{
    consent_id, consent_request_id, context, document, granted, hiu_id, start, transaction_id,
};

/// What ABDM and the HIP do by themselves.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    /// The consent manager answers `on-init`.
    pub(crate) calls_back: bool,
    /// The consent manager refuses every consent request.
    pub(crate) refuses_consents: bool,
    /// The terms of the artefact that the patient grants.
    pub(crate) terms: ConsentDetail,
    /// The HIP pushes as soon as it is asked, before `on-request`.
    pub(crate) pushes: bool,
    /// `on-request` refuses the raw form of our key.
    pub(crate) refuses_raw_keys: bool,
    /// The first call to each of these endpoints is answered with 500 and not processed.
    pub(crate) fails_once: Vec<&'static str>,
    /// Every call to these endpoints is answered with 503.
    pub(crate) fails_always: Vec<&'static str>,
    /// So long after the beginning every call to this endpoint is answered with 503.
    pub(crate) busy: Option<(&'static str, TimeDelta)>,
    /// The first call to this endpoint arrives, and its answer never comes.
    pub(crate) hangs_once: Option<&'static str>,
    /// Whom callbacks are for.
    pub(crate) hiu_id: HiuId,
    /// What the hospital did not take comes again.
    pub(crate) comes_again: bool,
    /// How ABDM says that a transfer stands.
    pub(crate) status: Option<&'static str>,
}

impl Default for Habits {
    fn default() -> Self {
        let terms = granted(consent_id(1));
        Self {
            calls_back: true,
            refuses_consents: false,
            terms,
            pushes: true,
            refuses_raw_keys: false,
            fails_once: Vec::new(),
            fails_always: Vec::new(),
            busy: None,
            hangs_once: None,
            hiu_id: hiu_id(),
            comes_again: false,
            status: None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Abdm {
    habits: Habits,
    pub(crate) clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Where callbacks go; nowhere while the hospital is down.
    hospital: Option<Arc<CallbackReceiver>>,
    calls: Vec<(String, Value)>,
    request: Option<HiRequest>,
}

impl Abdm {
    pub(crate) fn new(habits: Habits) -> Arc<Self> {
        let clock = Arc::new(VirtualClock::starting_at(start()));
        Arc::new(Self { habits, clock, state: Mutex::default() })
    }

    pub(crate) fn client(self: &Arc<Self>) -> AbdmClient {
        let environment = Environment::at("http://127.0.0.1:1").unwrap();
        let credentials = Credentials::new("SBX_000000", ClientSecret::new("secret"));
        let transport = Arc::new(Wire(Arc::clone(self)));
        AbdmClient::builder(environment, credentials, transport)
            .clock(Arc::clone(&self.clock) as Arc<dyn Clock>)
            .retry(RetryPolicy::fast())
            .build()
    }

    /// Callbacks and pushes go to this hospital from now on.
    pub(crate) fn connect(&self, hiu: &Hiu) {
        let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let receiver = CallbackReceiver::new(verifier, clock, hiu.callbacks());
        self.state().hospital = Some(Arc::new(receiver));
    }

    pub(crate) fn disconnect(&self) {
        self.state().hospital = None;
    }

    /// The bodies of every call to this endpoint, in order.
    pub(crate) fn calls<E: Endpoint>(&self) -> Vec<Value> {
        let of_endpoint = |(path, _): &&(String, Value)| path == E::META.path;
        self.state().calls.iter().filter(of_endpoint).map(|(_, body)| body.clone()).collect()
    }

    /// Waits until there are `count` calls to this endpoint.
    pub(crate) async fn wait_for<E: Endpoint>(&self, count: usize) -> Vec<Value> {
        for _ in 0..10_000 {
            let calls = self.calls::<E>();
            if calls.len() >= count {
                return calls;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} was not called {count} times", E::META.name);
    }

    /// The HIP was asked this before.
    pub(crate) fn has_asked(&self, request: HiRequest) {
        self.state().request = Some(request);
    }

    /// Whether the HIP was asked.
    pub(crate) fn is_asked(&self) -> bool {
        self.state().request.is_some()
    }

    /// The patient's decision.
    pub(crate) async fn decide(&self, status: ConsentStatus, artefacts: &[ConsentId]) {
        let artefacts = artefacts.iter().cloned();
        let decision = ConsentDecision::new(consent_request_id(), status, artefacts);
        self.call_back::<OnConsentDecision>(decision.into()).await;
    }

    /// The patient's refusal, with a reason.
    pub(crate) async fn deny(&self, reason: &str) {
        let mut decision =
            ConsentDecision::new(consent_request_id(), ConsentStatus::Denied, [] as [ConsentId; 0]);
        decision.reason = Some(Reason::new(reason));
        self.call_back::<OnConsentDecision>(decision.into()).await;
    }

    pub(crate) async fn call_back<E>(&self, body: E::Request)
    where
        E: Endpoint<Headers = HiuHeaders, Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        self.call_back_as::<E>(self.habits.hiu_id.clone(), body).await;
    }

    /// The same for another facility.
    pub(crate) async fn call_back_as<E>(&self, hiu_id: HiuId, body: E::Request)
    where
        E: Endpoint<Headers = HiuHeaders, Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        let call = Call::<E>::new(body).headers(HiuHeaders { hiu_id });
        let environment = Environment::at("http://127.0.0.1:1").unwrap();
        let envelope = Envelope::new(RequestId::random(), self.clock.now());
        let request = call.to_http(environment.base(Family::Bridge), &envelope).unwrap();
        assert_eq!(self.deliver(request).await, StatusCode::ACCEPTED, "{}", E::META.name);
    }

    /// Delivers a message as soon as the hospital is there; how it was answered. What was answered
    /// 503, or not at all, comes again if that is the sender's habit.
    async fn deliver(&self, request: http::Request<Bytes>) -> StatusCode {
        for _ in 0..1_000 {
            let hospital = self.state().hospital.clone();
            if let Some(hospital) = hospital {
                let answer = hospital.handle(request.clone());
                if !self.habits.comes_again {
                    return answer.await.status();
                }
                let answer = tokio::time::timeout(Duration::from_secs(20), answer).await;
                match answer.map(|answer| answer.status()) {
                    Ok(status) if !status.is_server_error() => return status,
                    Ok(_) | Err(_) => {}
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        panic!("the hospital never came back");
    }

    /// What the HIP was asked last.
    pub(crate) fn request(&self) -> HiRequest {
        self.state().request.clone().expect("the HIP was asked")
    }

    /// Pushes one page whose entries are encrypted for the present request.
    pub(crate) async fn push(&self, number: i64, count: i64, contexts: &[&str]) -> StatusCode {
        let documents = contexts.iter().map(|reference| (*reference, document(reference)));
        self.push_documents(number, count, documents.collect()).await
    }

    /// The same with documents of the test's making.
    pub(crate) async fn push_documents(
        &self,
        number: i64,
        count: i64,
        documents: Vec<(&str, Vec<u8>)>,
    ) -> StatusCode {
        let request = self.request();
        let page = self.page(number, count, documents);
        self.push_body(&request.data_push_url, &page).await
    }

    /// A page of these documents, encrypted for the present request.
    pub(crate) fn page(&self, number: i64, count: i64, documents: Vec<(&str, Vec<u8>)>) -> Value {
        let request = self.request();
        let keys: KeyMaterial = request.key_material.read().unwrap();
        let options = EncryptOptions::new(self.clock.now());
        let (references, documents): (Vec<_>, Vec<_>) = documents.into_iter().unzip();
        // A page has one key material: several entries share it, as with most HIPs.
        let encryptor = Encryptor::for_request(&keys, &options).unwrap();
        let sealed = encryptor.unsafe_compat_encrypt_several_under_one_key(documents).unwrap();
        let entries = sealed.entries.into_iter().zip(references);
        let entries = entries.map(|(sealed, reference)| {
            Entry::new(sealed.content, sealed.checksum, context(reference))
        });
        let entries = entries.collect();
        let material = KeyMaterialJson::write(&sealed.key_material).unwrap();
        let page = DataPage::new(number, count, transaction_id(), entries, material);
        serde_json::to_value(page).unwrap()
    }

    /// Pushes a body; how it was answered.
    pub(crate) async fn push_body(&self, url: &str, body: &Value) -> StatusCode {
        let request = http::Request::post(url).body(Bytes::from(body.to_string())).unwrap();
        self.deliver(request).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    async fn answer(self: Arc<Self>, path: &str, request_id: RequestId, body: Value) {
        if path == RequestConsent::META.path && self.habits.calls_back {
            let taken = if self.habits.refuses_consents {
                let error = CallbackError::new(1058, "Invalid patient: Asha Devi");
                ConsentRequested::refused(request_id, error)
            } else {
                ConsentRequested::accepted(request_id, consent_request_id())
            };
            self.call_back::<OnRequestConsent>(taken).await;
        } else if path == FetchConsent::META.path {
            let terms = self.habits.terms.clone();
            let artefact = ConsentArtefact::new(ConsentStatus::Granted, terms, "c2ln".to_owned());
            self.call_back::<OnFetchConsent>(FetchedConsent::found(request_id, artefact)).await;
        } else if path == RequestHealthInformation::META.path {
            let request: HealthInformationRequest = serde_json::from_value(body).unwrap();
            let request = request.hi_request;
            let key = request.key_material.0["dhPublicKey"]["keyValue"].to_string();
            self.state().request = Some(request);
            if self.habits.refuses_raw_keys && key.len() < 100 {
                let error = CallbackError::new(9999, "encoded key spec not recognized");
                let refused = HealthInformationRequested::refused(request_id, error);
                self.call_back::<OnHealthInformationRequested>(refused).await;
                return;
            }
            if self.habits.pushes {
                self.push(2, 2, &["OPD-2"]).await;
                self.push(1, 2, &["OPD-1"]).await;
                self.push(1, 2, &["OPD-1"]).await;
            }
            let accepted = HealthInformationRequested::accepted(request_id, transaction_id());
            self.call_back::<OnHealthInformationRequested>(accepted).await;
        }
    }
}

/// The HIU's way to ABDM.
#[derive(Debug)]
struct Wire(Arc<Abdm>);

#[async_trait]
impl Transport for Wire {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        _: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        let respond = |status, body: &'static str| {
            let mut response = http::Response::new(Bytes::from_static(body.as_bytes()));
            *response.status_mut() = status;
            Ok(response)
        };
        if path.ends_with("/sessions") {
            let token = r#"{"accessToken":"token","expiresIn":1200,"tokenType":"bearer"}"#;
            return respond(StatusCode::ACCEPTED, token);
        }
        let id: RequestId = request.headers()["request-id"].to_str().unwrap().parse().unwrap();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        self.0.state().calls.push((path.clone(), body.clone()));
        let so_far = self.0.state().calls.iter().filter(|(called, _)| *called == path).count();
        if so_far == 1 && self.0.habits.fails_once.contains(&path.as_str()) {
            return respond(StatusCode::INTERNAL_SERVER_ERROR, "");
        }
        if match_path(CheckHealthInformationStatus::META.path, &path).is_some() {
            let status = self.0.habits.status;
            let body = json!({"transactionId": transaction_id(), "status": status});
            let mut response = http::Response::new(Bytes::from(body.to_string()));
            if status.is_none() {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            return Ok(response);
        }
        let busy = self.0.habits.busy.is_some_and(|(endpoint, time)| {
            endpoint == path && self.0.clock.now() < start() + time
        });
        if busy || self.0.habits.fails_always.contains(&path.as_str()) {
            return respond(StatusCode::SERVICE_UNAVAILABLE, "");
        }
        let hangs = so_far == 1 && self.0.habits.hangs_once == Some(path.as_str());
        let abdm = Arc::clone(&self.0);
        tokio::spawn(async move { abdm.answer(&path, id, body).await });
        if hangs {
            std::future::pending::<()>().await;
        }
        respond(StatusCode::ACCEPTED, "")
    }
}
