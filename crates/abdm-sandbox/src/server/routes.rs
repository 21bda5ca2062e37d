//! Routes from declarations: adding an endpoint is a handler and one `serve::<E>`.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use abdm_core::api::gateway::CreateSession;
use abdm_core::call::Incoming;
use abdm_core::clock::format_timestamp;
use abdm_core::endpoint::{Endpoint, EnvelopePlace, Metadata};
use abdm_core::environment::Family;
use abdm_core::headers;
#[cfg(feature = "v0_5")]
use abdm_core::headers::StandardHeaders;
use abdm_core::wire::{WireError, parse_json};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use super::admit::{admit, session_token};
use super::altered::altered;
use super::{Answer, Lost, REASON, Refusal};
use crate::control;
use crate::engine::Engine;
use crate::journal::OnItsWay;
use crate::services::{Seen, coded_refusal, keeps_the_rules, tell_of_changes};
use crate::transcript::{Exchange, Observer as _, Party};
use crate::world::ClientId;

/// The largest body that is read. Data pushes are the only large ones.
pub(crate) const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// A call that passed the checks.
pub(crate) struct Received<E: Endpoint> {
    /// The call.
    pub(crate) call: Incoming<E>,
    client: Option<ClientId>,
}

impl<E: Endpoint> Received<E> {
    /// Whose session it is.
    pub(crate) fn client(&self) -> Result<&ClientId, Refusal> {
        self.client.as_ref().ok_or_else(Refusal::missing_credentials)
    }
}

#[cfg(feature = "v0_5")]
impl<E: Endpoint<Path = ()>> Received<E> {
    /// The same call in the words of V3.
    pub(crate) fn translated<N>(self, headers: N::Headers, body: N::Request) -> Received<N>
    where
        N: Endpoint<Path = (), Auth = E::Auth>,
    {
        Received { call: self.call.translated(headers, body), client: self.client }
    }

    /// The same call by another name: of the same body, with the usual headers.
    pub(crate) fn renamed<N>(self) -> Received<N>
    where
        N: Endpoint<Path = (), Auth = E::Auth, Headers = StandardHeaders, Request = E::Request>,
        E::Request: Clone,
    {
        let body = self.call.body.clone();
        self.translated(StandardHeaders, body)
    }
}

/// An answer that waits for somebody else.
pub(crate) type Waiting = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;

/// What a handler gives: an answer, now or later.
enum Reply {
    Now(Answer),
    Later(Waiting),
}

