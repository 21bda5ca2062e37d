//! What a facility implements so that patients find their own records: its register of patients.
//!
//! A discovery (m2-hip.md 5.1) brings identifiers and demographics of a person who is logged in to
//! a PHR app. The facility's register is asked for every patient that shares an identifier with
//! them; whether one of these *is* that person is not the register's question but the
//! [`Matcher`](crate::matching::Matcher)'s.
//!
//! # Columns to search by
//!
//! Identifiers are typed in many ways (`+91 90000-00000`, `91-0000-0000-0001`). Keep the spelling
//! that your desk typed, and beside it one column in the form that this module's functions give;
//! search by these. Each is a plain equality on an index:
//!
//! ```sql
//! -- Filled whenever the row is written: NULL where the function gives None.
//! ALTER TABLE patients ADD COLUMN abha_address_folded    VARCHAR(96);  -- folded_abha_address(…)
//! ALTER TABLE patients ADD COLUMN abha_number_digits     CHAR(14);     -- abha_number_digits(…)
//! ALTER TABLE patients ADD COLUMN abha_address_is_proven BOOLEAN NOT NULL DEFAULT FALSE;
//! ALTER TABLE patients ADD COLUMN abha_number_is_proven  BOOLEAN NOT NULL DEFAULT FALSE;
//! ALTER TABLE patients ADD COLUMN record_number_folded   VARCHAR(255); -- folded_record_number(…)
//!
//! -- A patient may have several telephones, so they stand in a table of their own.
//! CREATE TABLE patient_mobiles (
//!     patient_id       BIGINT   NOT NULL REFERENCES patients,
//!     mobile_as_typed  TEXT     NOT NULL,
//!     mobile_digits    CHAR(10)                                        -- ten_digit_mobile(…)
//! );
//!
//! CREATE INDEX ON patients (facility, abha_address_folded);
//! CREATE INDEX ON patients (facility, abha_number_digits);
//! CREATE INDEX ON patients (facility, record_number_folded);
//! CREATE INDEX ON patient_mobiles (mobile_digits);
//!
//! -- PatientIndex::find. An empty list is an equality that nothing satisfies, never "any".
//! SELECT … FROM patients p WHERE p.facility = :facility AND (
//!        p.abha_address_folded  IN (:abha_addresses)
//!     OR p.abha_number_digits   IN (:abha_numbers)
//!     OR p.record_number_folded IN (:record_numbers)
//!     OR p.id IN (SELECT patient_id FROM patient_mobiles WHERE mobile_digits IN (:mobiles)));
//! ```
//!
//! # Rows that are there already
//!
//! Add the columns first, then let the desk's program fill them whenever it writes a row, then fill
//! the old rows once, by a program that walks the table by its key. Fill them by this module's
//! functions, not by SQL that looks alike: a number that SQL cuts to its last ten digits is found for
//! somebody else.
//!
//! ```sql
//! -- A page, after the last id of the page before (0 at first). Not with OFFSET, which reads
//! -- everything before the page again.
//! SELECT id, abha_address, abha_number, record_number, mobile FROM patients
//!  WHERE id > :last ORDER BY id LIMIT 1000;
//!
//! -- For each row of the page; one transaction for the page. NULL where the function gives None.
//! UPDATE patients SET abha_address_folded  = :abha_address_folded,  -- folded_abha_address(…)
//!                     abha_number_digits   = :abha_number_digits,   -- abha_number_digits(…)
//!                     record_number_folded = :record_number_folded  -- folded_record_number(…)
//!  WHERE id = :id;
//! DELETE FROM patient_mobiles WHERE patient_id = :id;
//! INSERT INTO patient_mobiles (patient_id, mobile_as_typed, mobile_digits)
//! VALUES (:id, :mobile, :mobile_digits);                            -- ten_digit_mobile(…)
//!
//! -- What no function can read: for the desk to correct. Until then it is found by no patient.
//! SELECT id FROM patients WHERE abha_address <> '' AND abha_address_folded IS NULL
//!                            OR abha_number  <> '' AND abha_number_digits  IS NULL;
//! ```
//!
//! The two `…_is_proven` columns stay `FALSE` for old rows, unless you know of an M1 login of that
//! patient. Whoever is interrupted begins again, or at the last id: a row that is filled twice is the
//! same.
//!
//! # Rules
//!
//! - Empty, blank and `NULL` values match nothing: the functions give `None` for them.
//! - Telephone numbers are compared only when both sides have ten digits (m2-hip.md 5.1).
//! - "Proven" is what an M1 login, a profile share or a link token has shown to be this patient's.
//!   A number or address that was typed in at the desk, or read from a card, is not (rulings.md 8).
//! - What the register gives too much does no harm; what it leaves out is not found.

mod normalise;
mod query;
mod registered;

use abdm_core::id::{HipId, PatientReference};
use async_trait::async_trait;

pub use self::normalise::{
    abha_number_digits, folded_abha_address, folded_record_number, ten_digit_mobile,
};
pub use self::query::PatientQuery;
pub use self::registered::{Proof, RegisteredPatient};
use crate::hooks::HospitalError;
use crate::patient::Visit;

/// The facility's register of patients, as a patient's own search for records needs it.
///
/// ```
/// use abdm_core::id::{HipId, PatientReference};
/// use async_trait::async_trait;
/// use hip_services::patient_index::{PatientIndex, PatientQuery, Proof, RegisteredPatient};
/// use hip_services::{HospitalError, Visit};
///
/// struct Register; // the connection to your database
///
/// #[async_trait]
/// impl PatientIndex for Register {
///     async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
///         // SELECT … WHERE abha_address_folded IN (wanted.abha_addresses) OR …; then, for each row:
///         let row = RegisteredPatient::new("UHID-000123".parse()?, "Asha T.")
///             .name("Asha Test Kumari")
///             .gender("F")
///             .year_of_birth(1988)
///             .abha_address("asha.test@sbx", Proof::Proven)
///             .mobile("+91 90000-00000")
///             .record_number("UHID-000123");
///         Ok(vec![row])
///     }
///
///     async fn care_contexts(
///         &self,
///         hip_id: &HipId,
///         patient: &PatientReference,
///     ) -> Result<Vec<Visit>, HospitalError> {
///         // SELECT … FROM visits WHERE facility = hip_id AND patient = patient
///         Ok(Vec::new())
///     }
/// }
/// ```
#[async_trait]
pub trait PatientIndex: Send + Sync + 'static {
    /// Every patient of the facility that has at least one of the keys of `wanted`, in any order.
    ///
    /// An indexed equality for each key, see the [module](self). All of them: a list that is cut
    /// off could lack the one whom the matcher would have to tell from the others. A patient who
    /// comes several times, once for each telephone, does no harm.
    ///
    /// Be quick: the answer must be with ABDM 10 seconds after the question came (m2-hip.md 5.2).
    ///
    /// # Errors
    /// Any: nobody is told anything about the patient then.
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError>;

    /// The visits of one of these patients that the patient may link, in the order in which the
    /// patient's app shall show them. Those that are linked already are taken out by the SDK.
    ///
    /// # Errors
    /// Any: as [`find`](Self::find).
    async fn care_contexts(
        &self,
        hip_id: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError>;
}
