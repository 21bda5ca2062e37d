//! A typed call on its way out, and the same on its way in.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use crate::clock::{format_timestamp, is_strict_timestamp, parse_timestamp};
use crate::endpoint::{AuthScheme, Endpoint, PathParams, fill_path, match_path};
use crate::headers::{self, StandardHeaders, WireHeaders};
use crate::id::{CmId, IdError, RequestId};
use crate::secret::AccessToken;
use crate::wire::{WireError, read_json, write_json};

/// One call of endpoint `E`, before it has a `REQUEST-ID`: each attempt to send it gets its own.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call<E: Endpoint> {
    /// The headers beyond the standard ones.
    pub headers: E::Headers,
    /// The person's credential, where the endpoint asks for one.
    pub credential: Secretly<<E::Auth as AuthScheme>::Credential>,
    /// The variable segments of the path.
    pub path: E::Path,
    /// The body, or for a `GET` the query.
    pub body: E::Request,
}

/// A credential that `Debug` does not show.
#[derive(Clone)]
pub struct Secretly<T>(pub T);

impl<T> std::fmt::Debug for Secretly<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl<E> Call<E>
where
    E: Endpoint<Headers = StandardHeaders, Path = ()>,
    E::Auth: AuthScheme<Credential = ()>,
{
    /// A call that needs nothing but its body.
    pub const fn new(body: E::Request) -> Self {
        Self { headers: StandardHeaders, credential: Secretly(()), path: (), body }
    }
}

impl<E> Call<E>
where
    E: Endpoint<Path = ()>,
    E::Auth: AuthScheme<Credential = ()>,
{
    /// A call that needs headers of its own.
    pub const fn with_headers(headers: E::Headers, body: E::Request) -> Self {
        Self { headers, credential: Secretly(()), path: (), body }
    }
}

impl<E: Endpoint> Call<E> {
    /// A call with every part.
    pub const fn from_parts(
        headers: E::Headers,
        credential: <E::Auth as AuthScheme>::Credential,
        path: E::Path,
        body: E::Request,
    ) -> Self {
        Self { headers, credential: Secretly(credential), path, body }
    }

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
            write_json(&self.body)?
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = meta.method.clone();
        *request.uri_mut() = url.as_str().parse().map_err(|_| WireError::Url)?;
        let has_body = !request.body().is_empty();
        let out = request.headers_mut();
        if let Some(token) = envelope.bearer {
            headers::set_bearer(out, headers::AUTHORIZATION, token.expose())?;
        }
        headers::set(out, headers::REQUEST_ID, &envelope.request_id.to_string())?;
        headers::set(out, headers::TIMESTAMP, &format_timestamp(envelope.timestamp))?;
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
    /// The `REQUEST-ID`: answers name it in `response.requestId`.
    pub request_id: RequestId,
    /// The `TIMESTAMP`.
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
            read_json(body)?
        };
        Ok(Self {
            request_id: request_id(http_headers)?,
            timestamp: timestamp(http_headers)?,
            headers: E::Headers::read(http_headers)?,
            credential: Secretly(E::Auth::read(http_headers)?),
            path: E::Path::from_segments(&segments)?,
            body,
        })
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
