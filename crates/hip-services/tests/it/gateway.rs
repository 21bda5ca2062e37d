//! A gateway, a consent manager and a HIU behind the transport, and a clinic to run against them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::consent::{ConsentCareContext, ConsentDetail, DateRange, Permission};
use abdm_core::api::data_flow::{
    DataPage, HiRequest, KeyMaterialJson, NotifyHealthInformation, TransferReport,
};
use abdm_core::api::gateway::{CreateSession, SessionResponse};
use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::callback::CallbackVerifier;
use abdm_core::clock::Clock;
use abdm_core::endpoint::Endpoint;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::outgoing::{AddressKind, RefusedDestination};
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::CallbackReceiver;
use abdm_core::secret::{AccessToken, LinkToken};
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use abdm_core::vocabulary::{AccessMode, ConsentStatus, HiType, PurposeCode};
use abdm_core::wire::{read_json, write_json};
use abdm_flow::VirtualClock;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use fidelius_crypto::{KeyMaterial, ReceiverKeys};
use hip_services::Hip;
use hip_services::api::consent::{
    AcknowledgeConsent, ConsentNotice, ConsentNotification, OnConsentNotify,
};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, HealthInformationRequest, OnHealthInformationRequest,
};
use hip_services::api::hip_linking::{
    ContextReply, GenerateLinkToken, LinkCareContexts, LinkCareContextsRequest, LinkReply,
    LinkTokenReply, NotifyContext, OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext,
};
use hip_services::api::patient_status::{AcknowledgePatientStatus, AcknowledgePatientStatusV05};
use hip_services::api::sharing::{AcknowledgeShare, AnswerRunningToken};
use hip_services::api::sms::{NotifyBySms, OnSmsNotified, SmsReply};
use hip_services::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response, StatusCode};

pub(crate) const PUSH_URL: &str = "https://hiu.example.org/data/push/1";
pub(crate) const CONSENT: &str = "ed486d33-3efa-4b8e-9a5c-47359467c20d";
pub(crate) const TRANSACTION: &str = "49455d89-cb13-483d-ad71-7a57d5f669a8";

/// How long the gateway waits for the answer to a callback.
const GATEWAY_WAITS: Duration = Duration::from_secs(20);
/// The pause before a callback that nobody took comes again.
const COMES_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// How the world behaves.
#[derive(Debug, Default)]
pub(crate) struct Behaviour {
    /// Every callback comes three times: twice as the same message, once as another.
    pub(crate) doubles: bool,
    /// A callback that nobody takes comes again.
    pub(crate) comes_again: bool,
    /// Callbacks of these endpoints never come.
    pub(crate) silent: Vec<&'static str>,
    /// How often a notice is told that the link is not there yet.
    pub(crate) notices_too_soon: u32,
    /// The first link requests are refused for their token.
    pub(crate) tokens_refused: u32,
    /// What the HIU answers to the next pushes; then 202.
    pub(crate) push_answers: VecDeque<(u16, &'static str)>,
    /// To this many pushes the HIU answers 503 and when to come again: it has taken nothing.
    pub(crate) busy_pushes: u32,
    /// The HIU answers 409 to a page whose document it has, unless the very page comes again.
    pub(crate) wants_each_once: bool,
    /// The HIU's name leads where the guard lets nobody go, once it has accepted this many pages.
    pub(crate) forbidden_after: Option<usize>,
    /// The HIU is down once it has accepted this many pages.
    pub(crate) down_after: Option<usize>,
    /// How long a push takes to be answered, where not as long as every call.
    pub(crate) pushes_take: Option<Duration>,
    /// When pushes are answered, where at one moment.
    pub(crate) pushes_answered_at: Option<tokio::time::Instant>,
    /// The patient revokes after this many accepted pages.
    pub(crate) revokes_after: Option<usize>,
    /// What comes of the next link requests; then they link.
    pub(crate) link_answers: VecDeque<Answer>,
    /// What comes of the next SMS notices; then they are accepted.
    pub(crate) sms_answers: VecDeque<Answer>,
    /// What comes of the next requests for a link token; then one is issued.
    pub(crate) token_answers: VecDeque<Answer>,
    /// What the next calls of an endpoint, by its name, are answered.
    pub(crate) answers: BTreeMap<&'static str, VecDeque<(u16, String)>>,
    /// Care contexts that are linked: a request that names one links nothing (ABDM-1056).
    pub(crate) linked: Option<BTreeSet<String>>,
    /// No connection for this many calls of this endpoint.
    pub(crate) unreachable: (u32, &'static str),
    /// This many calls of this endpoint are dealt with, and their HTTP answers are lost.
    pub(crate) answers_lost: (u32, &'static str),
    /// How many seconds the callbacks of the next link requests take; then one.
    pub(crate) link_callbacks_take: VecDeque<u64>,
}

/// What ABDM says to a call.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// At once: a status and a body.
    AtOnce(u16, String),
    /// 202, and a callback with this body; its `response` is filled in.
    ByCallback(serde_json::Value),
    /// The same in ABDM's older spelling: `resp` is filled in.
    ByCallbackInResp(serde_json::Value),
}

impl Answer {
    pub(crate) fn at_once(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"code": code, "message": message});
        Self::AtOnce(status, body.to_string())
    }

