//! One declaration of an endpoint, for the client, the callback server, the sandbox and the docs.
//!
//! Every ABDM path, method and header set stands exactly once, in an [`endpoint!`](crate::endpoint!)
//! declaration. From it come the outgoing request ([`Call`](crate::call::Call)), the incoming one
//! ([`Incoming`](crate::call::Incoming)), the routes of servers, the endpoint tables of the docs and
//! the labels of metrics.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::environment::Family;
use crate::error::Operation;
use crate::headers::{self, WireHeaders};
use crate::id::IdError;
use crate::secret::{AppToken, PhrToken, RefreshToken, TransferToken, UserToken};
use crate::wire::{Read, WireError, read_forgiving, write_json};

/// An endpoint: everything about it that both sides must agree on.
pub trait Endpoint: Send + Sync + 'static {
    /// Its path below the base URL of its family; `{…}` marks a variable segment.
    const PATH: &'static str;
    /// Its description.
    const META: Metadata;
    /// What the caller must prove.
    type Auth: AuthScheme;
    /// The headers beyond the standard ones.
    type Headers: WireHeaders;
    /// The variable segments of the path.
    type Path: PathParams + Send + Sync + 'static;
    /// The body; for a `GET`, the query.
    type Request: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The body of the answer.
    type Response: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Reads the body of a successful answer: JSON, unless the endpoint is declared otherwise. What of
    /// it does not fit is left out and told (rulings.md 46).
    ///
    /// # Errors
    /// When the body has not the form of the answer, or lacks what the answer cannot be without.
    fn read_answer(_: &HeaderMap, body: &[u8]) -> Result<Read<Self::Response>, WireError> {
        read_forgiving(body)
    }

    /// Writes the body of a successful answer, and says which media type it has.
    ///
    /// # Errors
    /// When the answer has no such form.
    fn write_answer(answer: &Self::Response) -> Result<AnswerBody, WireError> {
        write_json(answer).map(AnswerBody::json)
    }
}

/// The body of an answer, as a server sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerBody {
    /// The value of `Content-Type`.
    pub media_type: String,
    /// The bytes; none where the contract has an empty body.
    pub bytes: Bytes,
}

impl AnswerBody {
    /// A JSON body.
    #[must_use]
    pub fn json(bytes: Bytes) -> Self {
        Self::new("application/json", bytes)
    }

    /// A body of any media type.
    pub fn new(media_type: impl Into<String>, bytes: Bytes) -> Self {
        Self { media_type: media_type.into(), bytes }
    }
}

/// An endpoint that only takes note: its outcome arrives as a callback.
pub trait AnsweredBy: Endpoint {
    /// The callback that carries the outcome.
    type Callback: Answers<Call = Self>;
}

/// A callback that carries the outcome of one call. Made by the call's declaration.
pub trait Answers: Endpoint {
    /// The call.
    type Call: Endpoint;
}

/// What is known of an endpoint without its types. Made by [`endpoint!`](crate::endpoint!).
#[derive(Debug, Clone)]
pub struct Metadata {
    /// Its name, which is the name of its type.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The family, and with it the base URL.
    pub family: Family,
    /// The path after the family's base URL; `{…}` marks a variable segment. Empty for the data push,
    /// whose whole URL comes from the HIU.
    pub path: &'static str,
    /// Other paths on which the same message has been seen. Servers serve them, nobody sends them.
    pub older_paths: &'static [&'static str],
    /// What the caller must prove.
    pub auth: AuthKind,
    /// The headers beyond the standard ones.
    pub headers: &'static [&'static str],
    /// The status of success as observed; clients take any 2xx.
    pub success: StatusCode,
    /// What a retry may do.
    pub replay: Replay,
    /// The name of the callback that carries the outcome.
    pub callback: Option<&'static str>,
    /// Which meanings the codes of its errors have.
    pub errors: Operation,
    /// Where the contract describes it.
    pub source: &'static str,
}

