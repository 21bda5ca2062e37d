//! The receiver as an axum router.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::{CallbackReceiver, answer};

/// How long a body may take to arrive.
const READING: Duration = Duration::from_secs(60);

/// A router that serves every callback of `receiver`. Mount it where the registered bridge URL points:
/// `Router::new().nest("/abdm", router(receiver))` for `https://hospital.example.org/abdm`.
///
/// A body is read only after its sender has proved itself, never beyond the limit, and for at most a
/// minute.
pub fn router(receiver: Arc<CallbackReceiver>) -> Router {
    Router::new().fallback(serve).with_state(receiver)
}

async fn serve(State(receiver): State<Arc<CallbackReceiver>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let status = match receiver.admit(&parts.method, parts.uri.path(), &parts.headers).await {
        Err(status) => status,
        Ok(admission) => {
            let body = tokio::time::timeout(READING, to_bytes(body, admission.body_limit())).await;
            match body {
                Ok(Ok(body)) => admission.take(body).await,
                Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE,
                Err(_) => StatusCode::REQUEST_TIMEOUT,
            }
        }
    };
    answer(status).map(Body::from)
}