type Handle = dyn Fn(&Arc<Engine>, &Raw<'_>) -> Result<Reply, Refusal> + Send + Sync;

struct Raw<'a> {
    path: &'a str,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

/// The endpoints that are served.
#[derive(Default)]
pub(crate) struct Routes {
    router: axum::Router<Arc<Engine>>,
    served: Vec<&'static str>,
}

impl Routes {
    /// Serves `E` on all its paths.
    pub(crate) fn serve<E: Endpoint>(
        self,
        handler: fn(&Arc<Engine>, Received<E>) -> Result<Answer, Refusal>,
    ) -> Self {
        self.serve_completed::<E>(|_, _| Ok(()), handler)
    }

    /// The same with a look at the JSON body before it is read into a type, for refusals that
    /// depend on more than single fields.
    pub(crate) fn serve_checked<E: Endpoint>(
        self,
        look: fn(&Arc<Engine>, &Value) -> Result<(), Refusal>,
        handler: fn(&Arc<Engine>, Received<E>) -> Result<Answer, Refusal>,
    ) -> Self {
        let look = move |engine: &_, json: &mut Value| look(engine, json);
        self.add::<E>(look, move |engine, received| handler(engine, received).map(Reply::Now))
    }

    /// The same for a body that may leave out what its type needs: it is completed first, by what
    /// the sandbox knows.
    pub(crate) fn serve_completed<E: Endpoint>(
        self,
        complete: fn(&Arc<Engine>, &mut Value) -> Result<(), Refusal>,
        handler: fn(&Arc<Engine>, Received<E>) -> Result<Answer, Refusal>,
    ) -> Self {
        self.add::<E>(complete, move |engine, received| handler(engine, received).map(Reply::Now))
    }

    /// Serves `E` by a handler whose answer waits for somebody else. Its checks are made at once.
    pub(crate) fn serve_waiting<E: Endpoint>(
        self,
        handler: fn(&Arc<Engine>, Received<E>) -> Result<Waiting, Refusal>,
    ) -> Self {
        let handler =
            move |engine: &_, received: Received<E>| handler(engine, received).map(Reply::Later);
        self.add::<E>(|_, _| Ok(()), handler)
    }

    fn add<E: Endpoint>(
        mut self,
        complete: impl Fn(&Arc<Engine>, &mut Value) -> Result<(), Refusal> + Send + Sync + 'static,
        handler: impl Fn(&Arc<Engine>, Received<E>) -> Result<Reply, Refusal> + Send + Sync + 'static,
    ) -> Self {
        let meta = E::META;
        let handle = move |engine: &Arc<Engine>, raw: &Raw<'_>| {
            let told = headers_of(engine, &E::META, raw)?;
            let raw = &Raw { headers: &told, ..*raw };
            let client = admit(engine, &E::META, raw.headers)?;
            let failure = {
                let mut world = engine.world();
                let armed = world.faults.take_failure(E::META.name);
                let switched = || world.switches.failing_calls.get(E::META.name).copied();
                let failure = armed.or_else(switched);
                failure
                    .map(|failure| failure.refusal(raw.path, &world.switches, engine.now()))
                    .or_else(|| coded_refusal(&mut world, &E::META))
            };
            let lost = match failure {
                Some(refusal) if refusal.is_lost() => Some(refusal),
                Some(refusal) => return Err(refusal),
                None => None,
            };
            let json = readable_body(&E::META, raw)?;
            keeps_the_rules(&Seen {
                meta: &E::META,
                headers: raw.headers,
                json: &json,
                now: engine.now(),
                unmoved: engine.unmoved_now(),
                switches: &engine.switches(),
                is_played: client.as_ref().is_some_and(|client| engine.world().plays(client)),
            })?;
            let mut completed = json.clone();
            complete(engine, &mut completed)?;
            let body = if completed == json {
                Cow::Borrowed(raw.body)
            } else {
                Cow::Owned(completed.to_string().into_bytes())
            };
            let path = raw.path.strip_prefix(E::META.family.live_prefix()).unwrap_or(raw.path);
            let call = Incoming::<E>::from_http(path, raw.query, raw.headers, &body)
                .map_err(|error| misfit(&E::META, &error, engine.now()))?;
            let reply = handler(engine, Received { call, client });
            tell_of_changes(engine);
            match (lost, reply) {
                (None, reply) => reply,
                (Some(lost), Ok(Reply::Later(answer))) => Ok(Reply::Later(Box::pin(async move {
                    let _unseen = answer.await;
                    Err(lost)
                }))),
                (Some(lost), _) => Err(lost),
            }
        };
        let handle = move |engine: &Arc<Engine>, raw: &Raw<'_>| match E::META.envelope {
            EnvelopePlace::Body => handle(engine, raw).map_err(Refusal::numbered),
            _ => handle(engine, raw),
        };
        let handle: Arc<Handle> = Arc::new(handle);
        let (name, family) = (meta.name, meta.family);
        for path in meta.live_paths() {
            let handle = Arc::clone(&handle);
            let route = move |State(engine): State<Arc<Engine>>, request: Request| {
                run(engine, (name, family), Arc::clone(&handle), request)
            };
            self.router = self.router.route(&axum_path(&path), method(&meta.method, route));
        }
        self.served.push(meta.name);
        self
    }

    /// Routes that are not ABDM's.
    pub(crate) fn merge(mut self, other: axum::Router<Arc<Engine>>) -> Self {
        self.router = self.router.merge(other);
        self
    }

    /// The names of what is served.
    pub(crate) fn served(&self) -> &[&'static str] {
        &self.served
    }

    /// The whole server, recording included.
    pub(crate) fn into_router(self, engine: Arc<Engine>) -> axum::Router {
        self.router
            .fallback(|method: Method, uri: http::Uri| async move {
                if control::is_own(uri.path()) {
                    return control::no_such_path(uri.path());
                }
                tracing::warn!(%method, path = uri.path(), "no endpoint has this path");
                into_axum(Refusal::no_such_path().into_http())
            })
            .method_not_allowed_fallback(|method: Method, uri: http::Uri| async move {
                if control::is_own(uri.path()) {
                    return control::no_such_method(&method, uri.path());
                }
                into_axum(Refusal::no_such_method().into_http())
            })
            .layer(middleware::from_fn_with_state(Arc::clone(&engine), record))
            .layer(middleware::from_fn(control::cors))
            .with_state(engine)
    }
}