impl Metadata {
    /// Every path on which a server must serve this endpoint, the newest first.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.path).chain(self.older_paths.iter().copied())
    }

    /// The path below the family's live prefix, as a server that plays every family serves it.
    pub fn live_paths(&self) -> impl Iterator<Item = String> {
        let prefix = self.family.live_prefix();
        self.paths().map(move |path| format!("{prefix}{path}"))
    }

    /// The headers that every call of this endpoint carries, in the documents' order.
    #[must_use]
    pub fn required_headers(&self) -> Vec<&'static str> {
        let mut names = Vec::with_capacity(6);
        if self.auth != AuthKind::None {
            names.push(headers::AUTHORIZATION);
        }
        names.extend([headers::REQUEST_ID, headers::TIMESTAMP]);
        if self.sends_cm_id() {
            names.push(headers::CM_ID);
        }
        names.extend(self.headers.iter().copied());
        names.extend(self.auth.person_header());
        names
    }

    /// Whether a caller sends `X-CM-ID`: on every call to ABDM, never required on callbacks.
    #[must_use]
    pub const fn sends_cm_id(&self) -> bool {
        !matches!(self.family, Family::Bridge | Family::DataPush)
    }
}

/// What a client may do when a call failed and it is unclear what happened.
///
/// A repeat always carries a fresh `REQUEST-ID`: ABDM refuses one that it has seen (ABDM-1064).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replay {
    /// Repeating does no harm: a read, or a message that ABDM recognises as already done.
    Safe,
    /// Repeat only when the call certainly was not processed: no connection, 429, 503.
    IfUnprocessed,
    /// Never repeat by itself. A second link-token request counts towards a 24-hour block, a second
    /// enrolment may create a second account.
    Never,
}

/// What a caller must prove, without types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthKind {
    /// Nothing: the session call itself.
    None,
    /// The gateway session.
    Session,
    /// The session and a person's token (`X-token`).
    SessionAndUser,
    /// The session and a transfer token (`T-token`).
    SessionAndTransfer,
    /// The session and a refresh token (`R-token`).
    SessionAndRefresh,
    /// The session and a PHR user's token (`X-AUTH-TOKEN`).
    SessionAndPhrUser,
    /// The session and the token of a person who proved an ABHA address (`X-token` on the web
    /// family).
    SessionAndAddressUser,
    /// The session and the token of a person who logged in to a PHR app (`X-token` on the PHR app
    /// family).
    SessionAndAppUser,
    /// ABDM's own token, signed by the gateway's key.
    SignedCallback,
    /// The sender's session token, verified where it is there.
    Push,
}

impl AuthKind {
    /// Whether the caller adds its gateway session token.
    #[must_use]
    pub const fn uses_session(self) -> bool {
        !matches!(self, Self::None | Self::SignedCallback)
    }

    /// The header that carries the person's token.
    #[must_use]
    pub const fn person_header(self) -> Option<&'static str> {
        match self {
            Self::SessionAndUser | Self::SessionAndAddressUser | Self::SessionAndAppUser => {
                Some(headers::USER_TOKEN)
            }
            Self::SessionAndTransfer => Some(headers::TRANSFER_TOKEN),
            Self::SessionAndRefresh => Some(headers::REFRESH_TOKEN),
            Self::SessionAndPhrUser => Some(headers::AUTH_TOKEN),
            Self::None | Self::Session | Self::SignedCallback | Self::Push => None,
        }
    }
}

/// What a caller must prove, as a type: which credential it supplies beside the session token.
pub trait AuthScheme: Send + Sync + 'static {
    /// The same without types.
    const KIND: AuthKind;
    /// What the caller supplies; `()` where the session is all.
    type Credential: Clone + Send + Sync + 'static;

    /// Writes the credential's header.
    ///
    /// # Errors
    /// When the credential cannot stand in a header.
    fn write(credential: &Self::Credential, headers: &mut HeaderMap) -> Result<(), WireError>;

    /// Reads the credential.
    ///
    /// # Errors
    /// When its header is missing.
    fn read(headers: &HeaderMap) -> Result<Self::Credential, WireError>;
}

