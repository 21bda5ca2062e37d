//! `OnLinkInit`.

use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{CareContextReference, PatientReference, TransactionId};
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::readable;

abdm_core::endpoint! {
    /// The patient has chosen care contexts to link. To be answered by
    /// [`AnswerLinkInit`](super::AnswerLinkInit) when an OTP is on its way to the patient, unless
    /// [it is an error](LinkInit::ended).
    pub OnLinkInit {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/link/care-context/init",
        auth: SignedCallback,
        headers: HipHeaders,
        request: LinkInit,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: LinkInit,
        source: "m2-hip.md 5.3",
    }
}

/// What a patient has chosen of what was discovered, or that the discovery is over.
///
/// `patient` is a list; one object as in V0.5, whose `id` is the ABHA address, is read as a list of
/// one. The error form holds `transactionId` and `error` alone (rulings.md 29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Spelt")]
#[non_exhaustive]
pub struct LinkInit {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// The ABHA address to link to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abha_address: Option<AbhaAddress>,
    /// The chosen care contexts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patient: Vec<ChosenCareContexts>,
    /// Why the discovery is over: see [`ended`](Self::ended).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<CallbackError>,
}

impl LinkInit {
    /// These care contexts of the discovery are to be linked to this address.
    #[must_use]
    pub const fn new(
        transaction_id: TransactionId,
        abha_address: AbhaAddress,
        patient: Vec<ChosenCareContexts>,
    ) -> Self {
        Self { transaction_id, abha_address: Some(abha_address), patient, error: None }
    }

    /// What an init of V0.5 says.
    #[cfg(feature = "v0_5")]
    pub(crate) fn of_older(
        transaction_id: TransactionId,
        abha_address: Option<AbhaAddress>,
        chosen: ChosenCareContexts,
    ) -> Self {
        Self { transaction_id, abha_address, patient: vec![chosen], error: None }
    }

    /// The discovery is over.
    #[must_use]
    pub const fn over(transaction_id: TransactionId, error: CallbackError) -> Self {
        Self { transaction_id, abha_address: None, patient: Vec::new(), error: Some(error) }
    }

    /// Why the discovery is over: no OTP is sent and nothing is answered then (rulings.md 29). An
    /// error with a code counts beside whatever else there is; one without only where nothing is
    /// chosen.
    #[must_use]
    pub fn ended(&self) -> Option<&CallbackError> {
        self.error.as_ref().filter(|error| error.code.is_some() || self.patient.is_empty())
    }
}

/// The body as it comes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spelt {
    transaction_id: TransactionId,
    #[serde(default, deserialize_with = "readable::parsed")]
    abha_address: Option<AbhaAddress>,
    #[serde(with = "lenient::list", default)]
    patient: Vec<SpeltPatient>,
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    error: Option<CallbackError>,
}

/// One element of the list, or the object of V0.5.
#[derive(Deserialize)]
struct SpeltPatient {
    #[serde(default, deserialize_with = "readable::parsed")]
    id: Option<AbhaAddress>,
    #[serde(flatten)]
    chosen: ChosenCareContexts,
}

impl From<Spelt> for LinkInit {
    fn from(spelt: Spelt) -> Self {
        let of_patient = spelt.patient.iter().find_map(|patient| patient.id.clone());
        Self {
            transaction_id: spelt.transaction_id,
            abha_address: spelt.abha_address.or(of_patient),
            patient: spelt.patient.into_iter().map(|patient| patient.chosen).collect(),
            error: spelt.error,
        }
    }
}

/// The chosen care contexts of one patient number that hold records of one HI type. Live bodies
/// leave out every `display`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChosenCareContexts {
    /// The facility's number for the patient.
    pub reference_number: PatientReference,
    /// The patient's name, as the discovery's answer had it.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The care contexts.
    #[serde(with = "lenient::list", default)]
    pub care_contexts: Vec<ChosenCareContext>,
    /// The HI type; V0.5 knows none here.
    #[serde(default, deserialize_with = "hi_type", skip_serializing_if = "Option::is_none")]
    pub hi_type: Option<HiType>,
    /// How many there are, as the sender counts.
    #[serde(
        default,
        deserialize_with = "readable::parsed",
        skip_serializing_if = "Option::is_none"
    )]
    pub count: Option<u32>,
}

impl ChosenCareContexts {
    /// These care contexts, counted.
    #[must_use]
    pub fn new(
        patient: PatientReference,
        hi_type: HiType,
        care_contexts: Vec<ChosenCareContext>,
    ) -> Self {
        let count = u32::try_from(care_contexts.len()).ok();
        Self {
            reference_number: patient,
            display: None,
            care_contexts,
            hi_type: Some(hi_type),
            count,
        }
    }
}