fn method<H, T>(method: &Method, handler: H) -> MethodRouter<Arc<Engine>>
where
    H: axum::handler::Handler<T, Arc<Engine>>,
    T: 'static,
{
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::POST);
    on(filter, handler)
}

/// The declared path with its variable segments under neutral names: two declarations may call the
/// same segment differently.
fn axum_path(path: &str) -> String {
    let mut count = 0;
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            count += 1;
            format!("{{segment{count}}}")
        } else {
            segment.to_owned()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

async fn run(
    engine: Arc<Engine>,
    (name, family): (&'static str, Family),
    handle: Arc<Handle>,
    request: Request,
) -> Response {
    let decrypts = matches!(family, Family::Abha | Family::AbhaAddressWeb | Family::PhrApp);
    if decrypts && engine.warm_keys().await.is_err() {
        return into_axum(Refusal::empty(StatusCode::INTERNAL_SERVER_ERROR).into_http());
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return into_axum(Refusal::empty(StatusCode::PAYLOAD_TOO_LARGE).into_http());
    };
    let raw = Raw {
        path: parts.uri.path(),
        query: parts.uri.query(),
        headers: &parts.headers,
        body: &body,
    };
    let answer = match handle(&engine, &raw) {
        Ok(Reply::Now(answer)) => Ok(answer),
        Ok(Reply::Later(answer)) => answer.await,
        Err(refusal) => Err(refusal),
    };
    match answer {
        Ok(answer) => into_axum(altered(&engine, (name, family), answer.into_http())),
        Err(refusal) => {
            if let Some(silence) = refusal.silence() {
                tokio::select! {
                    () = engine.pause(silence) => {}
                    () = engine.stop().cancelled() => {}
                }
            }
            into_axum(explained(&engine, name, refusal))
        }
    }
}

/// A refusal on its way out. Why it came is told to whoever keeps the log, and by switch in a
/// header: the live answers are mute on purpose.
fn explained(engine: &Engine, endpoint: &str, refusal: Refusal) -> http::Response<Bytes> {
    let status = refusal.status().as_u16();
    let why = refusal.why().unwrap_or("the answer tells it").to_owned();
    if refusal.is_mute() {
        tracing::warn!(endpoint, status, why, "refused without a word");
    } else {
        tracing::info!(endpoint, status, why, "refused");
    }
    let mut answer = refusal.into_http();
    if engine.world().switches.explain_refusals
        && let Ok(why) = http::HeaderValue::try_from(why)
    {
        answer.headers_mut().insert(REASON, why);
    }
    answer
}

/// The headers of a call. What a body says of itself stands for the headers that such a call has
/// not (gateway.md 2).
fn headers_of<'a>(
    engine: &Engine,
    meta: &Metadata,
    raw: &Raw<'a>,
) -> Result<Cow<'a, HeaderMap>, Refusal> {
    if meta.envelope != EnvelopePlace::Body {
        return Ok(Cow::Borrowed(raw.headers));
    }
    let said = |name: &str| -> Option<String> {
        let body: Value = parse_json(raw.body)?;
        Some(body.get(name)?.as_str()?.trim().to_owned())
    };
    let (id, at) = if meta.method == Method::GET {
        (crate::random_uuid().to_string(), format_timestamp(engine.now()))
    } else {
        let missing =
            |name: &str| Refusal::bad("ABDM-1000", &format!("{name} is missing in the body"));
        let id = said("requestId").ok_or_else(|| missing("requestId"))?;
        (id, said("timestamp").ok_or_else(|| missing("timestamp"))?)
    };
    let mut all = raw.headers.clone();
    let bad = |_| Refusal::bad("ABDM-1000", "Invalid requestId or timestamp");
    headers::set(&mut all, headers::REQUEST_ID, &id).map_err(bad)?;
    headers::set(&mut all, headers::TIMESTAMP, &at).map_err(bad)?;
    Ok(Cow::Owned(all))
}

