//! One error of ABDM, whatever its shape.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::advice::{Advice, ErrorClass, RetryAdvice};
use super::catalogue::{self, Question};
use super::code::ErrorCode;
use super::mask::mask_personal;
use super::shape::{self, Parsed, Shape};
use super::wire::CallbackError;
use crate::id::RequestId;

/// An error that ABDM sent, by HTTP reply or by callback.
///
/// What ABDM said is kept: the first 16 entries, its own texts, the ids that NHA's support asks for,
/// the raw body. [`ApiError::advice`] says what to do. Texts are free of control characters and
/// tokens and cut to 256 characters; of an object of unknown form, which may echo the request, only
/// the fields' names become entries. `Debug` and `Display` mask long numbers (a few of ABDM's texts
/// name a person's ABHA number); [`ApiError::message`] does not.
#[derive(Clone)]
pub struct ApiError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    endpoint: &'static str,
    path: &'static str,
    status: Option<StatusCode>,
    shape: Shape,
    entries: Vec<ErrorEntry>,
    request_id: Option<RequestId>,
    correlation: Correlation,
    raw: RawBody,
}

impl ApiError {
    /// Reads the reply to a call: any body, any status. To be called for statuses outside 2xx.
    ///
    /// `endpoint` and `path` name the operation as its endpoint declaration does; the path decides
    /// which meaning a code has.
    #[must_use]
    pub fn from_response(
        endpoint: &'static str,
        path: &'static str,
        request_id: impl Into<Option<RequestId>>,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let parsed = shape::parse(body);
        Self::build(endpoint, path, request_id.into(), Some(status), headers, body, parsed)
    }

    /// Finds the error in a 2xx reply that is in truth one: `authResult: failed`, an error object or
    /// array with 200, a registry failure (m1-abha.md 5 h, live-measurements.md 14).
    ///
    /// `None` for successes, also for those that carry `"error": null` or an empty error object.
    #[must_use]
    pub fn hidden_in_success(
        endpoint: &'static str,
        path: &'static str,
        request_id: impl Into<Option<RequestId>>,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Self> {
        let parsed = shape::parse_disguised(body)?;
        Some(Self::build(endpoint, path, request_id.into(), Some(status), headers, body, parsed))
    }

    /// Takes the `error` object of a callback. `endpoint` and `path` are those of the callback.
    #[must_use]
    pub fn from_callback(endpoint: &'static str, path: &'static str, error: CallbackError) -> Self {
        let entry = ErrorEntry {
            code: error.code,
            message: shape::shown_text(&error.message),
            description: None,
            field: None,
        };
        let parsed = Parsed { shape: Shape::Json, entries: vec![entry] };
        Self::build(endpoint, path, None, None, &HeaderMap::new(), &[], parsed)
    }

    fn build(
        endpoint: &'static str,
        path: &'static str,
        request_id: Option<RequestId>,
        status: Option<StatusCode>,
        headers: &HeaderMap,
        body: &[u8],
        parsed: Parsed,
    ) -> Self {
        Self(Box::new(Inner {
            endpoint,
            path,
            status,
            shape: parsed.shape,
            entries: parsed.entries,
            request_id,
            correlation: Correlation::from_headers(headers),
            raw: RawBody(Bytes::copy_from_slice(body)),
        }))
    }

    /// Adds the `REQUEST-ID` of the call that this error answers.
    #[must_use]
    pub fn with_request_id(mut self, request_id: RequestId) -> Self {
        self.0.request_id = Some(request_id);
        self
    }

    /// The name of the operation, for example `LinkCareContexts`.
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        self.0.endpoint
    }

    /// The path of the operation, with its `{…}` marks.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.0.path
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

    /// ABDM's own text, empty when it sent none. May name a person's ABHA number.
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
    /// At most 16.
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

