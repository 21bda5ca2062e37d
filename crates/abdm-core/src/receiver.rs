//! The way of a callback from the socket into the store.
//!
//! A [`CallbackReceiver`] is what a bridge URL points to. It serves the callbacks of every flow that
//! was given to it, whichever milestone they belong to, and knows no HTTP server: a plain function from
//! `http::Request` to `http::Response`, which any server can host.
//!
//! For each message, in this order: the path is known, the body is not too large, the token is ABDM's
//! (or the push's, by policy), the headers are there, the body is JSON, the message is stored. Only
//! then it is answered, with 202 and an empty body; the work begins afterwards. A repeated message is
//! answered the same way and changes nothing (rulings.md 27).

#[cfg(feature = "axum")]
mod router;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::oneshot;

use crate::api::reply::InResponseTo;
use crate::call;
use crate::callback::{CallbackRejected, CallbackVerifier};
use crate::clock::Clock;
use crate::endpoint::{AuthKind, Endpoint, Metadata, match_path};
use crate::flow::{FlowHost, Runner};
use crate::headers;
use crate::id::RequestId;
use crate::store::{Accepted, Inbound, InboundKey, StoreError};

#[cfg(feature = "axum")]
pub use self::router::router;

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

/// One callback endpoint and who takes its messages.
#[derive(Debug, Clone)]
pub struct Route {
    meta: Metadata,
    paths: Vec<String>,
    sink: Arc<dyn InboundSink>,
}

impl Route {
    /// The route of a declared endpoint, on all of its paths.
    #[must_use]
    pub fn new<E: Endpoint>(sink: Arc<dyn InboundSink>) -> Self {
        let meta = E::META;
        let paths = meta.paths().map(str::to_owned).collect();
        Self { meta, paths, sink }
    }

    /// The route of an endpoint on a path of our own choice: the data push. `{…}` marks a variable
    /// segment.
    #[must_use]
    pub fn at<E: Endpoint>(path: impl Into<String>, sink: Arc<dyn InboundSink>) -> Self {
        Self {
            meta: E::META,
            paths: vec![path.into()],
            sink,
        }
    }

    /// The paths that it serves.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// The endpoint that it serves.
    #[must_use]
    pub const fn endpoint(&self) -> &Metadata {
        &self.meta
    }

    fn serves(&self, path: &str) -> bool {
        self.paths
            .iter()
            .any(|template| match_path(template, path).is_some())
    }
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
    largest_body: usize,
    watched: Mutex<BTreeMap<RequestId, oneshot::Sender<&'static str>>>,
}