/// The JSON body, or `null` for a call that has none.
fn readable_body(meta: &Metadata, raw: &Raw<'_>) -> Result<Value, Refusal> {
    if meta.method == Method::GET {
        return Ok(Value::Null);
    }
    let has_type = raw
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !has_type {
        let message =
            "415 UNSUPPORTED_MEDIA_TYPE \"Content type 'application/octet-stream' not supported\"";
        return Err(Refusal::bad("ABDM-9999: ", message));
    }
    if raw.body.is_empty() {
        return Err(Refusal::bad("ABDM-1064", "Request body was missing"));
    }
    parse_json(raw.body).ok_or_else(|| unreadable(meta))
}

/// The body is no JSON, or of another form.
pub(crate) fn unreadable(meta: &Metadata) -> Refusal {
    if is_data_flow(meta) {
        Refusal::flat(StatusCode::BAD_REQUEST, "ABDM-1006: ", UNREADABLE)
    } else if matches!(meta.family, Family::AbhaAddressWeb | Family::PhrApp) {
        Refusal::listed(&[("ABDM-1006: ", UNREADABLE)])
    } else {
        Refusal::bad("ABDM-1006: ", UNREADABLE)
    }
}

/// The body is JSON of another form than the endpoint's.
fn misfit(meta: &Metadata, error: &WireError, now: chrono::DateTime<chrono::Utc>) -> Refusal {
    match (meta.family, error) {
        (Family::Abha, WireError::Body { path, problem }) => {
            let name = misfitting(path, problem);
            let name = if name.is_empty() { "message" } else { name };
            let spoken = words(name).map_or_else(|| capitalised(name), str::to_owned);
            Refusal::field(name, &format!("Invalid {spoken}"), now)
        }
        (Family::AbhaAddressWeb | Family::PhrApp, error) => misfit_below_phr(error),
        _ => unreadable(meta),
    }
}

/// The field that does not fit. One that is not there is told by the problem, one of another form
/// by its path.
fn misfitting<'a>(path: &'a str, problem: &'a str) -> &'a str {
    let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let name = missing.unwrap_or_else(|| path.rsplit('.').next().unwrap_or_default());
    name.split('[').next().unwrap_or_default()
}

/// The same below `/v3/phr`, where it is a list.
fn misfit_below_phr(error: &WireError) -> Refusal {
    let WireError::Body { path, problem } = error else {
        return Refusal::listed(&[("ABDM-1006: ", UNREADABLE)]);
    };
    let what = match misfitting(path, problem) {
        // Said otherwise there.
        "authData" | "authMethods" => "Auth Methods",
        "otp" | "otpValue" => "OTP Request",
        name => match words(name) {
            Some(words) => words,
            None => return Refusal::listed(&[("ABDM-1006: ", UNREADABLE)]),
        },
    };
    Refusal::listed(&[("ABDM-9999: ", &format!("Invalid {what}"))])
}

