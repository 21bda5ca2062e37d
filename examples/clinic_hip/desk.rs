//! What people at the clinic write down: patients, visits, and what was found and done.

use std::sync::Arc;

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::id::PatientReference;
use abdm_core::vocabulary::Gender;
use abdm_examples::hip_program::Desk;
use abdm_examples::hip_program::records::Patient;
use abdm_store::SqliteStore;
use abdm_store::rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use hip_services::patient_index::{
    abha_number_digits, folded_abha_address, folded_record_number, ten_digit_mobile,
};
use hip_services::{FinalRecord, Hip, LinkPatient, Visit};

use crate::clinic::{Clinic, instant};
use crate::documents;
use crate::error::ClinicError;
use crate::queue;

/// A new visit or stay.
pub(crate) struct NewVisit {
    pub(crate) number: String,
    pub(crate) uhid: String,
    pub(crate) display: String,
    pub(crate) began: String,
    /// The end of a stay.
    pub(crate) ended: Option<String>,
    pub(crate) doctor: &'static str,
    pub(crate) doctor_hpr: &'static str,
}

/// Writes a patient into the register, or what is known of them by now.
pub(crate) fn register(connection: &Connection, patient: &Patient) -> Result<(), ClinicError> {
    let uhid = patient.reference.as_str();
    let number = patient.abha_number.as_ref().map(|number| number.to_digits().to_owned());
    let address = patient.abha_address.as_ref().map(|address| address.as_str().to_owned());
    let sql = "INSERT INTO patients VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (uhid) DO UPDATE SET
             name = excluded.name, gender = excluded.gender, born = excluded.born,
             abha_number = excluded.abha_number, abha_number_digits = excluded.abha_number_digits,
             abha_address = excluded.abha_address,
             abha_address_folded = excluded.abha_address_folded,
             abha_is_proven = max(abha_is_proven, excluded.abha_is_proven)";
    connection.prepare_cached(sql)?.execute(params![
        uhid,
        folded_record_number(uhid),
        patient.name,
        patient.gender.as_ref().map(Gender::as_str),
        patient.birth,
        number,
        number.as_deref().and_then(abha_number_digits),
        address,
        address.as_deref().and_then(folded_abha_address),
        patient.proven,
    ])?;
    let sql = "INSERT INTO patient_mobiles VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    for mobile in &patient.mobiles {
        let row = params![uhid, mobile, ten_digit_mobile(mobile)];
        connection.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Opens a visit.
pub(crate) fn open_visit(connection: &Connection, visit: &NewVisit) -> Result<(), ClinicError> {
    connection.execute(
        "INSERT INTO visits VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        params![
            visit.number,
            visit.uhid,
            visit.display,
            visit.began,
            visit.ended,
            visit.doctor,
            visit.doctor_hpr,
        ],
    )?;
    Ok(())
}

impl Clinic {
    /// The doctor is done with a visit: from now on its records do not change. In the same
    /// transaction the SDK is told, which links the visit by itself: neither happens without the
    /// other. Whether there is an ABHA address to link it to.
    pub(crate) async fn finish(&self, hip: &Hip, visit: &str) -> Result<bool, ClinicError> {
        let (number, of_visit) = (visit.to_owned(), visit.to_owned());
        let now = SystemClock.now();
        let record = self.on(move |connection| final_record(connection, &of_visit, now)).await?;
        let message = match &record {
            Some(record) if self.holds_flows => {
                let wish = format!("final {visit}");
                Some(hip.final_record_message(&self.hip_id, &wish, record).await?)
            }
            _ => None,
        };
        let is_told = message.is_some();
        self.on(move |connection| {
            let behavior = TransactionBehavior::Immediate;
            let transaction = connection.transaction_with_behavior(behavior)?;
            transaction.execute("UPDATE visits SET is_final = 1 WHERE number = ?1", [&number])?;
            if let Some(message) = &message {
                SqliteStore::accept_in(&transaction, message)?;
            }
            Ok(transaction.commit()?)
        })
        .await?;
        match record {
            // The flows are elsewhere: what is lost between the two is found by `--link-all`.
            Some(record) if !is_told => hip.record_is_final(&record).await?,
            other => return Ok(other.is_some()),
        }
        Ok(true)
    }
}

