//! Bodies that carry their own id and instant: those of V0.5 (gateway.md 2).

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{WireError, read_json};
use crate::clock::{format_timestamp, parse_timestamp};
use crate::id::RequestId;

const REQUEST_ID: &str = "requestId";
const TIMESTAMP: &str = "timestamp";

/// The body of a V0.5 message: `requestId` and `timestamp` before everything else, `resp` for
/// `response`, and the number of an error's code for the code.
pub(crate) fn enveloped(
    body: &[u8],
    request_id: RequestId,
    timestamp: DateTime<Utc>,
) -> Result<Bytes, WireError> {
    within(body, request_id, timestamp, |name, value| match name.as_str() {
        "response" => ("resp".to_owned(), value),
        "error" => (name, numbered(value)),
        _ => (name, value),
    })
}

/// A body that says again what its headers say: `requestId` and `timestamp` before everything else.
pub(crate) fn repeated(
    body: &[u8],
    request_id: RequestId,
    timestamp: DateTime<Utc>,
) -> Result<Bytes, WireError> {
    within(body, request_id, timestamp, |name, value| (name, value))
}

fn within(
    body: &[u8],
    request_id: RequestId,
    timestamp: DateTime<Utc>,
    field: impl Fn(String, Value) -> (String, Value),
) -> Result<Bytes, WireError> {
    let unwritable = |problem: String| WireError::Unwritable { problem };
    let fields = match read_json(body)? {
        Value::Object(fields) => fields,
        Value::Null => Map::new(),
        _ => return Err(unwritable("a body with an envelope is a JSON object".to_owned())),
    };
    let mut whole = Map::new();
    whole.insert(REQUEST_ID.to_owned(), request_id.to_string().into());
    whole.insert(TIMESTAMP.to_owned(), format_timestamp(timestamp).into());
    whole.extend(fields.into_iter().map(|(name, value)| field(name, value)));
    serde_json::to_vec(&whole).map(Bytes::from).map_err(|error| unwritable(error.to_string()))
}

/// An error whose code is a number, as V0.5 declares it.
fn numbered(mut error: Value) -> Value {
    let code = error.get("code").and_then(Value::as_str);
    let number = code.and_then(|code| code.trim_start_matches("ABDM-").parse::<u32>().ok());
    if let (Some(number), Some(code)) = (number, error.get_mut("code")) {
        *code = number.into();
    }
    error
}

/// What such a body says beside its envelope, under the names of V3.
///
/// # Errors
/// When it is no JSON object.
pub fn without_envelope(body: &[u8]) -> Result<Bytes, WireError> {
    let mut fields: Map<String, Value> = read_json(body)?;
    fields.remove(REQUEST_ID);
    fields.remove(TIMESTAMP);
    if let Some(answered) = fields.remove("resp") {
        fields.entry("response").or_insert(answered);
    }
    let unwritable =
        |error: serde_json::Error| WireError::Unwritable { problem: error.to_string() };
    serde_json::to_vec(&fields).map(Bytes::from).map_err(unwritable)
}

/// What such a body says of itself, as it comes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    #[serde(default)]
    request_id: Value,
    #[serde(default)]
    timestamp: Value,
}

/// The id of a body that carries its own.
///
/// # Errors
/// When it is missing or no UUID.
pub(crate) fn own_request_id(body: &[u8]) -> Result<RequestId, WireError> {
    read_id(&read_json(body)?)
}

/// Id and instant of a body that carries its own.
///
/// # Errors
/// When one is missing, or is no UUID or no instant.
pub(crate) fn read_envelope(body: &[u8]) -> Result<(RequestId, DateTime<Utc>), WireError> {
    let said: Said = read_json(body)?;
    let instant = said.timestamp.as_str().and_then(parse_timestamp);
    let instant = instant.ok_or_else(|| misfit(TIMESTAMP, "it must be a UTC instant"))?;
    Ok((read_id(&said)?, instant))
}

fn read_id(said: &Said) -> Result<RequestId, WireError> {
    let id = said.request_id.as_str().and_then(|id| id.trim().parse().ok());
    id.ok_or_else(|| misfit(REQUEST_ID, "it must be a UUID"))
}

fn misfit(path: &str, problem: &str) -> WireError {
    WireError::Body { path: path.to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f2a1c80-0000-4000-8000-000000000001";

    fn dressed(body: &str) -> Value {
        let at = "2026-09-14T09:00:00Z".parse().unwrap();
        let body = enveloped(body.as_bytes(), ID.parse().unwrap(), at).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[test]
    fn a_body_gets_its_id_its_instant_and_the_older_names() {
        let body = dressed(
            r#"{"error":{"code":"ABDM-1010","message":"Patient not found"},"response":{"requestId":"r"}}"#,
        );
        let expected = serde_json::json!({
            "requestId": ID, "timestamp": "2026-09-14T09:00:00.000Z",
            "error": {"code": 1010, "message": "Patient not found"}, "resp": {"requestId": "r"},
        });
        assert_eq!(body, expected);
        assert_eq!(dressed("null").as_object().unwrap().len(), 2);
        // A code that is no number stays as it is.
        assert_eq!(dressed(r#"{"error":{"code":"HIS-1"}}"#)["error"]["code"], "HIS-1");
        let list = enveloped(b"[]", ID.parse().unwrap(), chrono::DateTime::UNIX_EPOCH);
        assert!(matches!(list, Err(WireError::Unwritable { .. })));
    }

    #[test]
    fn a_body_that_repeats_its_envelope_keeps_every_name() {
        let at = "2026-09-14T09:00:00Z".parse().unwrap();
        let body = r#"{"error":{"code":"ABDM-1010"},"response":{"requestId":"r"}}"#;
        let body = repeated(body.as_bytes(), ID.parse().unwrap(), at).unwrap();
        let written: Value = serde_json::from_slice(&body).unwrap();
        let expected = serde_json::json!({
            "requestId": ID, "timestamp": "2026-09-14T09:00:00.000Z",
            "error": {"code": "ABDM-1010"}, "response": {"requestId": "r"},
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn what_a_body_says_of_itself_is_read_again_and_must_be_there() {
        let body = dressed("{}").to_string();
        let (id, at) = read_envelope(body.as_bytes()).unwrap();
        assert_eq!((id.to_string().as_str(), at.timestamp()), (ID, 1_789_376_400));
        let answer = dressed(r#"{"a":1,"response":{"requestId":"r"}}"#).to_string();
        let bare = without_envelope(answer.as_bytes()).unwrap();
        assert_eq!(bare, r#"{"a":1,"response":{"requestId":"r"}}"#);
        assert!(without_envelope(b"[]").is_err());
        for (body, path) in [
            ("{}", TIMESTAMP),
            (r#"{"timestamp":"2026-09-14T09:00:00Z"}"#, REQUEST_ID),
            (r#"{"requestId":"7","timestamp":"2026-09-14T09:00:00Z"}"#, REQUEST_ID),
            (r#"{"requestId":7,"timestamp":"soon"}"#, TIMESTAMP),
        ] {
            let Err(WireError::Body { path: found, .. }) = read_envelope(body.as_bytes()) else {
                panic!("{body}")
            };
            assert_eq!(found, path, "{body}");
        }
    }
}