    /// What kind of failure it is.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        self.advice().class
    }

    /// What to do: class, retry, whom to ask, in plain words.
    #[must_use]
    pub fn advice(&self) -> Advice {
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
            None => Advice::usual(ErrorClass::Unclassified),
            Some(ErrorClass::UserInput) => found.swap_remove(bug.unwrap_or(0)),
            Some(_) => found.swap_remove(0),
        }
    }

    fn question<'a>(&'a self, entry: Option<&'a ErrorEntry>) -> Question<'a> {
        Question {
            endpoint: self.0.endpoint,
            path: self.0.path,
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
            && self.code().is_some_and(|code| code == "900901" || code == "900902")
            && self.advice().retry == Some(RetryAdvice::RefreshSession)
    }

    /// Whether the wanted state is there already, so that the call counts as done after one look at
    /// the own store.
    #[must_use]
    pub fn is_already_done(&self) -> bool {
        self.class() == ErrorClass::AlreadyDone
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ABDM refused {}", self.0.endpoint)?;
        let status = self.0.status.map(|status| format!("HTTP {}", status.as_u16()));
        let code = self.code().map(ToString::to_string);
        let facts: Vec<String> = code.into_iter().chain(status).collect();
        if !facts.is_empty() {
            write!(f, " ({})", facts.join(", "))?;
        }
        let mut separator = ": ";
        for entry in &self.0.entries {
            if !entry.message.is_empty() || entry.field.is_some() {
                write!(f, "{separator}{entry}")?;
                separator = "; ";
            }
        }
        if separator == ": " {
            f.write_str(", without a text")?;
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
            .field("status", &self.0.status)
            .field("class", &self.class())
            .field("entries", &self.0.entries)
            .field("request_id", &self.0.request_id)
            .field("correlation", &self.0.correlation)
            .field("raw", &self.0.raw)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}

/// One complaint of an error reply.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorEntry {
    /// The code, if one was sent.
    pub code: Option<ErrorCode>,
    /// ABDM's text, cut to 256 characters, tokens masked; may be empty.
    pub message: String,
    /// A second, longer text that the API manager sends beside the message.
    pub description: Option<String>,
    /// The field of the request that the complaint is about, if it was named.
    pub field: Option<String>,
}

impl ErrorEntry {
    pub(super) fn text(message: String) -> Self {
        Self { code: None, message, description: None, field: None }
    }

    pub(super) fn at_field(field: &str, message: &str) -> Self {
        Self {
            code: None,
            message: message.to_owned(),
            description: None,
            field: Some(field.to_owned()),
        }
    }
}

/// Shows the text, with its description and field; long numbers are masked.
impl fmt::Display for ErrorEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            f.write_str(&mask_personal(field))?;
            f.write_str(if self.message.is_empty() { "" } else { ": " })?;
        }
        f.write_str(mask_personal(&self.message).trim_end_matches(['.', ' ']))?;
        if let Some(description) = &self.description {
            let description = mask_personal(description);
            write!(f, " ({})", description.trim_end_matches(['.', ' ']))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ErrorEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorEntry")
            .field("code", &self.code)
            .field("message", &mask_personal(&self.message))
            .field("field", &self.field.as_deref().map(mask_personal))
            .finish_non_exhaustive()
    }
}

/// The ids that ABDM's gateway puts on its replies. NHA's support asks for them; they matter most
/// where the body is empty (live-measurements.md 11).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Correlation {
    /// The header `correlation-id`.
    pub correlation_id: Option<String>,
    /// The header `activityid`.
    pub activity_id: Option<String>,
}

impl Correlation {
    /// Reads them from the headers of a reply.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let read = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.trim();
            (!value.is_empty()).then(|| value.chars().take(128).collect())
        };
        Self {
            correlation_id: read("correlation-id"),
            activity_id: read("activityid").or_else(|| read("activity-id")),
        }
    }
}

/// The body of an error reply, for support cases. `Debug` tells its size only: whether it holds
/// personal data nobody can know.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(Bytes);

impl RawBody {
    /// The bytes. Look at them, do not log them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
