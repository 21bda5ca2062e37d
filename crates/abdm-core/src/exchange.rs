//! One HTTP exchange, as transcripts and evidence keep it.

mod mask;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::headers::documented_spelling;
use crate::open_enum;
use crate::wire::parse_json;

open_enum! {
    /// Who sends or receives.
    pub enum Party {
        /// The facility that has the records (HIP).
        Clinic = "clinic",
        /// The facility that asks for them (HIU).
        Hospital = "hospital",
        /// ABDM.
        Abdm = "abdm",
        /// The patient's PHR app.
        Phr = "phr",
    }
}

/// One HTTP exchange: a line of the transcript.
///
/// It is as it was on the wire, secrets included, and its `Debug` shows none of that. Whoever writes it
/// down writes it [`masked`](Self::masked).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// When the request was sent or came in.
    #[serde(with = "crate::lenient::instant")]
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
    map.iter().map(|(name, v)| (documented_spelling(name.as_str()), text(v))).collect()
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
