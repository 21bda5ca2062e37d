//! What the facility registry answers when a facility is linked to a bridge (gateway.md 4).
//!
//! The call itself (`MutipleHRPAddUpdateServices`) is not part of this version; its answer is read
//! here because it is a 200 whatever happened, and because one of its errors is a success (ruling
//! 36).

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

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
        let body_value: serde_json::Value = parse_json(body).ok_or_else(failed)?;
        let entries = match body_value {
            serde_json::Value::Array(entries) => entries,
            single => vec![single],
        };
        if entries.is_empty() {
            return Err(failed());
        }
        let read = |entry: serde_json::Value| {
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