macro_rules! schemes {
    ($( $(#[$doc:meta])* $name:ident => $kind:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl AuthScheme for $name {
            const KIND: AuthKind = AuthKind::$kind;
            type Credential = ();

            fn write(_: &(), _: &mut HeaderMap) -> Result<(), WireError> {
                Ok(())
            }
            fn read(_: &HeaderMap) -> Result<(), WireError> {
                Ok(())
            }
        }
    )+};
}

schemes! {
    /// Nothing is proved: the session call itself.
    NoAuth => None;
    /// The gateway session.
    Session => Session;
    /// ABDM's own signed token, verified by [`callback`](crate::callback).
    SignedCallback => SignedCallback;
    /// The sender's session token on a data push.
    Push => Push;
}

macro_rules! person_schemes {
    ($( $(#[$doc:meta])* $name:ident => $token:ident, $header:ident, $write:ident; )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl AuthScheme for $name {
            const KIND: AuthKind = AuthKind::$name;
            type Credential = $token;

            fn write(token: &$token, headers: &mut HeaderMap) -> Result<(), WireError> {
                headers::$write(headers, headers::$header, token.expose())
            }
            fn read(headers: &HeaderMap) -> Result<$token, WireError> {
                headers::bearer(headers, headers::$header).map($token::new)
            }
        }
    )+};
}

person_schemes! {
    /// The session and a person's token, with the word `Bearer` (without it: "Invalid X-token").
    SessionAndUser => UserToken, USER_TOKEN, set_bearer;
    /// The session and the token of a person who proved an ABHA address, with the word `Bearer`.
    SessionAndAddressUser => PhrToken, USER_TOKEN, set_bearer;
    /// The session and the token of a person who logged in to a PHR app, with the word `Bearer`.
    SessionAndAppUser => AppToken, USER_TOKEN, set_bearer;
    /// The session and a transfer token.
    SessionAndTransfer => TransferToken, TRANSFER_TOKEN, set_bearer;
    /// The session and a refresh token.
    SessionAndRefresh => RefreshToken, REFRESH_TOKEN, set_bearer;
    /// The session and a PHR user's token, bare: samples differ, the bare form is the one that a live
    /// client reports to work on the gateway (gateway.md 2). Reading takes both.
    SessionAndPhrUser => PhrToken, AUTH_TOKEN, set_secret;
}

/// The variable segments of an endpoint's path.
pub trait PathParams: Sized {
    /// How many there are: as many as every path of the endpoint has marks, or
    /// [`endpoint!`](crate::endpoint!) does not compile.
    const COUNT: usize;

    /// The segments, in the order of the path's `{…}` marks.
    fn segments(&self) -> Vec<String>;

    /// Reads the segments back.
    ///
    /// # Errors
    /// When their number or form does not fit.
    fn from_segments(segments: &[String]) -> Result<Self, IdError>;
}

impl PathParams for () {
    const COUNT: usize = 0;

    fn segments(&self) -> Vec<String> {
        Vec::new()
    }

    fn from_segments(_: &[String]) -> Result<Self, IdError> {
        Ok(())
    }
}

/// The variable segments of `path` by `template`, percent-decoded; `None` when it does not match.
#[must_use]
pub fn match_path(template: &str, path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    let mut actual = path.split('/');
    for expected in template.split('/') {
        let found = actual.next()?;
        if expected.starts_with('{') && expected.ends_with('}') {
            if found.is_empty() {
                return None;
            }
            segments.push(percent_decode(found));
        } else if expected != found {
            return None;
        }
    }
    actual.next().is_none().then_some(segments)
}

/// Fills the `{…}` marks of `template` with `segments`, percent-encoded.
///
/// `None` when there are more or fewer segments than marks, or one is empty: the path would be
/// another endpoint's.
#[must_use]
pub fn fill_path(template: &str, segments: &[String]) -> Option<String> {
    let is_mark = |part: &&str| part.starts_with('{') && part.ends_with('}');
    if segments.iter().any(String::is_empty)
        || template.split('/').filter(is_mark).count() != segments.len()
    {
        return None;
    }
    let mut values = segments.iter();
    let filled: Option<Vec<String>> = template
        .split('/')
        .map(|part| match is_mark(&part) {
            true => values.next().map(|segment| percent_encode(segment)),
            false => Some(part.to_owned()),
        })
        .collect();
    filled.map(|parts| parts.join("/"))
}

