//! Documents out of the clinic's tables: one for each kind that ABDM exchanges. They are made when they
//! are asked for, from rows that do not change any more.

use std::sync::LazyLock;

use abdm_core::vocabulary::HiType;
use abdm_store::rusqlite::{Connection, OptionalExtension as _, Row};
use fhir_bundles::DocumentBundle;
use fhir_bundles::build::{
    Bill, BillItem, BillKind, CarePlan, ChargeKind, DiagnosticReport, DischargeSummary, Document,
    Facility, FollowUp, Gender, HealthDocumentRecord, ImmunizationRecord, InvoiceRecord, LabReport,
    Medicine, Observation, OpConsultation, Patient, Practitioner, Prescription, Procedure,
    Vaccination, Visit, WellnessRecord,
};
use hip_services::fhir::document_gender;
use hip_services::{ListedRecord, Record, RecordId};

use crate::clinic::{Clinic, instant};
use crate::desk::patient;
use crate::error::ClinicError;

/// Where each kind of record stands: which rows make one document, and when it was made. Medicines of
/// one visit make one prescription, vaccinations one record, files one.
pub(crate) const KINDS: [(&str, HiType, &str); 8] = [
    ("consultation", HiType::OpConsultation, "SELECT visit, made_at FROM consultations"),
    (
        "prescription",
        HiType::Prescription,
        "SELECT visit, max(made_at) FROM prescriptions GROUP BY visit",
    ),
    ("lab", HiType::DiagnosticReport, "SELECT visit, made_at, id FROM lab_reports"),
    (
        "immunization",
        HiType::ImmunizationRecord,
        "SELECT visit, max(made_at) FROM immunizations GROUP BY visit",
    ),
    ("discharge", HiType::DischargeSummary, "SELECT visit, made_at FROM discharge_summaries"),
    ("wellness", HiType::WellnessRecord, "SELECT visit, made_at, id FROM wellness"),
    ("invoice", HiType::Invoice, "SELECT visit, made_at, number FROM invoices"),
    ("file", HiType::HealthDocumentRecord, "SELECT visit, max(made_at) FROM files GROUP BY visit"),
];

/// How the rows of a visit are found among those of all visits.
pub(crate) fn of_one_visit(rows: &str) -> String {
    format!("SELECT * FROM ({rows}) WHERE visit = ?1")
}

/// The records of a visit, without their contents. The number of each is `kind:visit` or
/// `kind:visit:row`.
pub(crate) fn of_visit(
    connection: &Connection,
    visit: &str,
) -> Result<Vec<ListedRecord>, ClinicError> {
    let mut listed = Vec::new();
    for (kind, hi_type, rows) in KINDS {
        let mut all = connection.prepare_cached(&of_one_visit(rows))?;
        let has_rows = all.column_count() > 2;
        let mut found = all.query([visit])?;
        while let Some(row) = found.next()? {
            let made_at: String = row.get(1)?;
            let id = if has_rows {
                format!("{kind}:{visit}:{}", number_of(row)?)
            } else {
                format!("{kind}:{visit}")
            };
            listed.push(ListedRecord::new(RecordId::new(id)?, hi_type.clone(), instant(&made_at)?));
        }
    }
    let sql = "SELECT id, hi_type, made_at FROM imported_documents WHERE visit = ?1";
    let mut imported = connection.prepare_cached(sql)?;
    let mut found = imported.query([visit])?;
    while let Some(row) = found.next()? {
        let (id, hi_type, made_at): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = RecordId::new(format!("imported:{visit}:{id}"))?;
        listed.push(ListedRecord::new(id, HiType::read(&hi_type), instant(&made_at)?));
    }
    Ok(listed)
}

/// Which kinds of records a visit has, in one question: a patient who looks for their records waits for
/// the answer for each of their visits.
pub(crate) fn hi_types_of_visit(
    connection: &Connection,
    visit: &str,
) -> Result<Vec<HiType>, ClinicError> {
    let mut hi_types = Vec::new();
    let mut kinds = connection.prepare_cached(&SQL_OF_KINDS)?;
    let mut found = kinds.query([visit])?;
    while let Some(row) = found.next()? {
        let hi_type = HiType::read(&row.get::<_, String>(0)?);
        if !hi_types.contains(&hi_type) {
            hi_types.push(hi_type);
        }
    }
    Ok(hi_types)
}

