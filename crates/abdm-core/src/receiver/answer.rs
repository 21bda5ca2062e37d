//! What the sender of a message is answered.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

/// What the sender of a message is answered: a status, two headers at most, no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    closes: bool,
}

impl Answer {
    pub(super) const fn new(status: StatusCode) -> Self {
        Self { status, retry_after: None, closes: false }
    }

    /// The sender may come again after this time.
    pub(super) const fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// The body was not read, and is not going to be: the connection ends.
    pub(super) const fn unread(mut self) -> Self {
        self.closes = true;
        self
    }

    /// The status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.status
    }
}

/// With `Connection: close` where the body was left unread: reading it to its end, only to throw it
/// away, would be work for a stranger.
impl From<Answer> for http::Response<Bytes> {
    fn from(answer: Answer) -> Self {
        let mut response = Self::new(Bytes::new());
        *response.status_mut() = answer.status;
        if let Some(pause) = answer.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(pause.as_secs()));
        }
        if answer.closes {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
