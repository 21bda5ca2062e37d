//! What the sandbox answers: the live shapes (gateway.md 7, m1-abha.md 5).

use abdm_core::clock::format_timestamp;
use abdm_core::endpoint::{AnswerBody, Endpoint};
use abdm_core::error::AUTH_RESULT;
use bytes::Bytes;
use chrono::{DateTime, FixedOffset, Utc};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A refusal, in one of ABDM's many shapes.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    content_type: &'static str,
    body: Bytes,
    basic: bool,
    /// Answer nothing for so long, then this.
    silence: Option<std::time::Duration>,
    /// Begin to answer, and break off.
    lost: bool,
    /// What the answer does not say: for the log, and by switch for a header.
    why: Option<String>,
    /// How long to wait, in seconds.
    retry_after: Option<u32>,
}

/// By switch, why a call was refused.
pub(crate) const REASON: &str = "x-sandbox-reason";

/// Marks an answer that is to break off on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost;

const JSON: &str = "application/json";
const TEXT: &str = "text/plain";

impl Refusal {
    fn new(status: StatusCode, content_type: &'static str, body: Bytes) -> Self {
        Self {
            status,
            content_type,
            body,
            basic: false,
            silence: None,
            lost: false,
            why: None,
            retry_after: None,
        }
    }

    fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, JSON, Bytes::from(body.to_string()))
    }

    /// `{"error":{"code":..,"message":..}}`: the services behind the gateway.
    pub(crate) fn error(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"error": {"code": code, "message": message}}))
    }

    /// A 400 of that shape.
    pub(crate) fn bad(code: &str, message: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, code, message)
    }

    /// `[{"error":{"code":"ABDM-9999: ","message":..}}]`: a list of what fails validation.
    pub(crate) fn invalid(messages: &[&str]) -> Self {
        let error = |m: &&str| json!({"error": {"code": "ABDM-9999: ", "message": m}});
        let list = messages.iter().map(error).collect();
        Self::json(StatusCode::BAD_REQUEST, &Value::Array(list))
    }

    /// `{"code":..,"message":..}`: the data-flow service, and every 503.
    pub(crate) fn flat(status: StatusCode, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"code": code, "message": message}))
    }

    /// 422 of the registries: the field in the details (errors.md, HIS).
    pub(crate) fn of_registry(code: &str, message: &str, field: &str) -> Self {
        let body = json!({"code": "HIS-422", "message": "Unprocessable Entity", "details": [
            {"code": code, "message": message, "attribute": {"key": field, "value": null}}]});
        Self::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
    }

    /// `[{"code":..,"message":..}, ..]`: everything below `/v3/phr`.
    pub(crate) fn listed(entries: &[(&str, &str)]) -> Self {
        let entry = |(code, message): &(&str, &str)| json!({"code": code, "message": message});
        let list = entries.iter().map(entry).collect();
        Self::json(StatusCode::BAD_REQUEST, &Value::Array(list))
    }

    /// The API manager's own refusals.
    fn manager(status: StatusCode, code: &str, message: &str, description: &str) -> Self {
        let body = json!({"code": code, "message": message, "description": description});
        Self::json(status, &body)
    }

    /// 401 900901: a token that is not, or no longer, good.
    pub(crate) fn invalid_credentials() -> Self {
        let description = "Access failure for API: make sure you have provided the correct security \
                           credentials";
        Self::manager(StatusCode::UNAUTHORIZED, "900901", "Invalid Credentials", description)
    }

    /// 401 900902: no token at all.
    pub(crate) fn missing_credentials() -> Self {
        let description = "Invalid Credentials. Make sure your API invocation call has a header: \
                           'Authorization : Bearer ACCESS_TOKEN'";
        Self::manager(StatusCode::UNAUTHORIZED, "900902", "Missing Credentials", description)
    }

    /// 404: no such path.
    pub(crate) fn no_such_path() -> Self {
        let body = json!({
            "code": "404", "type": "Status report", "message": "Runtime Error",
            "description": "No matching resource found for given API Request",
        });
        Self::json(StatusCode::NOT_FOUND, &body)
    }

    /// 405: the path has other methods.
    pub(crate) fn no_such_method() -> Self {
        let body = json!({
            "code": "405", "type": "Status report", "message": "Runtime Error",
            "description": "Method not allowed for given API resource",
        });
        Self::json(StatusCode::METHOD_NOT_ALLOWED, &body)
    }

    /// 500 303001: the API manager has suspended the service.
    pub(crate) fn suspended() -> Self {
        let description = "Currently , Address endpoint : [ Name : hip-link State : SUSPENDED ]";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::manager(status, "303001", "Runtime Error", description)
    }

    /// 500 in the form of Spring.
    pub(crate) fn spring(path: &str, now: DateTime<Utc>) -> Self {
        let body = json!({
            "timestamp": now.timestamp_millis(), "path": path, "status": 500,
            "error": "Internal Server Error", "requestId": crate::random_uuid().to_string(),
        });
        Self::json(StatusCode::INTERNAL_SERVER_ERROR, &body)
    }

    /// `{"<field>":"..","timestamp":".."}`: the ABHA family's validation.
    pub(crate) fn field(name: &str, message: &str, now: DateTime<Utc>) -> Self {
        let body = json!({ name: message, "timestamp": local_text(now) });
        Self::json(StatusCode::BAD_REQUEST, &body)
    }

    /// `{"message":"..","timestamp":".."}`: the ABHA family's token faults.
    pub(crate) fn message(status: StatusCode, message: &str, now: DateTime<Utc>) -> Self {
        Self::json(status, &json!({"message": message, "timestamp": local_text(now)}))
    }

    /// 422 `{"Message":"..","timestamp":".."}`, with a capital M: re-KYC.
    pub(crate) fn capital_message(message: &str, now: DateTime<Utc>) -> Self {
        let body = json!({"Message": message, "timestamp": local_text(now)});
        Self::json(StatusCode::UNPROCESSABLE_ENTITY, &body)
    }

    /// 403, plain text.
    pub(crate) fn access_denied() -> Self {
        Self::text(StatusCode::FORBIDDEN, TEXT, "Access Denied")
    }

    /// 403 with a page of HTML.
    pub(crate) fn firewall_page() -> Self {
        Self::text(
            StatusCode::FORBIDDEN,
            "text/html",
            "<html><body><h1>403 ERROR</h1>The request could not be satisfied.</body></html>",
        )
    }

    /// 200 that is a refusal.
    pub(crate) fn failed_on_success() -> Self {
        let body = json!({
            (AUTH_RESULT): "failed", "message": "OTP did not match, please try again", "accounts": [],
        });
        Self::json(StatusCode::OK, &body)
    }

    /// 200 with a page of HTML, as a web server in between may answer.
    pub(crate) fn html() -> Self {
        Self::text(
            StatusCode::OK,
            "text/html",
            "<html><body>Service under maintenance</body></html>",
        )
    }

    /// An answer that breaks off on the way.
    pub(crate) fn lost() -> Self {
        Self { lost: true, ..Self::empty(StatusCode::OK) }
    }

    fn text(status: StatusCode, content_type: &'static str, text: &'static str) -> Self {
        Self::new(status, content_type, Bytes::from_static(text.as_bytes()))
    }

    /// No body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, "", Bytes::new())
    }

    /// 401 with an empty body although the token is good: a required header is missing.
    pub(crate) fn missing_header() -> Self {
        Self { basic: true, ..Self::empty(StatusCode::UNAUTHORIZED) }
    }

    /// The same for a reason that the answer does not tell.
    pub(crate) fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// The same in the form of V0.5: one error, whose code is a number.
    pub(crate) fn numbered(mut self) -> Self {
        let told: Option<Value> = serde_json::from_slice(&self.body).ok();
        let Some(told) = told.filter(|_| self.content_type == JSON) else {
            return self;
        };
        let first = told.get(0).cloned().unwrap_or(told);
        let error = first.get("error").cloned().unwrap_or(first);
        let code = error.get("code").and_then(Value::as_str).unwrap_or_default();
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let code: u32 = digits.parse().unwrap_or(1000);
        let message = error.get("message").and_then(Value::as_str).unwrap_or_default();
        self.body = json!({"error": {"code": code, "message": message}}).to_string().into();
        self
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Why it is one, where the answer does not tell.
    pub(crate) fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// Whether nothing in the answer tells why.
    pub(crate) fn is_mute(&self) -> bool {
        self.content_type != JSON
    }

    /// The same after a long silence.
    pub(crate) const fn after(mut self, silence: std::time::Duration) -> Self {
        self.silence = Some(silence);
        self
    }

    /// The same with a `Retry-After` of so many seconds; of none, without the header.
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds).filter(|seconds| *seconds > 0);
        self
    }

    pub(crate) const fn silence(&self) -> Option<std::time::Duration> {
        self.silence
    }

    pub(crate) const fn is_lost(&self) -> bool {
        self.lost
    }

    /// The HTTP answer.
    pub(crate) fn into_http(self) -> http::Response<Bytes> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        if self.lost {
            response.extensions_mut().insert(Lost);
        }
        let headers = response.headers_mut();
        if !self.content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        if self.basic {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The ABHA family writes India's local time.
pub(crate) fn local_text(now: DateTime<Utc>) -> String {
    FixedOffset::east_opt(5 * 3600 + 1800).map_or_else(
        || format_timestamp(now),
        |india| now.with_timezone(&india).format("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// A success.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    body: AnswerBody,
}

impl Answer {
    /// The endpoint's answer, with its status of success: JSON, or the document that it is.
    pub(crate) fn of<E: Endpoint>(response: &E::Response) -> Result<Self, Refusal> {
        let body = E::write_answer(response).map_err(|_| {
            Refusal::flat(StatusCode::INTERNAL_SERVER_ERROR, "ABDM-9999", "Unknown exception")
        })?;
        Ok(Self { status: E::META.success, body })
    }

    /// The same with fields that the declared answer type leaves out.
    pub(crate) fn with<E: Endpoint>(
        response: &E::Response,
        fields: &[(&str, Value)],
    ) -> Result<Self, Refusal> {
        let mut answer = Self::of::<E>(response)?;
        let Ok(Value::Object(mut all)) = serde_json::from_slice(&answer.body.bytes) else {
            return Ok(answer);
        };
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        answer.body.bytes = Bytes::from(Value::Object(all).to_string());
        Ok(answer)
    }

    /// JSON that the declared answer type leaves out.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self { status, body: AnswerBody::json(Bytes::from(body.to_string())) }
    }

    /// This status and nothing else.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, body: AnswerBody::json(Bytes::new()) }
    }

    /// The HTTP answer.
    pub(crate) fn into_http(self) -> http::Response<Bytes> {
        let AnswerBody { media_type, bytes, .. } = self.body;
        let has_body = !bytes.is_empty();
        let mut response = http::Response::new(bytes);
        *response.status_mut() = self.status;
        if let (true, Ok(kind)) = (has_body, HeaderValue::try_from(media_type)) {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response
    }
}
