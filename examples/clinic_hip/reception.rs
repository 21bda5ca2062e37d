//! The counter: patients who scan its code stand in the queue, and in the register.

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::id::HipId;
use abdm_examples::hip_program::records::Patient;
use abdm_store::rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use async_trait::async_trait;
use hip_services::api::sharing::SharedPatient;
use hip_services::patient_index::folded_abha_address;
use hip_services::{
    HospitalError, NowServing, ReceptionDesk, Registration, SharedProfile, year_of_birth,
};

use crate::clinic::Clinic;
use crate::desk::{patient, register};
use crate::error::ClinicError;
use crate::queue;

/// How long one patient takes on average.
const MINUTES: u32 = 6;

#[async_trait]
impl ReceptionDesk for Clinic {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        let profile = shared.clone();
        let is_new = self.on(move |connection| take_in(connection, &profile)).await?;
        if is_new {
            self.events.profile_shared(shared, &shared.token_number);
        }
        Ok(Registration::Queued)
    }

    async fn serving(&self, _: &HipId, counter: &str) -> Result<Option<NowServing>, HospitalError> {
        let counter = counter.to_owned();
        let work =
            move |connection: &mut _| queue::serving(connection, &counter, SystemClock.now());
        let number = self.on(work).await?;
        Ok(number.map(|number| NowServing::new(number).average_minutes(MINUTES)))
    }
}

/// Takes a patient into the queue, once for each share. Their app has proven the ABHA address.
fn take_in(connection: &mut Connection, shared: &SharedProfile) -> Result<bool, ClinicError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let folded = folded_abha_address(shared.abha_address.as_str());
    let sql = "SELECT uhid FROM patients WHERE abha_address_folded = ?1 AND abha_is_proven";
    let known: Option<String> =
        transaction.query_row(sql, [folded], |row| row.get(0)).optional()?;
    let uhid = match known {
        Some(uhid) => uhid,
        None => register_newcomer(&transaction, shared)?,
    };
    let came_at = format_timestamp(SystemClock.now());
    let added = transaction.execute(
        "INSERT INTO queue VALUES (?1, ?2, ?3, ?4, ?5, NULL) ON CONFLICT DO NOTHING",
        params![shared.share.to_string(), shared.counter, shared.token_number, uhid, came_at],
    )?;
    transaction.commit()?;
    Ok(added > 0)
}

/// Writes a patient whom nobody knows into the register, under the next free number.
fn register_newcomer(
    connection: &Connection,
    shared: &SharedProfile,
) -> Result<String, ClinicError> {
    // Not `count(*)`, which reads all of them.
    let sql = "SELECT coalesce(max(rowid), 0) + 1 FROM patients";
    let mut next: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    while patient(connection, &format!("UHID-{next:06}"))?.is_some() {
        next += 1;
    }
    let (uhid, given) = (format!("UHID-{next:06}"), &shared.patient);
    let mut newcomer = Patient::new(&uhid, given.name.clone().unwrap_or_default())?;
    newcomer.gender.clone_from(&given.gender);
    newcomer.birth = birth(given);
    newcomer.mobiles = given.phone_number.iter().cloned().collect();
    newcomer.abha_number.clone_from(&given.abha_number);
    newcomer.abha_address = Some(shared.abha_address.clone());
    newcomer.proven = true;
    register(connection, &newcomer)?;
    Ok(uhid)
}

/// The date of birth as far as the app tells it: a day that there was, or the year alone, or nothing.
pub(crate) fn birth(given: &SharedPatient) -> Option<String> {
    let year = year_of_birth(given.year_of_birth.as_deref()?).ok()?;
    let date = given.date_of_birth().map(|date| date.to_string());
    date.or_else(|| Some(year.to_string()))
}
