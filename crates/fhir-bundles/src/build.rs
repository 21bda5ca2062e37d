//! Correct documents from plain clinical facts.
//!
//! There is one front door per record type. Its constructor takes what the type cannot do without;
//! methods named after the sections take the rest. Ids, `fullUrl`s, references, profiles, codes,
//! identifiers and narrative are made by [`build`](OpConsultation::build), which reports everything
//! that is wrong with the facts at once.
//!
//! Concepts are given in words (`"Fever"`), with a code
//! ([`codes::snomed`](crate::codes::snomed)`("386661006", "Fever")`), or as a whole
//! [`CodeableConcept`](crate::model::CodeableConcept). Dates are given as far as they are known:
//! `"2019"`, `"2019-04"`, `"2019-04-17"`, `"2019-04-17T10:30:00+05:30"`. Numbers may be text, which
//! keeps their digits.

mod assembly;
mod attachment;
mod bill;
mod condition;
mod frame;
mod ids;
mod measure;
mod medicine;
mod money;
mod narrative;
mod observation;
mod op_consultation;
mod order;
mod party;
mod plan;
mod problem;
mod records;
mod report;
mod timing;
mod vaccination;
mod visit;

pub(crate) use self::narrative::escape_into;
pub use self::{
    attachment::Document,
    bill::{Bill, BillItem, BillKind, ChargeKind},
    condition::{Allergy, ClinicalStatus, Condition, FamilyHistory, Procedure},
    ids::Ids,
    medicine::{CurrentMedicine, Medicine},
    observation::{Interpretation, Observation},
    op_consultation::OpConsultation,
    order::{FollowUp, Investigation, Referral},
    party::{Facility, Gender, Patient, Practitioner},
    plan::CarePlan,
    problem::{BuildError, Problem},
    records::{
        DiagnosticReport, DischargeSummary, HealthDocumentRecord, ImmunizationRecord,
        InvoiceRecord, Prescription, WellnessRecord,
    },
    report::{ImagingReport, LabReport, Modality, Report, Specimen},
    timing::Timing,
    vaccination::{Vaccination, VaccineDue},
    visit::Visit,
};