    pub(crate) fn error(code: &str, message: &str) -> Self {
        Self::ByCallback(serde_json::json!({"error": {"code": code, "message": message}}))
    }
}

/// The world outside.
pub(crate) struct Gateway {
    pub(crate) behaviour: Mutex<Behaviour>,
    pub(crate) sent: Mutex<Vec<(&'static str, Request<Bytes>)>>,
    pub(crate) pages: Mutex<Vec<(DataPage, Vec<u8>)>>,
    pub(crate) keys: ReceiverKeys,
    /// When a link token was asked for.
    pub(crate) token_requests: Mutex<Vec<DateTime<Utc>>>,
    /// How many pushes wait for their answer, and the most there were.
    pushing: Mutex<(usize, usize)>,
    receiver: Mutex<Option<Arc<CallbackReceiver>>>,
    clock: VirtualClock,
    own: std::sync::Weak<Gateway>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gateway")
    }
}

impl Gateway {
    pub(crate) fn new(clock: VirtualClock) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            behaviour: Mutex::default(),
            sent: Mutex::default(),
            pages: Mutex::default(),
            token_requests: Mutex::default(),
            pushing: Mutex::default(),
            keys: ReceiverKeys::generate().unwrap(),
            receiver: Mutex::default(),
            clock,
            own: own.clone(),
        })
    }

    pub(crate) fn clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// From now on, callbacks go to this HIP.
    pub(crate) fn calls_back(&self, hip: &Hip) {
        let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
        let clock = Arc::new(self.clock.clone());
        let receiver = CallbackReceiver::new(verifier, clock, hip.callbacks());
        *self.receiver.lock().unwrap() = Some(Arc::new(receiver));
    }

    pub(crate) fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    /// The names of the calls that came, in order, sessions left out.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|(name, _)| *name).filter(|name| *name != "CreateSession").collect()
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.calls().iter().filter(|call| **call == name).count()
    }

    /// The bodies of the calls of one endpoint.
    pub(crate) fn bodies<E: Endpoint>(&self) -> Vec<E::Request> {
        let sent = self.sent.lock().unwrap();
        sent.iter()
            .filter(|(name, _)| *name == E::META.name)
            .map(|(_, request)| read_json(request.body()).unwrap())
            .collect()
    }

    /// A header of the last call of an endpoint.
    pub(crate) fn header<E: Endpoint>(&self, name: &str) -> Option<String> {
        let sent = self.sent.lock().unwrap();
        let (_, request) = sent.iter().rev().find(|(call, _)| *call == E::META.name)?;
        Some(request.headers().get(name)?.to_str().unwrap().to_owned())
    }

    pub(crate) fn report(&self) -> Option<TransferReport> {
        self.bodies::<NotifyHealthInformation>().pop().map(|body| body.notification)
    }

    /// The reports of all transfers that have ended.
    pub(crate) fn reports(&self) -> Vec<TransferReport> {
        let bodies = self.bodies::<NotifyHealthInformation>();
        bodies.into_iter().map(|body| body.notification).collect()
    }

    /// The plain records that have arrived, in order.
    pub(crate) fn records(&self) -> Vec<String> {
        let pages = self.pages.lock().unwrap();
        pages.iter().map(|(_, plain)| String::from_utf8(plain.clone()).unwrap()).collect()
    }

    /// The most pushes that ever waited for their answers at once.
    pub(crate) fn most_pushes_at_once(&self) -> usize {
        self.pushing.lock().unwrap().1
    }

    /// Sends a callback after a while, as often as the behaviour says.
    pub(crate) fn call_back<E>(&self, hip_id: HipId, after: Duration, body: E::Request)
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let (silent, doubles) = {
            let behaviour = self.behaviour.lock().unwrap();
            (behaviour.silent.contains(&E::META.name), behaviour.doubles)
        };
        if silent {
            return;
        }
        self.deliver(Call::<E>::new(body).headers(HipHeaders { hip_id }), after, None, doubles);
    }

    /// Sends a callback with headers of its own, and with this body in place of its own when one is
    /// given.
    pub(crate) fn sends<E>(&self, call: Call<E>, raw: Option<Bytes>)
    where
        E: Endpoint<Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let doubles = self.behaviour.lock().unwrap().doubles;
        self.deliver(call, Duration::from_millis(1), raw, doubles);
    }

    /// Delivers a callback, with this body in place of its own when one is given.
    fn deliver<E>(&self, call: Call<E>, after: Duration, raw: Option<Bytes>, doubles: bool)
    where
        E: Endpoint<Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let own = self.own.upgrade().unwrap();
        tokio::spawn(async move {
            let (first, second) = (RequestId::random(), RequestId::random());
            let ids = if doubles { vec![first, first, second] } else { vec![first] };
            for id in ids {
                tokio::time::sleep(after).await;
                let token = AccessToken::new("gateway-token");
                let envelope = Envelope::new(id, own.now()).bearer(&token);
                let mut request = call.to_http(&base(), &envelope).unwrap();
                if let Some(raw) = &raw {
                    *request.body_mut() = raw.clone();
                }
                while !own.brings::<E>(&request).await {
                    tokio::time::sleep(COMES_AGAIN_AFTER).await;
                }
            }
        });
    }

    /// Delivers a callback once; whether it was taken. Where the facility is down, or its store
    /// fails, the gateway comes again with the same message.
    async fn brings<E: Endpoint>(&self, request: &Request<Bytes>) -> bool {
        let receiver = self.receiver.lock().unwrap().clone().unwrap();
        let mut same = Request::new(request.body().clone());
        *same.method_mut() = request.method().clone();
        *same.uri_mut() = request.uri().clone();
        *same.headers_mut() = request.headers().clone();
        let answer = tokio::time::timeout(GATEWAY_WAITS, receiver.handle(same)).await;
        let status = answer.map(|answer| answer.status());
        let is_down = matches!(status, Err(_) | Ok(StatusCode::SERVICE_UNAVAILABLE));
        if is_down && self.behaviour.lock().unwrap().comes_again {
            return false;
        }
        assert_eq!(status.ok(), Some(StatusCode::ACCEPTED), "{}", E::META.name);
        true
    }

    /// A callback as it stands in a file: headers and body.
    pub(crate) fn plays<E>(&self, case: &serde_json::Value, stand_in: E::Request)
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let raw = Bytes::from(case["body"].to_string());
        let hip_id = case["headers"]["X-HIP-ID"].as_str().unwrap().parse().unwrap();
        let call = Call::<E>::new(stand_in).headers(HipHeaders { hip_id });
        self.deliver(call, Duration::from_millis(1), Some(raw), false);
    }

    /// What was scripted for a call: an answer at once, or a callback that is on its way now.
    fn scripted<E>(
        &self,
        answer: Answer,
        call: (HipId, RequestId),
        stand_in: E::Request,
        after: Duration,
    ) -> Response<Bytes>
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: abdm_core::endpoint::AuthScheme<Credential = ()>,
    {
        let older = matches!(answer, Answer::ByCallbackInResp(_));
        let spelling = if older { "resp" } else { "response" };
        match answer {
            Answer::AtOnce(status, body) => reply(status, body.as_bytes()),
            Answer::ByCallback(body) | Answer::ByCallbackInResp(body) => {
                let mut body = body;
                body[spelling] = serde_json::json!({"requestId": call.1});
                let raw = Bytes::from(body.to_string());
                let stand_in = Call::<E>::new(stand_in).headers(HipHeaders { hip_id: call.0 });
                self.deliver(stand_in, after, Some(raw), false);
                reply(202, b"")
            }
        }
    }

    /// The patient grants a consent over these care contexts.
    pub(crate) fn grants(&self, care_contexts: &[&str]) {
        let of_asha: Vec<_> = care_contexts.iter().map(|name| ("UHID-000123", *name)).collect();
        self.grants_of(&of_asha);
    }

    /// The same over care contexts of these patients of the facility.
    pub(crate) fn grants_of(&self, care_contexts: &[(&str, &str)]) {
        let from = "2026-01-01T00:00:00Z".parse().unwrap();
        let dates = DateRange::new(from, "2026-01-04T00:00:00Z".parse().unwrap());
        let erase_at = self.now() + chrono::TimeDelta::days(30);
        let mut detail = ConsentDetail::new(
            CONSENT.parse().unwrap(),
            address(),
            hip_id(),
            PurposeCode::SelfRequested.into(),
            Permission::new(AccessMode::View, dates, erase_at),
        );
        detail.hi_types = vec![HiType::OpConsultation, HiType::Prescription];
        detail.care_contexts = care_contexts
            .iter()
            .map(|(patient, name)| {
                ConsentCareContext::new(patient.parse().unwrap(), name.parse().unwrap())
            })
            .collect();
        let notice = ConsentNotification::from(ConsentNotice::granted(detail, "c2lnbmF0dXJl"));
        self.call_back::<OnConsentNotify>(hip_id(), Duration::from_millis(300), notice);
    }

    pub(crate) fn revokes(&self) {
        let notice = ConsentNotice::ended(ConsentStatus::Revoked, CONSENT.parse().unwrap());
        self.call_back::<OnConsentNotify>(hip_id(), Duration::from_millis(1), notice.into());
    }

    /// The HIU asks for the records of the consent, from `from` on.
    pub(crate) fn asks(&self, from: &str) {
        self.asks_of(hip_id(), from);
    }

    /// The same, of this facility.
    pub(crate) fn asks_of(&self, hip_id: HipId, from: &str) {
        self.asks_for(hip_id, TRANSACTION, from);
    }

    /// The HIU asks in a transfer of this id.
    pub(crate) fn asks_in(&self, transaction: &str, from: &str) {
        self.asks_for(hip_id(), transaction, from);
    }

    fn asks_for(&self, hip_id: HipId, transaction: &str, from: &str) {
        let mut request = self.health_information_request(from);
        request.transaction_id = transaction.parse().unwrap();
        self.call_back::<OnHealthInformationRequest>(hip_id, Duration::from_millis(600), request);
    }

    /// The body of such a request.
    pub(crate) fn request(&self, from: &str) -> serde_json::Value {
        serde_json::to_value(self.health_information_request(from)).unwrap()
    }

    fn health_information_request(&self, from: &str) -> HealthInformationRequest {
        let dates = DateRange::new(from.parse().unwrap(), "2026-01-04T00:00:00Z".parse().unwrap());
        let material = self.keys.key_material(self.now() + chrono::TimeDelta::days(1));
        let wanted = HiRequest::new(
            CONSENT.parse().unwrap(),
            dates,
            PUSH_URL,
            KeyMaterialJson::write(&material).unwrap(),
        );
        HealthInformationRequest::new(TRANSACTION.parse().unwrap(), wanted)
    }

    fn answer(&self, request: &Request<Bytes>) -> (&'static str, Response<Bytes>) {
        let path = request.uri().path().to_owned();
        if path == CreateSession::META.path {
            let body = SessionResponse::new(AccessToken::new("session-token"), 1200);
            return (CreateSession::META.name, reply(202, &write_json(&body).unwrap()));
        }
        if *request.uri() == PUSH_URL {
            return ("PushHealthInformation", self.pushed(request));
        }
        let scripted = |name: &str| {
            self.behaviour.lock().unwrap().answers.get_mut(name).and_then(VecDeque::pop_front)
        };
        let answer = self.answer_gateway(&path, request);
        let (name, answer) = answer.unwrap_or_else(|| panic!("no such endpoint: {path}"));
        match scripted(name) {
            Some((status, body)) => (name, reply(status, body.as_bytes())),
            None => (name, answer),
        }
    }

    fn answer_gateway(
        &self,
        path: &str,
        request: &Request<Bytes>,
    ) -> Option<(&'static str, Response<Bytes>)> {
        let accepted = reply(202, b"");
        let name = if path == GenerateLinkToken::META.path {
            let call = read::<GenerateLinkToken>(request);
            self.token_requests.lock().unwrap().push(self.now());
            let answer = self.behaviour.lock().unwrap().token_answers.pop_front();
            if let Some(answer) = answer {
                let address = call.body.abha_address.clone();
                let stand_in =
                    LinkTokenReply::issued(call.request_id, address, LinkToken::new("t"));
                let to = (call.headers.hip_id, call.request_id);
                let after = Duration::from_secs(1);
                let said = self.scripted::<OnGenerateLinkToken>(answer, to, stand_in, after);
                return Some((GenerateLinkToken::META.name, said));
            }
            let token = LinkToken::new(link_token(&call.headers.hip_id, &call.body.abha_address));
            let body = LinkTokenReply::issued(call.request_id, call.body.abha_address, token);
            self.call_back::<OnGenerateLinkToken>(
                call.headers.hip_id,
                Duration::from_millis(1_900),
                body,
            );
            GenerateLinkToken::META.name
        } else if path == LinkCareContexts::META.path {
            let call = read::<LinkCareContexts>(request);
            let token = link_token(&call.headers.hip_id, &call.body.abha_address);
            assert_eq!(call.headers.link_token.expose(), token);
            assert!(call.body.patient.iter().all(|element| element.is_counted()));
            let answer = self.link_answer(&call.body);
            let seconds = self.behaviour.lock().unwrap().link_callbacks_take.pop_front();
            let after = Duration::from_secs(seconds.unwrap_or(1));
            if let Some(answer) = answer {
                let stand_in = LinkReply::linked(call.request_id, call.body.abha_address);
                let to = (call.headers.hip_id, call.request_id);
                let said = self.scripted::<OnLinkCareContexts>(answer, to, stand_in, after);
                return Some((LinkCareContexts::META.name, said));
            }
            let mut behaviour = self.behaviour.lock().unwrap();
            let body = if behaviour.tokens_refused > 0 {
                behaviour.tokens_refused -= 1;
                LinkReply::refused(call.request_id, CallbackError::new(1026, "Invalid Link Token"))
            } else {
                LinkReply::linked(call.request_id, call.body.abha_address)
            };
            drop(behaviour);
            self.call_back::<OnLinkCareContexts>(call.headers.hip_id, after, body);
            LinkCareContexts::META.name
        } else if path == NotifyContext::META.path {
            let call = read::<NotifyContext>(request);
            let mut behaviour = self.behaviour.lock().unwrap();
            let body = if behaviour.notices_too_soon > 0 {
                behaviour.notices_too_soon -= 1;
                let text = "No care context linked with given reference number";
                ContextReply::errored(call.request_id, CallbackError::new(1006, text))
            } else {
                ContextReply::taken(call.request_id)
            };
            drop(behaviour);
            self.call_back::<OnNotifyContext>(
                call.headers.hip_id,
                Duration::from_millis(400),
                body,
            );
            NotifyContext::META.name
        } else if path == AcknowledgeConsent::META.path {
            AcknowledgeConsent::META.name
        } else if path == AcknowledgeHealthInformationRequest::META.path {
            AcknowledgeHealthInformationRequest::META.name
        } else if path == AcknowledgeShare::META.path {
            AcknowledgeShare::META.name
        } else if path == NotifyHealthInformation::META.path {
            NotifyHealthInformation::META.name
        } else if path == AnswerRunningToken::META.path {
            AnswerRunningToken::META.name
        } else if path == AnswerDiscovery::META.path {
            AnswerDiscovery::META.name
        } else if path == AnswerLinkInit::META.path {
            AnswerLinkInit::META.name
        } else if path == AnswerLinkConfirm::META.path {
            AnswerLinkConfirm::META.name
        } else if AcknowledgePatientStatus::META.paths().any(|own| own == path) {
            AcknowledgePatientStatus::META.name
        } else if path == AcknowledgePatientStatusV05::META.path {
            AcknowledgePatientStatusV05::META.name
        } else if path == NotifyBySms::META.path {
            let call = read::<NotifyBySms>(request);
            let answer = self.behaviour.lock().unwrap().sms_answers.pop_front();
            let stand_in = SmsReply::acknowledged(call.request_id);
            let to = (call.body.notification.hip.id.clone(), call.request_id);
            let after = Duration::from_secs(1);
            if let Some(answer) = answer {
                let said = self.scripted::<OnSmsNotified>(answer, to, stand_in, after);
                return Some((NotifyBySms::META.name, said));
            }
            self.call_back::<OnSmsNotified>(to.0, after, stand_in);
            NotifyBySms::META.name
        } else {
            self.answers_v0_5(path, request)?
        };
        Some((name, accepted))
    }

    fn link_answer(&self, request: &LinkCareContextsRequest) -> Option<Answer> {
        let mut behaviour = self.behaviour.lock().unwrap();
        if let Some(answer) = behaviour.link_answers.pop_front() {
            return Some(answer);
        }
        let linked = behaviour.linked.as_mut()?;
        let named: Vec<String> = request
            .patient
            .iter()
            .flat_map(|element| &element.care_contexts)
            .map(|context| context.reference_number.to_string())
            .collect();
        if named.iter().any(|context| linked.contains(context)) {
            return Some(Answer::error("ABDM-1056", "This care contexts has been already linked"));
        }
        linked.extend(named);
        None
    }

    /// The HIU decrypts at once.
    fn pushed(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let (next, down_after) = {
            let mut behaviour = self.behaviour.lock().unwrap();
            if let Some(left) = behaviour.busy_pushes.checked_sub(1) {
                behaviour.busy_pushes = left;
                let mut busy = reply(503, b"");
                busy.headers_mut().insert(RETRY_AFTER, HeaderValue::from(1));
                return busy;
            }
            (behaviour.push_answers.pop_front(), behaviour.down_after)
        };
        if down_after.is_some_and(|pages| self.pages.lock().unwrap().len() >= pages) {
            return reply(503, b"");
        }
        if let Some((status, body)) = next {
            return reply(status, body.as_bytes());
        }
        let page: DataPage = read_json(request.body()).unwrap();
        let material: KeyMaterial = page.key_material.read().unwrap();
        let [entry] = &page.entries[..] else { panic!("one entry per page") };
        let content = entry.content.as_deref().unwrap();
        let opened =
            self.keys.decrypt_entry(content, &material, entry.checksum.as_deref()).unwrap();
        let mut pages = self.pages.lock().unwrap();
        if self.behaviour.lock().unwrap().wants_each_once
            && let Some((first, _)) =
                pages.iter().find(|(_, plain)| *plain == opened.bytes.to_vec())
        {
            let again = first.entries[0].content == page.entries[0].content;
            return reply(if again { 202 } else { 409 }, b"");
        }
        pages.push((page.clone(), opened.bytes.to_vec()));
        if self.behaviour.lock().unwrap().revokes_after == Some(pages.len()) {
            self.revokes();
        }
        reply(202, b"")
    }
}

