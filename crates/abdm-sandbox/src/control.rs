//! The sandbox's own API, below `/sandbox/`: one declaration for each operation.
//!
//! From an [`About`] and the types of its handler come the route, the reading of path, query and
//! body, the one form of every error ([`Problem`]), and the description at
//! `/sandbox/openapi.json`. Nothing below `/sandbox/` is served in another way.

mod cors;
mod description;
pub(crate) mod fields;
pub(crate) mod names;
mod problem;
mod shape;
pub(crate) mod shapes;

use std::any::TypeId;
use std::sync::Arc;

use abdm_core::wire::{parse_json, without_bom};
use axum::extract::{FromRequestParts as _, Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use self::cors::cors;
use self::description::Description;
pub(crate) use self::problem::{Problem, ProblemCode};
use self::shape::Shape;
pub(crate) use self::shape::span;
use crate::engine::Engine;

/// Below this path everything is the sandbox's own.
pub(crate) const ROOT: &str = "/sandbox/";

/// The largest body of an own call.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// Whether a path is the sandbox's own.
pub(crate) fn is_own(path: &str) -> bool {
    path.starts_with(ROOT)
}

/// What there is to know of an operation beside its types.
#[derive(Debug, Clone)]
pub(crate) struct About {
    method: Method,
    path: &'static str,
    name: &'static str,
    group: &'static str,
    text: &'static str,
    success: StatusCode,
    refusals: &'static [u16],
}

impl About {
    /// An operation by method and path; `group` and `name` are for readers and generated clients,
    /// `text` says what it does.
    pub(crate) fn new(
        (method, path): (Method, &'static str),
        (group, name): (&'static str, &'static str),
        text: &'static str,
    ) -> Self {
        Self { method, path, name, group, text, success: StatusCode::OK, refusals: &[] }
    }

    /// It answers a success with this status.
    pub(crate) fn success(mut self, status: StatusCode) -> Self {
        self.success = status;
        self
    }

    /// It may also be refused with these statuses, beside those that come of its types.
    pub(crate) fn refusals(mut self, statuses: &'static [u16]) -> Self {
        self.refusals = statuses;
        self
    }
}

/// A call of an operation: what its path, query and body hold. `()` stands for nothing.
pub(crate) struct Asked<P = (), Q = (), B = ()> {
    pub(crate) engine: Arc<Engine>,
    pub(crate) path: P,
    pub(crate) query: Q,
    pub(crate) body: B,
}

/// A type that can stand in a call or an answer.
pub(crate) trait Part: JsonSchema + Send + 'static {}

impl<T: JsonSchema + Send + 'static> Part for T {}

/// Whether a part of a call is not there at all.
fn is_nothing<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

/// The operations.
pub(crate) struct Control {
    router: Router<Arc<Engine>>,
    description: Description,
}

impl Default for Control {
    fn default() -> Self {
        Self { router: Router::new(), description: Description::new() }
    }
}

impl Control {
    /// Serves and describes an operation.
    pub(crate) fn serve<P, Q, B, T, F>(
        mut self,
        about: About,
        handler: fn(Asked<P, Q, B>) -> F,
    ) -> Self
    where
        P: Part + DeserializeOwned,
        Q: Part + DeserializeOwned,
        B: Part + DeserializeOwned,
        T: Part + Serialize,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        self.description.add::<P, Q, B, T>(&about);
        let success = about.success;
        let shapes = Arc::new(Shapes { query: Shape::of::<Q>(), body: Shape::of::<B>() });
        let route = move |State(engine): State<Arc<Engine>>, request: Request| {
            let shapes = Arc::clone(&shapes);
            async move {
                let answer = match read::<P, Q, B>(engine, &shapes, request).await {
                    Ok(asked) => handler(asked).await,
                    Err(problem) => Err(problem),
                };
                match answer {
                    Ok(_) if success == StatusCode::NO_CONTENT => success.into_response(),
                    Ok(answer) => (success, Json(answer)).into_response(),
                    Err(problem) => problem.into_response(),
                }
            }
        };
        let filter = MethodFilter::try_from(about.method).unwrap_or(MethodFilter::GET);
        self.router = self.router.route(about.path, on(filter, route));
        self
    }

    /// The routes, the description among them.
    pub(crate) fn into_router(self) -> Router<Arc<Engine>> {
        let (path, text) = (description::PATH, Arc::new(self.description.finish()));
        let show = move || {
            let text = Arc::clone(&text);
            async move { Json(Value::clone(&text)) }
        };
        self.router.route(path, on(MethodFilter::GET, show))
    }
}

/// What the query and the body of an operation may hold.
struct Shapes {
    query: Shape,
    body: Shape,
}

/// Reads a call; every typing error is told by its place.
async fn read<P, Q, B>(
    engine: Arc<Engine>,
    shapes: &Shapes,
    request: Request,
) -> Result<Asked<P, Q, B>, Problem>
where
    P: Part + DeserializeOwned,
    Q: Part + DeserializeOwned,
    B: Part + DeserializeOwned,
{
    let (mut parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| Problem::too_large())?;
    let path = read_path(&mut parts).await?;
    let query = read_query(&shapes.query, parts.uri.query().unwrap_or_default())?;
    let body = read_body(&shapes.body, &parts.headers, &body)?;
    Ok(Asked { engine, path, query, body })
}

/// Nothing, as a value of its type.
fn nothing<T: DeserializeOwned>() -> Result<T, Problem> {
    serde_json::from_value(Value::Null).map_err(|error| Problem::invalid(error.to_string()))
}

async fn read_path<P: Part + DeserializeOwned>(parts: &mut Parts) -> Result<P, Problem> {
    if is_nothing::<P>() {
        return nothing();
    }
    // A path that cannot be read names nothing that is here.
    let read = Path::<P>::from_request_parts(parts, &()).await;
    read.map(|Path(path)| path).map_err(|rejection| Problem::no_such(rejection.body_text()))
}

fn read_query<Q: Part + DeserializeOwned>(shape: &Shape, query: &str) -> Result<Q, Problem> {
    if is_nothing::<Q>() {
        return if query.is_empty() { nothing() } else { Err(Problem::no_query()) };
    }
    shape.check_query(query)?;
    serde_urlencoded::from_str(query).map_err(|error| Problem::from_text(&error.to_string(), None))
}

fn read_body<B: Part + DeserializeOwned>(
    shape: &Shape,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<B, Problem> {
    let is_empty = body.iter().all(u8::is_ascii_whitespace);
    if is_nothing::<B>() {
        let is_object = || {
            parse_json::<Value>(body).is_some_and(|v| v == Value::Object(serde_json::Map::new()))
        };
        return if is_empty || is_object() { nothing() } else { Err(Problem::no_body()) };
    }
    if is_empty {
        // A call whose every field may be left out may be made without a body.
        return read_json(shape, b"{}");
    }
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::media_type(kind));
    }
    read_json(shape, body)
}

fn read_json<B: DeserializeOwned>(shape: &Shape, body: &[u8]) -> Result<B, Problem> {
    let body = without_bom(body);
    // A list would be read as the fields by their order.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Problem::invalid("the body must be an object"));
    }
    // What is no JSON is told below, by its place.
    if let Some(value) = parse_json(body) {
        shape.check(&value)?;
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            Problem::from_text(&inner.to_string(), Some(&path))
        } else {
            Problem::not_json(inner.to_string())
        }
    })?;
    json.end().map_err(|error| Problem::not_json(error.to_string()))?;
    Ok(read)
}

/// The answer to a path below [`ROOT`] where nothing is.
pub(crate) fn no_such_path(path: &str) -> Response {
    let text = format!("there is nothing at {path}: {} lists what there is", description::PATH);
    Problem::new(StatusCode::NOT_FOUND, ProblemCode::NoSuchPath, text).into_response()
}

/// The answer to a method that a path below [`ROOT`] does not have.
pub(crate) fn no_such_method(method: &Method, path: &str) -> Response {
    let text = format!("{path} has no {method}: {} lists what there is", description::PATH);
    let code = ProblemCode::NoSuchMethod;
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, code, text).into_response()
}