fn percent_encode(text: &str) -> String {
    // The serializer writes a blank as `+`, which a path reads as a plus.
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn percent_decode(text: &str) -> String {
    let plus_kept = text.replace('+', "%2B");
    let pair = format!("v={plus_kept}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(|| text.to_owned(), |(_, value)| value.into_owned())
}

/// Declares an endpoint: a unit type that implements [`Endpoint`].
///
/// The fields stand in this order; those marked with a question mark may be left out: `method`,
/// `family`, `path` (or `same_path_as`, where another method shares it), `older_paths?`, `auth`, `headers?` (else `StandardHeaders`), `params?` (else
/// `()`), `request`, `response`, `answer?`, `success`, `replay`, `callback?`, `errors` (an
/// [`Operation`](crate::error::Operation)), `source`.
#[macro_export]
macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        $vis:vis $name:ident {
            method: $method:ident,
            family: $family:ident,
            $(path: $path:literal,)?
            $(same_path_as: $twin:ident,)?
            $(older_paths: [$($older:literal),+ $(,)?],)?
            auth: $auth:ident,
            $(headers: $headers:ty,)?
            $(params: $params:ty,)?
            request: $request:ty,
            response: $response:ty,
            $(answer: $answer:ident,)?
            success: $success:ident,
            replay: $replay:ident,
            $(callback: $callback:ident,)?
            errors: $errors:ident,
            source: $source:literal $(,)?
        }
    ) => {
        $(#[$doc])*
        #[doc = ""]
        #[doc = concat!(
            "`", stringify!($method), " ", $($path,)? $("path of ", stringify!($twin),)? "` (", $source, ")"
        )]
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        impl $crate::endpoint::Endpoint for $name {
            const PATH: &'static str = $crate::endpoint!(@path $($path)? $($twin)?);
            const META: $crate::endpoint::Metadata = $crate::endpoint::Metadata {
                    name: stringify!($name),
                    method: $crate::endpoint::private::Method::$method,
                    family: $crate::environment::Family::$family,
                    path: Self::PATH,
                    older_paths: &[$($($older),+)?],
                    auth: <$crate::endpoint::$auth as $crate::endpoint::AuthScheme>::KIND,
                    headers: <$crate::endpoint!(@or $($headers)?, $crate::headers::StandardHeaders)
                        as $crate::headers::WireHeaders>::NAMES,
                    success: $crate::endpoint::private::StatusCode::$success,
                    replay: $crate::endpoint::Replay::$replay,
                    callback: $crate::endpoint!(@name $($callback)?),
                    errors: $crate::error::Operation::$errors,
                    source: $source,
                };
            type Auth = $crate::endpoint::$auth;
            type Headers = $crate::endpoint!(@or $($headers)?, $crate::headers::StandardHeaders);
            type Path = $crate::endpoint!(@or $($params)?, ());
            type Request = $request;
            type Response = $response;

            $($crate::endpoint!(@answer $answer);)?
        }

        const _: () = $crate::endpoint::private::check_paths(
            &[<$name as $crate::endpoint::Endpoint>::PATH, $($($older),+)?],
            <<$name as $crate::endpoint::Endpoint>::Path as $crate::endpoint::PathParams>::COUNT,
        );

        $(
            impl $crate::endpoint::AnsweredBy for $name {
                type Callback = $callback;
            }

            impl $crate::endpoint::Answers for $callback {
                type Call = $name;
            }
        )?
    };
    (@path $path:literal) => { $path };
    (@path $twin:ident) => { <$twin as $crate::endpoint::Endpoint>::PATH };
    (@or $given:ty, $default:ty) => { $given };
    (@or , $default:ty) => { $default };
    (@name $callback:ident) => { Some(stringify!($callback)) };
    (@name) => { None };
    (@answer binary) => {
        fn read_answer(
            headers: &$crate::endpoint::private::HeaderMap,
            body: &[u8],
        ) -> Result<$crate::wire::Read<Self::Response>, $crate::wire::WireError> {
            $crate::wire::Document::read(headers, body).map($crate::wire::Read::whole)
        }

        fn write_answer(
            answer: &Self::Response,
        ) -> Result<$crate::endpoint::AnswerBody, $crate::wire::WireError> {
            Ok(answer.to_answer())
        }
    };
}

