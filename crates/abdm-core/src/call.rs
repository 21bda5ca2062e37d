//! A typed call on its way out, and the same on its way in.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use crate::clock::{format_timestamp, is_strict_timestamp, parse_timestamp};
use crate::endpoint::{AuthScheme, Endpoint, EnvelopePlace, PathParams, fill_path, match_path};
use crate::headers::{self, StandardHeaders, WireHeaders};
use crate::id::{CmId, IdError, RequestId};
use crate::secret::AccessToken;
use crate::wire::{
    WireError, enveloped, read_envelope, read_json, repeated, without_envelope, write_json,
};

/// What an endpoint asks of a person, when it asks for anything.
type CredentialOf<E> = <<E as Endpoint>::Auth as AuthScheme>::Credential;

/// One call of endpoint `E`, before it has a `REQUEST-ID`: each attempt to send it gets its own.
///
/// It begins with its body, and gets the other parts by name, each only where the endpoint asks for
/// it. The type tells what is still missing: only a `Call<E>`, which is whole, can be sent.
///
/// ```
/// use abdm_core::api::gateway::FindBridgeService;
/// use abdm_core::call::Call;
/// use abdm_core::id::ServiceId;
/// use abdm_core::wire::NoBody;
///
/// # fn main() -> Result<(), abdm_core::id::IdError> {
/// let call: Call<FindBridgeService> = Call::new(NoBody).at(ServiceId::new("IN2710000001")?);
/// assert_eq!(call.path.as_str(), "IN2710000001");
/// # Ok(())
/// # }
/// ```
///
/// Without its path the same is no call:
///
/// ```compile_fail,E0308
/// # use abdm_core::{api::gateway::FindBridgeService, call::Call, wire::NoBody};
/// let call: Call<FindBridgeService> = Call::new(NoBody);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<
    E: Endpoint,
    H = <E as Endpoint>::Headers,
    C = CredentialOf<E>,
    P = <E as Endpoint>::Path,
> {
    /// The headers beyond the standard ones.
    pub headers: H,
    /// The person's credential, where the endpoint asks for one.
    pub credential: Secretly<C>,
    /// The variable segments of the path.
    pub path: P,
    /// The body, or for a `GET` the query.
    pub body: E::Request,
    /// Whether the body repeats the envelope of its headers.
    repeats_envelope: bool,
}

/// A credential that `Debug` does not show.
#[derive(Clone)]
pub struct Secretly<T>(pub T);

impl<T> std::fmt::Debug for Secretly<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl<E: Endpoint> Call<E> {
    /// A call with its body; [`NoBody`](crate::wire::NoBody) where there is none. It is whole when
    /// the endpoint asks for nothing more.
    pub const fn new(body: E::Request) -> Call<E, StandardHeaders, (), ()> {
        Call {
            headers: StandardHeaders,
            credential: Secretly(()),
            path: (),
            body,
            repeats_envelope: false,
        }
    }
}

impl<E: Endpoint, H, C, P> Call<E, H, C, P> {
    /// The variable segments of its path.
    pub fn at(self, path: E::Path) -> Call<E, H, C, E::Path> {
        let Self { headers, credential, path: _, body, repeats_envelope } = self;
        Call { headers, credential, path, body, repeats_envelope }
    }

    /// The credential of the person for whom it is made.
    pub fn by(self, credential: CredentialOf<E>) -> Call<E, H, CredentialOf<E>, P> {
        let Self { headers, credential: _, path, body, repeats_envelope } = self;
        Call { headers, credential: Secretly(credential), path, body, repeats_envelope }
    }

    /// The headers beyond the standard ones.
    pub fn headers(self, headers: E::Headers) -> Call<E, E::Headers, C, P> {
        let Self { headers: _, credential, path, body, repeats_envelope } = self;
        Call { headers, credential, path, body, repeats_envelope }
    }

    /// The same with `requestId` and `timestamp` in the body, too, equal to those of the headers at
    /// every try: some of NHA's files print them there for calls of V3 (rulings.md 39).
    pub const fn repeating_envelope(mut self) -> Self {
        self.repeats_envelope = true;
        self
    }
}

