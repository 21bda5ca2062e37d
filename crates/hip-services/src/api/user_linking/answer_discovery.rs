//! `AnswerDiscovery`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::ToleratedHiuHeaders;
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::IdentifierType;
use crate::api::hip_linking::PatientCareContexts;

abdm_core::endpoint! {
    /// Answer a discovery: with the care contexts that are not linked yet, or with the reason why
    /// there are none. Within 10 seconds; a second answer is refused (ABDM-1106).
    ///
    /// `X-HIU-ID` is the echo of the discovery's, where that had one.
    pub AnswerDiscovery {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/patient/care-context/on-discover",
        auth: Session,
        headers: ToleratedHiuHeaders,
        request: DiscoveryAnswer,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnDiscover,
        source: "m2-hip.md 5.2",
    }
}

/// Care contexts, or why there are none: never both, and never an empty list, which is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DiscoveryAnswer {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// One element for each patient number here and HI type.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub patient: Vec<PatientCareContexts>,
    /// By which kinds of identifiers the patient was found; not their values.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub matched_by: Vec<IdentifierType>,
    /// Why there is nothing to link. The patient reads its text.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the discovery itself.
    pub response: InResponseTo,
}

impl DiscoveryAnswer {
    /// The patient of the discovery `request` was found by `matched_by`, and has these care
    /// contexts to link.
    #[must_use]
    pub fn found(
        request: RequestId,
        transaction_id: TransactionId,
        patient: Vec<PatientCareContexts>,
        matched_by: Vec<IdentifierType>,
    ) -> Self {
        Self { transaction_id, patient, matched_by, error: None, response: request.into() }
    }

    /// There is nothing to link for the discovery `request`, and `error` says why: see
    /// [`not_found`](Self::not_found), [`nothing_new`](Self::nothing_new).
    #[must_use]
    pub fn refused(
        request: RequestId,
        transaction_id: TransactionId,
        error: CallbackError,
    ) -> Self {
        let (patient, matched_by) = (Vec::new(), Vec::new());
        Self { transaction_id, patient, matched_by, error: Some(error), response: request.into() }
    }

    /// Nobody was found, or more than one person (rulings.md 7 and 8).
    #[must_use]
    pub fn not_found(request: RequestId, transaction_id: TransactionId) -> Self {
        Self::refused(request, transaction_id, CallbackError::new(1010, "Patient not found"))
    }

    /// The patient was found, and everything is linked already (rulings.md 5).
    #[must_use]
    pub fn nothing_new(request: RequestId, transaction_id: TransactionId) -> Self {
        let error = CallbackError::new(1010, "No new health record to link");
        Self::refused(request, transaction_id, error)
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::vocabulary::HiType;

    use super::*;
    use crate::api::hip_linking::CareContext;

    fn ids() -> (RequestId, TransactionId) {
        let request = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        (request, "f901b782-bfdf-4224-9f8d-da2cadc20c0d".parse().unwrap())
    }

    #[test]
    fn what_was_found_is_written_as_the_contract_prints_it() {
        let visit = CareContext::new("OPD-2026-0042".parse().unwrap(), "OPD visit 14 Sep 2026");
        let patient = PatientCareContexts::new(
            "UHID-000123".parse().unwrap(),
            "Asha T.",
            HiType::OpConsultation,
            vec![visit],
        );
        let (request, transaction) = ids();
        let matched_by = vec![IdentifierType::Mobile];
        let answer = DiscoveryAnswer::found(request, transaction, vec![patient], matched_by);
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            concat!(
                r#"{"transactionId":"f901b782-bfdf-4224-9f8d-da2cadc20c0d","patient":[{"#,
                r#""referenceNumber":"UHID-000123","display":"Asha T.","careContexts":[{"#,
                r#""referenceNumber":"OPD-2026-0042","display":"OPD visit 14 Sep 2026"}],"#,
                r#""hiType":"OPConsultation","count":1}],"matchedBy":["MOBILE"],"#,
                r#""response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
            )
        );
    }

    #[test]
    fn without_anything_to_link_there_is_an_error_and_no_list() {
        let (request, transaction) = ids();
        let nobody = DiscoveryAnswer::not_found(request, transaction.clone());
        assert_eq!(
            serde_json::to_string(&nobody).unwrap(),
            concat!(
                r#"{"transactionId":"f901b782-bfdf-4224-9f8d-da2cadc20c0d","#,
                r#""error":{"code":"ABDM-1010","message":"Patient not found"},"#,
                r#""response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
            )
        );
        let linked = DiscoveryAnswer::nothing_new(request, transaction).error.unwrap();
        assert_eq!(linked.message, "No new health record to link");
    }

    #[test]
    fn nulls_beside_an_error_and_an_empty_error_beside_contexts_are_read() {
        for (json, failed) in [
            (
                r#"{"transactionId":"t","patient":null,"matchedBy":null,"error":{"code":"ABDM-1010","message":"x"},"response":{"requestId":"r"}}"#,
                true,
            ),
            (
                r#"{"transactionId":"t","patient":[],"matchedBy":["MR"],"error":{},"response":{"requestId":"r"}}"#,
                false,
            ),
        ] {
            let answer: DiscoveryAnswer = abdm_core::wire::read_json(json.as_bytes()).unwrap();
            assert_eq!(answer.error.is_some(), failed, "{json}");
            assert!(answer.patient.is_empty());
        }
    }
}
