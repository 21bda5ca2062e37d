//! The way of a callback from the socket into the store.
//!
//! A [`CallbackReceiver`] is what a bridge URL points to. It serves the callbacks of every flow that
//! was given to it, whichever milestone they belong to, and knows no HTTP server: a plain function from
//! `http::Request` to `http::Response`, which any server can host.
//!
//! For each message, in this order: the path is known, the token is ABDM's (or the push's, by policy),
//! the headers are there, the body is not too large and only now read, it is JSON, the message is
//! stored. Only then it is answered, with 202 and an empty body; the work begins afterwards. A repeated
//! message is answered the same way and changes nothing (rulings.md 27).

mod route;
#[cfg(feature = "axum")]
mod router;
mod watch;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::digest;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::oneshot;

pub use self::route::Route;
#[cfg(feature = "axum")]
pub use self::router::router;
pub use self::watch::CallbackWatch;
use crate::api::reply::InResponseTo;
use crate::call;
use crate::callback::{CallbackRejected, CallbackVerifier};
use crate::clock::Clock;
use crate::flow::{FlowHost, Runner};
use crate::headers;
use crate::id::RequestId;
use crate::store::{Accepted, Inbound, InboundKey, StoreError};

/// The header under which [`Inbound`] keeps the path on which a message came, without the mount's
/// prefix. No HTTP header can have this name.
pub const PATH: &str = ":path";

/// Takes messages for good: a flow's [`Runner`].
#[async_trait]
pub trait InboundSink: Debug + Send + Sync + 'static {
    /// Stores the message. After this it is not lost, whatever happens.
    ///
    /// # Errors
    /// When it could not be stored: the sender is told to come again.
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError>;
}

#[async_trait]
impl<H: FlowHost> InboundSink for Runner<H> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError> {
        Self::accept(self, inbound).await
    }
}

/// Serves callbacks.
#[derive(Debug)]
pub struct CallbackReceiver {
    verifier: Arc<CallbackVerifier>,
    clock: Arc<dyn Clock>,
    routes: Vec<Route>,
    largest_push: usize,
    watched: Mutex<BTreeMap<RequestId, oneshot::Sender<&'static str>>>,
}

impl CallbackReceiver {
    /// 1 MiB: ABDM's own callbacks are a few kilobytes.
    pub const LARGEST_CALLBACK: usize = 1024 * 1024;

    /// 64 MiB: pushes of hundreds of kilobytes are usual, documents with scans are larger.
    pub const DEFAULT_LARGEST_PUSH: usize = 64 * 1024 * 1024;

    /// A receiver for these routes.
    #[must_use]
    pub const fn new(
        verifier: Arc<CallbackVerifier>,
        clock: Arc<dyn Clock>,
        routes: Vec<Route>,
    ) -> Self {
        Self {
            verifier,
            clock,
            routes,
            largest_push: Self::DEFAULT_LARGEST_PUSH,
            watched: Mutex::new(BTreeMap::new()),
        }
    }

    /// The same with another limit for the size of a pushed page, in bytes.
    #[must_use]
    pub const fn largest_push(mut self, bytes: usize) -> Self {
        self.largest_push = bytes;
        self
    }

    /// The routes, for servers that want them one by one.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Receives one request whose path is below the bridge URL and whose body is already in memory.
    ///
    /// A server that reads bodies itself asks [`admit`](Self::admit) first, so that strangers cannot
    /// fill its memory.
    pub async fn handle(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (parts, body) = request.into_parts();
        let status = match self.admit(&parts.method, parts.uri.path(), &parts.headers).await {
            Ok(admission) => admission.take(body).await,
            Err(status) => status,
        };
        answer(status)
    }