pub(crate) static SQL_OF_KINDS: LazyLock<String> = LazyLock::new(|| {
    let of_rows = KINDS.iter().map(|(_, hi_type, rows)| {
        let of_visit = of_one_visit(rows);
        format!("SELECT '{}' WHERE EXISTS ({of_visit})", hi_type.as_str())
    });
    let imported = "SELECT hi_type FROM imported_documents WHERE visit = ?1".to_owned();
    of_rows.chain([imported]).collect::<Vec<_>>().join(" UNION ALL ")
});

/// The third column: a row's number, or a text that is one.
fn number_of(row: &Row<'_>) -> Result<String, ClinicError> {
    Ok(row.get::<_, i64>(2).map(|id| id.to_string()).or_else(|_| row.get(2))?)
}

/// One of these records with its contents; `None` when it is not there.
pub(crate) fn record(
    connection: &Connection,
    clinic: &Clinic,
    visit: &str,
    id: &str,
) -> Result<Option<Record>, ClinicError> {
    let all = of_visit(connection, visit)?;
    let Some(listed) = all.into_iter().find(|listed| listed.id.as_str() == id) else {
        return Ok(None);
    };
    let (kind, rest) = id.split_once(':').unwrap_or((id, ""));
    let row = rest.strip_prefix(visit).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
    if kind == "imported" {
        let sql = "SELECT bundle FROM imported_documents WHERE id = ?1";
        let bundle: Option<Vec<u8>> =
            connection.query_row(sql, [row], |row| row.get(0)).optional()?;
        return Ok(bundle.map(|bundle| Record::new(listed.hi_type, listed.date, bundle)));
    }
    let sheet = Sheet::of(connection, clinic, visit)?;
    let document = match kind {
        "consultation" => sheet.consultation(),
        "prescription" => sheet.prescription(),
        "lab" => sheet.lab_report(row),
        "immunization" => sheet.immunization(),
        "discharge" => sheet.discharge(),
        "wellness" => sheet.wellness(row),
        "invoice" => sheet.invoice(row),
        _ => sheet.files(),
    }?;
    Ok(Some(Record::new(listed.hi_type, listed.date, document.to_vec())))
}

/// What every document of a visit begins with.
struct Sheet<'a> {
    connection: &'a Connection,
    number: &'a str,
    patient: Patient,
    doctor: Practitioner,
    facility: Facility,
    visit: Visit,
}

type Made = Result<DocumentBundle, ClinicError>;

