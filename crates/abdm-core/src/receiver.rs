//! The path of a callback from the socket into the store.
//!
//! A [`CallbackReceiver`] is what a bridge URL points to. It serves the callbacks of every flow
//! that was given to it, whichever milestone they belong to, and knows no HTTP server: a plain
//! function from `http::Request` to `http::Response`, which any server can host.
//!
//! # Three doors
//! They answer alike, since all of them are this one function:
//!
//! | your server | use |
//! |---|---|
//! | axum | [`router`] (feature `axum`), mounted with `nest` |
//! | hyper, tonic, what takes a `tower::Service` | [`CallbackService`] (feature `tower`) |
//! | gives bodies in pieces | [`CallbackReceiver::answer`] (feature `tower`) |
//! | reads bodies itself: actix-web, Rocket, a function of a cloud | [`CallbackReceiver::handle`] |
//!
//! Who reads a large body itself asks [`admit`](CallbackReceiver::admit) first, so that strangers
//! cannot fill the memory. axum's `nest` takes the mount's prefix off the path; elsewhere
//! [`below`](CallbackReceiver::below) names it.
//!
//! ```
//! # use abdm_core::receiver::CallbackReceiver;
//! # async fn post(receiver: &CallbackReceiver, path: &str, body: Vec<u8>) -> http::Result<u16> {
//! // With the headers of the request: `Authorization`, `REQUEST-ID` and the others.
//! let request = http::Request::post(path).body(body.into())?;
//! let response: http::Response<bytes::Bytes> = receiver.handle(request).await;
//! # Ok(response.status().as_u16())
//! # }
//! ```
//!
//! # The order
//! For each message, in this order: the path is known, the token is ABDM's (or the push's, by
//! policy), the headers are there, a push's address was given out, the body is not too large, there
//! is memory for it, and only now it is read; it is JSON, its taker wants it, the message is
//! stored. Only then it is answered, with 202 and an empty body; the work begins afterwards. A
//! repeated message is answered the same way and changes nothing (rulings.md 27, 31).
//!
//! | status | when |
//! |---|---|
//! | 202 | it is stored, or was before |
//! | 400 | no JSON that can be read, or no such message |
//! | 401 | the sender has not proved itself, or a header is missing or malformed (`REQUEST-ID` …) |
//! | 404 | a path that is not served, a push address that was never given out |
//! | 405 | any method but `POST` |
//! | 408 | the body did not come in a minute, and a second for each 256 KiB that were announced |
//! | 409, 410 | a push that is not wanted: nothing lacks, or the consent is over (rulings.md 31) |
//! | 413 | too long (rulings.md 37) |
//! | 503 | not now, come again: no store, no keys of ABDM's, no memory for pushes, or [closed] |
//!
//! [closed]: CallbackReceiver::close
//!
//! # Traces
//! [`handle`](CallbackReceiver::handle), [`answer`](CallbackReceiver::answer), the router and the
//! service deal with each message in a span of `tracing` at `info`: `callback`, with `endpoint`,
//! `request_id` and `status`.

mod admission;
mod answer;
#[cfg(feature = "axum")]
mod listen;
mod push_limits;
#[cfg(feature = "tower")]
mod read;
mod refusals;
mod route;
#[cfg(feature = "axum")]
mod router;
#[cfg(feature = "axum")]
mod serve;
#[cfg(feature = "tower")]
mod service;
#[cfg(feature = "axum")]
mod shutdown;
mod sink;
mod traced;
mod watch;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::oneshot;

