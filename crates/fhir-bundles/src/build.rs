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

mod absence;
mod age;
mod assembly;
mod attachment;
mod bill;
mod condition;
mod dates;
mod exact;
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
mod procedure;
mod records;
mod report;
mod span;
mod timing;
mod vaccination;
mod visit;
pub(crate) mod vital;

pub use self::{
    attachment::Document,
    bill::{Bill, BillItem, BillKind, ChargeKind, Payment},
    condition::{Allergy, ClinicalStatus, Condition, FamilyHistory},
    ids::Ids,
    measure::Comparator,
    medicine::{CurrentMedicine, Dosage, Medicine, MedicineStatus},
    observation::{Interpretation, Observation},
    op_consultation::OpConsultation,
    order::{FollowUp, Investigation, Referral},
    party::{Facility, FurtherIdentifier, Gender, IdentifierKind, Patient, Practitioner},
    plan::CarePlan,
    problem::{BuildError, Problem},
    procedure::{Procedure, ProcedureStatus},
    records::{
        DiagnosticReport, DischargeSummary, HealthDocumentRecord, ImmunizationRecord,
        InvoiceRecord, Prescription, WellnessRecord,
    },
    report::{ImagingReport, LabReport, Modality, Report, Specimen},
    span::Span,
    timing::Timing,
    vaccination::{Vaccination, VaccineDue},
    visit::Visit,
};
pub(crate) use self::{
    exact::Exact,
    measure::{NUMBER_HELP, is_plain_count},
    narrative::escape_into,
};