impl<E: Endpoint> Call<E> {
    /// The HTTP request below `base`, the base URL of the endpoint's family.
    ///
    /// # Errors
    /// When a part cannot stand in a URL, a header or a body.
    pub fn to_http(
        &self,
        base: &Url,
        envelope: &Envelope<'_>,
    ) -> Result<http::Request<Bytes>, WireError> {
        let segments = self.path.segments();
        // A URL parser would take these for "here" and "one up", and call another endpoint.
        if segments.iter().any(|segment| matches!(segment.as_str(), "." | "..")) {
            return Err(IdError::new(E::META.name, "its path must not hold `.` or `..`").into());
        }
        let path = fill_path(E::META.path, &segments).ok_or_else(|| {
            IdError::new(
                E::META.name,
                "each variable segment of its path must be there, and not empty",
            )
        })?;
        let url = format!("{}{path}", base.as_str().trim_end_matches('/'));
        self.to_http_at(&url, envelope)
    }

    /// The HTTP request at a whole URL: for the data push, whose URL the HIU gives.
    ///
    /// # Errors
    /// As [`to_http`](Self::to_http).
    pub fn to_http_at(
        &self,
        url: &str,
        envelope: &Envelope<'_>,
    ) -> Result<http::Request<Bytes>, WireError> {
        let meta = E::META;
        let mut url = Url::parse(url).map_err(|_| WireError::Url)?;
        let body = if meta.method == Method::GET {
            let query = serde_urlencoded::to_string(&self.body)
                .map_err(|e| WireError::Unwritable { problem: e.to_string() })?;
            if !query.is_empty() {
                url.set_query(Some(&query));
            }
            Bytes::new()
        } else {
            let body = write_json(&self.body)?;
            match meta.envelope {
                EnvelopePlace::Headers if self.repeats_envelope => {
                    repeated(&body, envelope.request_id, envelope.timestamp)?
                }
                EnvelopePlace::Headers => body,
                EnvelopePlace::Body => enveloped(&body, envelope.request_id, envelope.timestamp)?,
            }
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = meta.method.clone();
        *request.uri_mut() = url.as_str().parse().map_err(|_| WireError::Url)?;
        let has_body = !request.body().is_empty();
        let out = request.headers_mut();
        if let Some(token) = envelope.bearer {
            headers::set_bearer(out, headers::AUTHORIZATION, token.expose())?;
        }
        if meta.envelope == EnvelopePlace::Headers {
            headers::set(out, headers::REQUEST_ID, &envelope.request_id.to_string())?;
            headers::set(out, headers::TIMESTAMP, &format_timestamp(envelope.timestamp))?;
        }
        if let (true, Some(cm_id)) = (meta.sends_cm_id(), envelope.cm_id) {
            headers::set(out, headers::CM_ID, cm_id.as_str())?;
        }
        self.headers.write(out)?;
        E::Auth::write(&self.credential.0, out)?;
        if has_body {
            out.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Ok(request)
    }
}

/// What the sender adds to every call.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// Fresh for this HTTP call.
    pub request_id: RequestId,
    /// Now, by the one clock.
    pub timestamp: DateTime<Utc>,
    /// The consent manager, for calls to ABDM.
    pub cm_id: Option<&'a CmId>,
    /// The session token, where the endpoint wants one.
    pub bearer: Option<&'a AccessToken>,
}

impl<'a> Envelope<'a> {
    /// The least an envelope can be.
    #[must_use]
    pub const fn new(request_id: RequestId, timestamp: DateTime<Utc>) -> Self {
        Self { request_id, timestamp, cm_id: None, bearer: None }
    }

    /// The same with the consent manager's id.
    #[must_use]
    pub const fn cm_id(mut self, cm_id: &'a CmId) -> Self {
        self.cm_id = Some(cm_id);
        self
    }