pub use self::admission::Admission;
pub use self::answer::Answer;
#[cfg(feature = "axum")]
pub use self::listen::{ListenError, listen};
pub use self::push_limits::PushLimits;
use self::refusals::{Refusals, beginning, hint, masked, misrouted};
pub use self::route::Route;
#[cfg(feature = "axum")]
pub use self::router::router;
#[cfg(feature = "axum")]
pub use self::serve::{Server, serve};
#[cfg(feature = "tower")]
pub use self::service::{AnswerBody, CallbackService};
#[cfg(feature = "axum")]
pub use self::shutdown::shutdown_signal;
pub use self::sink::{Accepted, InboundSink, NotTaken};
pub use self::watch::CallbackWatch;
use crate::api::reply::Answered;
use crate::call;
use crate::callback::{
    CallbackRejected, CallbackVerifier, KeyCache, PushTokenPolicy, VerifyPolicy,
};
use crate::client::{AbdmClient, GatewayKeys};
use crate::clock::Clock;
use crate::endpoint::EnvelopePlace;
use crate::headers;
use crate::id::RequestId;
use crate::metric;
use crate::wire::parse_json;

/// The header under which [`Inbound`](crate::message::Inbound) keeps the path on which a message
/// came, without the mount's prefix. No HTTP header can have this name.
pub const PATH: &str = ":path";

/// When a message that cannot be taken now should come again.
const COME_AGAIN: Duration = Duration::from_secs(10);

/// Serves callbacks.
#[derive(Debug)]
pub struct CallbackReceiver {
    verifier: Arc<CallbackVerifier>,
    clock: Arc<dyn Clock>,
    routes: Vec<Route>,
    prefix: String,
    closed: AtomicBool,
    refusals: Refusals,
    watched: Mutex<BTreeMap<RequestId, oneshot::Sender<&'static str>>>,
}

impl CallbackReceiver {
    /// 1 MiB: ABDM's own callbacks are a few kilobytes.
    pub const LARGEST_CALLBACK: usize = 1024 * 1024;

    /// A receiver for these routes.
    #[must_use]
    pub fn new(verifier: Arc<CallbackVerifier>, clock: Arc<dyn Clock>, routes: Vec<Route>) -> Self {
        let (refusals, watched) = (Refusals::default(), Mutex::default());
        let (prefix, closed) = (String::new(), AtomicBool::new(false));
        Self { verifier, clock, routes, prefix, closed, refusals, watched }
    }

    /// The same, for requests that come with the mount's prefix on their path: `/abdm` for the
    /// bridge URL `https://hospital.example.org/abdm`. Not below axum's `nest`, which takes it off.
    #[must_use]
    pub fn below(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        let trimmed = self.prefix.trim_end_matches('/').len();
        self.prefix.truncate(trimmed);
        self
    }

    /// A receiver for these routes, which checks that callbacks come from ABDM: by the gateway's
    /// keys, fetched by `client`, and the issuers of its environment. A bridge that plays several
    /// roles has one receiver: `abdm_role::Bridge` makes it.
    #[must_use]
    pub fn verified(client: &AbdmClient, routes: impl IntoIterator<Item = Route>) -> Self {
        let clock = client.clock();
        let routes: Vec<Route> = routes.into_iter().collect();
        let keys = GatewayKeys::new(client.clone());
        #[cfg(feature = "v0_5")]
        let keys = match routes.iter().any(|r| r.meta.envelope == EnvelopePlace::Body) {
            true => keys.with_v0_5(),
            false => keys,
        };
        let keys = Arc::new(keys);
        let keys = KeyCache::new(keys, Arc::clone(&clock));
        let issuers = client.environment().issuers().iter().cloned();
        let policy = VerifyPolicy::for_issuers(issuers);
        let verifier = CallbackVerifier::new(keys, policy, Arc::clone(&clock));
        Self::new(Arc::new(verifier), clock, routes)
    }

    /// The routes, for servers that want them one by one.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Takes no message from now on: each is answered 503 with `Retry-After`, and what was admitted
    /// before is still taken. For a program that is about to end, whose server goes on for a while.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Whether it takes no message any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Receives one request whose path is below the bridge URL and whose body is already in memory.
    ///
    /// A server that reads bodies itself asks [`admit`](Self::admit) first, so that strangers
    /// cannot fill its memory.
    pub async fn handle(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (parts, body) = request.into_parts();
        let (path, length) = (parts.uri.path(), Some(body.len()));
        let answering = async {
            match self.admit_body(&parts.method, path, &parts.headers, length).await {
                Ok(admission) => admission.take(body).await,
                Err(answer) => answer,
            }
        };
        self.traced(path, &parts.headers, answering).await.into()
    }

