//! One error of ABDM or of a peer, whatever its shape.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};

use super::advice::{Advice, ErrorClass};
use super::catalogue::{self, Question};
use super::code::ErrorCode;
use super::correlation::{Correlation, RawBody};
use super::entry::ErrorEntry;
use super::operation::Operation;
use super::peer::{Effort, Peer};
use super::retry_after::RetryAfter;
use super::shape::{self, Parsed, Shape};
use super::wire::CallbackError;
use crate::clock::later;
use crate::endpoint::{Answers, Endpoint as _, Metadata};
use crate::id::{RequestId, ServiceId};

/// An error that ABDM sent, by HTTP reply or by callback, or another facility in answer to a push.
///
/// What was said is kept: the first 16 entries, their own texts, the ids that NHA's support asks
/// for, the raw body. [`ApiError::advice`] says what to do. Texts are free of control characters
/// and tokens and cut to 256 characters; of an object of unknown form, which may echo the request,
/// only the fields' names become entries.
///
/// `Display` and `Debug` go to logs, so they show a text only as the catalogue has it: every other
/// one may name a person. [`ApiError::message`] and [`ApiError::entries`] have the texts as they
/// came; show them at the desk, never log them.
#[derive(Clone)]
pub struct ApiError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    endpoint: &'static str,
    operation: Operation,
    carrier: Carrier,
    peer: Peer,
    status: Option<StatusCode>,
    shape: Shape,
    entries: Vec<ErrorEntry>,
    request_id: Option<RequestId>,
    correlation: Correlation,
    raw: RawBody,
    retry_after: Option<RetryAfter>,
    /// The session token was a fresh one.
    renewed: bool,
    effort: Option<Effort>,
}

/// How the error came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    /// In the reply to the call.
    Reply,
    /// In this callback, which answers the call.
    Answer(&'static str),
    /// In a callback that answers no call.
    Report,
}

impl ApiError {
    /// Reads the reply to a call of ABDM's: any body, any status. To be called for statuses outside
    /// 2xx.
    #[must_use]
    pub fn from_response(
        call: &Metadata,
        request_id: impl Into<Option<RequestId>>,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let parsed = shape::parse(body);
        Self::reply(call, request_id.into(), status, headers, body, parsed)
    }

    /// Finds the error in a 2xx reply that is in truth one: `authResult: failed`, an error object
    /// or array with 200, a registry failure (m1-abha.md 5 h, live-measurements.md 14).
    ///
    /// `None` for successes, also for those that carry `"error": null` or an empty error object.
    #[must_use]
    pub fn hidden_in_success(
        call: &Metadata,
        request_id: impl Into<Option<RequestId>>,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Self> {
        let parsed = shape::parse_disguised(body)?;
        Some(Self::reply(call, request_id.into(), status, headers, body, parsed))
    }

    fn reply(
        call: &Metadata,
        request_id: Option<RequestId>,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        parsed: Parsed,
    ) -> Self {
        Self(Box::new(Inner {
            endpoint: call.name,
            operation: call.errors,
            carrier: Carrier::Reply,
            peer: Peer::Abdm,
            status: Some(status),
            shape: parsed.shape,
            entries: parsed.entries,
            request_id,
            correlation: Correlation::from_headers(headers),
            raw: RawBody(Bytes::copy_from_slice(body)),
            retry_after: RetryAfter::from_headers(headers),
            renewed: false,
            effort: None,
        }))
    }

    /// Takes the `error` object of the callback `E`, which answers a call: the error is the call's.
    #[must_use]
    pub fn from_callback<E: Answers>(error: CallbackError) -> Self {
        Self::told(&E::Call::META, Carrier::Answer(E::META.name), error)
    }

    /// Takes the `error` object of a callback that answers no call, such as a link that ABDM breaks
    /// off (rulings.md 29).
    #[must_use]
    pub fn reported_by(callback: &Metadata, error: CallbackError) -> Self {
        Self::told(callback, Carrier::Report, error)
    }

    fn told(about: &Metadata, carrier: Carrier, error: CallbackError) -> Self {
        let entry = ErrorEntry {
            code: error.code,
            message: shape::shown_text(&error.message),
            description: None,
            field: None,
        };
        Self(Box::new(Inner {
            endpoint: about.name,
            operation: about.errors,
            carrier,
            peer: Peer::Abdm,
            status: None,
            shape: Shape::Json,
            entries: vec![entry],
            request_id: None,
            correlation: Correlation::default(),
            raw: RawBody(Bytes::new()),
            retry_after: None,
            renewed: false,
            effort: None,
        }))
    }

    /// Adds the `REQUEST-ID` of the call that this error answers.
    #[must_use]
    pub fn with_request_id(mut self, request_id: RequestId) -> Self {
        self.0.request_id = Some(request_id);
        self
    }

    /// Says who answered, when it was not ABDM: the advice then speaks of that facility.
    #[must_use]
    pub fn with_peer(mut self, peer: Peer) -> Self {
        self.0.peer = peer;
        self
    }

    /// Says what the call took.
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.0.effort = Some(effort);
        self
    }

