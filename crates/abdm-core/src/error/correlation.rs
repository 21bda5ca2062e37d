//! What support asks for: the ids and the body of an error reply.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

/// The ids that ABDM's gateway puts on its replies. NHA's support asks for them; they matter most
/// where the body is empty (live-measurements.md 11).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Correlation {
    /// The header `correlation-id`.
    pub correlation_id: Option<String>,
    /// The header `activityid`.
    pub activity_id: Option<String>,
}

/// The longest id that is kept.
const MAX_ID: usize = 128;

impl Correlation {
    /// Reads them from the headers of a reply. What has not the form of an id is left out.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let read = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?.trim();
            let is_id = !value.is_empty()
                && value.len() <= MAX_ID
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
            is_id.then(|| value.to_owned())
        };
        Self {
            correlation_id: read("correlation-id"),
            activity_id: read("activityid").or_else(|| read("activity-id")),
        }
    }
}

/// The body of an error reply, for support cases. `Debug` tells its size only: whether it holds
/// personal data nobody can know.
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody(pub(super) Bytes);

impl RawBody {
    /// The bytes. Look at them, do not log them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