impl<'a> Sheet<'a> {
    fn of(
        connection: &'a Connection,
        clinic: &Clinic,
        number: &'a str,
    ) -> Result<Self, ClinicError> {
        let sql = "SELECT uhid, began, ended, doctor, doctor_hpr FROM visits WHERE number = ?1";
        let (uhid, began, ended, doctor, hpr): (String, String, Option<String>, String, String) =
            connection.query_row(sql, [number], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
        let row = patient(connection, &uhid)?;
        let row = row.ok_or(abdm_store::rusqlite::Error::QueryReturnedNoRows)?;
        let mut who = Patient::with_facility_number(&row.name, &uhid);
        if let Some(own) = &row.abha_number {
            who = who.abha_number(own.to_dashed());
        }
        if let Some(address) = &row.abha_address {
            who = who.abha_address(address.as_str());
        }
        let gender: Option<Gender> = row.gender.as_ref().and_then(document_gender);
        if let Some(gender) = gender {
            who = who.gender(gender);
        }
        if let Some(born) = &row.birth {
            who = who.birth_date(born.as_str());
        }
        let visit = match ended {
            Some(ended) => Visit::inpatient(began, ended),
            None => Visit::outpatient(began),
        };
        Ok(Self {
            connection,
            number,
            patient: who,
            doctor: Practitioner::with_hpr_id(doctor, hpr),
            facility: Facility::new(&clinic.name, clinic.hip_id.as_str()),
            visit: visit.number(number),
        })
    }

    fn parties(&self) -> (Patient, Practitioner, Facility) {
        (self.patient.clone(), self.doctor.clone(), self.facility.clone())
    }

    /// The rows of the visit, or of another key, each made into a fact.
    fn rows<T>(
        &self,
        sql: &str,
        key: &str,
        fact: impl Fn(&Row<'_>) -> Result<T, abdm_store::rusqlite::Error>,
    ) -> Result<Vec<T>, ClinicError> {
        let mut rows = self.connection.prepare_cached(sql)?;
        let facts = rows.query_map([key], |row| fact(row))?.collect::<Result<Vec<_>, _>>()?;
        Ok(facts)
    }

    /// The same where at least one row must be there: the first, and the others.
    fn first<T>(
        &self,
        sql: &str,
        key: &str,
        fact: impl Fn(&Row<'_>) -> Result<T, abdm_store::rusqlite::Error>,
    ) -> Result<(T, Vec<T>), ClinicError> {
        let mut facts = self.rows(sql, key, fact)?.into_iter();
        let first = facts.next().ok_or(abdm_store::rusqlite::Error::QueryReturnedNoRows)?;
        Ok((first, facts.collect()))
    }

    fn consultation(&self) -> Made {
        let (patient, doctor, facility) = self.parties();
        let document = OpConsultation::new(patient, doctor, facility, self.visit.clone());
        let sql = "SELECT complaint, temperature, systolic, diastolic, follow_up
                   FROM consultations WHERE visit = ?1";
        let (add, _) = self.first(sql, self.number, |row| {
            let complaint: String = row.get(0)?;
            let mut document = document.clone().chief_complaint(complaint.as_str());
            if let Some(temperature) = row.get::<_, Option<String>>(1)? {
                document = document.vital_sign(Observation::temperature(temperature, "°C"));
            }
            if let (Some(systolic), Some(diastolic)) =
                (row.get::<_, Option<i32>>(2)?, row.get::<_, Option<i32>>(3)?)
            {
                document = document.vital_sign(Observation::blood_pressure(systolic, diastolic));
            }
            if let Some(day) = row.get::<_, Option<String>>(4)? {
                document = document.follow_up(FollowUp::on(day));
            }
            Ok(document)
        })?;
        Ok(add.medications(self.medicines()?).build()?)
    }

    fn medicines(&self) -> Result<Vec<Medicine>, ClinicError> {
        let sql = "SELECT medicine, dose, timing, days FROM prescriptions WHERE visit = ?1";
        self.rows(sql, self.number, |row| {
            let (name, dose, timing): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Medicine::new(name.as_str()).dose(dose).timing(timing).days(row.get(3)?))
        })
    }

    fn prescription(&self) -> Made {
        let (patient, doctor, facility) = self.parties();
        let mut medicines = self.medicines()?.into_iter();
        let first = medicines.next().ok_or(abdm_store::rusqlite::Error::QueryReturnedNoRows)?;
        let sql = "SELECT max(made_at) FROM prescriptions WHERE visit = ?1";
        let (date, _) = self.first(sql, self.number, |row| row.get::<_, String>(0))?;
        let document = Prescription::new(patient, doctor, facility, date, first);
        Ok(document.medications(medicines).visit(self.visit.clone()).build()?)
    }

    fn lab_report(&self, id: &str) -> Made {
        let sql = "SELECT test, value, unit, low, high FROM lab_results WHERE report = ?1";
        let (first, others) = self.first(sql, id, |row| {
            let text = |column: usize| row.get::<_, String>(column);
            let result = Observation::measured(text(0)?.as_str(), text(1)?, text(2)?);
            Ok(result.reference_range(text(3)?, text(4)?))
        })?;
        let sql = "SELECT name, made_at, conclusion FROM lab_reports WHERE id = ?1";
        let (report, _) = self.first(sql, id, |row| {
            let (name, made_at): (String, String) = (row.get(0)?, row.get(1)?);
            let conclusion: String = row.get(2)?;
            Ok(LabReport::new(name.as_str(), made_at, first.clone(), conclusion))
        })?;
        let report = others.into_iter().fold(report, LabReport::result);
        let (patient, doctor, facility) = self.parties();
        let document = DiagnosticReport::new(patient, doctor, facility, report);
        Ok(document.visit(self.visit.clone()).build()?)
    }

    fn immunization(&self) -> Made {
        let sql = "SELECT vaccine, made_at, dose, lot FROM immunizations WHERE visit = ?1";
        let ((first, date), others) = self.first(sql, self.number, |row| {
            let (vaccine, made_at): (String, String) = (row.get(0)?, row.get(1)?);
            let given = Vaccination::new(vaccine.as_str(), made_at.clone());
            Ok((given.dose(row.get(2)?).lot(row.get::<_, String>(3)?), made_at))
        })?;
        let (patient, doctor, facility) = self.parties();
        let document = ImmunizationRecord::new(patient, doctor, facility, date, first);
        let others = others.into_iter().map(|(given, _)| given);
        Ok(document.vaccinations(others).visit(self.visit.clone()).build()?)
    }

    fn discharge(&self) -> Made {
        let (patient, doctor, facility) = self.parties();
        let document = DischargeSummary::new(patient, doctor, facility, self.visit.clone());
        let sql =
            "SELECT complaint, procedure_done, plan FROM discharge_summaries WHERE visit = ?1";
        let (filled, _) = self.first(sql, self.number, |row| {
            let text = |column: usize| row.get::<_, String>(column);
            let plan = CarePlan::new("After the stay").activity(text(2)?);
            let document = document.clone().chief_complaint(text(0)?.as_str());
            Ok(document.procedure(Procedure::new(text(1)?.as_str())).care_plan(plan))
        })?;
        Ok(filled.medications(self.medicines()?).build()?)
    }

    fn wellness(&self, id: &str) -> Made {
        let (patient, doctor, facility) = self.parties();
        let sql = "SELECT made_at, pulse, weight, height FROM wellness WHERE id = ?1";
        let (document, _) = self.first(sql, id, |row| {
            let (patient, doctor, facility) = (patient.clone(), doctor.clone(), facility.clone());
            let made_at: String = row.get(0)?;
            let (weight, height): (String, String) = (row.get(2)?, row.get(3)?);
            Ok(WellnessRecord::new(patient, doctor, facility, made_at)
                .vital_sign(Observation::pulse(row.get::<_, i32>(1)?))
                .body_measurement(Observation::weight(weight))
                .body_measurement(Observation::height(height)))
        })?;
        Ok(document.visit(self.visit.clone()).build()?)
    }

    fn invoice(&self, number: &str) -> Made {
        let sql = "SELECT product, rate, is_test FROM invoice_items WHERE invoice = ?1";
        let (first, others) = self.first(sql, number, |row| {
            let (product, rate): (String, String) = (row.get(0)?, row.get(1)?);
            let is_test: bool = row.get(2)?;
            let kind = if is_test { ChargeKind::Pathology } else { ChargeKind::Consultation };
            Ok(BillItem::new(product.as_str(), kind, rate))
        })?;
        let sql = "SELECT made_at FROM invoices WHERE number = ?1";
        let (made_at, _) = self.first(sql, number, |row| row.get::<_, String>(0))?;
        let bill = Bill::new(number, BillKind::Outpatient, made_at, first);
        let bill = others.into_iter().fold(bill, Bill::item);
        let (patient, doctor, facility) = self.parties();
        let document = InvoiceRecord::new(patient, doctor, facility, bill);
        Ok(document.visit(self.visit.clone()).build()?)
    }

    fn files(&self) -> Made {
        let sql = "SELECT title, pdf, made_at FROM files WHERE visit = ?1";
        let ((first, date), others) = self.first(sql, self.number, |row| {
            let (title, pdf): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok((Document::pdf(title, pdf), row.get::<_, String>(2)?))
        })?;
        let (patient, doctor, facility) = self.parties();
        let document = HealthDocumentRecord::new(patient, doctor, facility, date, first);
        let others = others.into_iter().map(|(file, _)| file);
        Ok(document.documents(others).visit(self.visit.clone()).build()?)
    }
}