    /// Looks at a request before its body is read: is the path known, does the sender prove itself,
    /// is everything there, was a push's address given out, is the announced length within the
    /// limit, is there memory for it?
    ///
    /// # Errors
    /// What to answer. The body is then left unread.
    pub async fn admit<'r>(
        &'r self,
        method: &Method,
        path: &'r str,
        http_headers: &'r HeaderMap,
    ) -> Result<Admission<'r>, Answer> {
        let announced = http_headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.trim().parse::<usize>().ok());
        self.admit_body(method, path, http_headers, announced).await.map_err(Answer::unread)
    }

    async fn admit_body<'r>(
        &'r self,
        method: &Method,
        path: &'r str,
        http_headers: &'r HeaderMap,
        announced: Option<usize>,
    ) -> Result<Admission<'r>, Answer> {
        let below = self.below_prefix(path);
        let Some((route, path)) = below.and_then(|path| Some((self.route(path)?, path))) else {
            return Err(self.not_served(path, http_headers));
        };
        let asked = Asked { receiver: self, endpoint: route.meta.name, path };
        if method != Method::POST {
            return Err(asked.refuse(StatusCode::METHOD_NOT_ALLOWED, "method", "it is no POST"));
        }
        if self.is_closed() {
            let (status, reason) = (StatusCode::SERVICE_UNAVAILABLE, "the program is about to end");
            return Err(asked.refuse(status, "closing", reason).retry_after(COME_AGAIN));
        }
        if let Err(rejected) = self.authenticate(route, http_headers).await {
            let status = rejected.http_status();
            return Err(asked.refuse(status, rejected.as_str(), &rejected.to_string()));
        }
        let request_id = call::request_id(http_headers).ok();
        let in_headers = route.meta.envelope == EnvelopePlace::Headers;
        if request_id.is_none() && in_headers && route.pushes().is_none() {
            let rejected = CallbackRejected::MissingHeader { name: headers::REQUEST_ID };
            let (status, label) = (rejected.http_status(), rejected.as_str());
            return Err(asked.refuse(status, label, "REQUEST-ID is missing or no UUID"));
        }
        route.sink.admit(path).await.map_err(|not_taken| asked.not_taken(&not_taken))?;
        Admission { asked, route, http_headers, request_id, announced, memory: None }
            .within_limits()
            .await
    }

    /// The path below the bridge URL.
    fn below_prefix<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(self.prefix.as_str())
    }

    /// Who serves a path below the bridge URL.
    fn route(&self, path: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.serves(path))
    }

    fn not_served(&self, path: &str, http_headers: &HeaderMap) -> Answer {
        let status = StatusCode::NOT_FOUND;
        if let Some(held_back) = self.refusals.may_write(status, self.clock.now()) {
            let templates = || self.routes.iter().flat_map(Route::paths).map(String::as_str);
            let hint = hint(path, templates());
            let is_abdms = || misrouted(path, http_headers);
            let shown = if hint.is_some() { Some(masked(path)) } else { is_abdms() };
            tracing::warn!(
                status = status.as_u16(),
                // Where the router is mounted at the root, it may be a path of the facility's own.
                path = shown.unwrap_or_else(|| beginning(path, 2)),
                hint,
                served = templates().collect::<Vec<_>>().join(" "),
                held_back,
                "a message came to a path that is not served: do the bridge URL and the prefix under \
                 which the callbacks are mounted fit?"
            );
        }
        // The path is the stranger's word, and no label for a metric.
        Answer::new(count("unknown", status, "path"))
    }

    /// Looks out for the callback that answers the request with this id: used to prove that
    /// callbacks arrive. To be called before the request is sent; the callback takes its usual path
    /// all the same.
    #[must_use]
    pub fn watch(&self, request_id: RequestId) -> CallbackWatch<'_> {
        let (sender, seen) = oneshot::channel();
        self.watched().insert(request_id, sender);
        CallbackWatch { receiver: self, request_id, seen }
    }

    async fn authenticate(
        &self,
        route: &Route,
        http_headers: &HeaderMap,
    ) -> Result<(), CallbackRejected> {
        if let Some(limits) = route.pushes() {
            let sender = self.verifier.verify_push(http_headers).await?;
            return match (limits.token_policy(), sender) {
                (PushTokenPolicy::Required, None) => Err(CallbackRejected::MissingToken),
                _ => Ok(()),
            };
        }
        let (late_by, key_id) = match route.meta.envelope {
            EnvelopePlace::Headers => {
                let verified = self.verifier.verify(http_headers).await?;
                (verified.late_by, verified.key_id)
            }
            EnvelopePlace::Body => {
                let sender = self.verifier.verify_sender(http_headers).await?;
                (sender.late_by, sender.key_id)
            }
        };
        if let Some(late_by) = late_by {
            tracing::info!(
                endpoint = route.meta.name,
                late_s = late_by.num_seconds(),
                key_id,
                "took a callback whose token had ended: a late redelivery"
            );
        }
        for name in route.meta.headers.iter().copied() {
            if headers::text(http_headers, name).is_err() {
                return Err(CallbackRejected::MissingHeader { name });
            }
        }
        Ok(())
    }

    fn tell_watchers(&self, endpoint: &'static str, body: &[u8]) {
        if self.watched().is_empty() {
            return;
        }
        let answered = parse_json::<Answered>(body).and_then(|answered| answered.request());
        if let Some(sender) = answered.and_then(|id| self.watched().remove(&id)) {
            // Whoever watched may have given up at this moment.
            let _ = sender.send(endpoint);
        }
    }

    fn watched(&self) -> MutexGuard<'_, BTreeMap<RequestId, oneshot::Sender<&'static str>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request to a path that is served.