    /// The same with a session token.
    #[must_use]
    pub const fn bearer(mut self, token: &'a AccessToken) -> Self {
        self.bearer = Some(token);
        self
    }
}

/// A call of endpoint `E` as a server received it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Incoming<E: Endpoint> {
    /// The `REQUEST-ID`, or the `requestId` of a body that carries its own: answers name it in
    /// `response.requestId`.
    pub request_id: RequestId,
    /// The `TIMESTAMP`, or the `timestamp` of such a body.
    pub timestamp: DateTime<Utc>,
    /// The headers beyond the standard ones.
    pub headers: E::Headers,
    /// The person's credential.
    pub credential: Secretly<<E::Auth as AuthScheme>::Credential>,
    /// The variable segments of the path.
    pub path: E::Path,
    /// The body, or for a `GET` the query.
    pub body: E::Request,
}

impl<E: Endpoint> Incoming<E> {
    /// Reads an HTTP request. `path` is the request's path without the base's.
    ///
    /// Only presence and form are checked: who signed the token is
    /// [`callback`](crate::callback)'s matter.
    ///
    /// # Errors
    /// When a header is missing or wrong, or the body does not fit.
    pub fn from_http(
        path: &str,
        query: Option<&str>,
        http_headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, WireError> {
        let meta = E::META;
        let segments =
            meta.paths().find_map(|template| match_path(template, path)).unwrap_or_default();
        let (request_id, timestamp) = match meta.envelope {
            EnvelopePlace::Body if meta.method != Method::GET => read_envelope(body)?,
            _ => (request_id(http_headers)?, timestamp(http_headers)?),
        };
        let body = if meta.method == Method::GET {
            match query.filter(|q| !q.is_empty()) {
                // Types without fields read as `null`; a query of theirs is nobody's.
                Some(query) => serde_urlencoded::from_str(query).or_else(|_| read_json(b""))?,
                None => read_json(b"").or_else(|_| {
                    serde_urlencoded::from_str("").map_err(|e| WireError::Body {
                        path: "?".to_owned(),
                        problem: e.to_string(),
                    })
                })?,
            }
        } else {
            match meta.envelope {
                EnvelopePlace::Headers => read_json(body)?,
                EnvelopePlace::Body => read_json(&without_envelope(body)?)?,
            }
        };
        Ok(Self {
            request_id,
            timestamp,
            headers: E::Headers::read(http_headers)?,
            credential: Secretly(E::Auth::read(http_headers)?),
            path: E::Path::from_segments(&segments)?,
            body,
        })
    }
}

#[cfg(feature = "v0_5")]
impl<E: Endpoint<Path = ()>> Incoming<E> {
    /// The same message as one of another endpoint that says the same: for a server that speaks
    /// V0.5 in the words of V3.
    pub fn translated<N>(self, headers: N::Headers, body: N::Request) -> Incoming<N>
    where
        N: Endpoint<Path = (), Auth = E::Auth>,
    {
        let Self { request_id, timestamp, credential, .. } = self;
        Incoming { request_id, timestamp, headers, credential, path: (), body }
    }
}

/// Reads `REQUEST-ID`.
///
/// # Errors
/// When it is missing or no UUID.
pub fn request_id(http_headers: &HeaderMap) -> Result<RequestId, WireError> {
    headers::text(http_headers, headers::REQUEST_ID)?.parse().map_err(|e: crate::id::IdError| {
        WireError::InvalidHeader { name: headers::REQUEST_ID, rule: e.rule }
    })
}

/// Reads `TIMESTAMP`, as liberally as [`parse_timestamp`] does.
///
/// # Errors
/// When it is missing or no instant.
pub fn timestamp(http_headers: &HeaderMap) -> Result<DateTime<Utc>, WireError> {
    let text = headers::text(http_headers, headers::TIMESTAMP)?;
    parse_timestamp(text).ok_or(WireError::InvalidHeader {
        name: headers::TIMESTAMP,
        rule: "it must be a UTC instant like 2026-09-16T10:12:48.483Z",
    })
}

/// Whether `TIMESTAMP` has exactly the form that ABDM demands of its callers.
#[must_use]
pub fn has_strict_timestamp(http_headers: &HeaderMap) -> bool {
    headers::text(http_headers, headers::TIMESTAMP).is_ok_and(is_strict_timestamp)
}
