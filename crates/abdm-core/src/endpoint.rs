//! One declaration of an endpoint, for the client, the callback server, the sandbox and the docs.
//!
//! Every ABDM path, method and header set stands exactly once, in an
//! [`endpoint!`](crate::endpoint!) declaration. From it come the outgoing request
//! ([`Call`](crate::call::Call)), the incoming one ([`Incoming`](crate::call::Incoming)), the
//! routes of servers, the endpoint tables of the docs and the labels of metrics.

mod auth;
mod path;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::auth::{
    AuthKind, AuthScheme, NoAuth, Push, RegistryBearer, Session, SessionAndAddressUser,
    SessionAndAppUser, SessionAndPhrUser, SessionAndRefresh, SessionAndTransfer, SessionAndUser,
    SignedCallback,
};
pub use self::path::{PathParams, fill_path, match_path};
use crate::environment::Family;
use crate::error::Operation;
use crate::headers::{self, WireHeaders};
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
    /// Whether a successful answer tells of each of several things what became of it: then an error
    /// in it is a part of the answer, and does not make a refusal of the whole.
    const TELLS_EACH: bool = false;

    /// Reads the body of a successful answer: JSON, unless the endpoint is declared otherwise. What
    /// of it does not fit is left out and told (rulings.md 46).
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
    /// The path after the family's base URL; `{…}` marks a variable segment. Empty for the data
    /// push, whose whole URL comes from the HIU.
    pub path: &'static str,
    /// Other paths on which the same message has been seen. Servers serve them, nobody sends them.
    pub older_paths: &'static [&'static str],
    /// What the caller must prove.
    pub auth: AuthKind,
    /// Where its id and its instant stand.
    pub envelope: EnvelopePlace,
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
        if self.envelope == EnvelopePlace::Headers {
            names.extend([headers::REQUEST_ID, headers::TIMESTAMP]);
        }
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

/// Where the id and the instant of a message stand (gateway.md 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopePlace {
    /// In the headers `REQUEST-ID` and `TIMESTAMP`: V3.
    Headers,
    /// In the body's `requestId` and `timestamp`: V0.5. An answer then names its request in `resp`,
    /// and the code of an error is a number. A message without a body has neither.
    Body,
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

/// Declares an endpoint: a unit type that implements [`Endpoint`].
///
/// The fields stand in this order; those marked with a question mark may be left out: `method`,
/// `family`, `path` (or `same_path_as`, where another method shares it), `older_paths?`, `auth`,
/// `envelope?` (else `Headers`), `headers?` (else `StandardHeaders`), `params?` (else `()`),
/// `request`, `response`, `answer?`, `success`, `replay`, `callback?`, `errors` (an
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
            $(envelope: $envelope:ident,)?
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
                    envelope: $crate::endpoint!(@envelope $($envelope)?),
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
    (@envelope $place:ident) => { $crate::endpoint::EnvelopePlace::$place };
    (@envelope) => { $crate::endpoint::EnvelopePlace::Headers };
    (@or $given:ty, $default:ty) => { $given };
    (@or , $default:ty) => { $default };
    (@name $callback:ident) => { Some(stringify!($callback)) };
    (@name) => { None };
    (@answer each) => {
        const TELLS_EACH: bool = true;
    };
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

    pub use super::path::check_paths;
}
