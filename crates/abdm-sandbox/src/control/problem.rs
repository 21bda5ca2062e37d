//! The one form in which the sandbox's own API says no.

use abdm_core::client::CallError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::{names, span};
use crate::error::SandboxError;

/// What kind of problem it is, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProblemCode {
    /// The body is no JSON.
    NotJson,
    /// A field or query parameter of this name does not exist: perhaps it is misspelt.
    UnknownField,
    /// A field or query parameter that must be there is missing.
    MissingField,
    /// A value does not fit its field.
    Invalid,
    /// Nothing of this id or name is here.
    Unknown,
    /// The id is taken already.
    Taken,
    /// The consent manager, or the state of things, does not allow it.
    Refused,
    /// There is no such path below `/sandbox/`.
    NoSuchPath,
    /// The path has no such method.
    NoSuchMethod,
    /// The body must be `application/json`.
    MediaType,
    /// The body is larger than 16 MiB.
    TooLarge,
    /// The sandbox itself failed.
    Failed,
}

/// Why a call of the sandbox's own API did nothing. Whatever is refused has changed nothing.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    body: ProblemBody,
}

/// The body of every answer that is no success.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody {
    /// What is wrong and how to mend it, for people.
    error: String,
    /// The kind of problem, for programs.
    code: ProblemCode,
    /// Which field or parameter it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: ProblemCode, error: impl Into<String>) -> Self {
        Self { status, body: ProblemBody { error: error.into(), code, field: None } }
    }

    fn of_field(mut self, field: impl Into<String>) -> Self {
        self.body.field = Some(field.into()).filter(|field| !field.is_empty());
        self
    }

    /// A value that does not fit.
    pub(crate) fn invalid(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::Invalid, error)
    }

    /// A value that does not fit this field.
    pub(crate) fn invalid_field(field: &str, error: impl Into<String>) -> Self {
        Self::invalid(error).of_field(field)
    }

    /// A number that is not between its bounds.
    pub(super) fn out_of_range(field: &str, least: Option<f64>, most: Option<f64>) -> Self {
        Self::invalid_field(field, format!("`{field}`: it must {}", span(least, most)))
    }

    /// A field that does not exist, by its place; `known` are the names that do.
    pub(super) fn unknown_field<'a>(
        place: &str,
        name: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let meant = names::nearest(name, known.clone());
        let meant =
            meant.map_or_else(|| ".".to_owned(), |meant| format!(", did you mean `{meant}`?"));
        let known: Vec<_> = known.map(|name| format!("`{name}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let text = format!("`{place}`: there is no such field{meant} There are {known}");
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::UnknownField, text).of_field(place)
    }

    /// An id that exists already.
    pub(crate) fn taken(kind: &'static str, id: &str) -> Self {
        SandboxError::Taken { kind, id: id.to_owned() }.into()
    }

    /// Something that is not here.
    pub(crate) fn unknown(kind: &'static str, id: impl Into<String>) -> Self {
        SandboxError::Unknown { kind, id: id.into() }.into()
    }

    pub(super) fn no_such(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, ProblemCode::Unknown, error)
    }

    pub(super) fn not_json(error: impl Into<String>) -> Self {
        let text = format!("the body is no JSON: {}", error.into());
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::NotJson, text)
    }

    pub(super) fn too_large() -> Self {
        let text = "the body is larger than 16 MiB, or broke off";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::TooLarge, text)
    }

    pub(super) fn media_type(given: &str) -> Self {
        let text = format!("the body must be `Content-Type: application/json`, not `{given}`");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::MediaType, text)
    }

    pub(super) fn no_query() -> Self {
        let text = "this call has no query parameters";
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::UnknownField, text)
    }

    pub(super) fn no_body() -> Self {
        let text = "this call has no body";
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::UnknownField, text)
    }

    /// What serde says, told by its place.
    pub(super) fn from_text(error: &str, path: Option<&str>) -> Self {
        let named = error.split('`').nth(1).unwrap_or_default();
        let (code, is_of_name) = if error.starts_with("unknown field") {
            (ProblemCode::UnknownField, true)
        } else if error.starts_with("missing field") {
            (ProblemCode::MissingField, true)
        } else {
            (ProblemCode::Invalid, false)
        };
        let path = path.filter(|path| *path != ".").unwrap_or_default();
        let field = match (is_of_name, path.is_empty()) {
            (true, true) => named.to_owned(),
            // The path of an unknown field ends with it.
            (true, false) if path.rsplit('.').next() == Some(named) => path.to_owned(),
            (true, false) => format!("{path}.{named}"),
            (false, _) => path.to_owned(),
        };
        let place = if field.is_empty() { String::new() } else { format!("`{field}`: ") };
        Self::new(StatusCode::BAD_REQUEST, code, format!("{place}{error}")).of_field(field)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<SandboxError> for Problem {
    fn from(error: SandboxError) -> Self {
        use ProblemCode::{Failed, Invalid, Refused, Taken, Unknown};
        let (status, code) = match &error {
            SandboxError::Unknown { .. } => (StatusCode::NOT_FOUND, Unknown),
            SandboxError::Taken { .. } => (StatusCode::CONFLICT, Taken),
            SandboxError::Switch { .. } | SandboxError::Clock { .. } | SandboxError::Id(_) => {
                (StatusCode::BAD_REQUEST, Invalid)
            }
            SandboxError::App(_)
            | SandboxError::NothingToShare
            | SandboxError::NoToken
            | SandboxError::HipRefused(_)
            | SandboxError::HipSilent
            | SandboxError::TimedOut { .. } => (StatusCode::CONFLICT, Refused),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, Failed),
        };
        let field = match &error {
            SandboxError::Switch { name, .. } => name.clone(),
            _ => String::new(),
        };
        Self::new(status, code, told(&error)).of_field(field)
    }
}

/// What went wrong, with ABDM's own text or that of the facility that refused: it goes to the
/// patient's app unchanged (m2-hip.md 5.1), and nobody real is in it.
fn told(error: &SandboxError) -> String {
    let SandboxError::App(call) = error else {
        return error.to_string();
    };
    match call.as_ref() {
        CallError::Api(api) => {
            let code = api.code().map_or_else(String::new, |code| format!("{code}: "));
            format!("the patient's app was refused: {code}{}", api.message())
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(error: &str, path: Option<&str>) -> (ProblemCode, String) {
        let problem = Problem::from_text(error, path);
        (problem.body.code, problem.body.field.unwrap_or_default())
    }

    #[test]
    fn a_typing_error_is_told_by_its_place() {
        let unknown = "unknown field `hitypes`, expected `hiTypes`";
        assert_eq!(field(unknown, Some("hitypes")), (ProblemCode::UnknownField, "hitypes".into()));
        assert_eq!(field(unknown, None), (ProblemCode::UnknownField, "hitypes".into()));
        let missing = "missing field `id` at line 1 column 2";
        assert_eq!(field(missing, Some(".")), (ProblemCode::MissingField, "id".into()));
        assert_eq!(field(missing, Some("a[0]")), (ProblemCode::MissingField, "a[0].id".into()));
        let wrong = "invalid type: string \"1\", expected i64";
        assert_eq!(field(wrong, Some("count")), (ProblemCode::Invalid, "count".into()));
    }
}
