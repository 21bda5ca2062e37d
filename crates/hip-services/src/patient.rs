//! What a facility says when it links a patient's visits.

use std::collections::BTreeSet;

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::id::{CareContextReference, PatientReference};
use abdm_core::person::{AbhaAddress, AbhaNumber, digits};
use abdm_core::vocabulary::{Gender, HiType};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::{CareContext, PatientCareContexts};

/// A patient and the visits to link. Name, gender and year of birth as the ABHA profile has them:
/// ABDM compares.
///
/// ```
/// use abdm_core::vocabulary::{Gender, HiType};
/// use hip_services::{LinkPatient, Visit};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let patient = LinkPatient::new(
///     "asha.test@sbx".parse()?,
///     "UHID-000123".parse()?,
///     "Asha Test Kumari",
///     Gender::Female,
///     1988,
/// )
/// .abha_number("91-0000-0000-0001".parse()?)
/// .visit(Visit::new(
///     "OPD-2026-0042".parse()?,
///     "OPD visit 14 Sep 2026",
///     "2026-09-14T10:30:00Z".parse()?,
///     [HiType::OpConsultation, HiType::Prescription],
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkPatient {
    /// The ABHA address to link to. A person may have several.
    pub abha_address: AbhaAddress,
    /// The ABHA number, when known.
    #[serde(with = "digits::option")]
    pub abha_number: Option<AbhaNumber>,
    /// The facility's number for the patient.
    pub reference: PatientReference,
    /// The name as in the ABHA profile.
    pub name: String,
    /// The gender as in the ABHA profile.
    pub gender: Gender,
    /// The year of birth as in the ABHA profile.
    pub year_of_birth: u16,
    /// The visits.
    pub visits: Vec<Visit>,
    /// Whether the patient's apps are told of the records after linking.
    pub notifies: bool,
}

impl LinkPatient {
    /// A patient without visits so far.
    #[must_use]
    pub fn new(
        abha_address: AbhaAddress,
        reference: PatientReference,
        name: impl Into<String>,
        gender: Gender,
        year_of_birth: u16,
    ) -> Self {
        Self {
            abha_address,
            abha_number: None,
            reference,
            name: name.into(),
            gender,
            year_of_birth,
            visits: Vec::new(),
            notifies: true,
        }
    }

    /// The same with the ABHA number.
    #[must_use]
    pub fn abha_number(mut self, number: AbhaNumber) -> Self {
        self.abha_number = Some(number);
        self
    }

    /// The same with one more visit.
    #[must_use]
    pub fn visit(mut self, visit: Visit) -> Self {
        self.visits.push(visit);
        self
    }

    /// The same without telling the patient's apps of the records.
    ///
    /// By default each newly linked visit is followed by a notice (`context/notify`). A patient's
    /// app that is subscribed to the facility then asks twice for the same records: once because of
    /// the link, once because of the notice. NHA calls the two alternatives, one for each situation
    /// (m2-hip.md, review of 15 Sep 2026): whoever links visits whose records are complete leaves
    /// the notice out, and tells of later records by [`Hip::notify`](crate::Hip::notify).
    #[must_use]
    pub const fn without_notice(mut self) -> Self {
        self.notifies = false;
        self
    }

    /// The visits' references.
    #[must_use]
    pub fn references(&self) -> Vec<CareContextReference> {
        self.visits.iter().map(|visit| visit.reference.clone()).collect()
    }

    /// Whether the other is the same patient with the same details, whatever the visits.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        self.abha_address == other.abha_address
            && self.abha_number == other.abha_number
            && self.reference == other.reference
            && self.name == other.name
            && self.gender == other.gender
            && self.year_of_birth == other.year_of_birth
    }

    /// One element for each HI type of these visits, as ABDM wants them, none larger than it takes.
    pub(crate) fn elements(&self, batch: &[usize]) -> Vec<PatientCareContexts> {
        let visits: Vec<&Visit> = batch.iter().filter_map(|n| self.visits.get(*n)).collect();
        elements(&self.reference, &self.name, &visits)
    }
}

/// One element for each HI type of a patient's visits, none larger than ABDM takes.
pub(crate) fn elements(
    patient: &PatientReference,
    display: &str,
    visits: &[&Visit],
) -> Vec<PatientCareContexts> {
    let mut hi_types: Vec<&HiType> = visits.iter().flat_map(|v| &v.hi_types).collect();
    hi_types.sort();
    hi_types.dedup();
    let (mut elements, mut seen) = (Vec::new(), BTreeSet::new());
    for hi_type in hi_types {
        let contexts: Vec<CareContext> = visits
            .iter()
            .filter(|visit| visit.hi_types.contains(hi_type))
            // A visit that is named twice is one care context.
            .filter(|visit| seen.insert((hi_type, &visit.reference)))
            .map(|visit| CareContext::new(visit.reference.clone(), visit.display.clone()))
            .collect();
        elements.extend(contexts.chunks(PatientCareContexts::MAX).map(|chunk| {
            let (patient, hi_type) = (patient.clone(), hi_type.clone());
            PatientCareContexts::new(patient, display, hi_type, chunk.to_vec())
        }));
    }
    elements
}

/// Names no person.
impl std::fmt::Debug for LinkPatient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkPatient")
            .field("abha_address", &self.abha_address)
            .field("reference", &self.reference)
            .field("visits", &self.visits)
            .finish_non_exhaustive()
    }
}

/// One visit or admission: one care context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Visit {
    /// The facility's number for it: unique within the HIP, and never another one later.
    pub reference: CareContextReference,
    /// What the patient sees. Nothing clinical: it is shown before the patient is authenticated.
    pub display: String,
    /// When its records were made.
    pub date: DateTime<Utc>,
    /// Of which kinds its records are.
    pub hi_types: Vec<HiType>,
}

impl Visit {
    /// The visit `reference`, shown as `display`, with records of `hi_types` made at `date`.
    ///
    /// Link when the records exist: the patient's app may ask for them within seconds.
    #[must_use]
    pub fn new(
        reference: CareContextReference,
        display: impl Into<String>,
        date: DateTime<Utc>,
        hi_types: impl IntoIterator<Item = HiType>,
    ) -> Self {
        let hi_types = hi_types.into_iter().collect();
        Self { reference, display: display.into(), date, hi_types }
    }

    pub(crate) fn care_context(&self, patient: &PatientReference) -> ConsentCareContext {
        ConsentCareContext::new(patient.clone(), self.reference.clone())
    }

    /// The visit and its HI types in one text.
    pub(crate) fn key(&self) -> String {
        let mut hi_types: Vec<&str> = self.hi_types.iter().map(HiType::as_str).collect();
        hi_types.sort_unstable();
        format!("{}={}", self.reference, hi_types.join(","))
    }
}
