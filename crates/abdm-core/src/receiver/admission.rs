//! A message between its head and its end: its sender is known, its body is read and taken.

use aws_lc_rs::digest;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

use super::{Accepted, Answer, Asked, COME_AGAIN, CallbackReceiver, PATH, Route, count};
use crate::endpoint::EnvelopePlace;
use crate::headers;
use crate::id::RequestId;
use crate::message::{Inbound, InboundKey};
use crate::metric;
use crate::wire::{check_json, own_request_id, without_bom};

/// The headers that are kept of a message.
const KEPT: &[&str] = &[headers::REQUEST_ID, headers::TIMESTAMP, headers::HIP_ID, headers::HIU_ID];
/// The same of a message whose body says the rest.
const KEPT_BESIDE_A_BODY: &[&str] = &[headers::HIP_ID, headers::HIU_ID];

/// A request whose sender has proved itself, whose body is wanted and may be read. Holds the memory
/// that is set aside for it.
#[derive(Debug)]
pub struct Admission<'r> {
    pub(super) asked: Asked<'r>,
    pub(super) route: &'r Route,
    pub(super) http_headers: &'r HeaderMap,
    pub(super) request_id: Option<RequestId>,
    pub(super) announced: Option<usize>,
    pub(super) memory: Option<OwnedSemaphorePermit>,
}

impl Admission<'_> {
    /// How many bytes of the body may be read.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.route.pushes().map_or(CallbackReceiver::LARGEST_CALLBACK, super::PushLimits::largest)
    }

    /// How long the sender says that the body is.
    #[must_use]
    pub const fn announced(&self) -> Option<usize> {
        self.announced
    }

    /// Checks the announced length, then sets memory aside for a push: for as much as was
    /// announced, or for the largest when nothing was.
    pub(super) async fn within_limits(mut self) -> Result<Self, Answer> {
        if self.announced.is_some_and(|length| length > self.body_limit()) {
            return Err(self.too_large().await);
        }
        if let Some(limits) = self.route.pushes() {
            self.memory = limits.reserve(self.announced.unwrap_or(usize::MAX)).await;
            if self.memory.is_none() {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let reason = "the memory for pushes is in use";
                return Err(self.asked.refuse(status, "memory", reason).retry_after(COME_AGAIN));
            }
        }
        Ok(self)
    }

    /// Answers a body that is longer than [`body_limit`](Self::body_limit): 413, after the taker
    /// has heard of it.
    pub async fn too_large(self) -> Answer {
        let limit = self.body_limit();
        let length = self.announced.filter(|length| *length > limit);
        match self.route.sink.too_large(self.asked.path, length, limit).await {
            Ok(()) => {
                let reason = format!("over the limit of {limit} bytes");
                self.asked.refuse(StatusCode::PAYLOAD_TOO_LARGE, "size", &reason).unread()
            }
            Err(not_taken) => self.asked.not_taken(&not_taken).unread(),
        }
    }

    /// Answers a body that took too long to arrive: 408.
    pub fn timed_out(self) -> Answer {
        let reason = "the body did not come in time";
        self.asked.refuse(StatusCode::REQUEST_TIMEOUT, "time", reason).unread()
    }

    /// Answers a body that broke off or was no HTTP: 400, for the log rather than for the sender.
    pub fn broken_off(self) -> Answer {
        self.asked.refuse(StatusCode::BAD_REQUEST, "body", "the body broke off").unread()
    }

    /// Takes the body in: stores the message, without the byte order mark that it may begin with,
    /// and gives what to answer. What cannot be read later is not taken now.
    pub async fn take(self, body: Bytes) -> Answer {
        if body.len() > self.body_limit() {
            return self.too_large().await;
        }
        let Asked { receiver, endpoint, path } = self.asked;
        if let Err(why) = check_json(&body) {
            return self.asked.refuse(StatusCode::BAD_REQUEST, why.as_str(), &why.to_string());
        }
        let body = body.slice_ref(without_bom(&body));
        // What a body says of itself stands for the headers that such a message has not.
        let (message, kept) = match self.route.meta.envelope {
            EnvelopePlace::Headers => (self.message_id(&body), KEPT),
            EnvelopePlace::Body => match own_request_id(&body) {
                Ok(id) => (id.to_string(), KEPT_BESIDE_A_BODY),
                Err(_) => {
                    let reason = "requestId is missing or no UUID";
                    return self.asked.refuse(StatusCode::BAD_REQUEST, "request_id", reason);
                }
            },
        };
        let key = InboundKey::new(endpoint, message.clone());
        let now = receiver.clock.now();
        let mut inbound = Inbound::new(key, body.clone(), now).with_header(PATH, path);
        for name in kept.iter().copied() {
            if let Ok(value) = headers::text(self.http_headers, name) {
                inbound = inbound.with_header(name, value);
            }
        }
        match self.route.sink.accept(&inbound).await {
            Ok(accepted) => {
                tracing::debug!(endpoint, message, new = accepted == Accepted::New, "stored");
                receiver.tell_watchers(endpoint, &body);
                let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
                metrics::counter!(metric::CALLBACK_BYTES.name, "endpoint" => endpoint)
                    .increment(bytes);
                Answer::new(count(endpoint, StatusCode::ACCEPTED, "none"))
            }
            Err(not_taken) => self.asked.not_taken(&not_taken),
        }
    }

    /// By what a repetition is recognised. A callback: by its `REQUEST-ID`. A push: by path and
    /// contents, because its sender is any facility, and the contract gives the header no meaning
    /// there: one that sends the same id with every page must not lose pages (m2-hip.md 8.3).
    fn message_id(&self, body: &[u8]) -> String {
        match self.request_id.filter(|_| self.route.pushes().is_none()) {
            Some(id) => id.to_string(),
            None => {
                let mut context = digest::Context::new(&digest::SHA256);
                context.update(self.asked.path.as_bytes());
                context.update(body);
                context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
            }
        }
    }
}