    /// Looks at a request before its body is read: is the path known, does the sender prove itself,
    /// is everything there?
    ///
    /// # Errors
    /// The status to answer with.
    pub async fn admit<'r>(
        &'r self,
        method: &Method,
        path: &'r str,
        http_headers: &'r HeaderMap,
    ) -> Result<Admission<'r>, StatusCode> {
        let Some(route) = self.routes.iter().find(|route| route.serves(path)) else {
            return Err(StatusCode::NOT_FOUND);
        };
        let endpoint = route.meta.name;
        if method != Method::POST {
            return Err(count(endpoint, StatusCode::METHOD_NOT_ALLOWED, "method"));
        }
        if let Err(rejected) = self.authenticate(route, http_headers).await {
            tracing::warn!(endpoint, reason = %rejected, "a callback was refused");
            return Err(count(endpoint, rejected.http_status(), rejected.as_str()));
        }
        let request_id = call::request_id(http_headers).ok();
        if request_id.is_none() && !route.is_push() {
            tracing::warn!(endpoint, "a callback came without REQUEST-ID");
            return Err(count(endpoint, StatusCode::BAD_REQUEST, "request_id"));
        }
        let admission = Admission { receiver: self, route, path, http_headers, request_id };
        let announced = http_headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > admission.body_limit()) {
            return Err(count(endpoint, StatusCode::PAYLOAD_TOO_LARGE, "size"));
        }
        Ok(admission)
    }

    /// Looks out for the callback that answers the request with this id: used to prove that callbacks
    /// arrive. To be called before the request is sent; the callback takes its usual way all the same.
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
        if route.is_push() {
            return self.verifier.verify_push(http_headers).await.map(drop);
        }
        let verified = self.verifier.verify(http_headers).await?;
        if let Some(late_by) = verified.late_by {
            tracing::info!(
                endpoint = route.meta.name,
                late_s = late_by.num_seconds(),
                key_id = verified.key_id,
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
        #[derive(serde::Deserialize)]
        struct Answers {
            response: Option<InResponseTo>,
            resp: Option<InResponseTo>,
        }
        if self.watched().is_empty() {
            return;
        }
        let answered = serde_json::from_slice::<Answers>(body)
            .ok()
            .and_then(|answers| answers.response.or(answers.resp))
            .and_then(|response| response.request());
        if let Some(sender) = answered.and_then(|id| self.watched().remove(&id)) {
            // Whoever watched may have given up at this moment.
            let _ = sender.send(endpoint);
        }
    }

    fn watched(&self) -> MutexGuard<'_, BTreeMap<RequestId, oneshot::Sender<&'static str>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request whose sender has proved itself, and whose body may be read.
#[derive(Debug)]
pub struct Admission<'r> {
    receiver: &'r CallbackReceiver,
    route: &'r Route,
    path: &'r str,
    http_headers: &'r HeaderMap,
    request_id: Option<RequestId>,
}

impl Admission<'_> {
    /// How many bytes of the body may be read.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        if self.route.is_push() {
            self.receiver.largest_push
        } else {
            CallbackReceiver::LARGEST_CALLBACK
        }
    }

    /// Takes the body in: stores the message, and gives the status to answer with.
    pub async fn take(self, body: Bytes) -> StatusCode {
        let endpoint = self.route.meta.name;
        if body.len() > self.body_limit() {
            return count(endpoint, StatusCode::PAYLOAD_TOO_LARGE, "size");
        }
        let message = self.message_id(&body);
        if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
            tracing::warn!(endpoint, message, "a callback's body is not JSON");
            return count(endpoint, StatusCode::BAD_REQUEST, "json");
        }
        let key = InboundKey::new(endpoint, message.clone());
        let now = self.receiver.clock.now();
        let mut inbound = Inbound::new(key, body.clone(), now).with_header(PATH, self.path);
        for name in [headers::REQUEST_ID, headers::TIMESTAMP, headers::HIP_ID, headers::HIU_ID] {
            if let Ok(value) = headers::text(self.http_headers, name) {
                inbound = inbound.with_header(name, value);
            }
        }
        match self.route.sink.accept(&inbound).await {
            Ok(accepted) => {
                tracing::debug!(endpoint, message, new = accepted == Accepted::New, "stored");
                self.receiver.tell_watchers(endpoint, &body);
                count(endpoint, StatusCode::ACCEPTED, "none")
            }
            Err(error) => {
                tracing::error!(endpoint, message, %error, "a callback could not be stored");
                count(endpoint, StatusCode::SERVICE_UNAVAILABLE, "store")
            }
        }
    }

    /// By what a repetition is recognised. A callback: by its `REQUEST-ID`. A push: by path and
    /// contents, because its sender is any facility, and the contract gives the header no meaning
    /// there: one that sends the same id with every page must not lose pages (m2-hip.md 8.3).
    fn message_id(&self, body: &[u8]) -> String {
        match self.request_id.filter(|_| !self.route.is_push()) {
            Some(id) => id.to_string(),
            None => {
                let mut context = digest::Context::new(&digest::SHA256);
                context.update(self.path.as_bytes());
                context.update(body);
                context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}

fn answer(status: StatusCode) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

fn count(endpoint: &'static str, status: StatusCode, reason: &'static str) -> StatusCode {
    metrics::counter!(
        "abdm_callbacks_total",
        "endpoint" => endpoint,
        "status" => status.as_str().to_owned(),
        "reason" => reason
    )
    .increment(1);
    status
}
