//! The endpoints that NHA's requests are compared with, without their types.

use abdm_core::call::{Call, Envelope, Incoming};
use abdm_core::endpoint::{Endpoint, Metadata, match_path};
use abdm_core::environment::Environment;
use abdm_core::headers::{CM_ID, HIP_ID, HIU_ID, REQUEST_ID, TIMESTAMP, TRANSACTION_ID};
use abdm_core::secret::AccessToken;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::Saved;

/// What can be done with an endpoint without naming its types.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its description.
    pub meta: Metadata,
    /// Takes a request in as a server would, and sends what was understood as the client would.
    pub(crate) resend: fn(&Saved, &[u8]) -> Result<http::Request<Bytes>, String>,
    /// Reads a successful answer.
    pub(crate) read_answer: fn(&[u8]) -> Result<(), String>,
    /// Reads it, and writes it again: what `Debug` shows of the answer and of what is said about
    /// it, and the JSON of what was read.
    pub shown: fn(&[u8]) -> (String, Option<Value>),
}

impl Known {
    /// The endpoint `E`.
    pub fn of<E: Endpoint>() -> Self
    where
        E::Response: std::fmt::Debug,
    {
        let read_answer = |body: &[u8]| {
            E::read_answer(&HeaderMap::new(), body).map(drop).map_err(|error| error.to_string())
        };
        let shown = |body: &[u8]| match E::read_answer(&HeaderMap::new(), body) {
            Err(error) => (format!("{error} {error:?}"), None),
            Ok(read) => {
                let written = serde_json::to_value(&read.value).unwrap();
                (format!("{read:?}"), Some(written))
            }
        };
        Self { meta: E::META, resend: resend::<E>, read_answer, shown }
    }

    fn takes(&self, saved: &Saved) -> bool {
        Some(self.meta.family) == saved.url.family
            && self.meta.method.as_str() == saved.method
            && match_path(self.meta.path, &saved.url.path).is_some()
    }
}

/// The endpoint that a request is meant for.
pub fn endpoint_of<'k>(all: &'k [Known], saved: &Saved) -> Option<&'k Known> {
    all.iter().find(|known| known.takes(saved))
}

fn resend<E: Endpoint>(saved: &Saved, body: &[u8]) -> Result<http::Request<Bytes>, String> {
    let meta = E::META;
    let mut headers = HeaderMap::new();
    let names = saved.headers.iter().flatten().map(String::as_str);
    // Without these nothing is a call; which of them the source lacks is told by the comparison.
    for name in names.chain(meta.required_headers()) {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.insert(name.clone(), HeaderValue::from_static(value_of(name.as_str())));
    }
    let read =
        Incoming::<E>::from_http(&saved.url.path, saved.url.query.as_deref(), &headers, body);
    let read = read.map_err(|error| format!("not read: {error}"))?;
    let call = Call::<E>::new(read.body).at(read.path).by(read.credential.0).headers(read.headers);
    let environment = Environment::sandbox();
    let token = AccessToken::new("session-token");
    let mut envelope = Envelope::new(read.request_id, read.timestamp).cm_id(environment.cm_id());
    if meta.auth.uses_session() {
        envelope = envelope.bearer(&token);
    }
    let sent = call.to_http(environment.base(meta.family), &envelope);
    sent.map_err(|error| format!("not written: {error}"))
}

/// A value of the form that a header must have.
fn value_of(name: &str) -> &'static str {
    match name {
        REQUEST_ID | TRANSACTION_ID => "37d8d312-35a0-41e7-a6e4-1074eb18a5fa",
        TIMESTAMP => "2026-11-22T10:15:30.123Z",
        CM_ID => "sbx",
        HIP_ID | HIU_ID => "IN0710000001",
        "content-type" => "application/json",
        _ => "Bearer made-up",
    }
}