/// What ABDM calls a field in its texts, where that is not the field's own name.
fn words(name: &str) -> Option<&'static str> {
    Some(match name {
        "ABHANumber" => "ABHA Number",
        "abhaAddress" => "ABHA Address",
        "action" => "Account Action",
        "authMethods" => "Auth Method",
        "dayOfBirth" => "Day Of Birth",
        "firstName" => "First Name",
        "gender" => "Gender",
        "loginHint" => "Login Hint",
        "loginId" => "LoginId",
        "mobile" => "Mobile Number",
        "monthOfBirth" => "Month Of Birth",
        "otpSystem" => "Otp System",
        "otpValue" => "OTP Value",
        "password" => "Password",
        "scope" => "Scope",
        "txnId" | "transactionId" => "Transaction Id",
        "yearOfBirth" => "Year Of Birth",
        _ => return None,
    })
}

const UNREADABLE: &str = "Bad Request, invalid request Body";

fn is_data_flow(meta: &Metadata) -> bool {
    meta.path.contains("/data-flow/")
}

/// `reasons` as a text says it where no other word is known: `Reasons`.
fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn into_axum(response: http::Response<Bytes>) -> Response {
    response.map(Body::from)
}

/// Reports every exchange with ABDM's own paths, answers included.
async fn record(State(engine): State<Arc<Engine>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if control::is_own(path) || crate::played::is_callback(path) {
        return next.run(request).await;
    }
    let (at, started) = (engine.now(), Instant::now());
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return into_axum(Refusal::empty(StatusCode::PAYLOAD_TOO_LARGE).into_http());
    };
    let mut seen = http::Request::new(body.clone());
    *seen.method_mut() = parts.method.clone();
    *seen.uri_mut() = parts.uri.clone();
    *seen.headers_mut() = parts.headers.clone();
    let parties = parties(&engine, &seen);
    let endpoint = crate::services::endpoint_at(&parts.method, parts.uri.path());
    let way = engine.journal().begin(OnItsWay { endpoint, ..OnItsWay::new("call") });
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (parts, body) = response.into_parts();
    let lost = parts.extensions.get::<Lost>().is_some();
    let body = axum::body::to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
    let mut answer = http::Response::new(body.clone());
    *answer.status_mut() = parts.status;
    let exchange =
        Exchange::from_http(parties, at, &seen, (!lost).then_some(&answer), started.elapsed());
    engine.observers().exchanged(&exchange);
    engine.note_call(&exchange, endpoint);
    drop(way);
    Response::from_parts(parts, if lost { breaks_off() } else { Body::from(body) })
}

/// A body that ends the connection before its end.
fn breaks_off() -> Body {
    let broken = std::io::Error::other("the answer is lost on purpose");
    Body::from_stream(futures_util::stream::once(async { Err::<Bytes, _>(broken) }))
}

/// Who called, by the session or by the credentials in the session call itself.
fn parties(engine: &Engine, request: &http::Request<Bytes>) -> (Party, Party) {
    // Whatever its size: the world is not held while a body is read.
    let by_body = || {
        let body: Value = parse_json(request.body())?;
        Some(ClientId::from(body.get("clientId")?.as_str()?))
    };
    let is_session_call = request.uri().path().ends_with(CreateSession::META.path);
    let by_body = is_session_call.then(by_body).flatten();
    let world = engine.world();
    let by_token = session_token(request.headers()).and_then(|token| world.token_owner(token));
    let from = by_token
        .or(by_body)
        .map_or_else(|| Party::Other("unknown".to_owned()), |client| world.party_of(&client));
    let to_app = request.uri().path().starts_with(crate::services::PUSH_PATH);
    (from, if to_app { Party::Phr } else { Party::Abdm })
}
