//! `OnRunningTokenStatus`.

use abdm_core::headers::HipHeaders;
use abdm_core::id::HipId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::readable;

abdm_core::endpoint! {
    /// A patient who waits asks which token is being served at their counter. To be answered by
    /// [`AnswerRunningToken`](super::AnswerRunningToken).
    pub OnRunningTokenStatus {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/patient/running-token/status",
        auth: SignedCallback,
        headers: HipHeaders,
        request: RunningTokenQuery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: RunningToken,
        source: "m2-hip.md 6.1",
    }
}

/// Which counter. The patient's app asks ABDM with the same body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunningTokenQuery {
    /// The facility, as the code says it. `X-HIP-ID` decides.
    #[serde(default, deserialize_with = "readable::text")]
    pub hip_id: Option<String>,
    /// The counter: `counter-id` of the code.
    #[serde(default, deserialize_with = "readable::text")]
    pub context: Option<String>,
}

impl RunningTokenQuery {
    /// This counter of this facility.
    #[must_use]
    pub fn new(hip_id: &HipId, context: impl Into<String>) -> Self {
        Self { hip_id: Some(hip_id.as_str().to_owned()), context: Some(context.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_read_as_text_or_number_and_may_be_absent() {
        for (json, context) in [
            (r#"{"hipId":"IN0000000001","context":"OPD1"}"#, Some("OPD1")),
            (r#"{"hipId":"IN0000000001","context":7}"#, Some("7")),
            (r#"{"hipId":null,"context":" "}"#, None),
            ("{}", None),
        ] {
            let query: RunningTokenQuery = abdm_core::wire::read_json(json.as_bytes()).unwrap();
            assert_eq!(query.context.as_deref(), context, "{json}");
        }
        let query = RunningTokenQuery::new(&"IN0000000001".parse().unwrap(), "OPD1");
        assert_eq!(
            serde_json::to_string(&query).unwrap(),
            r#"{"hipId":"IN0000000001","context":"OPD1"}"#
        );
    }
}
