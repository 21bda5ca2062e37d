//! The record of a run: every exchange, as one JSON line, in order of completion.
//!
//! [`Exchange`] is the format: other tools read it back with [`read`], and people with any text
//! tool. What must not be written down is masked before the first byte is written, visibly, with
//! `…`: see [`Exchange::masked`]. The page `docs/transcript.md` describes the format for readers in
//! other languages.
//!
//! ```
//! use abdm_sandbox::transcript::{Party, read};
//! let line = r#"{"at":"2026-11-22T10:00:00.000Z","from":"clinic","to":"abdm","method":"POST",
//!   "path":"/api/hiecm/gateway/v3/sessions","headers":{"REQUEST-ID":"2a3b"},
//!   "body":{"clientId":"SBX_CLINIC","clientSecret":"…"},"status":202,
//!   "response":{"accessToken":"…"},"ms":3}"#.replace('\n', "");
//! let exchanges: Vec<_> = read(line.as_bytes()).collect::<Result<_, _>>()?;
//! assert_eq!(exchanges[0].from, Party::Clinic);
//! # Ok::<(), abdm_sandbox::transcript::TranscriptError>(())
//! ```

mod mask;
mod recording;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::open_enum;
use abdm_core::wire::parse_json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::recording::RecordingTransport;

open_enum! {
    /// Who sends or receives. Clients of the sandbox get their party when they are registered.
    pub enum Party {
        /// The facility that has the records (HIP).
        Clinic = "clinic",
        /// The facility that asks for them (HIU).
        Hospital = "hospital",
        /// ABDM: what the sandbox plays.
        Abdm = "abdm",
        /// The patient's PHR app, also played by the sandbox.
        Phr = "phr",
    }
}

/// One HTTP exchange: a line of the transcript.
///
/// Observers get it as it was on the wire, secrets included, and its `Debug` shows none of that. A
/// [`Transcript`] writes it [`masked`](Self::masked).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// When the request was sent or came in.
    #[serde(with = "abdm_core::lenient::instant")]
    pub at: DateTime<Utc>,
    /// Who sent it.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// The HTTP method.
    pub method: String,
    /// Path and query; for a request to a party other than ABDM, below that party's host.
    pub path: String,
    /// All headers of the request, by the spelling of ABDM's documents.
    pub headers: BTreeMap<String, String>,
    /// The whole body of the request: JSON, `null` when there is none, a text when it is no JSON.
    pub body: Value,
    /// The status of the answer; `null` when none came.
    pub status: Option<u16>,
    /// The body of the answer, as `body`.
    pub response: Value,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

impl Exchange {
    /// An exchange from the parts of request and answer.
    #[must_use]
    pub fn from_http(
        (from, to): (Party, Party),
        at: DateTime<Utc>,
        request: &http::Request<bytes::Bytes>,
        answer: Option<&http::Response<bytes::Bytes>>,
        took: std::time::Duration,
    ) -> Self {
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Self {
            at,
            from,
            to,
            method: request.method().as_str().to_owned(),
            path,
            headers: headers(request.headers()),
            body: value(request.body()),
            status: answer.map(|answer| answer.status().as_u16()),
            response: answer.map_or(Value::Null, |answer| value(answer.body())),
            ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The same without what nobody may keep: tokens, secrets, OTPs and passwords become `…`, and
    /// so does what was to be encrypted and was not; of a request that is no JSON its size is told;
    /// ciphertext, photos and certificates keep their first characters. Ids, nonces, public keys of
    /// an exchange, references and states stay, and so does whether a word `Bearer` was there.
    #[must_use]
    pub fn masked(&self) -> Self {
        let mut masked = self.clone();
        mask::headers(&mut masked.headers);
        mask::whole_body(&mut masked.body);
        mask::body(&mut masked.response);
        masked
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {} {} {}", self.from, self.to, self.method, self.path)?;
        write!(f, " {:?} ({} ms)", self.status, self.ms)
    }
}

fn headers(map: &http::HeaderMap) -> BTreeMap<String, String> {
    let text = |v: &http::HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
    map.iter()
        .map(|(name, v)| (abdm_core::headers::documented_spelling(name.as_str()), text(v)))
        .collect()
}

fn value(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    let other = || {
        let text = std::str::from_utf8(body).map(str::to_owned);
        Value::String(text.unwrap_or_else(|_| format!("({} bytes)", body.len())))
    };
    parse_json(body).unwrap_or_else(other)
}

/// Sees every exchange when it is complete. Called on the task of the exchange: be quick.
pub trait Observer: Send + Sync + 'static {
    /// An exchange is complete, or has failed for good.
    fn exchanged(&self, exchange: &Exchange);
}

impl<F: Fn(&Exchange) + Send + Sync + 'static> Observer for F {
    fn exchanged(&self, exchange: &Exchange) {
        self(exchange);
    }
}