#[cfg(feature = "v0_5")]
impl ChosenCareContexts {
    /// These care contexts, whatever the HI types of their records.
    pub(crate) const fn untyped(
        reference_number: PatientReference,
        care_contexts: Vec<ChosenCareContext>,
    ) -> Self {
        Self { reference_number, display: None, care_contexts, hi_type: None, count: None }
    }
}

impl std::fmt::Debug for ChosenCareContexts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChosenCareContexts")
            .field("reference_number", &self.reference_number)
            .field("care_contexts", &self.care_contexts)
            .field("hi_type", &self.hi_type)
            .finish_non_exhaustive()
    }
}

/// One chosen care context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChosenCareContext {
    /// The facility's number for it.
    pub reference_number: CareContextReference,
    /// What the patient saw.
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
}

impl From<CareContextReference> for ChosenCareContext {
    fn from(reference_number: CareContextReference) -> Self {
        Self { reference_number, display: None }
    }
}

fn hi_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HiType>, D::Error> {
    Ok(readable::text(deserializer)?.map(|text| HiType::read(text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> LinkInit {
        abdm_core::wire::read_json(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_live_init_is_read_without_its_displays_and_written_as_it_came() {
        let json = r#"{"transactionId":"t-1","abhaAddress":"asha.test@sbx","patient":[{"referenceNumber":"UHID-000123","careContexts":[{"referenceNumber":"OPD-2026-0042"}],"hiType":"OPConsultation","count":1}]}"#;
        let init = read(json);
        assert_eq!(init.ended(), None);
        assert_eq!(serde_json::to_string(&init).unwrap(), json);
        let visit = "OPD-2026-0042".parse::<CareContextReference>().unwrap().into();
        let patient = "UHID-000123".parse().unwrap();
        let chosen = ChosenCareContexts::new(patient, HiType::OpConsultation, vec![visit]);
        let address = "asha.test@sbx".parse().unwrap();
        assert_eq!(init, LinkInit::new("t-1".parse().unwrap(), address, vec![chosen]));
    }

    #[test]
    fn the_object_of_v0_5_and_a_printed_list_read_the_same() {
        let object = read(
            r#"{"requestId":"","transactionId":"t-1","patient":{"id":"asha.test@sbx","referenceNumber":"UHID-1",
            "careContexts":[{"referenceNumber":"OPD-1"}]}}"#,
        );
        assert_eq!(object.abha_address.as_ref().unwrap().as_str(), "asha.test@sbx");
        let list = read(
            r#"{"transactionId":"t-1","abhaAddress":"asha.test@sbx","error":null,"patient":[{"referenceNumber":"UHID-1","display":null,
            "careContexts":[{"referenceNumber":"OPD-1","display":""}],"hiType":null,"count":null}]}"#,
        );
        assert_eq!(object, list);
        let printed = read(
            r#"{"transactionId":"t-1","abhaAddress":"asha.test@sbx","patient":[{"referenceNumber":"UHID-1","display":"Asha",
            "careContexts":[{"referenceNumber":"OPD-1","display":"OPD"}],"hiType":"opconsultation","count":"1"}]}"#,
        );
        let chosen = printed.patient.first().unwrap();
        assert_eq!((&chosen.hi_type, chosen.count), (&Some(HiType::OpConsultation), Some(1)));
        assert!(!format!("{printed:?}").contains("Asha"));
    }

    /// Case 41, ruling 29.
    #[test]
    fn an_init_that_is_an_error_ends_the_discovery() {
        let json = r#"{"transactionId":"8d8f1d4e-6a3b-4d0c-9a58-2f7f6c1a4101","error":{"code":"ABDM-1056","message":"This care contexts has been already linked"}}"#;
        let init = read(json);
        assert_eq!(init.ended().unwrap().code.as_ref().unwrap(), "ABDM-1056");
        assert_eq!(serde_json::to_string(&init).unwrap(), json);
        // With care contexts beside it, a code decides.
        let beside = |error: &str| {
            read(&format!(
                r#"{{"transactionId":"t","error":{error},"patient":[{{"referenceNumber":"U","careContexts":[{{"referenceNumber":"O"}}]}}]}}"#
            ))
        };
        assert!(beside(r#"{"code":"ABDM-1056"}"#).ended().is_some());
        assert!(beside(r#"{"message":"odd"}"#).ended().is_none());
        assert!(read(r#"{"transactionId":"t","error":{"message":"odd"}}"#).ended().is_some());
    }
}
