//! What the clinic's people write down on the day.

use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::vocabulary::Gender;
use abdm_examples::hip_program::india::in_india;
use abdm_examples::hip_program::records::Patient;
use abdm_store::rusqlite::{Connection, params};
use chrono::{SecondsFormat, TimeDelta};
use hip_services::ListedRecord;

use crate::desk::{NewVisit, open_visit, register};
use crate::documents;
use crate::error::ClinicError;

const DOCTOR: (&str, &str) = ("Dr. Meera Rao", "71-1234-5678-9012");
/// A certificate as it comes out of a printer: no page is needed to show how a file goes.
const CERTIFICATE: &[u8] = b"%PDF-1.4\n% a certificate, made up\n";

/// So long ago, in India's time.
fn ago(time: TimeDelta) -> String {
    in_india(SystemClock.now() - time).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// A consultation with everything that comes of it: seven kinds of records.
pub(crate) fn see_a_patient(
    connection: &Connection,
    uhid: &str,
    visit: &str,
) -> Result<Vec<ListedRecord>, ClinicError> {
    let (doctor, doctor_hpr) = DOCTOR;
    let (began, now) = (ago(TimeDelta::minutes(20)), ago(TimeDelta::zero()));
    let date = SystemClock.now().format("%-d %b %Y");
    open_visit(
        connection,
        &NewVisit {
            number: visit.to_owned(),
            uhid: uhid.to_owned(),
            display: format!("OPD visit {date}"),
            began,
            ended: None,
            doctor,
            doctor_hpr,
        },
    )?;
    let follow_up = (SystemClock.now() + TimeDelta::days(5)).date_naive().to_string();
    connection.execute(
        "INSERT INTO consultations VALUES (?1, 'Cough and fever for two days', '38.1', 124, 80, ?2, ?3)",
        params![visit, follow_up, now],
    )?;
    let sql = "INSERT INTO prescriptions (visit, medicine, dose, timing, days, made_at)
               VALUES (?1, ?2, '1 tablet', ?3, ?4, ?5)";
    connection.execute(sql, params![visit, "Paracetamol 500 mg tablet", "1-0-1", 3, now])?;
    connection.execute(sql, params![visit, "Cetirizine 10 mg tablet", "HS", 5, now])?;
    connection.execute(
        "INSERT INTO lab_reports (visit, name, conclusion, made_at)
         VALUES (?1, 'Complete blood count', 'Mild anaemia', ?2)",
        params![visit, now],
    )?;
    let report = connection.last_insert_rowid();
    let sql = "INSERT INTO lab_results VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    connection.execute(sql, params![report, "Haemoglobin", "10.2", "g/dL", "12.0", "15.5"])?;
    connection.execute(sql, params![report, "Platelets", "210", "10^3/µL", "150", "410"])?;
    connection.execute(
        "INSERT INTO immunizations (visit, vaccine, dose, lot, made_at)
         VALUES (?1, 'Influenza vaccine', 1, 'FLU-2291', ?2)",
        params![visit, now],
    )?;
    connection.execute(
        "INSERT INTO wellness (visit, pulse, weight, height, made_at)
         VALUES (?1, 88, '58.5', '162', ?2)",
        params![visit, now],
    )?;
    let number = format!("INV-{visit}");
    connection.execute("INSERT INTO invoices VALUES (?1, ?2, ?3)", params![number, visit, now])?;
    let sql = "INSERT INTO invoice_items VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![number, "Consultation", false, "500.00"])?;
    connection.execute(sql, params![number, "Complete blood count", true, "350.00"])?;
    connection.execute(
        "INSERT INTO files (visit, title, pdf, made_at) VALUES (?1, 'Sick note', ?2, ?3)",
        params![visit, CERTIFICATE, now],
    )?;
    documents::of_visit(connection, visit)
}

/// A stay of a patient who has come without an ABHA address, with the summary of it. The patient's
/// number, and the mobile number in ten digits.
pub(crate) fn a_stay_of_last_month(
    connection: &Connection,
    stay: &str,
) -> Result<(String, String), ClinicError> {
    let (uhid, mobile) = ("UHID-000901", "9999900002");
    let mut patient = Patient::new(uhid, "Ravi Example")?;
    patient.gender = Some(Gender::Male);
    patient.birth = Some("1975".to_owned());
    patient.mobiles = vec!["+91 99999-00002".to_owned()];
    register(connection, &patient)?;
    let (doctor, doctor_hpr) = DOCTOR;
    let ended = ago(TimeDelta::days(30));
    let date = (SystemClock.now() - TimeDelta::days(32)).format("%-d %b %Y");
    open_visit(
        connection,
        &NewVisit {
            number: stay.to_owned(),
            uhid: uhid.to_owned(),
            display: format!("Stay of {date}"),
            began: ago(TimeDelta::days(32)),
            ended: Some(ended.clone()),
            doctor,
            doctor_hpr,
        },
    )?;
    connection.execute(
        "INSERT INTO discharge_summaries
         VALUES (?1, 'Pain in the right lower abdomen', 'Laparoscopic appendectomy',
                 'Wound check on day 7', ?2)",
        params![stay, ended],
    )?;
    Ok((uhid.to_owned(), mobile.to_owned()))
}

/// Visits of earlier years, of the patient with this number and of another one: the number of each, and
/// how many kinds of records it has.
pub(crate) fn visits_of_earlier_years(
    connection: &Connection,
    uhid: &str,
) -> Result<Vec<(&'static str, usize)>, ClinicError> {
    let other = "UHID-000902";
    let mut patient = Patient::new(other, "Joseph Fictional")?;
    patient.gender = Some(Gender::Male);
    patient.birth = Some("1969-04-05".to_owned());
    patient.mobiles = vec!["99999 00008".to_owned()];
    patient.abha_address = Some("joseph.fictional@sbx".parse()?);
    patient.proven = true;
    register(connection, &patient)?;
    let (doctor, doctor_hpr) = DOCTOR;
    let visits =
        [("OPD-2022-0054", other, 4), ("OPD-2023-0311", uhid, 3), ("OPD-2024-0170", uhid, 2)];
    for (number, uhid, years) in visits {
        let (time, began) = (TimeDelta::days(365 * years), ago(TimeDelta::days(365 * years)));
        let date = (SystemClock.now() - time).format("%-d %b %Y");
        open_visit(
            connection,
            &NewVisit {
                number: number.to_owned(),
                uhid: uhid.to_owned(),
                display: format!("OPD visit {date}"),
                began: began.clone(),
                ended: None,
                doctor,
                doctor_hpr,
            },
        )?;
        connection.execute(
            "INSERT INTO consultations VALUES (?1, 'Sore throat', NULL, NULL, NULL, NULL, ?2)",
            params![number, began],
        )?;
        connection.execute(
            "INSERT INTO prescriptions (visit, medicine, dose, timing, days, made_at)
             VALUES (?1, 'Paracetamol 500 mg tablet', '1 tablet', '1-0-1', 3, ?2)",
            params![number, began],
        )?;
        connection.execute("UPDATE visits SET is_final = 1 WHERE number = ?1", [number])?;
    }
    Ok(visits.map(|(number, ..)| (number, 2)).to_vec())
}
