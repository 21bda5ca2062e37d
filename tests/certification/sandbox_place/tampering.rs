//! What leaves the facility and what reaches it, perhaps otherwise than it was written: a broken
//! HIP, as it looks from the wire.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::endpoint::Endpoint;
use abdm_core::headers::REQUEST_ID;
use abdm_core::id::RequestId;
use abdm_core::transport::{Transport, TransportError};
use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Request, Response, StatusCode};
use serde_json::Value;

const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// What is done to the messages of one endpoint, whichever way they go.
#[derive(Clone)]
pub(crate) struct Fault {
    /// `None`: the pages of records, whose path is the receiver's.
    path: Option<&'static str>,
    deed: Deed,
    once: bool,
}

#[derive(Clone)]
enum Deed {
    Swallow(Arc<dyn Fn(&Value) -> bool + Send + Sync>),
    Alter(Arc<dyn Fn(&mut Value) + Send + Sync>),
    Twice,
}

impl Fault {
    const fn of(path: Option<&'static str>, deed: Deed) -> Self {
        Self { path, deed, once: false }
    }

    /// They do not arrive, and their sender is told that they were taken.
    pub(crate) fn swallow<E: Endpoint>() -> Self {
        Self::swallow_if::<E>(|_| true)
    }

    /// The same for those whose bodies are so.
    pub(crate) fn swallow_if<E: Endpoint>(
        is_it: impl Fn(&Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::of(Some(E::META.path), Deed::Swallow(Arc::new(is_it)))
    }

    /// Their bodies arrive otherwise.
    pub(crate) fn alter<E: Endpoint>(alter: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::of(Some(E::META.path), Deed::Alter(Arc::new(alter)))
    }

    /// The same for the next one alone.
    pub(crate) fn once<E: Endpoint>(alter: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self { once: true, ..Self::alter::<E>(alter) }
    }

    /// They are sent twice, as two calls.
    pub(crate) fn twice<E: Endpoint>() -> Self {
        Self::of(Some(E::META.path), Deed::Twice)
    }

    /// The pages of records arrive otherwise.
    pub(crate) fn alter_pages(alter: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::of(None, Deed::Alter(Arc::new(alter)))
    }

    fn is_of(&self, path: &str) -> bool {
        match self.path {
            Some(own) => path.ends_with(own),
            None => !path.contains("/api/"),
        }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Another transport behind the faults.
#[derive(Debug)]
pub(super) struct TamperedTransport {
    inner: Arc<dyn Transport>,
    faults: Mutex<Vec<Fault>>,
}

impl TamperedTransport {
    pub(super) fn new(inner: Arc<dyn Transport>, faults: Vec<Fault>) -> Self {
        Self { inner, faults: Mutex::new(faults) }
    }

    pub(super) fn add(&self, fault: Fault) {
        self.faults.lock().unwrap().push(fault);
    }

    fn take(&self, path: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let at = faults.iter().position(|fault| fault.is_of(path))?;
        Some(if faults[at].once { faults.remove(at) } else { faults[at].clone() })
    }
}

#[async_trait]
impl Transport for TamperedTransport {
    async fn send(
        &self,
        request: Request<Bytes>,
        deadline: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let Some(fault) = self.take(request.uri().path()) else {
            return self.inner.send(request, deadline).await;
        };
        let mut body: Value = serde_json::from_slice(request.body()).unwrap();
        match fault.deed {
            Deed::Swallow(is_it) if is_it(&body) => {
                let mut taken = Response::new(Bytes::new());
                *taken.status_mut() = StatusCode::ACCEPTED;
                return Ok(taken);
            }
            Deed::Swallow(_) => {}
            Deed::Alter(alter) => alter(&mut body),
            Deed::Twice => {
                let mut again = request.clone();
                let id = RequestId::random().to_string().parse().unwrap();
                again.headers_mut().insert(REQUEST_ID, id);
                let first = self.inner.send(request, deadline).await;
                let _second = self.inner.send(again, deadline).await;
                return first;
            }
        }
        self.inner.send(request.map(|_| body.to_string().into()), deadline).await
    }
}

/// The same for what reaches the facility.
pub(super) async fn tamper(
    State(wire): State<Arc<TamperedTransport>>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let Some(fault) = wire.take(request.uri().path()) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let mut body: Value =
        serde_json::from_slice(&to_bytes(body, LARGEST_BODY).await.unwrap()).unwrap();
    match fault.deed {
        Deed::Swallow(is_it) if is_it(&body) => return StatusCode::ACCEPTED.into_response(),
        Deed::Swallow(_) | Deed::Twice => {}
        Deed::Alter(alter) => alter(&mut body),
    }
    parts.headers.remove(CONTENT_LENGTH);
    next.run(Request::from_parts(parts, Body::from(body.to_string()))).await
}
