//! `LinkCareContexts`.

use abdm_core::headers::LinkHeaders;
use abdm_core::id::{CareContextReference, PatientReference};
use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::vocabulary::HiType;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnLinkCareContexts;

abdm_core::endpoint! {
    /// Link care contexts to a patient's ABHA address with a link token.
    ///
    /// Within seconds the patient's PHR app may ask for the records: they must exist before this is
    /// sent. A context that is linked already is refused with ABDM-9999 "Duplicate HIP link
    /// request" here or with ABDM-1056 by callback; both mean that it is linked.
    pub LinkCareContexts {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/hip/v3/link/carecontext",
        auth: Session,
        headers: LinkHeaders,
        request: LinkCareContextsRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnLinkCareContexts,
        errors: Link,
        source: "m2-hip.md 2",
    }
}

/// Which care contexts of which patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkCareContextsRequest {
    /// The ABHA number, exactly when the link token was made with it (rulings.md 16). Bare digits:
    /// the dashed form is refused with an empty 400.
    #[serde(with = "digits::option", default, skip_serializing_if = "Option::is_none")]
    pub abha_number: Option<AbhaNumber>,
    /// The ABHA address of the link token.
    pub abha_address: AbhaAddress,
    /// One element for each HI type.
    pub patient: Vec<PatientCareContexts>,
}

impl LinkCareContextsRequest {
    /// Links the care contexts of `patient` to `abha_address`.
    #[must_use]
    pub const fn new(abha_address: AbhaAddress, patient: Vec<PatientCareContexts>) -> Self {
        Self { abha_number: None, abha_address, patient }
    }

    /// The same with the ABHA number that the link token was made with.
    #[must_use]
    pub fn abha_number(mut self, number: AbhaNumber) -> Self {
        self.abha_number = Some(number);
        self
    }
}

/// The care contexts of one patient that hold records of one HI type.
///
/// `hiType` is one text: a list is refused with an empty 400, and a key `hiTypes` (as one NHA file
/// prints it) gets no answer at all, until time-outs suspend the endpoint for everybody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PatientCareContexts {
    /// The facility's number for the patient.
    pub reference_number: PatientReference,
    /// The patient's name as the patient will see it.
    pub display: String,
    /// The care contexts, 1 to 20.
    pub care_contexts: Vec<CareContext>,
    /// The one HI type of these records.
    pub hi_type: HiType,
    /// How many care contexts there are; another number is refused (ABDM-1037).
    #[serde(with = "lenient::integer")]
    pub count: i64,
}

impl PatientCareContexts {
    /// The most care contexts that ABDM takes in one element.
    pub const MAX: usize = 20;

    /// These care contexts, counted.
    #[must_use]
    pub fn new(
        patient: PatientReference,
        display: impl Into<String>,
        hi_type: HiType,
        care_contexts: Vec<CareContext>,
    ) -> Self {
        let count = i64::try_from(care_contexts.len()).unwrap_or(i64::MAX);
        Self { reference_number: patient, display: display.into(), care_contexts, hi_type, count }
    }

    /// Whether `count` is the number of care contexts, and one that ABDM takes.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        (1..=Self::MAX).contains(&self.care_contexts.len())
            && i64::try_from(self.care_contexts.len()) == Ok(self.count)
    }
}

impl std::fmt::Debug for PatientCareContexts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientCareContexts")
            .field("reference_number", &self.reference_number)
            .field("care_contexts", &self.care_contexts)
            .field("hi_type", &self.hi_type)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// One care context: one visit, or one admission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CareContext {
    /// The facility's number for it: unique within the HIP, and never another one later.
    pub reference_number: CareContextReference,
    /// What the patient sees. Nothing clinical: it is shown before the patient is authenticated.
    pub display: String,
}

impl CareContext {
    /// The care context `reference`, shown as `display`.
    #[must_use]
    pub fn new(reference: CareContextReference, display: impl Into<String>) -> Self {
        Self { reference_number: reference, display: display.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> LinkCareContextsRequest {
        let visit = CareContext::new("OPD-2026-0042".parse().unwrap(), "OPD visit 14 Sep 2026");
        let patient = PatientCareContexts::new(
            "UHID-000123".parse().unwrap(),
            "Asha T.",
            HiType::OpConsultation,
            vec![visit],
        );
        LinkCareContextsRequest::new("asha.test@sbx".parse().unwrap(), vec![patient])
    }

    #[test]
    fn it_leaves_with_bare_digits_one_hi_type_and_the_count() {
        let request = request().abha_number("91-0000-0000-0001".parse().unwrap());
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            concat!(
                r#"{"abhaNumber":"91000000000001","abhaAddress":"asha.test@sbx","patient":[{"#,
                r#""referenceNumber":"UHID-000123","display":"Asha T.","careContexts":[{"#,
                r#""referenceNumber":"OPD-2026-0042","display":"OPD visit 14 Sep 2026"}],"#,
                r#""hiType":"OPConsultation","count":1}]}"#
            )
        );
    }

    #[test]
    fn without_an_abha_number_the_field_is_absent() {
        assert!(!serde_json::to_string(&request()).unwrap().contains("abhaNumber"));
    }

    #[test]
    fn a_list_of_hi_types_and_the_misspelt_key_are_not_read() {
        let good = serde_json::to_string(&request()).unwrap();
        assert!(serde_json::from_str::<LinkCareContextsRequest>(&good).is_ok());
        let list = good.replace(r#""OPConsultation""#, r#"["OPConsultation"]"#);
        assert!(serde_json::from_str::<LinkCareContextsRequest>(&list).is_err());
        let misspelt = good.replace("hiType", "hiTypes");
        assert!(serde_json::from_str::<LinkCareContextsRequest>(&misspelt).is_err());
    }

    #[test]
    fn a_wrong_count_is_seen() {
        let good = serde_json::to_string(&request()).unwrap();
        for (count, counted) in [("1", true), (r#""1""#, true), ("2", false), ("0", false)] {
            let json = good.replace(r#""count":1"#, &format!(r#""count":{count}"#));
            let read: LinkCareContextsRequest = serde_json::from_str(&json).unwrap();
            assert_eq!(read.patient.first().unwrap().is_counted(), counted, "{count}");
        }
    }
}
