//! The register, for a patient who looks for their records from an app: an indexed equality for each
//! key.

use abdm_core::id::{HipId, PatientReference};
use abdm_store::rusqlite::{Connection, params_from_iter};
use async_trait::async_trait;
use hip_services::patient_index::{PatientIndex, PatientQuery, RegisteredPatient};
use hip_services::{HospitalError, Visit};

use crate::clinic::Clinic;
use crate::desk::{final_visits, patient};
use crate::error::ClinicError;

#[async_trait]
impl PatientIndex for Clinic {
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        let wanted = wanted.clone();
        Ok(self.on(move |connection| found(connection, &wanted)).await?)
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        let uhid = patient.to_string();
        Ok(self.on(move |connection| final_visits(connection, &uhid)).await?)
    }
}

/// Every patient with one of the keys. An empty list of keys is asked for by nobody.
fn found(
    connection: &Connection,
    wanted: &PatientQuery,
) -> Result<Vec<RegisteredPatient>, ClinicError> {
    let mut uhids = Vec::new();
    for (column, table, keys) in [
        ("abha_address_folded", "patients", &wanted.abha_addresses),
        ("abha_number_digits", "patients", &wanted.abha_numbers),
        ("uhid_folded", "patients", &wanted.record_numbers),
        ("mobile_digits", "patient_mobiles", &wanted.mobiles),
    ] {
        let marks = vec!["?"; keys.len()].join(", ");
        if marks.is_empty() {
            continue;
        }
        let sql = format!("SELECT uhid FROM {table} WHERE {column} IN ({marks})");
        let mut rows = connection.prepare_cached(&sql)?;
        let found = rows.query_map(params_from_iter(keys), |row| row.get::<_, String>(0))?;
        for uhid in found {
            let uhid = uhid?;
            if !uhids.contains(&uhid) {
                uhids.push(uhid);
            }
        }
    }
    let patients = uhids.iter().map(|uhid| patient(connection, uhid));
    patients.filter_map(Result::transpose).map(|row| row.map(|row| row.registered())).collect()
}
