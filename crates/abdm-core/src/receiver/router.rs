//! The receiver as an axum router.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};

use super::serve::Told;
use super::{Admission, Answer, CallbackReceiver};

/// How long a body may take to arrive.
const READING: Duration = Duration::from_secs(60);

/// A router that serves every callback of `receiver`. Mount it where the registered bridge URL
/// points: `Router::new().nest("/abdm", router(receiver))` for `https://hospital.example.org/abdm`,
/// and serve it with [`serve`](super::serve), which has the limits that a server on the internet
/// needs.
///
/// A body is read only after its sender has proved itself: a callback's by ABDM's token, a push's
/// by an address that was given out. It is never read beyond the limit, nor for more than a minute,
/// and pushes together never fill more memory than [`PushLimits`](super::PushLimits) allow. What is
/// not read is not drained: the connection ends.
///
/// # Logging
/// What is not taken leaves one line at `warn` with its status and the path asked for, without ids.
/// A path that is not served is told with those that are: most often a prefix does not fit. Of each
/// status ten lines a minute are written, the rest are counted; the metric `abdm_callbacks_total`
/// counts all.
pub fn router(receiver: Arc<CallbackReceiver>) -> Router {
    Router::new().fallback(answer).with_state(receiver)
}

async fn answer(State(receiver): State<Arc<CallbackReceiver>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answer = match receiver.admit(&parts.method, parts.uri.path(), &parts.headers).await {
        Err(answer) => answer,
        Ok(admission) => read_and_take(admission, body).await,
    };
    let mut response = http::Response::<Bytes>::from(answer).map(Body::from);
    response.extensions_mut().insert(Told);
    response
}

async fn read_and_take(admission: Admission<'_>, body: Body) -> Answer {
    let reading = read(body, admission.body_limit(), admission.announced());
    match tokio::time::timeout(READING, reading).await {
        Ok(Ok(body)) => admission.take(body).await,
        Ok(Err(Unread::TooLarge)) => admission.too_large().await,
        Ok(Err(Unread::Broken)) => admission.broken_off(),
        Err(_) => admission.timed_out(),
    }
}

enum Unread {
    TooLarge,
    Broken,
}

/// Reads a body into one piece of memory that grows with what arrives, up to `limit`.
async fn read(mut body: Body, limit: usize, announced: Option<usize>) -> Result<Bytes, Unread> {
    let mut whole = BytesMut::with_capacity(announced.unwrap_or_default().min(limit));
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        // Trailers say nothing here.
        let Ok(piece) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if piece.len() > limit.saturating_sub(whole.len()) {
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}
