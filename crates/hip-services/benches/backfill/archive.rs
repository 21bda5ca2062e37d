//! The hospital: patients with a hundred old visits each, read after a cursor.

use abdm_core::id::HipId;
use abdm_core::vocabulary::{Gender, HiType};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use hip_services::{
    BackfillCursor, Hospital, HospitalError, LinkPatient, ListedRecord, OldVisit, OldVisits,
    Record, RecordId, RecordsWanted, Visit,
};

/// How many visits a patient has.
pub(crate) const VISITS: usize = 100;

/// As many patients as it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Archive(pub(crate) usize);

fn old_visit(number: usize) -> Result<OldVisit, HospitalError> {
    let (patient, visit) = (number / VISITS, number % VISITS);
    let (address, reference) =
        (format!("patient{patient}@sbx").parse()?, format!("UHID-{patient}"));
    let whose =
        LinkPatient::new(address, reference.parse()?, "Asha Test Kumari", Gender::Female, 1988);
    let date = DateTime::UNIX_EPOCH + TimeDelta::days(18_000);
    let context = format!("OPD-{number}").parse()?;
    let visit = Visit::new(context, format!("OPD visit {visit}"), date, [HiType::Prescription]);
    Ok(OldVisit::new(format!("{number:08}").parse()?, whose, visit))
}

/// The number of a visit, of which its care context is made.
pub(crate) fn number_of(care_context: &str) -> Option<usize> {
    care_context.strip_prefix("OPD-")?.parse().ok()
}

/// The number of a patient, of which the ABHA address is made.
pub(crate) fn patient_of(abha_address: &str) -> Option<usize> {
    abha_address.strip_prefix("patient")?.split_once('@')?.0.parse().ok()
}

#[async_trait]
impl OldVisits for Archive {
    async fn next(
        &self,
        _: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError> {
        let first = match after {
            Some(after) => after.as_str().parse::<usize>()? + 1,
            None => 0,
        };
        (first..self.0 * VISITS).take(limit).map(old_visit).collect()
    }
}

/// Nobody asks for a record here.
#[async_trait]
impl Hospital for Archive {
    async fn list(&self, _: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        Ok(Vec::new())
    }

    async fn document(
        &self,
        _: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        Ok(None)
    }
}
