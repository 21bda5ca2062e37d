//! What a hospital says when a record is final.

use abdm_core::vocabulary::HiType;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::patient::{LinkPatient, Visit};

/// Records of one visit that are final, and whose they are: what is linked by itself.
///
/// ```
/// use abdm_core::vocabulary::{Gender, HiType};
/// use hip_services::{FinalRecord, LinkPatient, Visit};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let patient = LinkPatient::new(
///     "asha.test@sbx".parse()?,
///     "UHID-000123".parse()?,
///     "Asha Test Kumari",
///     Gender::Female,
///     1988,
/// );
/// let visit = Visit::new(
///     "OPD-2026-0042".parse()?,
///     "OPD visit 14 Sep 2026",
///     "2026-09-14T10:30:00Z".parse()?, // when the record became final
///     [HiType::DiagnosticReport],
/// );
/// let record = FinalRecord::new(patient, visit);
/// # let _ = record;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FinalRecord {
    /// The patient, without visits: name, gender and year of birth as in the ABHA profile.
    pub patient: LinkPatient,
    /// The visit. Its HI types are those of which a record is final now, its date is when that
    /// became so: a later date of the same visit and HI type is a further record, the same or an
    /// earlier one is the same record said twice.
    pub visit: Visit,
}

impl FinalRecord {
    /// Final records of `visit`. Visits that `patient` has already are left out.
    #[must_use]
    pub fn new(mut patient: LinkPatient, visit: Visit) -> Self {
        patient.visits.clear();
        Self { patient, visit }
    }

    /// The same as what is linked.
    pub(crate) fn as_link(&self) -> LinkPatient {
        self.patient.clone().visit(self.visit.clone())
    }

    /// The same patient and visit, with records of these HI types.
    pub(crate) fn with(&self, hi_types: Vec<HiType>, date: DateTime<Utc>) -> Self {
        let mut record = self.clone();
        record.visit.hi_types = hi_types;
        record.visit.date = date;
        record
    }
}
