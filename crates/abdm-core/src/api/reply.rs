//! What callbacks and their answers share: which request they answer, and how they fail.

use serde::{Deserialize, Serialize};

use crate::id::RequestId;
use crate::lenient;

/// `{"requestId": …}`: the `REQUEST-ID` header of the message that this one answers.
///
/// Reading takes any text: a value that is no UUID answers nothing of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct InResponseTo {
    /// The answered `REQUEST-ID`.
    #[serde(with = "lenient::text")]
    pub request_id: String,
}

impl InResponseTo {
    /// The answered request, when the text is a UUID.
    #[must_use]
    pub fn request(&self) -> Option<RequestId> {
        self.request_id.trim().parse().ok()
    }
}

impl From<RequestId> for InResponseTo {
    fn from(id: RequestId) -> Self {
        Self { request_id: id.to_string() }
    }
}

/// `acknowledgement.status` in our answers and ABDM's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AcknowledgementStatus {
    /// `SUCCESS`, `OK`, `ERRORED` …
    pub status: String,
}

impl AcknowledgementStatus {
    /// `SUCCESS`.
    #[must_use]
    pub fn success() -> Self {
        Self { status: "SUCCESS".to_owned() }
    }

    /// `ERRORED`.
    #[must_use]
    pub fn errored() -> Self {
        Self { status: "ERRORED".to_owned() }
    }
}
