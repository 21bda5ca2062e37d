//! `AnswerLinkConfirm`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::PatientCareContexts;

abdm_core::endpoint! {
    /// Say that the chosen care contexts are linked, or why not. A second answer is refused
    /// (ABDM-1108); so is one without `X-HIP-ID`, although NHA's table lacks it (m2-hip.md 5.6).
    pub AnswerLinkConfirm {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/link/care-context/on-confirm",
        auth: Session,
        headers: HipHeaders,
        request: LinkConfirmAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnConfirm,
        source: "m2-hip.md 5.6",
    }
}

/// Linked, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkConfirmAnswer {
    /// The care contexts that were chosen, and no others.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub patient: Vec<PatientCareContexts>,
    /// Why nothing is linked. After a wrong OTP the patient may try again.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the confirmation itself.
    pub response: InResponseTo,
}

impl LinkConfirmAnswer {
    /// The confirmation `request` was right: these care contexts are linked.
    #[must_use]
    pub fn linked(request: RequestId, patient: Vec<PatientCareContexts>) -> Self {
        Self { patient, error: None, response: request.into() }
    }

    /// The confirmation `request` links nothing.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { patient: Vec::new(), error: Some(error), response: request.into() }
    }

    /// The OTP of the confirmation `request` is wrong or too old, in the words of NHA's list.
    #[must_use]
    pub fn wrong_otp(request: RequestId) -> Self {
        Self::refused(request, CallbackError::new(1035, "OTP does not matched"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_links_or_says_why_not_and_names_the_confirmation() {
        let request: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        assert_eq!(
            serde_json::to_string(&LinkConfirmAnswer::wrong_otp(request)).unwrap(),
            r#"{"error":{"code":"ABDM-1035","message":"OTP does not matched"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        let printed = r#"{"patient":[{"referenceNumber":"UHID-000123","display":"Asha T.","careContexts":[{"referenceNumber":"OPD-2026-0042","display":"OPD visit 14 Sep 2026"}],"hiType":"OPConsultation","count":1}],"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#;
        let read: LinkConfirmAnswer = abdm_core::wire::read_json(printed.as_bytes()).unwrap();
        let linked = LinkConfirmAnswer::linked(request, read.patient.clone());
        assert_eq!(linked, read);
        assert_eq!(serde_json::to_string(&linked).unwrap(), printed);
    }
}
