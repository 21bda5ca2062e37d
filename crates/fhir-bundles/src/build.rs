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
mod condition;
mod frame;
mod ids;
mod measure;
mod medicine;
mod narrative;
mod observation;
mod op_consultation;
mod order;
mod party;
mod problem;
mod timing;
mod visit;

pub(crate) use self::narrative::escape_into;
pub use self::{
    attachment::Document,
    condition::{Allergy, ClinicalStatus, Condition, FamilyHistory, Procedure},
    ids::Ids,
    medicine::{CurrentMedicine, Medicine},
    observation::{Interpretation, Observation},
    op_consultation::OpConsultation,
    order::{FollowUp, Investigation, Referral},
    party::{Facility, Gender, Patient, Practitioner},
    problem::{BuildError, Problem},
    timing::Timing,
    visit::Visit,
};
