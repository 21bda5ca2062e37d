//! ABDM in this process: it answers at once, calls back, and keeps books of constant size.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use abdm_core::api::gateway::{CreateSession, SessionResponse};
use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::callback::CallbackVerifier;
use abdm_core::clock::Clock;
use abdm_core::endpoint::{AuthScheme, Endpoint};
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::receiver::CallbackReceiver;
use abdm_core::secret::{AccessToken, LinkToken};
use abdm_core::transport::{Transport, TransportError, TransportErrorKind};
use abdm_core::wire::write_json;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use hip_services::Hip;
use hip_services::api::hip_linking::{
    GenerateLinkToken, LinkCareContexts, LinkCareContextsRequest, LinkReply, LinkTokenReply,
    OnGenerateLinkToken, OnLinkCareContexts,
};

use crate::Failure;
use crate::archive::{VISITS, number_of, patient_of};
use crate::clock::SetClock;

/// The pause before a callback that nobody took comes again.
const AGAIN: Duration = Duration::from_millis(20);

/// What ABDM has noted.
pub(crate) struct Books {
    /// How often each visit was linked.
    linked: Vec<u8>,
    /// When each patient's link token was asked for: up to four times.
    tokens: Vec<[Option<DateTime<Utc>>; 4]>,
    /// How many tokens were asked for in each minute, and in each day of India's.
    minutes: BTreeMap<i64, u32>,
    days: BTreeMap<NaiveDate, u32>,
    /// How many link requests were refused, because something in them was linked.
    pub(crate) refused: u64,
    pub(crate) calls: u64,
    faults: Vec<String>,
}

impl Books {
    fn token(&mut self, patient: usize, now: DateTime<Utc>) {
        *self.minutes.entry(now.timestamp().div_euclid(60)).or_default() += 1;
        let india = now + TimeDelta::minutes(5 * 60 + 30);
        *self.days.entry(india.date_naive()).or_default() += 1;
        let Some(asked) = self.tokens.get_mut(patient) else { return };
        let last = asked.iter().flatten().max().copied();
        if last.is_some_and(|last| now - last < TimeDelta::minutes(6)) {
            self.faults.push(format!("patient {patient}: two tokens within six minutes"));
        }
        match asked.iter_mut().find(|asked| asked.is_none()) {
            Some(free) => *free = Some(now),
            None => self.faults.push(format!("patient {patient}: more than four tokens")),
        }
    }

    /// Links all of a call, or nothing when something of it is linked.
    fn link(&mut self, body: &LinkCareContextsRequest) -> bool {
        let contexts = || body.patient.iter().flat_map(|element| &element.care_contexts);
        let numbers: Option<Vec<usize>> =
            contexts().map(|context| number_of(context.reference_number.as_str())).collect();
        let Some(numbers) = numbers else {
            self.faults.push("a context that nobody has".to_owned());
            return false;
        };
        let is_linked = |number: &usize| self.linked.get(*number).is_none_or(|times| *times > 0);
        if numbers.iter().any(is_linked) {
            self.refused += 1;
            return false;
        }
        for number in numbers {
            if let Some(times) = self.linked.get_mut(number) {
                *times += 1;
            }
        }
        true
    }

    /// How many tokens were asked for in the minute, and in the day, that had most.
    pub(crate) fn most(&self) -> (u32, u32) {
        let minute = self.minutes.values().max().copied();
        let day = self.days.values().max().copied();
        (minute.unwrap_or_default(), day.unwrap_or_default())
    }

    /// Whether each visit was linked once, and no rule was broken.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if let Some(fault) = self.faults.first() {
            return Err(format!("{} faults; the first: {fault}", self.faults.len()).into());
        }
        let wrong = self.linked.iter().filter(|times| **times != 1).count();
        if wrong > 0 {
            return Err(format!("{wrong} visits were not linked once").into());
        }
        Ok(())
    }
}

/// ABDM.
pub(crate) struct Abdm {
    books: Mutex<Books>,
    receiver: Mutex<Option<Arc<CallbackReceiver>>>,
    clock: Arc<SetClock>,
    own: Weak<Self>,
}

impl fmt::Debug for Abdm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Abdm")
    }
}

