//! Code systems, the eight record types, and the fixed codes that the NRCES guide demands.
//!
//! Source: fhir-nrces.md, sections 2, 4 and 5.

mod hi_type;
mod sections;
mod units;

pub(crate) use self::units::{has_multiplier, is_multiplier};
pub use self::{
    hi_type::{HiType, UnknownHiType},
    sections::{SectionDefinition, discharge_summary, op_consultation, wellness},
    units::ucum_code,
};
use crate::model::Coding;

/// Where the NRCES profiles live: `meta.profile` is this and the profile's name.
pub const PROFILE_BASE: &str = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/";

/// SNOMED CT.
pub const SNOMED_CT: &str = "http://snomed.info/sct";
/// LOINC.
pub const LOINC: &str = "http://loinc.org";
/// Units of measure.
pub const UCUM: &str = "http://unitsofmeasure.org";
/// ICD-10.
pub const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
/// Identifier kinds of HL7 version 2, table 0203.
pub const V2_0203: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
/// Kinds of encounter and other acts.
pub const V3_ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// Confidentiality labels.
pub const V3_CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
/// Interpretation of results: high, low, normal.
pub const V3_INTERPRETATION: &str =
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
/// Categories of observation.
pub const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
/// Clinical status of a condition.
pub const CONDITION_CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
/// Clinical status of an allergy.
pub const ALLERGY_CLINICAL: &str =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
/// How certain an allergy is.
pub const ALLERGY_VERIFICATION: &str =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
/// Kinds of organisation.
pub const ORGANIZATION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/organization-type";
/// Status of a recommended vaccination.
pub const IMMUNIZATION_RECOMMENDATION_STATUS: &str =
    "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status";
/// How pictures are made.
pub const DICOM_MODALITY: &str = "http://dicom.nema.org/resources/ontology/DCM";
/// NDHM identifier kinds, ABHA number and address among them.
pub const NDHM_IDENTIFIER_TYPE: &str =
    "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code";
/// NDHM billing codes.
pub const NDHM_BILLING: &str = "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-billing-codes";
/// NDHM price components.
pub const NDHM_PRICE_COMPONENTS: &str =
    "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-price-components";

/// Namespace of ABHA numbers in every official example.
pub const HEALTH_ID_SYSTEM: &str = "https://healthid.ndhm.gov.in";
/// Namespace of healthcare professionals' (HPR) ids in every official example.
pub const DOCTOR_SYSTEM: &str = "https://doctor.ndhm.gov.in";
/// Namespace of health facilities' (HFR) ids in every official example.
pub const FACILITY_SYSTEM: &str = "https://facility.ndhm.gov.in";

/// The URL of an NRCES profile by its name, such as `OPConsultRecord`.
#[must_use]
pub fn profile(name: &str) -> String {
    format!("{PROFILE_BASE}{name}")
}

/// A SNOMED CT concept.
///
/// ```
/// let fever = fhir_bundles::codes::snomed("386661006", "Fever");
/// assert_eq!(fever.system.as_deref(), Some("http://snomed.info/sct"));
/// ```
#[must_use]
pub fn snomed(code: &str, display: &str) -> Coding {
    Coding::of(SNOMED_CT, code, display)
}

/// A LOINC code.
#[must_use]
pub fn loinc(code: &str, display: &str) -> Coding {
    Coding::of(LOINC, code, display)
}

/// An ICD-10 code. NRCES allows it for conditions only.
#[must_use]
pub fn icd10(code: &str, display: &str) -> Coding {
    Coding::of(ICD_10, code, display)
}