/// What [`endpoint!`](crate::endpoint!) needs to reach from other crates. Not part of the API.
#[doc(hidden)]
pub mod private {
    pub use http::{HeaderMap, Method, StatusCode};

    /// Stops the compiler where a path has not as many `{…}` marks as the endpoint has variable
    /// segments, or a mark that is no whole segment.
    pub const fn check_paths(paths: &[&str], params: usize) {
        let mut at = 0;
        while at < paths.len() {
            assert!(
                marks(paths[at]) == params,
                "a path of this endpoint has another number of variable segments than its `params`"
            );
            at += 1;
        }
    }

    /// How many segments of the path are marks.
    pub(super) const fn marks(path: &str) -> usize {
        let bytes = path.as_bytes();
        let (mut at, mut count) = (0, 0);
        while at < bytes.len() {
            if bytes[at] == b'{' {
                assert!(at > 0 && bytes[at - 1] == b'/', "a mark begins its segment");
                count += 1;
            }
            if bytes[at] == b'}' {
                assert!(at + 1 == bytes.len() || bytes[at + 1] == b'/', "a mark ends its segment");
            }
            at += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_template_matches_only_its_own_paths() {
        let template = "/consent/v3/request/{id}/approve";
        assert_eq!(match_path(template, "/consent/v3/request/a%20b/approve").unwrap(), ["a b"]);
        assert_eq!(match_path(template, "/consent/v3/request//approve"), None);
        assert_eq!(match_path(template, "/consent/v3/request/a/deny"), None);
        assert_eq!(match_path(template, "/consent/v3/request/a/approve/x"), None);
    }

    /// (C32)
    #[test]
    fn a_path_is_filled_by_as_many_segments_as_it_has_marks_and_by_no_empty_one() {
        let some = |segments: &[&str]| segments.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let fill = |template, segments: &[&str]| fill_path(template, &some(segments));
        assert_eq!(fill("/a/{id}", &["1"]).as_deref(), Some("/a/1"));
        assert_eq!(fill("/a", &[]).as_deref(), Some("/a"));
        for (template, segments) in [
            ("/a/{id}", &[][..]),
            ("/a/{id}", &[""]),
            ("/a/{id}", &["1", "2"]),
            ("/a/{id}", &["1", ""]),
            ("/a/{id}/{other}", &["1"]),
            ("/a/{id}/{other}", &["", "1"]),
            ("/a", &["1"]),
            ("", &[""]),
        ] {
            assert_eq!(fill(template, segments), None, "{template} {segments:?}");
        }
    }

    /// (C32)
    #[test]
    fn marks_are_counted_as_whole_segments() {
        assert_eq!(private::marks("/a/{id}/b/{other}"), 2);
        assert_eq!(private::marks(""), 0);
        private::check_paths(&["/a/{id}", "/older/{id}/b"], 1);
        assert!(
            std::panic::catch_unwind(|| private::check_paths(&["/a/{id}", "/older"], 1)).is_err()
        );
        assert!(std::panic::catch_unwind(|| private::marks("/a/x{id}")).is_err());
    }

    proptest! {
        #[test]
        fn a_filled_path_matches_its_template_again(id in "[^\u{0}-\u{1f}]{1,30}") {
            let filled = fill_path("/a/{id}/b", std::slice::from_ref(&id)).unwrap();
            prop_assert_eq!(match_path("/a/{id}/b", &filled), Some(vec![id]));
        }
    }
}