/// All observers of one sandbox, as one.
#[derive(Clone, Default)]
pub(crate) struct Observers(Vec<Arc<dyn Observer>>);

impl Observers {
    pub(crate) fn add(&mut self, observer: Arc<dyn Observer>) {
        self.0.push(observer);
    }
}

impl Observer for Observers {
    fn exchanged(&self, exchange: &Exchange) {
        for observer in &self.0 {
            observer.exchanged(exchange);
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} observers", self.0.len())
    }
}

/// Why a transcript could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// The file cannot be opened, read or written.
    #[error("the transcript cannot be opened, read or written")]
    Io(#[from] std::io::Error),
    /// A line is not an exchange.
    #[error("line {line} of the transcript is not an exchange")]
    Line {
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// Writes exchanges, masked, as JSON lines.
///
/// Each line is flushed when it is written, so that a crash leaves a readable transcript. When
/// writing fails the transcript ends there; [`Transcript::finish`] tells.
#[derive(Clone)]
pub struct Transcript {
    state: Arc<Mutex<State>>,
}

struct State {
    out: Box<dyn Write + Send>,
    written: usize,
    failed: Option<std::io::Error>,
}

impl Transcript {
    /// Writes into a file, which is made or emptied.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn to_file(path: impl AsRef<Path>) -> Result<Self, TranscriptError> {
        Ok(Self::to_writer(std::fs::File::create(path)?))
    }

    /// Writes anywhere.
    pub fn to_writer(out: impl Write + Send + 'static) -> Self {
        let state = State { out: Box::new(out), written: 0, failed: None };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// How many exchanges were written.
    ///
    /// # Errors
    /// The first failure to write, if there was one.
    pub fn finish(&self) -> Result<usize, TranscriptError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(state.written),
        }
    }
}

impl Observer for Transcript {
    fn exchanged(&self, exchange: &Exchange) {
        let Ok(mut line) = serde_json::to_vec(&exchange.masked()) else {
            return;
        };
        line.push(b'\n');
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_some() {
            return;
        }
        match state.out.write_all(&line).and_then(|()| state.out.flush()) {
            Ok(()) => state.written += 1,
            Err(error) => state.failed = Some(error),
        }
    }
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transcript")
    }
}

/// Keeps exchanges in memory, as they were on the wire. For tests.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Memory {
    /// All exchanges so far, in order of completion.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Observer for Memory {
    fn exchanged(&self, exchange: &Exchange) {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange.clone());
    }
}

/// Reads a transcript back, line by line. Blank lines are skipped.
pub fn read(from: impl Read) -> impl Iterator<Item = Result<Exchange, TranscriptError>> {
    BufReader::new(from).lines().enumerate().filter_map(|(index, line)| {
        let line = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => line,
            Err(error) => return Some(Err(error.into())),
        };
        let read = serde_json::from_str(&line);
        Some(read.map_err(|source| TranscriptError::Line { line: index + 1, source }))
    })
}