#[async_trait]
impl Transport for Gateway {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        {
            let mut behaviour = self.behaviour.lock().unwrap();
            let (left, path) = &mut behaviour.unreachable;
            if *left > 0 && request.uri().path() == *path {
                *left -= 1;
                return Err(TransportError::new(TransportErrorKind::Connect));
            }
        }
        let forbidden_after = self.behaviour.lock().unwrap().forbidden_after;
        if *request.uri() == PUSH_URL
            && forbidden_after.is_some_and(|pages| self.pages.lock().unwrap().len() >= pages)
        {
            let host = "hiu.example.org".to_owned();
            let refused = RefusedDestination::LeadsTo { host, kind: AddressKind::Private };
            return Err(TransportError::forbidden(refused));
        }
        let (name, answer) = self.answer(&request);
        let answered = request.uri().path().to_owned();
        self.sent.lock().unwrap().push((name, request));
        // The answer takes its time: other things may happen meanwhile, the caller's end, too.
        let is_push = name == "PushHealthInformation";
        let (slow, at) = {
            let behaviour = self.behaviour.lock().unwrap();
            (behaviour.pushes_take, behaviour.pushes_answered_at)
        };
        let takes = slow.filter(|_| is_push).unwrap_or(Duration::from_millis(50));
        let waits = is_push.then(|| Waiting::new(&self.pushing));
        match at.filter(|_| is_push) {
            Some(at) => tokio::time::sleep_until(at).await,
            None => tokio::time::sleep(takes).await,
        }
        drop(waits);
        let mut behaviour = self.behaviour.lock().unwrap();
        let (left, path) = &mut behaviour.answers_lost;
        if *left > 0 && answered == *path {
            *left -= 1;
            return Err(TransportError::new(TransportErrorKind::Interrupted));
        }
        Ok(answer)
    }
}

