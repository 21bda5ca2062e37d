//! How values stand in the tables.

use std::borrow::Cow;

use abdm_flow::seal::LookupKey;
use abdm_flow::store::{Earlier, Payload, Scope, StoreError, StoreErrorKind, WaitFor};
use bytes::Bytes;
use chrono::{DateTime, Utc};

/// Milliseconds since 1970.
pub(super) const fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| damaged("an instant is out of range"))
}

pub(super) fn maybe_instant(millis: Option<i64>) -> Result<Option<DateTime<Utc>>, StoreError> {
    millis.map(instant).transpose()
}

/// What was read does not have the form in which it was written.
pub(super) fn damaged(rule: &'static str) -> StoreError {
    StoreError::with_source(StoreErrorKind::Corrupt, rule)
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

pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) const fn earlier_number(earlier: Earlier) -> i32 {
    match earlier {
        Earlier::None => 0,
        Earlier::NotSent => 1,
        _ => 2,
    }
}

pub(super) const fn earlier(number: i32) -> Earlier {
    match number {
        0 => Earlier::None,
        1 => Earlier::NotSent,
        _ => Earlier::PerhapsSent,
    }
}

/// The names of facilities.
pub(super) fn scopes(scopes: &[Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}

/// The longest text that is a key as it stands: an entry of an index has room for some 2,700 bytes.
const LONGEST_KEY: usize = 1_000;

/// A text from outside as a key. PostgreSQL keeps no NUL, and no long text in an index: the one is
/// escaped, and of the other its hash is kept. Different texts stay different.
pub(super) fn key(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST_KEY {
        let hash = LookupKey::from_bytes(&[0; 32]).map(|key| key.hash("abdm-store", text));
        return Cow::Owned(format!("\\h{}", hash.unwrap_or_default()));
    }
    if text.contains(['\0', '\\']) {
        return Cow::Owned(text.replace('\\', "\\\\").replace('\0', "\\0"));
    }
    Cow::Borrowed(text)
}

/// A text for a person, without what PostgreSQL cannot keep.
pub(super) fn prose(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// What a message waits for, as one text that can be looked up.
pub(super) fn waits_for(waits_for: &WaitFor) -> String {
    let text = waits_for_text(waits_for);
    key(&text).into_owned()
}

fn waits_for_text(waits_for: &WaitFor) -> String {
    match waits_for {
        WaitFor::Change(flow) => format!("change:{flow}"),
        WaitFor::Key(key) => format!("key:{}\u{1f}{}", key.kind, key.text),
        WaitFor::Request(request) => format!("request:{request}"),
        _ => "nothing".to_owned(),
    }
}