/// The records of a visit as final ones, if its patient has an ABHA address.
fn final_record(
    connection: &Connection,
    visit: &str,
    now: DateTime<Utc>,
) -> Result<Option<FinalRecord>, ClinicError> {
    let sql = "SELECT uhid FROM visits WHERE number = ?1";
    let uhid: String = connection.query_row(sql, [visit], |row| row.get(0))?;
    let Some(patient) = patient(connection, &uhid)? else { return Ok(None) };
    let mut visit = described(connection, visit)?;
    visit.date = now;
    Ok(patient.to_link(Vec::new()).map(|patient| FinalRecord::new(patient, visit)))
}

/// A patient of the register.
pub(crate) fn patient(connection: &Connection, uhid: &str) -> Result<Option<Patient>, ClinicError> {
    let sql = "SELECT name, gender, born, abha_number, abha_address, abha_is_proven FROM patients
               WHERE uhid = ?1";
    let row = connection
        .prepare_cached(sql)?
        .query_row([uhid], |row| {
            let (number, address): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            let gender: Option<String> = row.get(1)?;
            let mut patient = Patient::new(uhid, row.get::<_, String>(0)?);
            if let Ok(patient) = &mut patient {
                patient.gender = gender.map(|letter| Gender::from(letter.as_str()));
                patient.birth = row.get(2)?;
                patient.abha_number = number.and_then(|text| text.parse().ok());
                patient.abha_address = address.and_then(|text| text.parse().ok());
                patient.proven = row.get(5)?;
            }
            Ok(patient)
        })
        .optional()?;
    let Some(mut patient) = row.transpose()? else { return Ok(None) };
    let mut mobiles =
        connection.prepare_cached("SELECT mobile FROM patient_mobiles WHERE uhid = ?1")?;
    patient.mobiles = mobiles.query_map([uhid], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(patient))
}

/// A visit with the kinds of its records.
pub(crate) fn described(connection: &Connection, visit: &str) -> Result<Visit, ClinicError> {
    let sql = "SELECT display, began FROM visits WHERE number = ?1";
    let (display, began): (String, String) =
        connection.prepare_cached(sql)?.query_row([visit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    visit_of(connection, visit, display, &began)
}

/// A visit with the kinds of its records, of what its row says.
pub(crate) fn visit_of(
    connection: &Connection,
    number: &str,
    display: String,
    began: &str,
) -> Result<Visit, ClinicError> {
    let hi_types = documents::hi_types_of_visit(connection, number)?;
    Ok(Visit::new(number.parse()?, display, instant(began)?, hi_types))
}

/// The final visits of a patient that have records.
pub(crate) fn final_visits(connection: &Connection, uhid: &str) -> Result<Vec<Visit>, ClinicError> {
    let sql =
        "SELECT number, display, began FROM visits WHERE uhid = ?1 AND is_final ORDER BY began";
    let mut rows = connection.prepare_cached(sql)?;
    let mut found = rows.query([uhid])?;
    let mut visits = Vec::new();
    while let Some(row) = found.next()? {
        let (number, began): (String, String) = (row.get(0)?, row.get(2)?);
        let visit = visit_of(connection, &number, row.get(1)?, &began)?;
        if !visit.hi_types.is_empty() {
            visits.push(visit);
        }
    }
    Ok(visits)
}

#[async_trait]
impl Desk for Clinic {
    async fn to_link(
        &self,
        patient: Option<&PatientReference>,
    ) -> anyhow::Result<Vec<LinkPatient>> {
        let only: Option<Arc<str>> = patient.map(|reference| reference.as_str().into());
        let work = move |connection: &mut Connection| {
            let sql = "SELECT uhid FROM patients WHERE ?1 IS NULL OR uhid = ?1 ORDER BY uhid";
            let mut rows = connection.prepare(sql)?;
            let uhids: Vec<String> =
                rows.query_map([only.as_deref()], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut wishes = Vec::new();
            for uhid in uhids {
                let visits = final_visits(connection, &uhid)?;
                let Some(found) = self::patient(connection, &uhid)? else { continue };
                if !visits.is_empty() {
                    wishes.extend(found.to_link(visits));
                }
            }
            Ok(wishes)
        };
        Ok(self.on(work).await?)
    }

    async fn call_next(&self, counter: &str) -> anyhow::Result<Option<String>> {
        let counter = counter.to_owned();
        let work =
            move |connection: &mut _| queue::call_next(connection, &counter, SystemClock.now());
        Ok(self.on(work).await?)
    }
}
