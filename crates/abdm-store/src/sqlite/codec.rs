//! How values stand in the tables.

use abdm_flow::RequestId;
use abdm_flow::store::{BodyId, Earlier, FlowId, Payload, Scope, WaitFor};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use rusqlite::Error;
use rusqlite::types::Type;
use uuid::Uuid;

/// Milliseconds since 1970.
pub(super) const fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp_millis(millis).ok_or(Error::IntegralValueOutOfRange(0, millis))
}

pub(super) fn maybe_instant(millis: Option<i64>) -> Result<Option<DateTime<Utc>>, Error> {
    millis.map(instant).transpose()
}

pub(super) fn flow_id(bytes: &[u8]) -> Result<FlowId, Error> {
    uuid(bytes).map(FlowId::from_uuid)
}

pub(super) fn body_id(bytes: &[u8]) -> Result<BodyId, Error> {
    uuid(bytes).map(BodyId::from_uuid)
}

pub(super) fn request_id(bytes: &[u8]) -> Result<RequestId, Error> {
    uuid(bytes).map(RequestId::from_uuid)
}

fn uuid(bytes: &[u8]) -> Result<Uuid, Error> {
    Uuid::from_slice(bytes).map_err(|_| damaged("an id has 16 bytes"))
}

/// What was read does not have the form in which it was written.
pub(super) fn damaged(rule: &'static str) -> Error {
    Error::FromSqlConversionFailure(0, Type::Blob, rule.into())
}

pub(super) fn payload(bytes: Vec<u8>) -> Payload {
    Payload::from_bytes(Bytes::from(bytes))
}

pub(super) fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The names of facilities, to be compared with by `json_each`.
pub(super) fn scopes(scopes: &[Scope]) -> String {
    list(&scopes.iter().map(Scope::as_str).collect::<Vec<_>>())
}

/// A list of texts, to be compared with by `json_each`.
pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    serde_json::Value::from(texts).to_string()
}

pub(super) const fn earlier_number(earlier: Earlier) -> i64 {
    match earlier {
        Earlier::None => 0,
        Earlier::NotSent => 1,
        _ => 2,
    }
}

pub(super) const fn earlier(number: i64) -> Earlier {
    match number {
        0 => Earlier::None,
        1 => Earlier::NotSent,
        _ => Earlier::PerhapsSent,
    }
}

/// What a message waits for, as one text that can be looked up.
pub(super) fn waits_for(waits_for: &WaitFor) -> String {
    match waits_for {
        WaitFor::Change(flow) => format!("change:{flow}"),
        WaitFor::Key(key) => format!("key:{}\u{1f}{}", key.kind, key.text),
        WaitFor::Request(request) => format!("request:{request}"),
        _ => "nothing".to_owned(),
    }
}