impl CallbackReceiver {
    /// 64 MiB: pushes of hundreds of kilobytes are usual, documents with scans are larger.
    pub const DEFAULT_LARGEST_BODY: usize = 64 * 1024 * 1024;

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
            largest_body: Self::DEFAULT_LARGEST_BODY,
            watched: Mutex::new(BTreeMap::new()),
        }
    }

    /// The same with another limit for the size of a body, in bytes.
    #[must_use]
    pub const fn largest_body(mut self, bytes: usize) -> Self {
        self.largest_body = bytes;
        self
    }

    /// The limit for the size of a body, in bytes. A server should stop reading there.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.largest_body
    }

    /// The routes, for servers that want them one by one.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Receives one request whose path is below the bridge URL.
    pub async fn handle(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let status = match self.routes.iter().find(|route| route.serves(path)) {
            None => StatusCode::NOT_FOUND,
            Some(_) if parts.method != Method::POST => StatusCode::METHOD_NOT_ALLOWED,
            Some(_) if body.len() > self.largest_body => StatusCode::PAYLOAD_TOO_LARGE,
            Some(route) => self.receive(route, path, &parts.headers, body).await,
        };
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = status;
        response
    }

    /// Looks out for the callback that answers the request with this id: used to prove that callbacks
    /// arrive. To be called before the request is sent; the callback takes its usual way all the same.
    #[must_use]
    pub fn watch(&self, request_id: RequestId) -> CallbackWatch<'_> {
        let (sender, seen) = oneshot::channel();
        self.watched().insert(request_id, sender);
        CallbackWatch {
            receiver: self,
            request_id,
            seen,
        }
    }

    async fn receive(
        &self,
        route: &Route,
        path: &str,
        http_headers: &HeaderMap,
        body: Bytes,
    ) -> StatusCode {
        let endpoint = route.meta.name;
        if let Err(rejected) = self.authenticate(route, http_headers).await {
            tracing::warn!(endpoint, reason = %rejected, "a callback was refused");
            return count(endpoint, rejected.http_status());
        }
        let Some(message) = self.message_id(route, path, http_headers, &body) else {
            tracing::warn!(endpoint, "a callback came without REQUEST-ID");
            return count(endpoint, StatusCode::BAD_REQUEST);
        };
        if serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_err() {
            tracing::warn!(endpoint, message, "a callback's body is not JSON");
            return count(endpoint, StatusCode::BAD_REQUEST);
        }
        let key = InboundKey::new(endpoint, message.clone());
        let mut inbound = Inbound::new(key, body.clone(), self.clock.now()).with_header(PATH, path);
        for name in [
            headers::REQUEST_ID,
            headers::TIMESTAMP,
            headers::HIP_ID,
            headers::HIU_ID,
        ] {
            if let Ok(value) = headers::text(http_headers, name) {
                inbound = inbound.with_header(name, value);
            }
        }
        match route.sink.accept(&inbound).await {
            Ok(accepted) => {
                tracing::debug!(endpoint, message, new = accepted == Accepted::New, "stored");
                self.tell_watchers(endpoint, &body);
                count(endpoint, StatusCode::ACCEPTED)
            }
            Err(error) => {
                tracing::error!(endpoint, message, %error, "a callback could not be stored");
                count(endpoint, StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }

    async fn authenticate(
        &self,
        route: &Route,
        http_headers: &HeaderMap,
    ) -> Result<(), CallbackRejected> {
        if route.meta.auth == AuthKind::Push {
            return self.verifier.verify_push(http_headers).await.map(drop);
        }
        self.verifier.verify(http_headers).await?;
        for name in route.meta.headers.iter().copied() {
            if headers::text(http_headers, name).is_err() {
                return Err(CallbackRejected::MissingHeader { name });
            }
        }
        Ok(())
    }

    /// By what a repetition is recognised: the `REQUEST-ID`; for a push without one, its contents.
    fn message_id(
        &self,
        route: &Route,
        path: &str,
        http_headers: &HeaderMap,
        body: &[u8],
    ) -> Option<String> {
        if let Ok(id) = call::request_id(http_headers) {
            return Some(id.to_string());
        }
        (route.meta.auth == AuthKind::Push).then(|| {
            let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
            context.update(path.as_bytes());
            context.update(body);
            let digest = context.finish();
            digest
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        })
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

    fn watched(
        &self,
    ) -> std::sync::MutexGuard<'_, BTreeMap<RequestId, oneshot::Sender<&'static str>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look-out for one callback; made by [`CallbackReceiver::watch`].
#[derive(Debug)]
pub struct CallbackWatch<'r> {
    receiver: &'r CallbackReceiver,
    request_id: RequestId,
    seen: oneshot::Receiver<&'static str>,
}

impl CallbackWatch<'_> {
    /// The name of the callback's endpoint, or `None` when none came within `patience`.
    pub async fn within(mut self, patience: Duration) -> Option<&'static str> {
        tokio::time::timeout(patience, &mut self.seen)
            .await
            .ok()?
            .ok()
    }
}

impl Drop for CallbackWatch<'_> {
    fn drop(&mut self) {
        self.receiver.watched().remove(&self.request_id);
    }
}

fn count(endpoint: &'static str, status: StatusCode) -> StatusCode {
    metrics::counter!(
        "abdm_callbacks_total",
        "endpoint" => endpoint,
        "status" => status.as_str().to_owned()
    )
    .increment(1);
    status
}
