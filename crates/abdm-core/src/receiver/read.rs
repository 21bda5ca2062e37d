//! The receiver for servers that give bodies in pieces.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use http_body::Body;

use super::{Admission, Answer, CallbackReceiver};

/// How long a body may take to arrive, whatever its length.
const READING: Duration = Duration::from_secs(60);

/// So many announced bytes have a second more: two megabits a second are enough.
const SLOWEST: usize = 256 * 1024;

impl CallbackReceiver {
    /// Receives one request whose path is below the bridge URL, and reads its body: after its
    /// sender has proved itself, never beyond the limit, and not for longer than a minute and a
    /// second for each 256 KiB that were announced.
    pub async fn answer<B: Body>(&self, request: http::Request<B>) -> http::Response<Bytes> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let answering = async {
            match self.admit(&parts.method, path, &parts.headers).await {
                Ok(admission) => read_and_take(admission, body).await,
                Err(answer) => answer,
            }
        };
        self.traced(path, &parts.headers, answering).await.into()
    }
}

async fn read_and_take<B: Body>(admission: Admission<'_>, body: B) -> Answer {
    let announced = admission.announced().unwrap_or_default();
    let seconds = u64::try_from(announced / SLOWEST).unwrap_or(u64::MAX);
    let time = READING.saturating_add(Duration::from_secs(seconds));
    let reading = read(body, admission.body_limit(), announced);
    match tokio::time::timeout(time, reading).await {
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
async fn read<B: Body>(body: B, limit: usize, announced: usize) -> Result<Bytes, Unread> {
    let mut body = pin!(body);
    let mut whole = BytesMut::with_capacity(announced.min(limit));
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        // Trailers say nothing here.
        let Ok(piece) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if piece.remaining() > limit.saturating_sub(whole.len()) {
            return Err(Unread::TooLarge);
        }
        whole.put(piece);
    }
    Ok(whole.freeze())
}
