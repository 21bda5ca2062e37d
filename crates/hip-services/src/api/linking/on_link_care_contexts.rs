//! `OnLinkCareContexts`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Whether the care contexts are linked. (The underscore in the path is real.)
    pub OnLinkCareContexts {
        method: POST,
        family: Bridge,
        path: "/api/v3/link/on_carecontext",
        auth: SignedCallback,
        headers: HipHeaders,
        request: LinkReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        source: "m2-hip.md 2",
    }
}

/// Linked, unless there is an error. The status is prose: never compare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkReply {
    /// The address that the care contexts now hang on. A person can hold several: "linked but not
    /// visible" is most often another address than the patient's app uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abha_address: Option<AbhaAddress>,
    /// `Successfully Linked care context`, in prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why they are not linked.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// Which request this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<InResponseTo>,
    #[serde(default, skip_serializing)]
    resp: Option<InResponseTo>,
}

impl LinkReply {
    /// `request` has linked its care contexts to `abha_address`.
    #[must_use]
    pub fn linked(request: RequestId, abha_address: AbhaAddress) -> Self {
        Self {
            abha_address: Some(abha_address),
            status: Some("Successfully Linked care context".to_owned()),
            error: None,
            response: Some(request.into()),
            resp: None,
        }
    }

    /// Why `request` has linked nothing.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self {
            abha_address: None,
            status: Some("Failed to link care context".to_owned()),
            error: Some(error),
            response: Some(request.into()),
            resp: None,
        }
    }

    /// Which request this answers, in whichever of ABDM's two spellings.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.response.as_ref().or(self.resp.as_ref()).and_then(InResponseTo::request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_the_absence_of_an_error_whatever_the_prose() {
        for (json, linked) in [
            (
                r#"{"abhaAddress":"asha.test@sbx","status":"Successfully Linked care context","response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
            ),
            (
                r#"{"abhaAddress":"asha.test@sbx","status":"SUCCESS","error":{"code":null,"message":null},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
            ),
            (
                r#"{"status":"Failed to link care context","error":{"code":"ABDM-1037","message":"count"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"},"resp":null}"#,
                false,
            ),
        ] {
            let reply: LinkReply = serde_json::from_str(json).unwrap();
            assert_eq!(reply.error.is_none(), linked, "{json}");
            assert!(reply.answers().is_some());
        }
    }
}
