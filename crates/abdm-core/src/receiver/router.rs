//! The receiver as an axum router.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::CallbackReceiver;

/// A router that serves every callback of `receiver`. Mount it where the registered bridge URL points:
/// `Router::new().nest("/abdm", router(receiver))` for `https://hospital.example.org/abdm`.
pub fn router(receiver: Arc<CallbackReceiver>) -> Router {
    Router::new().fallback(serve).with_state(receiver)
}

async fn serve(State(receiver): State<Arc<CallbackReceiver>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // One byte more than allowed, so that the receiver can tell "too large" from "complete".
    let limit = receiver.body_limit().saturating_add(1);
    let answer = match to_bytes(body, limit).await {
        Ok(bytes) => {
            receiver
                .handle(http::Request::from_parts(parts, bytes))
                .await
        }
        Err(_) => {
            let mut answer = http::Response::new(Bytes::new());
            *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            answer
        }
    };
    answer.map(Body::from)
}