#[derive(Debug, Clone, Copy)]
struct Asked<'r> {
    receiver: &'r CallbackReceiver,
    endpoint: &'static str,
    path: &'r str,
}

impl Asked<'_> {
    /// Refuses, and tells the operator. `label` is the metric's word for it, `reason` the log's:
    /// neither holds anything that a sender wrote.
    fn refuse(self, status: StatusCode, label: &'static str, reason: &str) -> Answer {
        let Self { receiver, endpoint, path } = self;
        if let Some(held_back) = receiver.refusals.may_write(status, receiver.clock.now()) {
            let (status, path) = (status.as_u16(), masked(path));
            tracing::warn!(status, endpoint, path, reason, held_back, "a message was refused");
        }
        Answer::new(count(endpoint, status, label))
    }

    fn not_taken(self, not_taken: &NotTaken) -> Answer {
        match not_taken {
            NotTaken::Refused { status, reason } if status.is_client_error() => {
                self.refuse(*status, "refused", reason)
            }
            // A refusal that is none: the sender must not take it for a success.
            NotTaken::Refused { reason, .. } => {
                self.refuse(StatusCode::BAD_REQUEST, "refused", reason)
            }
            NotTaken::Busy { reason } => {
                self.refuse(StatusCode::SERVICE_UNAVAILABLE, "busy", reason).retry_after(COME_AGAIN)
            }
            NotTaken::Store(error) => {
                let endpoint = self.endpoint;
                tracing::error!(endpoint, %error, "a message could not be stored");
                Answer::new(count(endpoint, StatusCode::SERVICE_UNAVAILABLE, "store"))
            }
        }
    }
}

fn count(endpoint: &'static str, status: StatusCode, reason: &'static str) -> StatusCode {
    metrics::counter!(
        metric::CALLBACKS.name,
        "endpoint" => endpoint,
        "status" => status.as_str().to_owned(),
        "reason" => reason
    )
    .increment(1);
    status
}
