//! `NotifyContext`.

use abdm_core::api::consent::{ConsentCareContext, Named};
use abdm_core::headers::HipHeaders;
use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_core::wire::Accepted;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::OnNotifyContext;

abdm_core::endpoint! {
    /// Tell the patient's apps that a linked care context has new records.
    ///
    /// Sent too soon after linking it comes back as ERRORED, ABDM-1006 "No care context linked with
    /// given reference number": wait and send again, the link itself stands.
    pub NotifyContext {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/hip/v3/link/context/notify",
        auth: Session,
        headers: HipHeaders,
        request: ContextNotification,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnNotifyContext,
        errors: NotifyContext,
        source: "m2-hip.md 3",
    }
}

/// The envelope of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextNotification {
    /// The notice.
    pub notification: ContextNotice,
}

impl From<ContextNotice> for ContextNotification {
    fn from(notification: ContextNotice) -> Self {
        Self { notification }
    }
}

/// New records in one care context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ContextNotice {
    /// Whose.
    pub patient: Named<AbhaAddress>,
    /// Which care context, by the references that were linked.
    pub care_context: ConsentCareContext,
    /// Of which HI types. A list here, unlike in the link request.
    #[serde(with = "lenient::list", default)]
    pub hi_types: Vec<HiType>,
    /// When the records were made.
    #[serde(with = "lenient::instant")]
    pub date: DateTime<Utc>,
    /// The facility.
    pub hip: Named<HipId>,
}

impl ContextNotice {
    /// New records of `hi_types`, made at `date`.
    #[must_use]
    pub fn new(
        hip: HipId,
        patient: AbhaAddress,
        care_context: ConsentCareContext,
        hi_types: Vec<HiType>,
        date: DateTime<Utc>,
    ) -> Self {
        Self { patient: patient.into(), care_context, hi_types, date, hip: hip.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leaves_as_the_contract_prints_it() {
        let care_context = ConsentCareContext::new(
            "UHID-000123".parse().unwrap(),
            "OPD-2026-0042".parse().unwrap(),
        );
        let notice = ContextNotice::new(
            "IN0000000001".parse().unwrap(),
            "asha.test@sbx".parse().unwrap(),
            care_context,
            vec![HiType::Prescription],
            "2026-09-14T10:34:00.387Z".parse().unwrap(),
        );
        assert_eq!(
            serde_json::to_string(&ContextNotification::from(notice)).unwrap(),
            concat!(
                r#"{"notification":{"patient":{"id":"asha.test@sbx"},"#,
                r#""careContext":{"patientReference":"UHID-000123","careContextReference":"OPD-2026-0042"},"#,
                r#""hiTypes":["Prescription"],"date":"2026-09-14T10:34:00.387Z","hip":{"id":"IN0000000001"}}}"#
            )
        );
    }
}
