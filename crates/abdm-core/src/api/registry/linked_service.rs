//! What became of one role of a facility that is linked to a bridge (gateway.md 4).

use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use crate::endpoint::Metadata;
use crate::error::ApiError;
use crate::id::ServiceId;
use crate::wire::parse_json;

/// One service of a facility that is linked to the bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkedService {
    /// Its service id. `None` when the registry did not tell it: it stands in the services list
    /// then.
    pub id: Option<ServiceId>,
    /// Whether it was linked before.
    pub already: bool,
}

impl LinkedService {
    /// Reads the answer, one service for each role that was asked for.
    ///
    /// `[{"servicesLinked":{"id":"X"}}]` and the error 2500 "... already associated ... service id:
    /// X" are the same success.
    ///
    /// # Errors
    /// The first entry that is another error, also when services beside it were linked: look at the
    /// services list. An answer without any entry is an error without a text.
    pub fn read_all(
        call: &Metadata,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Vec<Self>, ApiError> {
        let failed = || ApiError::from_response(call, None, status, headers, body);
        let body_value: Value = parse_json(body).ok_or_else(failed)?;
        let entries = Self::read_each(call, status, headers, body_value);
        if entries.is_empty() {
            return Err(failed());
        }
        entries.into_iter().collect()
    }

    /// Reads the answer, and tells of each role whether it was linked.
    #[must_use]
    pub fn read_each(
        call: &Metadata,
        status: StatusCode,
        headers: &HeaderMap,
        body: Value,
    ) -> Vec<Result<Self, ApiError>> {
        let entries = match body {
            Value::Array(entries) => entries,
            Value::Null => Vec::new(),
            single => vec![single],
        };
        let read = |entry: Value| {
            if let Ok(Entry { services_linked: Some(linked) }) = Entry::deserialize(&entry) {
                return Ok(Self { id: linked.id, already: false });
            }
            let text = entry.to_string();
            let error = ApiError::from_response(call, None, status, headers, text.as_bytes());
            match error.is_already_done() {
                true => Ok(Self { id: error.linked_service(), already: true }),
                false => Err(error),
            }
        };
        entries.into_iter().map(read).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    services_linked: Option<Linked>,
}

#[derive(Deserialize)]
struct Linked {
    #[serde(default)]
    id: Option<ServiceId>,
}