/// A push that waits for its answer.
struct Waiting<'a>(&'a Mutex<(usize, usize)>);

impl<'a> Waiting<'a> {
    fn new(pushing: &'a Mutex<(usize, usize)>) -> Self {
        let mut count = pushing.lock().unwrap();
        count.0 += 1;
        count.1 = count.1.max(count.0);
        drop(count);
        Self(pushing)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().0 -= 1;
    }
}

pub(crate) fn read<E: Endpoint>(request: &Request<Bytes>) -> Incoming<E> {
    let uri = request.uri();
    Incoming::from_http(uri.path(), uri.query(), request.headers(), request.body()).unwrap()
}

fn reply(status: u16, body: &[u8]) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

fn base() -> url::Url {
    "https://bridge.example.org".parse().unwrap()
}

/// A link token as ABDM makes them, but for the signature.
pub(crate) fn link_token(hip_id: &HipId, abha_address: &AbhaAddress) -> String {
    let claims = serde_json::json!({
        "hipId": hip_id, "abhaAddress": abha_address, "exp": 1_783_355_400,
    });
    format!("eyJhbGciOiJSUzUxMiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

pub(crate) fn hip_id() -> HipId {
    "IN0000000001".parse().unwrap()
}

pub(crate) fn address() -> AbhaAddress {
    "asha.test@sbx".parse().unwrap()
}
