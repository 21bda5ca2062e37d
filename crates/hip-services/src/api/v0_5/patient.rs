//! A patient and their care contexts, as V0.5 tells them.

use abdm_core::id::PatientReference;
use abdm_core::lenient;
use abdm_core::vocabulary::HiType;
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::{CareContext, PatientCareContexts};
use crate::api::user_linking::IdentifierType;

/// One patient and their care contexts. V0.5 knows no HI type of a care context, and one number of a
/// patient at a time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PatientV05 {
    /// The facility's number for the patient.
    pub reference_number: PatientReference,
    /// The patient's name as the patient will see it.
    pub display: String,
    /// The care contexts.
    #[serde(with = "lenient::list", default)]
    pub care_contexts: Vec<CareContext>,
    /// By which kinds of identifiers the patient was found; on the answer to a discovery alone.
    #[serde(with = "lenient::list", default, skip_serializing_if = "Vec::is_empty")]
    pub matched_by: Vec<IdentifierType>,
}

impl PatientV05 {
    /// The patient of these elements, each care context once whatever its HI types. `None` where
    /// there are none.
    ///
    /// Of several numbers of one patient the first: what hangs on the others is told when the patient
    /// looks again, since what is linked is not told twice.
    #[must_use]
    pub fn of(elements: &[PatientCareContexts]) -> Option<Self> {
        let first = elements.first()?;
        let mut care_contexts: Vec<CareContext> = Vec::new();
        let own = elements.iter().filter(|e| e.reference_number == first.reference_number);
        for context in own.flat_map(|element| &element.care_contexts) {
            if !care_contexts.iter().any(|c| c.reference_number == context.reference_number) {
                care_contexts.push(context.clone());
            }
        }
        let (reference_number, display) = (first.reference_number.clone(), first.display.clone());
        Some(Self { reference_number, display, care_contexts, matched_by: Vec::new() })
    }

    /// The same with the kinds of identifiers by which the patient was found, in V0.5's names.
    #[must_use]
    pub fn matched_by(mut self, kinds: &[IdentifierType]) -> Self {
        self.matched_by = kinds.iter().map(older_kind).collect();
        self
    }

    /// The elements of V3 that say the same, for a gateway. V3 must have an HI type:
    /// `HealthDocumentRecord` stands for the one that V0.5 does not tell.
    #[must_use]
    pub fn elements(&self) -> Vec<PatientCareContexts> {
        let some = self.care_contexts.chunks(PatientCareContexts::MAX);
        some.map(|contexts| {
            PatientCareContexts::new(
                self.reference_number.clone(),
                self.display.clone(),
                HiType::HealthDocumentRecord,
                contexts.to_vec(),
            )
        })
        .collect()
    }
}

impl std::fmt::Debug for PatientV05 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientV05")
            .field("reference_number", &self.reference_number)
            .field("care_contexts", &self.care_contexts)
            .finish_non_exhaustive()
    }
}

/// The name of a kind of identifier in V0.5 (m2-hip.md 0).
pub(super) fn older_kind(kind: &IdentifierType) -> IdentifierType {
    match kind {
        IdentifierType::AbhaNumber => IdentifierType::Other("NDHM_HEALTH_NUMBER".to_owned()),
        IdentifierType::AbhaAddress => IdentifierType::Other("HEALTH_ID".to_owned()),
        kind => kind.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(patient: &str, hi_type: HiType, contexts: &[&str]) -> PatientCareContexts {
        let context =
            |name: &&str| CareContext::new(name.parse().unwrap(), format!("Visit {name}"));
        let contexts = contexts.iter().map(context).collect();
        PatientCareContexts::new(patient.parse().unwrap(), "Asha T.", hi_type, contexts)
    }

    #[test]
    fn a_care_context_stands_once_whatever_its_hi_types_and_other_numbers_wait() {
        let patient = PatientV05::of(&[
            element("UHID-1", HiType::Prescription, &["OPD-1", "OPD-2"]),
            element("UHID-1", HiType::OpConsultation, &["OPD-1", "OPD-3"]),
            element("UHID-2", HiType::OpConsultation, &["OPD-9"]),
        ])
        .unwrap()
        .matched_by(&[IdentifierType::AbhaAddress, IdentifierType::Mobile]);
        assert_eq!(
            serde_json::to_value(&patient).unwrap(),
            serde_json::json!({
                "referenceNumber": "UHID-1", "display": "Asha T.",
                "careContexts": [
                    {"referenceNumber": "OPD-1", "display": "Visit OPD-1"},
                    {"referenceNumber": "OPD-2", "display": "Visit OPD-2"},
                    {"referenceNumber": "OPD-3", "display": "Visit OPD-3"},
                ],
                "matchedBy": ["HEALTH_ID", "MOBILE"],
            })
        );
        assert!(!format!("{patient:?}").contains("Asha"));
        assert_eq!(PatientV05::of(&[]), None);
    }

    #[test]
    fn the_elements_of_v3_hold_twenty_at_most() {
        let many: Vec<String> = (0..45).map(|n| format!("OPD-{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let patient = PatientV05::of(&[element("UHID-1", HiType::Invoice, &many)]).unwrap();
        let elements = patient.elements();
        assert_eq!(elements.iter().map(|e| e.count).collect::<Vec<_>>(), [20, 20, 5]);
        assert!(elements.iter().all(PatientCareContexts::is_counted));
    }
}