impl Abdm {
    pub(crate) fn new(patients: usize, clock: Arc<SetClock>) -> Arc<Self> {
        let books = Books {
            // Not zeros of the system's: pages that are in memory from the beginning.
            linked: std::iter::repeat_n(0_u8, patients * VISITS).collect(),
            tokens: std::iter::repeat_n([None; 4], patients).collect(),
            minutes: BTreeMap::new(),
            days: BTreeMap::new(),
            refused: 0,
            calls: 0,
            faults: Vec::new(),
        };
        let (books, receiver) = (Mutex::new(books), Mutex::new(None));
        Arc::new_cyclic(|own| Self { books, receiver, clock, own: own.clone() })
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Callbacks go to this HIP from now on; to nobody, if it is none.
    pub(crate) fn calls_back(&self, hip: Option<&Hip>) {
        let receiver = hip.map(|hip| {
            let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
            Arc::new(CallbackReceiver::new(verifier, self.clock.clone(), hip.callbacks()))
        });
        *self.receiver.lock().unwrap_or_else(PoisonError::into_inner) = receiver;
    }

    /// Brings a callback, again and again until somebody takes it.
    fn call_back<E>(&self, hip_id: HipId, body: E::Request) -> Result<(), Failure>
    where
        E: Endpoint<Headers = HipHeaders, Path = ()>,
        E::Auth: AuthScheme<Credential = ()>,
    {
        let call = Call::<E>::new(body).headers(HipHeaders { hip_id });
        let token = AccessToken::new("gateway-token");
        let envelope = Envelope::new(RequestId::random(), self.clock.now()).bearer(&token);
        let request = call.to_http(&"http://127.0.0.1".parse()?, &envelope)?;
        let own = self.own.upgrade().ok_or("ABDM is gone")?;
        tokio::spawn(async move {
            loop {
                let receiver = own.receiver.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if let Some(receiver) = receiver {
                    let mut same = Request::new(request.body().clone());
                    *same.method_mut() = request.method().clone();
                    *same.uri_mut() = request.uri().clone();
                    *same.headers_mut() = request.headers().clone();
                    if receiver.handle(same).await.status() == StatusCode::ACCEPTED {
                        return;
                    }
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
        Ok(())
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Vec<u8>, Failure> {
        let path = request.uri().path();
        self.books().calls += 1;
        if path == CreateSession::META.path {
            return Ok(write_json(&SessionResponse::new(AccessToken::new("token"), 1200))?.into());
        }
        if path == GenerateLinkToken::META.path {
            let call = read::<GenerateLinkToken>(request)?;
            let address = call.body.abha_address;
            let patient = patient_of(address.as_str()).ok_or("whose address is it?")?;
            self.books().token(patient, self.clock.now());
            let claims = serde_json::json!({
                "hipId": call.headers.hip_id, "abhaAddress": address, "exp": 1_900_000_000,
            });
            let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
            let token = LinkToken::new(format!("eyJhbGciOiJSUzUxMiJ9.{claims}.c2ln"));
            let reply = LinkTokenReply::issued(call.request_id, address, token);
            self.call_back::<OnGenerateLinkToken>(call.headers.hip_id, reply)?;
        } else if path == LinkCareContexts::META.path {
            let call = read::<LinkCareContexts>(request)?;
            let reply = if self.books().link(&call.body) {
                LinkReply::linked(call.request_id, call.body.abha_address)
            } else {
                let text = "This care contexts has been already linked";
                LinkReply::refused(call.request_id, CallbackError::new(1056, text))
            };
            self.call_back::<OnLinkCareContexts>(call.headers.hip_id, reply)?;
        } else {
            self.books().faults.push(format!("{path} was called"));
        }
        Ok(Vec::new())
    }
}

fn read<E: Endpoint>(request: &Request<Bytes>) -> Result<Incoming<E>, Failure> {
    let uri = request.uri();
    Ok(Incoming::from_http(uri.path(), uri.query(), request.headers(), request.body())?)
}

#[async_trait]
impl Transport for Abdm {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let body = self
            .answer(&request)
            .map_err(|error| TransportError::with_source(TransportErrorKind::Other, error))?;
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = StatusCode::ACCEPTED;
        Ok(response)
    }
}