    /// Says that the session token of the call was fetched after another one had been refused: the
    /// advice is then no longer to fetch a new one.
    #[must_use]
    pub fn after_renewal(mut self) -> Self {
        self.0.renewed = true;
        self
    }

    /// The name of the operation, for example `LinkCareContexts`: that of the call, also when the
    /// error came by callback.
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        self.0.endpoint
    }

    /// The operation, which decides what a code means.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// The callback that brought the error, for example `OnLinkCareContexts`.
    #[must_use]
    pub fn callback(&self) -> Option<&'static str> {
        match self.0.carrier {
            Carrier::Reply => None,
            Carrier::Answer(callback) => Some(callback),
            Carrier::Report => Some(self.0.endpoint),
        }
    }

    /// Who answered.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.0.peer
    }

    /// The HTTP status; `None` when the error came by callback. Advisory: ABDM answers 404 to a bad
    /// timestamp and 200 to a wrong OTP.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The code of the first entry that has one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.entries.iter().find_map(|entry| entry.code.as_ref())
    }

    /// The text as it came, empty when there was none.
    ///
    /// It may name a person, their birth date or their ABHA number. Show it at the desk; do not log
    /// it, and do not put it into an error of your own.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0
            .entries
            .iter()
            .map(|entry| entry.message.as_str())
            .find(|message| !message.is_empty())
            .unwrap_or_default()
    }

    /// The entries, in the order in which they matter: a reply about three wrong fields has three.
    /// At most 16. As [`message`](Self::message), they may name a person.
    #[must_use]
    pub fn entries(&self) -> &[ErrorEntry] {
        &self.0.entries
    }

    /// The `REQUEST-ID` of the call.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        self.0.request_id
    }

    /// The ids by which NHA's support finds the call.
    #[must_use]
    pub fn correlation(&self) -> &Correlation {
        &self.0.correlation
    }

    /// The body as it came.
    #[must_use]
    pub fn raw(&self) -> &RawBody {
        &self.0.raw
    }

    /// How often the call was sent and how long that took; `None` when a callback brought the
    /// error.
    #[must_use]
    pub fn effort(&self) -> Option<Effort> {
        self.0.effort
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.advice().class
    }

    /// Whether the same call may succeed later without anybody acting: when ABDM says to wait, or
    /// when it or another facility has failed. [`retry_at`](Self::retry_at) says when.
    ///
    /// False where a further try needs something else first: a new link token, the first step of
    /// the flow, another value, a person, NHA.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.advice().is_retryable()
    }

    /// How long after `now`, the time at which the answer came, the peer wants to be left alone:
    /// its `Retry-After`, as seconds or as a date, at most 24 hours.
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.0.retry_after.map(|told| told.pause(now))
    }

    /// Whether the peer said when to come again.
    pub(crate) const fn names_a_pause(&self) -> bool {
        self.0.retry_after.is_some()
    }

    /// Not before this instant the same may be asked again: the later of the peer's `Retry-After`
    /// and of the advice's first pause, counted from `now`, the time at which the answer came.
    ///
    /// `None` when neither names a time. A time alone does not make an error
    /// [retryable](Self::is_retryable): after a block of 24 hours a person decides anew.
    #[must_use]
    pub fn retry_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let advised = self.advice().retry.and_then(|retry| retry.first_pause());
        self.retry_after(now).max(advised).map(|pause| later(now, pause))
    }

    /// What to do: class, retry, whom to ask, in plain words.
    #[must_use]
    pub fn advice(&self) -> Advice {
        if self.0.renewed && self.is_session_token_fault() {
            return Advice::refused_after_renewal();
        }
        if self.0.entries.is_empty() {
            return catalogue::answer(&self.question(None));
        }
        let mut found: Vec<Advice> = self
            .0
            .entries
            .iter()
            .map(|entry| catalogue::answer(&self.question(Some(entry))))
            .filter(|advice| advice.class != ErrorClass::Unclassified)
            .collect();
        // Asking a person again cannot help while one of the complaints is about the request.
        let bug = found.iter().position(|advice| advice.class == ErrorClass::CallerBug);
        match found.first().map(|advice| advice.class) {
            None => Advice::unclassified(&self.0.peer),
            Some(ErrorClass::UserInput) => found.swap_remove(bug.unwrap_or(0)),
            Some(_) => found.swap_remove(0),
        }
    }

    fn question<'a>(&'a self, entry: Option<&'a ErrorEntry>) -> Question<'a> {
        Question {
            operation: self.0.operation,
            peer: &self.0.peer,
            status: self.0.status,
            shape: self.0.shape,
            code: entry.and_then(|entry| entry.code.as_ref()).map(ErrorCode::as_str),
            field: entry.and_then(|entry| entry.field.as_deref()),
            texts: [
                entry.map(|entry| entry.message.as_str()),
                entry.and_then(|entry| entry.description.as_deref()),
            ],
        }
    }

    /// Whether the session token was refused, so that one refresh and one repetition make sense.
    ///
    /// True only for 401 with `900901` or `900902`. A 401 with an empty body is a missing header:
    /// refreshing would loop (gateway.md 3). On the session call itself these codes mean wrong
    /// credentials.
    #[must_use]
    pub fn is_session_token_fault(&self) -> bool {
        self.0.status == Some(StatusCode::UNAUTHORIZED)
            && self.0.operation != Operation::Sessions
            && self.0.peer == Peer::Abdm
            && self.code().is_some_and(|code| code == "900901" || code == "900902")
    }

    /// Whether the wanted state is there already, so that the call counts as done after one look at
    /// the own store.
    #[must_use]
    pub fn is_already_done(&self) -> bool {
        self.class() == ErrorClass::AlreadyDone
    }

    /// Whether it is told in JSON of the service itself, and not by a server in front of it or by
    /// one that does not know the path.
    pub(crate) fn is_the_services_own(&self) -> bool {
        self.0.shape == Shape::Json
    }

    /// The service id that the registry's "already associated ... service id: X" names (ruling 36).
    /// `None` for every other error, and when the text names none: it stands in the services list.
    #[must_use]
    pub fn linked_service(&self) -> Option<ServiceId> {
        const MARK: &str = "service id";
        if self.0.operation != Operation::Registry || !self.is_already_done() {
            return None;
        }
        self.0.entries.iter().find_map(|entry| {
            let start = entry.message.to_ascii_lowercase().rfind(MARK)? + MARK.len();
            let rest = entry.message.get(start..)?.trim_start_matches([':', ' ', '=']);
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c));
            ServiceId::new(rest.get(..end.unwrap_or(rest.len()))?).ok()
        })
    }

    /// The first words: who refused what, by which code, after which effort.
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (peer, endpoint) = (&self.0.peer, self.0.endpoint);
        match self.0.carrier {
            Carrier::Reply => write!(f, "{peer} refused {endpoint}")?,
            Carrier::Answer(callback) => write!(f, "{peer} refused {endpoint} by {callback}")?,
            Carrier::Report => write!(f, "{peer} reported an error by {endpoint}")?,
        }
        let code = self.code().map(ToString::to_string);
        let status = self.0.status.map(|status| format!("HTTP {}", status.as_u16()));
        let effort =
            self.0.effort.filter(|effort| effort.tries > 1).map(|effort| effort.to_string());
        let facts: Vec<String> = code.into_iter().chain(status).chain(effort).collect();
        if facts.is_empty() { Ok(()) } else { write!(f, " ({})", facts.join(", ")) }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        let known = |entry: &&ErrorEntry| {
            entry.catalogued_text().is_some() || entry.catalogued_field().is_some()
        };
        let shown: Vec<String> =
            self.0.entries.iter().filter(known).map(ToString::to_string).collect();
        if shown.is_empty() {
            let hidden = self.0.entries.iter().any(ErrorEntry::hides);
            f.write_str(if hidden {
                ", with a text that is not shown"
            } else {
                ", without a text"
            })?;
        } else {
            write!(f, ": {}", shown.join("; "))?;
        }
        write!(f, ". {}", self.advice().text)?;
        if let Some(request_id) = self.0.request_id {
            write!(f, " [REQUEST-ID {request_id}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("endpoint", &self.0.endpoint)
            .field("callback", &self.callback())
            .field("peer", &self.0.peer)
            .field("status", &self.0.status)
            .field("class", &self.class())
            .field("entries", &self.0.entries)
            .field("request_id", &self.0.request_id)
            .field("correlation", &self.0.correlation)
            .field("effort", &self.0.effort)
            .field("raw", &self.0.raw)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}
